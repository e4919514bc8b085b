"""Why a statement does not apply, and which pattern fails by one thing only."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bedrock_doctor.evaluate.authorize import authorize, decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.conditions.block import compile_condition
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.evaluate.layers.resource import is_role
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.model.missing import Absence, Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import Condition, PolicyDocument, PolicyKind, PolicyRef, Text
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Level, Policies, Request
from bedrock_doctor.model.source import Source, Span
from bedrock_doctor.model.trace import (
    Match,
    NearMiss,
    Outcome,
    PolicyLayer,
    ReasonKind,
    StatementTrace,
)

OWN = "111122223333"
OTHER = "444455556666"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/one"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/m"
ROLE = f"arn:aws:iam::{OTHER}:role/team/gateway"


def document(kind: PolicyKind, **elements: Any) -> PolicyDocument:
    """A policy of one statement that allows everything, changed as given."""
    statement = {"Effect": "Allow", **elements}
    if "NotAction" not in elements:
        statement.setdefault("Action", "*")
    if kind is not PolicyKind.TRUST and "NotResource" not in elements:
        statement.setdefault("Resource", "*")
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return PolicyDocument(PolicyRef(kind, "P"), Source(text))


def request(
    action: str = "bedrock:InvokeModel",
    resource: str = MODEL,
    caller: str = SESSION,
    context: Context | None = None,
) -> Request:
    """A request of a role session for a model, changed as given."""
    return Request(parse_principal(caller), action, resource, None, context or Context.of({}))


def traced(asked: Request, kind: PolicyKind = PolicyKind.INLINE, **elements: Any) -> StatementTrace:
    """How one statement meets a request."""
    (statement,) = PolicySet((document(kind, **elements),)).statements
    return statement.trace(asked)


def near(trace: StatementTrace) -> list[NearMiss]:
    """The near misses of a trace."""
    return [found.kind for reason in trace.reasons for found in reason.near]


@pytest.mark.parametrize(
    ("pattern", "wanted", "expected"),
    [
        ("bedrock:InvokeModelWithResponseStream", "bedrock:InvokeModel", [NearMiss.STREAMING]),
        ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", [NearMiss.STREAMING]),
        ("bedrock:Converse", "bedrock:InvokeModel", [NearMiss.NO_SUCH_ACTION]),
        ("bedrock:Get*", "bedrock:InvokeModel", []),
        ("s3:GetObject", "bedrock:InvokeModel", []),
        ("sts:Converse", "bedrock:InvokeModel", []),
        ("aoss:InvokeModelWithResponseStream", "bedrock:InvokeModel", []),
    ],
)
def test_an_action_fails_by_one_thing(pattern: str, wanted: str, expected: list[NearMiss]) -> None:
    """Our choice: streaming is another action, and Converse is none."""
    trace = traced(request(wanted), Action=[pattern])
    assert [reason.kind for reason in trace.reasons] == [ReasonKind.ACTION]
    assert near(trace) == expected


@pytest.mark.parametrize(
    ("pattern", "wanted", "expected"),
    [
        (MODEL.replace("eu-west-1", "eu-north-1"), MODEL, [NearMiss.REGION]),
        (MODEL.replace("eu-west-1", "EU-WEST-1"), MODEL, [NearMiss.CASE]),
        (MODEL.replace("arn:aws:", "arn:aws-cn:"), MODEL, [NearMiss.PARTITION]),
        (MODEL.replace("::", f":{OWN}:"), MODEL, [NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN]),
        (
            MODEL.replace("eu-west-1::", f"eu-north-1:{OWN}:"),
            MODEL,
            [NearMiss.ACCOUNT_IN_ACCOUNTLESS_ARN],
        ),
        (MODEL.replace("foundation-model", "provisioned-model"), MODEL, [NearMiss.RESOURCE_TYPE]),
        (MODEL.replace("/m", "/other"), MODEL, []),
        (MODEL.replace("foundation-model", "agent"), MODEL, [NearMiss.RESOURCE_TYPE]),
        (MODEL.replace("foundation-model/m", "provisioned-model/other"), MODEL, []),
        (MODEL.replace(":bedrock:", ":sagemaker:"), MODEL, []),
        (MODEL, "*", []),
        ("arn:aws-cn:s3:::other", MODEL, []),
        ("bedrock:m", MODEL, [NearMiss.NOT_AN_ARN]),
        ("arn*-none", MODEL, []),
        ("bedr*", MODEL, [NearMiss.NOT_AN_ARN]),
        (ROLE.replace(":role/", ":user/"), ROLE, [NearMiss.RESOURCE_TYPE]),
        (f"arn:aws:sts::{OTHER}:assumed-role/b/i-1", "arn:aws:s3:::b", []),
        (ROLE.replace("/team", ""), ROLE, [NearMiss.PATH]),
        (ROLE.replace("gateway", "other"), ROLE, []),
        (ROLE.replace("/team/gateway", "/platform/aaa"), ROLE, []),
        (ROLE.replace("role/team/", "access/"), ROLE, []),
        (f"arn:aws:sts::{OTHER}:assumed-role/aaa/i-1", ROLE, []),
        (f"arn:aws:sts::{OTHER}:assumed-role/m/i-1", MODEL, []),
        ("arn:aws:sagemaker:us-east-1::foundation-model/m", MODEL, []),
        (f"arn:aws:sts::{OTHER}:assumed-role/gateway/i-1", ROLE, [NearMiss.SESSION_ARN]),
        (f"arn:aws:sts::{OTHER}:assumed-role/other/i-1", ROLE, []),
        (ROLE.replace(OTHER, OWN), ROLE, [NearMiss.ACCOUNT]),
        (
            f"arn:aws:bedrock:eu-north-1:{OWN}:inference-profile/p",
            f"arn:aws:bedrock:eu-west-1:{OTHER}:inference-profile/p",
            [NearMiss.ACCOUNT],
        ),
    ],
)
def test_a_resource_fails_by_one_thing(pattern: str, wanted: str, expected: list[NearMiss]) -> None:
    """Our choice: the part of the ARN that differs is what people look for."""
    trace = traced(request(resource=wanted), Resource=[pattern])
    assert [reason.kind for reason in trace.reasons] == [ReasonKind.RESOURCE]
    assert near(trace) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("AROAEXAMPLE1234567890", [NearMiss.DELETED_PRINCIPAL]),
        (OTHER, [NearMiss.ANOTHER_ACCOUNT]),
        (f"arn:aws:iam::{OTHER}:role/app", [NearMiss.ANOTHER_ACCOUNT]),
        ("arn:aws:iam::000011112222:role/app", [NearMiss.ANOTHER_ACCOUNT]),
        (f"arn:aws-cn:iam::{OWN}:role/app", [NearMiss.PARTITION]),
        (f"arn:aws:sts::{OWN}:assumed-role/app/two", [NearMiss.ANOTHER_SESSION]),
        (f"arn:aws:iam::{OWN}:role/APP", [NearMiss.CASE]),
        (f"arn:aws:iam::{OWN}:user/bob", [NearMiss.ANOTHER_PRINCIPAL]),
        ("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", []),
    ],
)
def test_a_principal_fails_by_one_thing(named: str, expected: list[NearMiss]) -> None:
    """Our choice: who is named instead is said in one word."""
    asked = request("sts:AssumeRole", ROLE)
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal={"AWS": named})
    assert [reason.kind for reason in trace.reasons] == [ReasonKind.PRINCIPAL]
    assert near(trace) == expected


def test_a_principal_of_another_kind_is_no_near_miss() -> None:
    """Our choice: providers and services are not compared with roles and users."""
    asked = request("sts:AssumeRole", ROLE)
    provider = {"Federated": f"arn:aws:iam::{OWN}:saml-provider/app"}
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal=provider)
    assert near(trace) == []


@pytest.mark.parametrize(
    ("caller", "named", "expected"),
    [
        (f"arn:aws-cn:iam::{OWN}:role/app", f"arn:aws:iam::{OWN}:role/app", NearMiss.PARTITION),
        (SESSION, f"arn:aws:iam::{OWN}:role/zzz", NearMiss.ANOTHER_PRINCIPAL),
        (SESSION, f"arn:aws:iam::{OWN}:role/aaa", NearMiss.ANOTHER_PRINCIPAL),
    ],
)
def test_who_is_named_in_place_of_the_caller_is_told(
    caller: str, named: str, expected: NearMiss
) -> None:
    """Our choice: another partition either way, a role whose name sorts before or behind."""
    asked = request("sts:AssumeRole", ROLE, caller)
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal={"AWS": named})
    assert near(trace) == [expected]


def test_a_role_named_with_another_path_is_told() -> None:
    """B8: the path of a role counts where it is known."""
    context = Context.of({"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/team/app"})
    asked = request("sts:AssumeRole", ROLE, context=context)
    named = {"AWS": f"arn:aws:iam::{OWN}:role/app"}
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal=named)
    assert near(trace) == [NearMiss.PATH]


def test_not_principal_has_no_near_misses() -> None:
    """Our choice: what a negated element lists is what it spares."""
    asked = request("bedrock:ApplyGuardrail", caller=f"arn:aws:iam::{OWN}:root")
    named = {"AWS": f"arn:aws:iam::{OWN}:root"}
    trace = traced(asked, PolicyKind.RESOURCE, Effect="Deny", NotPrincipal=named)
    assert [(reason.kind, reason.near) for reason in trace.reasons] == [(ReasonKind.PRINCIPAL, ())]


@pytest.mark.parametrize(
    ("named", "caller", "fact"),
    [
        (
            f"arn:aws:sts::{OWN}:assumed-role/app/one",
            f"arn:aws:iam::{OWN}:role/app",
            "sts:RoleSessionName",
        ),
        (f"arn:aws:iam::{OWN}:role/team/app", SESSION, "aws:PrincipalArn"),
    ],
)
def test_what_would_tell_who_asks_is_named(named: str, caller: str, fact: str) -> None:
    """B8: a session ARN lacks the path, a role ARN the session's name."""
    asked = request("sts:AssumeRole", ROLE, caller)
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal={"AWS": named})
    (reason,) = trace.reasons
    assert reason.kind is ReasonKind.KEY_UNKNOWN
    assert reason.fact is not None
    assert reason.fact.key == fact


