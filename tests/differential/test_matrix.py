"""The matrix against the single engine, cell for cell, on random organizations."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.matrix import (
    Axes,
    Change,
    Matrix,
    Subject,
    Target,
    difference,
    evaluate_matrix,
    positions,
)
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Level, Policies
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Decision, Outcome
from tests.differential.organizations import organization


def cells(axes: Axes) -> dict[tuple[int, int, int], Decision]:
    """All cells, each decided alone."""
    found: dict[tuple[int, int, int], Decision] = {}
    for s, t in product(range(len(axes.subjects)), range(len(axes.targets))):
        compiled = CompiledPolicies(axes.policies(s, t))
        for a in range(len(axes.actions)):
            found[s, a, t] = decide(compiled, axes.request(s, a, t))
    return found


def assert_same(matrix: Matrix) -> dict[tuple[int, int, int], Decision]:
    """Cell for cell, by look-up, by class and by count."""
    alone = cells(matrix.axes)
    assert {cell: matrix.decision(*cell) for cell in alone} == alone
    by_class = [
        ((s, entry.action, t), entry.decision)
        for entry in matrix.classes()
        for s in entry.subjects
        for t in positions(entry.targets)
    ]
    assert len(by_class) == matrix.axes.cells
    assert dict(by_class) == alone
    assert matrix.counts() == Counter(decision.outcome for decision in alone.values())
    return alone


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(n, marks=pytest.mark.sweep) for n in range(1, 6))]
)
def test_every_cell_is_the_single_engines(part: int) -> None:
    """E1: certain, uncertain and layer for layer."""
    for number in range(part, 72, 6):
        assert_same(evaluate_matrix(organization(Random(f"matrix/{number}"))))


@pytest.mark.sweep
@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_cell_is_the_single_engines_where_hypothesis_draws(rng: Random) -> None:
    """E1: the same, with shrinking."""
    assert_same(evaluate_matrix(organization(rng)))


def test_all_outcomes_are_met() -> None:
    """Our choice: a comparison that meets no allow, or nothing unknown, would prove little."""
    met: Counter[Outcome] = Counter()
    for number in range(24):
        met += evaluate_matrix(organization(Random(f"matrix/{number}"))).counts()
    assert min(met[outcome] for outcome in Outcome if outcome is not Outcome.NOT_APPLICABLE) > 300


@pytest.mark.parametrize(
    "number", [0, 1, *(pytest.param(n, marks=pytest.mark.sweep) for n in range(2, 20))]
)
def test_the_difference_names_every_changed_cell_and_no_other(number: int) -> None:
    """Our choice: the changes, spread out, are the cells whose outcomes differ."""
    rng = Random(f"difference/{number}")
    axes = organization(rng)
    subjects = list(axes.subjects)
    for position in rng.sample(range(len(subjects)), len(subjects) // 2):
        other = rng.choice(axes.subjects)
        subjects[position] = replace(subjects[position], policies=other.policies)
    before, after = evaluate_matrix(axes), evaluate_matrix(replace(axes, subjects=tuple(subjects)))
    old, new = cells(before.axes), cells(after.axes)
    expected = {
        cell: (old[cell].outcome, new[cell].outcome)
        for cell in old
        if old[cell].outcome is not new[cell].outcome
    }
    changes = list(difference(before, after))
    found = [
        ((s, change.action, t), (change.before, change.after))
        for change in changes
        for s in change.subjects
        for t in positions(change.targets)
    ]
    assert dict(found) == expected
    assert len(found) == len(expected) == sum(change.cells for change in changes)


def test_a_change_has_a_cell_for_each_subject_and_target() -> None:
    """Our choice: changes that are alike are told together."""
    change = Change((0, 4, 9), 0, 0b1011, Outcome.ALLOWED, Outcome.UNKNOWN)
    assert change.cells == 9


def test_only_the_same_questions_compare() -> None:
    """Our choice: positions of different axes mean different things."""
    axes = organization(Random("axes"))
    matrix = evaluate_matrix(axes)
    fewer = evaluate_matrix(replace(axes, subjects=axes.subjects[1:]))
    with pytest.raises(ValueError, match="same principals"):
        list(difference(matrix, fewer))
    with pytest.raises(IndexError):
        matrix.decision(0, 0, len(axes.targets))


def test_the_targets_side_stays_out_of_a_subject() -> None:
    """Our choice: a policy on the wrong side would silently be lost."""
    axes = organization(Random("axes"))
    target = next(
        found.policy
        for number in range(50)
        for found in organization(Random(f"matrix/{number}")).targets
        if found.policy is not None
    )
    policies = replace(axes.subjects[0].policies, resource=target)
    with pytest.raises(ValueError, match="belong to the target"):
        replace(axes.subjects[0], policies=policies)


def test_an_empty_axis_has_no_cells() -> None:
    """Our choice: nothing asked, nothing answered."""
    axes = organization(Random("axes"))
    assert evaluate_matrix(replace(axes, targets=())).counts() == {}
    assert evaluate_matrix(replace(axes, subjects=())).counts() == {}


def test_a_target_that_tells_who_asks_divides_like_any_other() -> None:
    """D2: a service-linked role is known by aws:PrincipalArn, whichever side gives it."""
    linked = Context.of(
        {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role/b/AWSServiceRoleForB"}
    )
    for number in range(8):
        axes = organization(Random(f"matrix/{number}"))
        extra = tuple(replace(target, context=linked) for target in axes.targets)
        assert_same(evaluate_matrix(replace(axes, targets=(*axes.targets, *extra))))


OWNER, OTHER = "444455556666", "111122223333"
GUARDRAIL = f"arn:aws:bedrock:eu-central-1:{OWNER}:guardrail/g1"


def document(kind: PolicyKind, *statements: dict[str, object]) -> PolicyDocument:
    """A policy of some statements."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return PolicyDocument(PolicyRef(kind, "P"), Source(text))