def test_the_id_of_a_caller_whose_user_id_is_unknown_is_asked_for() -> None:
    """B6: an id names the caller whose aws:userid bears it."""
    context = Context.of({}, unknown=[UnknownFact("aws:userid")])
    asked = request("sts:AssumeRole", ROLE, context=context)
    named = {"AWS": "AROAEXAMPLE1234567890"}
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal=named)
    (reason,) = trace.reasons
    assert (reason.kind, reason.fact) == (ReasonKind.KEY_UNKNOWN, UnknownFact("aws:userid"))


def test_everyone_is_left_open_for_services() -> None:
    """B12: whether `{"AWS": "*"}` means services is not documented."""
    context = Context.of({}, unknown=[UnknownFact("aws:userid")])
    asked = request("sts:AssumeRole", ROLE, "bedrock.amazonaws.com", context)
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal={"AWS": "*"})
    assert [reason.kind for reason in trace.reasons] == [ReasonKind.LEFT_OPEN]


NETWORK = "10.0.0.0/8"
TAGGED = "arn:aws:s3:::${aws:PrincipalTag/team}/x"


@pytest.mark.parametrize(
    ("pattern", "context", "kind"),
    [
        (TAGGED, Context.of({}), ReasonKind.VARIABLE_UNRESOLVED),
        (TAGGED, Context.of({"aws:PrincipalTag/team": []}), ReasonKind.VARIABLE_UNRESOLVED),
        (
            TAGGED,
            Context.of({}, unknown=[UnknownFact("aws:PrincipalTag/team")]),
            ReasonKind.KEY_UNKNOWN,
        ),
        (TAGGED, Context.of({"aws:PrincipalTag/team": "other"}), ReasonKind.RESOURCE),
        (
            "arn:${aws:PrincipalTag/partition}",
            Context.of({"aws:PrincipalTag/partition": "aws"}),
            ReasonKind.LEFT_OPEN,
        ),
        ("arn:aws:s3:::${aws:PrincipalTag/team, 'b*'}/x", Context.of({}), ReasonKind.LEFT_OPEN),
        ("arn:aws:s3:::${aws:PrincipalTag/team, 'c'}/x", Context.of({}), ReasonKind.RESOURCE),
        ("*bucket*", Context.of({}), ReasonKind.LEFT_OPEN),
    ],
)
def test_a_resource_with_a_variable_says_what_it_lacks(
    pattern: str, context: Context, kind: ReasonKind
) -> None:
    """B4, B10: without value, with a value nobody told, with another, and open."""
    asked = request("s3:GetObject", "arn:aws:s3:::bucket/x", context=context)
    trace = traced(asked, Resource=[pattern])
    assert [reason.kind for reason in trace.reasons] == [kind]
    if kind is not ReasonKind.RESOURCE:
        assert [reason.at.value for reason in trace.reasons] == [pattern]


def test_of_several_resources_the_one_in_doubt_is_named() -> None:
    """B4, B10: in doubt the one whose variable is not known; where none matches, the element."""
    unknown = Context.of({}, unknown=[UnknownFact("aws:PrincipalTag/team")])
    for context, kind, at in (
        (unknown, ReasonKind.KEY_UNKNOWN, TAGGED),
        (Context.of({}), ReasonKind.RESOURCE, "Resource"),
    ):
        asked = request("s3:GetObject", "arn:aws:s3:::bucket/x", context=context)
        trace = traced(asked, Resource=["arn:aws:s3:::other/x", TAGGED])
        assert [(reason.kind, reason.at.value) for reason in trace.reasons] == [(kind, at)]


def test_a_value_that_cannot_match_does_not_ask_for_its_variable() -> None:
    """E4: whatever the variable stands for, the beginning differs: no fact would settle it."""
    context = Context.of({"aws:username": "ann"}, unknown=[UnknownFact("aws:PrincipalTag/a")])
    value = {"StringEquals": {"aws:username": "bob-${aws:PrincipalTag/a}"}}
    trace = traced(request(context=context), Condition=value)
    assert (trace.match, [reason.fact for reason in trace.reasons]) == (Match.NO, [None])


def test_the_first_reading_of_a_value_is_shown() -> None:
    """B4: a variable with an empty value may stand for nothing or for its default."""
    context = Context.of({"aws:username": "ann", "aws:PrincipalTag/a": ""})
    value = "${aws:PrincipalTag/a, 'x'}"
    trace = traced(request(context=context), Condition={"StringEquals": {"aws:username": value}})
    assert [reason.resolved for reason in trace.reasons] == [("",)]


def test_of_several_values_without_their_variable_the_first_is_named() -> None:
    """B4: a value whose variable has none never matches."""
    values = ["${aws:PrincipalTag/a}", "${aws:PrincipalTag/b}"]
    asked = request(context=Context.of({"aws:username": "ann"}))
    trace = traced(asked, Condition={"StringEquals": {"aws:username": values}})
    assert [(reason.kind, reason.at.value) for reason in trace.reasons] == [
        (ReasonKind.VARIABLE_UNRESOLVED, values[0])
    ]


def test_not_resource_names_the_pattern_that_spares() -> None:
    """B3: the listed pattern that matches is why the statement does not apply."""
    trace = traced(request(), NotResource=["arn:aws:s3:::x", MODEL, f"{MODEL}*"])
    assert [reason.at.value for reason in trace.reasons] == [MODEL]
    variable = "arn:aws:bedrock:eu-west-1::foundation-model/${aws:PrincipalTag/model}"
    context = Context.of({"aws:PrincipalTag/model": "m"})
    trace = traced(request(context=context), NotResource=["arn:aws:s3:::x", variable])
    assert [reason.at.value for reason in trace.reasons] == [variable]
    other = variable.replace("/model}", "/other}")
    context = Context.of({"aws:PrincipalTag/model": "m", "aws:PrincipalTag/other": "n"})
    trace = traced(request(context=context), NotResource=[other, variable])
    assert [reason.at.value for reason in trace.reasons] == [variable]
    context = Context.of(
        {"aws:PrincipalTag/model": "m"}, unknown=[UnknownFact("aws:PrincipalTag/other")]
    )
    trace = traced(request(context=context), NotResource=[other, variable])
    assert [reason.at.value for reason in trace.reasons] == [variable]


def test_not_action_names_the_first_pattern_that_spares() -> None:
    """B1: of several listed patterns that match, the first one."""
    trace = traced(request(), NotAction=["s3:*", "bedrock:*", "bedrock:Invoke*"])
    assert [reason.at.value for reason in trace.reasons] == ["bedrock:*"]


@pytest.mark.parametrize(
    ("operator", "key", "value", "given", "kind"),
    [
        ("StringEquals", "aws:username", "ann", {}, ReasonKind.KEY_ABSENT),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::b", {}, ReasonKind.KEY_ABSENT),
        ("StringEquals", "aws:username", "ann", {"aws:username": "Ann"}, ReasonKind.VALUE_MISMATCH),
        (
            "StringEquals",
            "aws:username",
            "${aws:PrincipalTag/x}",
            {"aws:username": "ann"},
            ReasonKind.VARIABLE_UNRESOLVED,
        ),
        (
            "StringEquals",
            "aws:username",
            ["${aws:PrincipalTag/x}", "bob"],
            {"aws:username": "ann", "aws:PrincipalTag/x": "eve"},
            ReasonKind.VALUE_MISMATCH,
        ),
        (
            "StringEquals",
            "aws:username",
            ["${aws:PrincipalTag/x}", "bob"],
            {"aws:username": "ann"},
            ReasonKind.VALUE_MISMATCH,
        ),
        (
            "NotIpAddress",
            "aws:SourceIp",
            "10.0.0.0/8",
            {"aws:SourceIp": "no"},
            ReasonKind.LEFT_OPEN,
        ),
        (
            "IpAddress",
            "aws:SourceIp",
            "10.0.0.0/8",
            {"aws:SourceIp": "no"},
            ReasonKind.VALUE_MISMATCH,
        ),
        ("Null", "aws:username", "false", {}, ReasonKind.VALUE_MISMATCH),
        (
            "DateEquals",
            "aws:CurrentTime",
            "2026-01-01T00:00:00Z",
            {"aws:CurrentTime": "2026-02-30T00:00:00Z"},
            ReasonKind.VALUE_MISMATCH,
        ),
    ],
)
def test_a_condition_says_why_it_does_not_hold(
    operator: str, key: str, value: Any, given: dict[str, str], kind: ReasonKind
) -> None:
    """C3, C8, C13, C16: absent, another value, without value, open."""
    asked = request(context=Context.of(given))
    trace = traced(asked, Condition={operator: {key: value}})
    assert [reason.kind for reason in trace.reasons] == [kind]