def caller(account: str, policies: Policies, name: str = "app") -> Subject:
    """A role of an account."""
    arn = f"arn:aws:iam::{account}:role/{name}"
    return Subject(parse_principal(arn), policies, Context.of({"aws:PrincipalArn": arn}))


ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def test_two_accounts_with_the_same_policies_differ_at_a_target_that_one_of_them_owns() -> None:
    """D6: the foreign account needs the resource's policy as well, the owner's account does not."""
    shared = Policies(identity=(document(PolicyKind.INLINE, ANYTHING),))
    axes = Axes(
        (caller(OWNER, shared), caller(OTHER, shared), caller(OTHER, shared, "second")),
        ("bedrock:ApplyGuardrail",),
        (Target(GUARDRAIL, OWNER, Context.of({})), Target("*", None, Context.of({}))),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert [matrix.decision(subject, 0, 0).outcome for subject in range(3)] == [
        Outcome.ALLOWED,
        Outcome.IMPLICITLY_DENIED,
        Outcome.IMPLICITLY_DENIED,
    ]
    assert {matrix.decision(subject, 0, 1).outcome for subject in range(3)} == {Outcome.ALLOWED}
    assert matrix.rows[1] is not matrix.rows[0]
    assert matrix.rows[1][0] is matrix.rows[2][0]


def test_two_accounts_with_the_same_policies_differ_where_each_owns_a_target() -> None:
    """D6: what is foreign to one is its own to the other, whoever is asked first."""
    shared = Policies(identity=(document(PolicyKind.INLINE, ANYTHING),))
    axes = Axes(
        (caller(OWNER, shared), caller(OTHER, shared)),
        ("bedrock:ApplyGuardrail",),
        tuple(Target(GUARDRAIL, owner, Context.of({})) for owner in (OWNER, OTHER)),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    outcomes = [[matrix.decision(s, 0, t).outcome for t in range(2)] for s in range(2)]
    assert outcomes == [
        [Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED],
        [Outcome.IMPLICITLY_DENIED, Outcome.ALLOWED],
    ]


def test_actions_are_told_apart_where_no_statement_tells_them_apart() -> None:
    """D3, D7, D13: roles and KMS keys need their own policy, and RCPs cover some services only."""
    everything = document(PolicyKind.INLINE, ANYTHING)
    levels = (Level("r-1", "", (document(PolicyKind.SCP, ANYTHING),)),)
    shared = Policies(identity=(everything,), scp=levels)
    wall = document(PolicyKind.RCP, {**ANYTHING, "Effect": "Deny", "Principal": "*"})
    named = document(PolicyKind.RESOURCE, {**ANYTHING, "Principal": {"AWS": OWNER}})
    resources = (
        f"arn:aws:iam::{OWNER}:role/r",
        f"arn:aws:kms:eu-central-1:{OWNER}:key/k",
        GUARDRAIL,
    )
    axes = Axes(
        (caller(OWNER, shared), caller(OTHER, shared), caller(OWNER, Policies(), "powerless")),
        (
            "bedrock:ApplyGuardrail", "sts:AssumeRole", "kms:Decrypt", "kms:RetireGrant",
            "s3:GetObject", "iam:PassRole",
        ),
        tuple(
            Target(resource, OWNER, Context.of({}), policy, rcp)
            for resource in resources
            for policy in (None, named)
            for rcp in (levels, (Level("r-1", "", (wall,)),))
        ),
    )  # fmt: skip
    alone = assert_same(evaluate_matrix(axes))
    met = {tuple(alone[s, a, t].outcome for a in range(6)) for s, _, t in alone}
    assert len(met) > 5


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_variables_in_resources_divide_by_what_both_sides_say(effect: str, negated: bool) -> None:
    """B4: tags of the caller, keys of the target, unknown values, and variables too early."""
    profile = f"arn:aws:bedrock:*:{OWNER}:inference-profile"
    patterns = (
        [f"{profile}/${{aws:PrincipalTag/team}}-1"],
        [f"{profile}/${{aws:PrincipalTag/team}}-*", f"{profile}/b-2"],
        [f"{profile}/*-${{bedrock:Number, '3'}}"],
        [f"{profile}/${{aws:PrincipalTag/team}}-${{bedrock:Number}}", f"{profile}/?-1"],
        [f"arn:aws:bedrock:${{aws:RequestedRegion}}:{OWNER}:inference-profile/a-1", GUARDRAIL],
        ["arn:aws:bedrock:*:*:inference-profile/?-*"],
    )
    key = "NotResource" if negated else "Resource"
    asked = {"StringEquals": {"aws:username": "ann"}}
    held = tuple(
        Policies(
            identity=(
                document(PolicyKind.INLINE, ANYTHING),
                document(
                    PolicyKind.INLINE, {"Effect": effect, "Action": "*", key: listed, **narrowed}
                ),
            )[effect == "Allow" :]
        )
        for listed in patterns
        for narrowed in ({}, {"Condition": asked})
    )
    said = (
        Context.of({"aws:PrincipalTag/team": "a"}),
        Context.of({"aws:PrincipalTag/team": "b"}),
        Context.of({"aws:PrincipalTag/team": ""}),
        Context.of({"aws:PrincipalTag/team": "?"}),
        Context.of({}),
        Context.of({}, unknown=[UnknownFact("aws:PrincipalTag/team")]),
        Context.of({"aws:PrincipalTag/team": "a"}, unknown=[UnknownFact("aws:username")]),
    )
    role = parse_principal(f"arn:aws:iam::{OWNER}:role/app")
    targets = tuple(
        Target(
            f"arn:aws:bedrock:{region}:{OWNER}:inference-profile/{team}-{number}",
            OWNER,
            Context.of({"aws:RequestedRegion": region, **told}),
        )
        for region in ("eu-west-1", "us-east-1")
        for team in ("a", "b", "")
        for number in (1, 2, 3)
        for told in ({}, {"bedrock:Number": str(number)}, {"bedrock:Number": "2"})
    )
    axes = Axes(
        tuple(Subject(role, policies, context) for policies in held for context in said),
        ("bedrock:InvokeModel",),
        (*targets, Target(GUARDRAIL, OWNER, Context.of({}))),
    )
    alone = assert_same(evaluate_matrix(axes))
    assert {decision.outcome for decision in alone.values()} >= {Outcome.ALLOWED, Outcome.UNKNOWN}


def test_callers_with_equal_policies_share_their_rows() -> None:
    """Our choice: equal texts are one policy, whoever holds them."""
    statement = {**ANYTHING, "Resource": "arn:aws:s3:::bucket/*"}
    alike = [Policies(identity=(document(PolicyKind.INLINE, statement),)) for _ in range(2)]
    assert alike[0] is not alike[1]
    axes = Axes(
        tuple(caller(OWNER, policies, f"role{n}") for n, policies in enumerate(alike)),
        ("s3:GetObject",),
        (Target("arn:aws:s3:::bucket/x", OWNER, Context.of({})), Target("*", None, Context.of({}))),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert matrix.rows[0] is matrix.rows[1]


def test_a_resource_policy_tells_equal_callers_apart() -> None:
    """B5, D5: it names one of two callers whose own policies are the same."""
    named = {**ANYTHING, "Principal": {"AWS": f"arn:aws:iam::{OWNER}:role/first"}}
    policy = document(PolicyKind.RESOURCE, named)
    axes = Axes(
        (caller(OWNER, Policies(), "first"), caller(OWNER, Policies(), "second")),
        ("s3:GetObject",),
        (Target("arn:aws:s3:::bucket/x", OWNER, Context.of({}), policy),),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert matrix.counts() == {Outcome.ALLOWED: 1, Outcome.IMPLICITLY_DENIED: 1}


def test_callers_whose_tags_were_not_collected_differ_from_those_without() -> None:
    """E4: a tag that may be there is not one that is not."""
    tagged = {**ANYTHING, "Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/team}"}
    shared = Policies(identity=(document(PolicyKind.INLINE, tagged),))
    signer = caller(OWNER, shared)
    tags = UnknownFact("aws:PrincipalTag/")
    contexts = (
        Context.of({}),
        Context.of({}, unknown_prefixes=[tags]),
        Context.of({}, unknown=[UnknownFact("aws:PrincipalTag/team")]),
        Context.of({"aws:PrincipalTag/team": "a"}),
    )
    axes = Axes(
        tuple(replace(signer, context=context) for context in contexts),
        ("s3:GetObject",),
        (Target("arn:aws:s3:::bucket/a", OWNER, Context.of({})),),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert matrix.counts() == {
        Outcome.IMPLICITLY_DENIED: 1,
        Outcome.UNKNOWN: 2,
        Outcome.ALLOWED: 1,
    }


@pytest.mark.parametrize("kind", [PolicyKind.RESOURCE, PolicyKind.INLINE])
def test_a_policy_divides_by_what_targets_say_and_leave_open(kind: PolicyKind) -> None:
    """E4: one policy at four targets: two have the tag, one may have it, one has not."""
    key = "aws:ResourceTag/team"
    tagged = {**ANYTHING, "Condition": {"StringEquals": {key: "a"}}}
    contexts = (
        Context.of({key: "a"}),
        Context.of({}, unknown=[UnknownFact(key)]),
        Context.of({}),
        Context.of({key: "a"}),
    )
    if kind is PolicyKind.RESOURCE:
        named = {"Principal": {"AWS": f"arn:aws:iam::{OWNER}:role/app"}}
        theirs, own = document(kind, {**tagged, **named}), Policies()
    else:
        theirs, own = None, Policies(identity=(document(kind, tagged),))
    axes = Axes(
        (caller(OWNER, own, "app"),),
        ("s3:GetObject",),
        tuple(Target("arn:aws:s3:::bucket/x", OWNER, one, theirs) for one in contexts),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert matrix.counts() == {
        Outcome.ALLOWED: 2,
        Outcome.UNKNOWN: 1,
        Outcome.IMPLICITLY_DENIED: 1,
    }


def test_an_endpoint_policy_that_names_one_caller_binds_the_others_too() -> None:
    """D8: the endpoint's policy sees the principal, so callers with the same policies differ."""
    for first_named in (OWNER, OTHER):
        named = {**ANYTHING, "Principal": {"AWS": f"arn:aws:iam::{first_named}:root"}}
        shared = Policies(
            identity=(document(PolicyKind.INLINE, ANYTHING),),
            endpoint=document(PolicyKind.ENDPOINT, named),
        )
        axes = Axes(
            (caller(OWNER, shared), caller(OTHER, shared)),
            ("bedrock:ListFoundationModels", "s3:ListAllMyBuckets"),
            (Target("*", None, Context.of({})),),
        )
        matrix = evaluate_matrix(axes)
        assert_same(matrix)
        assert matrix.counts() == {Outcome.ALLOWED: 2, Outcome.IMPLICITLY_DENIED: 2}


def test_callers_are_told_apart_by_the_answers_to_conditions_not_by_their_names() -> None:
    """Our choice: 200 roles with one policy have two kinds of rows, exempt and bound."""
    fence = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/operator-*"}},
    }
    shared = Policies(identity=(document(PolicyKind.INLINE, ANYTHING, fence),))
    names = [f"operator-{n}" if n % 20 == 0 else f"app-{n}" for n in range(200)]
    axes = Axes(
        tuple(caller(OWNER, shared, name) for name in names),
        ("bedrock:ListFoundationModels",),
        (Target("*", None, Context.of({})),),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert len({id(rows[0]) for rows in matrix.rows}) == 2
    assert [len(entry.subjects) for entry in matrix.classes()] == [10, 190]


@pytest.mark.clause("B5")
def test_a_provider_told_by_host_name_is_looked_up_in_the_account_of_each_role() -> None:
    """B5: one trust policy at roles of two accounts, one of which owns the provider."""
    provider = f"arn:aws:iam::{OWNER}:oidc-provider/token.actions.githubusercontent.com"
    named = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    trust = document(PolicyKind.TRUST, named)
    workflow = parse_principal("token.actions.githubusercontent.com")
    axes = Axes(
        (Subject(workflow, Policies(), Context.of({})),),
        ("sts:AssumeRoleWithWebIdentity",),
        tuple(
            Target(f"arn:aws:iam::{account}:role/{name}", account, Context.of({}), trust)
            for account in (OWNER, OTHER)
            for name in ("one", "two")
        ),
    )
    matrix = evaluate_matrix(axes)
    assert_same(matrix)
    assert matrix.counts() == {Outcome.ALLOWED: 2, Outcome.UNKNOWN: 2}