def test_a_value_in_another_case_is_a_near_miss() -> None:
    """C4: StringEquals respects case."""
    asked = request(context=Context.of({"aws:username": "Ann"}))
    trace = traced(asked, Condition={"StringEquals": {"aws:username": ["bob", "ann"]}})
    assert near(trace) == [NearMiss.CASE]
    assert [reason.at.value for reason in trace.reasons] == ["bob"]


def test_a_variable_of_an_unknown_key_matches_ignoring_case_or_not_at_all() -> None:
    """E4: no text in place of the variable would make the second name match."""
    context = Context.of({"aws:username": "ANN-x"}, unknown=[UnknownFact("aws:PrincipalTag/x")])
    asked = request(context=context)
    for written, match in (("ann", Match.UNKNOWN), ("bob", Match.NO)):
        value = written + "-${aws:PrincipalTag/x}"
        trace = traced(asked, Condition={"StringEqualsIgnoreCase": {"aws:username": value}})
        assert trace.match is match


FULL = document(PolicyKind.INLINE)


def test_layers_that_do_not_bind_say_why() -> None:
    """D2, D3, D14: services have no SCPs, service-linked roles no RCPs, Bedrock none."""
    level = (Level("r", "Root", (document(PolicyKind.SCP),)),)
    rcp = (Level("r", "Root", (document(PolicyKind.RCP, Principal="*"),)),)
    policies = Policies(identity=(FULL,), scp=level, rcp=rcp)
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/x/AWSServiceRoleForX"
    for caller, action, bound in (
        ("bedrock.amazonaws.com", "s3:GetObject", [Outcome.NOT_APPLICABLE, Outcome.ALLOWED]),
        (linked, "s3:GetObject", [Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE]),
        (SESSION, "bedrock:InvokeModel", [Outcome.ALLOWED, Outcome.NOT_APPLICABLE]),
        (SESSION, "kms:RetireGrant", [Outcome.ALLOWED, Outcome.NOT_APPLICABLE]),
        (SESSION, "s3:GetObject", [Outcome.ALLOWED, Outcome.ALLOWED]),
    ):
        asked = request(action, "*", caller)
        trace = explain(asked, policies)
        assert [layer.outcome for layer in trace.layers[4:6]] == bound
        assert trace.decision == authorize(asked, policies)


def test_what_decides_an_unknown_answer_is_named() -> None:
    """E2: the facts and open readings on which the answer hangs, and no others."""
    context = Context.of({}, unknown=[UnknownFact("aws:SourceIp")])
    fenced = document(PolicyKind.INLINE, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    open_one = document(PolicyKind.INLINE, Resource=["*m"])
    trace = explain(request(context=context), Policies(identity=(fenced,)))
    assert trace.deciding_missing == (UnknownFact("aws:SourceIp"),)
    trace = explain(request(context=context), Policies(identity=(FULL,), boundary=open_one))
    (missing,) = trace.deciding_missing
    assert isinstance(missing, Missing)
    assert missing.absence is Absence.UNDOCUMENTED


def test_an_rcp_level_without_a_matching_deny_allows() -> None:
    """D3: RCPFullAWSAccess is always attached."""
    closed = document(PolicyKind.RCP, Effect="Deny", Principal="*", Action="s3:PutObject")
    levels = (Level("r", "Root", (closed,)),)
    trace = explain(request("s3:GetObject", "*"), Policies(identity=(FULL,), rcp=levels))
    assert [level.outcome for level in trace.layers[5].levels] == [Outcome.ALLOWED]


def test_no_levels_bind_nothing() -> None:
    """D2: no organization, SCPs not enabled, or the management account."""
    trace = explain(request(), Policies(identity=(FULL,), scp=()))
    assert trace.layers[4].outcome is Outcome.NOT_APPLICABLE


def test_control_policies_that_were_not_collected_are_named() -> None:
    """E1: nobody knows what they allow or deny, nor how many levels there are."""
    gap = Missing("the SCPs of the account", "organizations:ListPoliciesForTarget", OWN)
    trace = explain(request(), Policies(identity=(FULL,), scp=gap))
    layer = trace.layers[4]
    assert (layer.outcome, layer.missing, layer.levels) == (Outcome.UNKNOWN, (gap,), ())
    assert layer.possible == {Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED, Outcome.EXPLICITLY_DENIED}
    assert trace.deciding_missing == (gap,)


@pytest.mark.clause("D2")
def test_the_path_of_what_may_be_a_service_linked_role_is_asked_for() -> None:
    """D2: a session ARN lacks the path; the name alone leaves open whether SCPs bind the role."""
    caller = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForBedrock/x"
    fence = document(PolicyKind.SCP, Effect="Deny")
    policies = Policies(identity=(FULL,), scp=(Level("r", "Root", (FULL, fence)),))
    trace = explain(request(caller=caller), policies)
    path = UnknownFact("aws:PrincipalArn", "--context aws:PrincipalArn=ARN")
    assert (trace.decision.outcome, trace.deciding_missing) == (Outcome.UNKNOWN, (path,))
    for told, answer in (
        ("aws-service-role/bedrock.amazonaws.com/", Outcome.ALLOWED),
        ("", Outcome.EXPLICITLY_DENIED),
    ):
        arn = f"arn:aws:iam::{OWN}:role/{told}AWSServiceRoleForBedrock"
        asked = request(caller=caller, context=Context.of({"aws:PrincipalArn": arn}))
        assert authorize(asked, policies).outcome is answer
    wall = document(PolicyKind.RCP, Effect="Deny", Principal="*")
    walled = Policies(identity=(FULL,), rcp=(Level("r", "Root", (wall,)),))
    trace = explain(request("s3:GetObject", "arn:aws:s3:::b/x", caller), walled)
    assert (trace.decision.outcome, trace.deciding_missing) == (Outcome.UNKNOWN, (path,))
    assert trace.layer(PolicyLayer.RCP).not_applicable is None


def test_doubt_that_decides_is_named_in_a_resource_policy_too() -> None:
    """E2: without an identity policy the grant to the session itself is all there is."""
    unknown = [UnknownFact("aws:SourceIp"), UnknownFact("aws:username")]
    asked = request("bedrock:ApplyGuardrail", context=Context.of({}, unknown=unknown))
    named = {"Principal": {"AWS": SESSION}}
    by_name = document(
        PolicyKind.RESOURCE, Condition={"StringEquals": {"aws:username": "ann"}}, **named
    )
    trace = explain(asked, Policies(resource=by_name))
    assert trace.decision.outcome is Outcome.UNKNOWN
    assert trace.deciding_missing == (UnknownFact("aws:username"),)
    certain = explain(asked, Policies(identity=(FULL,), resource=by_name))
    assert certain.decision.outcome is Outcome.ALLOWED
    assert certain.deciding_missing == ()


def test_who_is_meant_is_asked_for_the_entry_that_is_in_doubt() -> None:
    """B8: entries that name others tell nothing."""
    named = {"AWS": [OTHER, f"arn:aws:iam::{OWN}:role/team/app"]}
    asked = request("sts:AssumeRole", ROLE)
    trace = traced(asked, PolicyKind.TRUST, Action="sts:AssumeRole", Principal=named)
    (reason,) = trace.reasons
    assert reason.fact is not None
    assert reason.fact.key == "aws:PrincipalArn"


def test_a_text_that_can_be_read_in_very_many_ways_may_say_anything() -> None:
    """B4: each empty value counts as a value or as none; 2**8 readings are not tried."""
    context = Context.of({"aws:PrincipalTag/x": ""})
    asked = request("s3:GetObject", "arn:aws:s3:::b/x", context=context)
    variables = "${aws:PrincipalTag/x, 'y'}" * 8
    assert traced(asked, Resource=[f"arn:aws:s3:::b/{variables}x"]).match is Match.UNKNOWN
    assert traced(asked, Resource=[f"arn:aws:s3:::c/{variables}x"]).match is Match.NO


def test_more_actions_than_are_remembered_are_answered() -> None:
    """Our choice: what is remembered of actions is bounded, what is answered is not."""
    policies = CompiledPolicies(Policies(identity=(FULL,)))
    for number in range(4100):
        decision = decide(policies, request(f"s3:Get{number}", "*"))
        assert decision.outcome is Outcome.ALLOWED


def test_an_operator_that_does_not_exist_is_never_compiled() -> None:
    """A7: such a document is malformed and holds no statement."""
    condition = Condition(
        Text("StringIs", "", Span(0, 0)), Text("aws:username", "", Span(0, 0)), ()
    )
    with pytest.raises(ValueError, match="StringIs"):
        compile_condition(condition, "2012-10-17")


@pytest.mark.parametrize("operator", ["ArnEquals", "ArnLike"])
def test_the_last_part_of_an_arn_may_hold_colons(operator: str) -> None:
    """C5: an ARN is cut at its first five colons, in patterns with wildcards too."""
    group = f"arn:aws:logs:eu-west-1:{OWN}:log-group:/app:stream:1"
    asked = request(context=Context.of({"aws:SourceArn": group}))
    for pattern in (group, group.replace("eu-west-1", "*"), group.replace("/app", "?app")):
        trace = traced(asked, Condition={operator: {"aws:SourceArn": pattern}})
        assert trace.match is Match.YES
    other = group.replace(":1", ":2").replace("eu-west-1", "eu-*-1")
    trace = traced(asked, Condition={operator: {"aws:SourceArn": other}})
    assert trace.match is Match.NO


@pytest.mark.parametrize(
    ("wanted", "given", "match"),
    [
        ("Yg==", "Yg==", Match.YES),
        ("bG9uZw==", "bG9uZw==", Match.YES),
        ("Yg==", "YQ==", Match.NO),
        ("YQ==", "Yg==", Match.NO),
        ("YQ==", "no base64", Match.NO),
        ("no base64", "no base64", Match.NO),
    ],
)
def test_binary_values_are_equal_or_not(wanted: str, given: str, match: Match) -> None:
    """C15: the decoded bytes are compared, and what is not base64 does not match."""
    asked = request(context=Context.of({"aws:RequestTag/x": given}))
    trace = traced(asked, Condition={"BinaryEquals": {"aws:RequestTag/x": wanted}})
    assert trace.match is match


def test_a_role_is_no_trust_policy_for_other_actions() -> None:
    """D7: reading or passing a role of the own account needs identity policies alone."""
    own_role = f"arn:aws:iam::{OWN}:role/team/gateway"
    for action in ("iam:GetRole", "iam:PassRole"):
        decision = authorize(request(action, own_role), Policies(identity=(FULL,)))
        assert decision.outcome is Outcome.ALLOWED
    for resource in (own_role, "*"):
        decision = authorize(request("sts:AssumeRole", resource), Policies(identity=(FULL,)))
        expected = Outcome.IMPLICITLY_DENIED if resource == own_role else Outcome.ALLOWED
        assert decision.outcome is expected


@pytest.mark.parametrize(
    ("kind", "call", "command"),
    [
        (PolicyKind.INLINE, "iam:GetAccountAuthorizationDetails",
         "aws iam get-account-authorization-details"),
        (PolicyKind.SESSION, "", ""),
    ],
)  # fmt: skip
def test_a_malformed_policy_is_what_would_settle_an_answer(
    kind: PolicyKind, call: str, command: str
) -> None:
    """What it really says is not known (clause E5); where something else denies nobody asks."""
    good, broken = document(PolicyKind.INLINE), document(kind, Action=5)
    session = kind is PolicyKind.SESSION
    policies = Policies(
        identity=(good if session else broken,), session=(broken,) if session else None
    )
    trace = explain(request(), policies)
    (missing,) = trace.deciding_missing
    assert missing == Missing(
        f"{kind} P (malformed)", call, absence=Absence.MALFORMED, command=command
    )
    denied = (document(PolicyKind.SCP, Effect="Deny"), document(PolicyKind.SCP))
    blocked = Policies(
        identity=policies.identity, session=policies.session, scp=(Level("r", "Root", denied),)
    )
    assert explain(request(), blocked).deciding_missing == ()


def texts(trace: StatementTrace) -> list[str]:
    """The patterns and values that a trace underlines."""
    return [text.value for text in trace.matched]


def test_what_matched_is_named() -> None:
    """Our choice: the patterns and values that matched are underlined, negated elements whole."""
    asked = request(context=Context.of({"aws:RequestedRegion": "eu-west-1"}))
    here = {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-3"]}}
    listed = traced(
        asked,
        Action=["s3:*", "bedrock:Invoke*"],
        Resource=["arn:aws:s3:::b", MODEL],
        Condition=here,
    )
    assert texts(listed) == ["bedrock:Invoke*", MODEL, "eu-west-1", "eu-west-3"]
    others = traced(asked, Effect="Deny", NotAction="s3:*", NotResource="arn:aws:s3:::b")
    assert texts(others) == ["NotAction", "NotResource"]
    assert texts(traced(asked, Action="s3:*")) == []
    there = {"StringEquals": {"aws:RequestedRegion": "eu-west-3"}}
    assert texts(traced(asked, Condition=there)) == []
    doubtful = traced(
        request(context=Context.of({}, unknown=[UnknownFact("aws:RequestedRegion")])),
        Condition=there,
    )
    assert (doubtful.match, texts(doubtful)) == (Match.UNKNOWN, [])


@pytest.mark.parametrize(
    ("network", "address", "match"),
    [
        ("::/0", "10.0.0.1", Match.NO),
        ("0.0.0.0/0", "::1", Match.NO),
        ("::/0", "::1", Match.YES),
        ("0.0.0.0/0", "10.0.0.1", Match.YES),
    ],
)
def test_a_network_of_one_version_holds_no_address_of_the_other(
    network: str, address: str, match: Match
) -> None:
    """C16: whatever the numbers behind the addresses are."""
    asked = request(context=Context.of({"aws:SourceIp": address}))
    trace = traced(asked, Condition={"IpAddress": {"aws:SourceIp": network}})
    assert trace.match is match


def test_a_value_with_fewer_parts_than_an_arn_matches_no_arn() -> None:
    """C5: also where all the parts that it has match."""
    asked = request(context=Context.of({"aws:SourceArn": "arn:aws:logs"}))
    for operator, match in (("ArnLike", Match.NO), ("ArnNotLike", Match.YES)):
        trace = traced(asked, Condition={operator: {"aws:SourceArn": "arn:aws:logs:*:*:*"}})
        assert trace.match is match


def test_a_resource_that_lacks_the_last_part_stands_for_all_names() -> None:
    """B9: an identity policy's ARN is completed."""
    profile = f"arn:aws:bedrock:eu-west-1:{OWN}:inference-profile/p"
    asked = request(resource=profile)
    assert traced(asked, Resource=f"arn:aws:bedrock:eu-west-1:{OWN}").match is Match.YES
    assert traced(asked, Resource=f"arn:aws:bedrock:eu-west-1:{OTHER}").match is Match.NO


def test_a_variable_in_the_account_of_an_arn_is_in_doubt() -> None:
    """B4: AWS knows variables behind the fifth colon."""
    asked = request(
        resource=f"arn:aws:bedrock:eu-west-1:{OWN}:inference-profile/p",
        context=Context.of({"aws:PrincipalAccount": OWN, "aws:PrincipalTag/p": "p"}),
    )
    own = "arn:aws:bedrock:eu-west-1:${aws:PrincipalAccount}:inference-profile/p"
    assert traced(asked, Resource=own).match is Match.UNKNOWN
    named = f"arn:aws:bedrock:eu-west-1:{OWN}:inference-profile/${{aws:PrincipalTag/p}}"
    assert traced(asked, Resource=named).match is Match.YES


def test_another_service_is_no_near_miss() -> None:
    """Our choice: what differs in the service was not meant."""
    trace = traced(request("iam:GetRole", ROLE), Resource=ROLE.replace(":iam:", ":sts:"))
    assert near(trace) == []


def test_another_partition_and_region_are_no_near_miss() -> None:
    """Our choice: two things that differ are one too many."""
    pattern = MODEL.replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1")
    assert near(traced(request(), Resource=pattern)) == []


def test_one_who_is_named_in_every_way_is_named() -> None:
    """D6: the session, its role and everyone in one statement of the own account."""
    names = [SESSION, f"arn:aws:iam::{OWN}:role/app", "*"]
    policy = document(PolicyKind.RESOURCE, Principal={"AWS": names})
    context = Context.of({"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app"})
    asked = Request(parse_principal(SESSION), "s3:GetObject", "arn:aws:s3:::b/x", OWN, context)
    assert authorize(asked, Policies(resource=policy)).outcome is Outcome.ALLOWED


def test_a_user_with_the_name_of_a_service_linked_role_is_none() -> None:
    """D2: SCPs bind it."""
    closed = document(PolicyKind.SCP, Effect="Deny")
    asked = request(caller=f"arn:aws:iam::{OWN}:user/AWSServiceRoleForSupport")
    policies = Policies(identity=(FULL,), scp=(Level("r-1", "", (FULL, closed)),))
    assert authorize(asked, policies).outcome is Outcome.EXPLICITLY_DENIED


def test_a_decision_tells_what_it_leaves_open() -> None:
    """E2: all outcomes that the missing evidence can lead to, and one where it is certain."""
    gap = Missing("a policy", "iam:GetPolicyVersion", OWN)
    nothing = document(PolicyKind.INLINE, Effect="Deny", Action="s3:*")
    for identity, expected in (
        ((FULL,), {Outcome.ALLOWED}),
        ((nothing,), {Outcome.IMPLICITLY_DENIED}),
        ((document(PolicyKind.INLINE, Effect="Deny"),), {Outcome.EXPLICITLY_DENIED}),
        ((FULL, gap), {Outcome.ALLOWED, Outcome.EXPLICITLY_DENIED}),
        ((gap,), {Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED, Outcome.EXPLICITLY_DENIED}),
    ):
        asked = request()
        assert decide(CompiledPolicies(Policies(identity=identity)), asked).possible == expected
        (layer,) = [
            x
            for x in explain(asked, Policies(identity=identity)).layers
            if x.statements or x.missing
        ]
        assert layer.possible == expected


def test_the_statements_that_decide_have_the_effect_that_decides() -> None:
    """Our choice: the Denies of a denial, the Allows where all is allowed, else none."""
    denied = document(PolicyKind.INLINE, Effect="Deny", Action="bedrock:*")
    other = document(PolicyKind.INLINE, Effect="Deny", Action="s3:*")
    elsewhere = document(PolicyKind.INLINE, Action="s3:*")
    for policies, effects in (
        ((FULL, denied, other), ["Deny"]),
        ((FULL, elsewhere, other), ["Allow"]),
        ((other,), []),
    ):
        identity = explain(request(), Policies(identity=policies)).layers[0]
        assert [entry.statement.effect for entry in identity.deciding] == effects


def test_levels_answer_for_themselves() -> None:
    """D2, D3: an SCP level has to allow, an RCP level has not."""
    closed = document(PolicyKind.SCP, Effect="Deny", Action="s3:*")
    wall = document(PolicyKind.RCP, Effect="Deny", Principal="*", Action="s3:*")
    open_wall = document(PolicyKind.RCP, Effect="Deny", Principal="*", Action="s3:PutObject")
    policies = Policies(
        identity=(FULL,),
        scp=(Level("r-1", "", (FULL,)), Level("ou-1", "", (closed,))),
        rcp=(Level("r-1", "", (open_wall,)), Level("ou-1", "", (wall,))),
    )
    found = {
        str(layer.layer): [level.outcome for level in layer.levels]
        for layer in explain(request("s3:GetObject", "arn:aws:s3:::b/x"), policies).layers
    }
    assert found["scp"] == [Outcome.ALLOWED, Outcome.EXPLICITLY_DENIED]
    assert found["rcp"] == [Outcome.ALLOWED, Outcome.EXPLICITLY_DENIED]
    silent = explain(request("bedrock:ListTagsForResource", "*"), policies).layers
    (scp,) = [layer for layer in silent if layer.layer == "scp"]
    assert [level.outcome for level in scp.levels] == [Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED]


def test_a_layer_that_is_certain_is_not_asked_for_what_it_lacks() -> None:
    """E1: an Allow that applies needs no other one, and what that one lacks settles nothing."""
    unknown = [UnknownFact("aws:username"), UnknownFact("aws:PrincipalTag/team")]
    asked = request(context=Context.of({}, unknown=unknown))
    doubtful = document(PolicyKind.INLINE, Condition={"StringEquals": {"aws:username": "ann"}})
    fence = document(
        PolicyKind.SCP, Effect="Deny", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}}
    )
    policies = Policies(identity=(FULL, doubtful), scp=(Level("r-1", "", (FULL, fence)),))
    trace = explain(asked, policies)
    assert trace.decision.outcome is Outcome.UNKNOWN
    assert trace.deciding_missing == (UnknownFact("aws:PrincipalTag/team"),)


def test_a_layer_says_why_it_does_not_bind() -> None:
    """D2: no document, no policies of its own, or a caller who is exempt."""
    level = Level("r-1", "", (document(PolicyKind.SCP, Effect="Deny"),))
    policies = Policies(identity=(FULL,), scp=(level,))
    linked = f"arn:aws:iam::{OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    by_layer = {str(t.layer): t for t in explain(request(caller=linked), policies).layers}
    assert by_layer["boundary"].not_applicable == NotApplicable("none")
    assert by_layer["scp"].not_applicable == NotApplicable("service-linked roles are exempt")
    assert by_layer["scp"].levels == ()
    assert by_layer["identity"].not_applicable is None
    service = explain(request(caller="lambda.amazonaws.com"), policies).layers[0]
    assert service.not_applicable == NotApplicable("the principal carries no policies of its own")


def test_a_level_in_doubt_is_in_doubt() -> None:
    """D3: a Deny that may apply leaves an RCP level open."""
    doubtful = {"StringEquals": {"aws:username": "ann"}}
    wall = document(PolicyKind.RCP, Effect="Deny", Principal="*", Action="s3:*", Condition=doubtful)
    context = Context.of({}, unknown=[UnknownFact("aws:username")])
    asked = request("s3:GetObject", "arn:aws:s3:::b/x", context=context)
    layers = explain(asked, Policies(identity=(FULL,), rcp=(Level("r-1", "", (wall,)),))).layers
    (rcp,) = [layer for layer in layers if layer.layer == "rcp"]
    assert [level.outcome for level in rcp.levels] == [Outcome.UNKNOWN]


def test_what_passes_a_boundary_is_asked_only_where_it_decides() -> None:
    """D16: whether an Allow for everyone passes is open, and settles nothing that is denied."""
    everyone = document(PolicyKind.RESOURCE, Principal="*")
    nothing = document(PolicyKind.BOUNDARY, Action="ec2:*")
    asked = Request(
        parse_principal(SESSION), "s3:GetObject", "arn:aws:s3:::b/x", OWN, Context.of({})
    )
    policies = Policies(identity=(FULL,), boundary=nothing, resource=everyone)
    open_ = explain(asked, policies)
    assert open_.decision.outcome is Outcome.UNKNOWN
    assert [len(layer.missing) for layer in open_.layers if layer.layer == "boundary"] == [1]
    open_session = replace(policies, session=(document(PolicyKind.SESSION),))
    passes = {layer.layer: layer.missing for layer in explain(asked, open_session).layers}
    assert (len(passes[PolicyLayer.BOUNDARY]), passes[PolicyLayer.SESSION]) == (1, ())
    address = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    asked_from = Context.of({}, unknown=[UnknownFact("aws:SourceIp")])
    doubtful = replace(policies, session=(document(PolicyKind.SESSION, Condition=address),))
    layers = explain(replace(asked, context=asked_from), doubtful).layers
    passes = {layer.layer: layer.missing for layer in layers}
    assert passes[PolicyLayer.BOUNDARY][0] not in passes[PolicyLayer.SESSION]
    named = document(PolicyKind.RESOURCE, Principal={"AWS": SESSION}, Condition=address)
    itself = replace(policies, resource=named)
    passed = explain(replace(asked, context=asked_from), itself)
    assert passed.decision.outcome is Outcome.UNKNOWN
    assert [layer.missing for layer in passed.layers if layer.layer == "boundary"] == [()]
    closed = Level("r-1", "", (document(PolicyKind.SCP, Action="ec2:*"),))
    denied = explain(asked, replace(policies, scp=(closed,)))
    assert denied.decision.outcome is Outcome.IMPLICITLY_DENIED
    assert [layer.missing for layer in denied.layers if layer.layer == "boundary"] == [()]


@pytest.mark.parametrize("operator", ["ArnEquals", "StringEquals", "StringLike"])
def test_everyone_who_is_one_role_is_that_role(operator: str) -> None:
    """D16: with a positive condition on aws:PrincipalArn an Allow for everyone names the role."""
    role = f"arn:aws:iam::{OWN}:role/app"
    context = Context.of({"aws:PrincipalArn": role})
    asked = Request(parse_principal(SESSION), "s3:GetObject", "arn:aws:s3:::b/x", OWN, context)
    named = {operator: {"aws:PrincipalArn": role}}
    policies = Policies(
        boundary=document(PolicyKind.BOUNDARY, Action="ec2:*"),
        resource=document(PolicyKind.RESOURCE, Principal="*", Condition=named),
    )
    assert authorize(asked, policies).outcome is Outcome.ALLOWED


def test_a_provider_is_told_by_its_whole_name() -> None:
    """B5: another provider's name may come before or behind it."""
    for named, expected in (
        ("m.example.com", Outcome.ALLOWED),
        ("z.example.com", Outcome.IMPLICITLY_DENIED),
        ("a.example.com", Outcome.IMPLICITLY_DENIED),
    ):
        provider = f"arn:aws:iam::{OTHER}:oidc-provider/{named}"
        trust = document(
            PolicyKind.TRUST,
            Action="sts:AssumeRoleWithWebIdentity",
            Principal={"Federated": provider},
        )
        caller = parse_principal(f"arn:aws:iam::{OTHER}:oidc-provider/m.example.com")
        asked = Request(caller, "sts:AssumeRoleWithWebIdentity", ROLE, OTHER, Context.of({}))
        assert authorize(asked, Policies(resource=trust)).outcome is expected, named


@pytest.mark.parametrize("caller", ["cognito-identity.amazonaws.com", "graph.facebook.com"])
def test_a_provider_without_an_arn_is_told_by_its_whole_name(caller: str) -> None:
    """B5: the providers that AWS knows are written as host names."""
    for named in ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com"):
        trust = document(
            PolicyKind.TRUST,
            Action="sts:AssumeRoleWithWebIdentity",
            Principal={"Federated": named},
        )
        action = "sts:AssumeRoleWithWebIdentity"
        asked = Request(parse_principal(caller), action, ROLE, OTHER, Context.of({}))
        allowed = authorize(asked, Policies(resource=trust)).outcome is Outcome.ALLOWED
        assert allowed is (named == caller), named


def test_a_service_is_told_by_its_whole_name() -> None:
    """B5: another service's name may come before or behind it."""
    for named, expected in (
        ("glue.amazonaws.com", Outcome.ALLOWED),
        ("ec2.amazonaws.com", Outcome.IMPLICITLY_DENIED),
        ("lambda.amazonaws.com", Outcome.IMPLICITLY_DENIED),
    ):
        trust = document(PolicyKind.TRUST, Action="sts:AssumeRole", Principal={"Service": named})
        caller = parse_principal("glue.amazonaws.com")
        asked = Request(caller, "sts:AssumeRole", ROLE, OTHER, Context.of({}))
        assert authorize(asked, Policies(resource=trust)).outcome is expected, named


def test_the_value_in_doubt_is_named_and_not_one_that_lacks_its_variable() -> None:
    """B4: what AWS leaves open decides, where the other value cannot match."""
    lacking = "arn:aws:s3:::${aws:PrincipalTag/none}/x"
    early = "arn:aws:bedrock:eu-west-1:${aws:PrincipalAccount}:inference-profile/p"
    asked = request(
        resource=f"arn:aws:bedrock:eu-west-1:{OWN}:inference-profile/p",
        context=Context.of({"aws:PrincipalAccount": OWN}),
    )
    (reason,) = traced(asked, Resource=[lacking, early]).reasons
    assert (reason.kind, reason.at.value) == (ReasonKind.LEFT_OPEN, early)


@pytest.mark.parametrize(
    ("owner", "named", "direct"),
    [(OWN, SESSION, True), (OWN, "*", True), (OWN, OWN, False), (OTHER, SESSION, False)],
)
def test_a_resource_policy_grants_alone_within_one_account(
    owner: str, named: str, direct: bool
) -> None:
    """D5: where it names the caller itself or everyone, not its account, and not from another."""
    asked = Request(
        parse_principal(SESSION), "s3:GetObject", "arn:aws:s3:::b/x", owner, Context.of({})
    )
    policy = document(PolicyKind.RESOURCE, Principal={"AWS": named})
    assert explain(asked, Policies(identity=(FULL,), resource=policy)).direct_grant is direct


def test_an_object_in_a_bucket_called_role_is_no_role() -> None:
    """D7: IAM roles have trust policies, whatever else is called so."""
    assert is_role(ROLE)
    assert not is_role("arn:aws:s3:::role/gateway")
    assert not is_role("arn:aws:bedrock:::role/gateway")


def test_a_key_without_a_policy_is_closed_not_exempt() -> None:
    """D13: KMS keys are reached only if their own policy allows."""
    key = f"arn:aws:kms:eu-west-1:{OWN}:key/k"
    asked = Request(parse_principal(SESSION), "kms:Decrypt", key, OWN, Context.of({}))
    layer = explain(asked, Policies(identity=(FULL,))).layer(PolicyLayer.RESOURCE)
    assert (layer.outcome, layer.not_applicable) == (Outcome.IMPLICITLY_DENIED, None)


@pytest.mark.parametrize("other", ["AROAAAAAAAAAAAAAAAAAA", "AROAZZZZZZZZZZZZZZZZZ"])
def test_an_id_names_the_one_who_bears_it(other: str) -> None:
    """B6: no other id does, whether it sorts before or behind."""
    own = "AROAEXAMPLE1234567890"
    signer = parse_principal(SESSION, unique_id=own)
    asked = replace(request("sts:AssumeRole", ROLE), principal=signer)
    for named, match in ((own, Match.YES), (other, Match.NO)):
        element = {"Action": "sts:AssumeRole", "Principal": {"AWS": named}}
        assert traced(asked, PolicyKind.TRUST, **element).match is match


def test_an_allow_in_doubt_leaves_a_grant_and_an_implicit_denial_open() -> None:
    """E2: no explicit denial is among the outcomes."""
    fenced = document(PolicyKind.INLINE, Condition={"IpAddress": {"aws:SourceIp": NETWORK}})
    context = Context.of({}, unknown=[UnknownFact("aws:SourceIp")])
    decision = authorize(request(context=context), Policies(identity=(fenced,)))
    assert set(decision.possible) == {Outcome.ALLOWED, Outcome.IMPLICITLY_DENIED}
