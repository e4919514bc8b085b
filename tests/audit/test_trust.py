"""Who else can become a role, and what is said where evidence is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bedrock_doctor import app
from bedrock_doctor.audit.auditing import AuditQuestion
from bedrock_doctor.audit.offers import Wanted
from bedrock_doctor.model.audit import Access, Audit, PrincipalType, Settle
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from tests.audit.organizations import ACCOUNTS, FOREIGN, LITE, MANAGEMENT, document

ONE, OTHER, _ = ACCOUNTS
ALL = document(PolicyKind.INLINE, "all", {"Effect": "Allow", "Action": "*", "Resource": "*"})
QUESTION = AuditQuestion(Wanted(frozenset({LITE}), frozenset({"eu-central-1"})))


def trust(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> Readable:
    said = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        said["Condition"] = condition
    return document(PolicyKind.TRUST, "trust policy", said)


def role(account: str, name: str, said: Readable, *policies: Readable) -> IamEntity:
    arn = f"arn:aws:iam::{account}:role/{name}"
    return IamEntity(arn, name, policies=policies or (ALL,), trust=said, tags={})


def audited(*roles: IamEntity, members: tuple[str, ...] = (), complete: bool = True) -> Audit:
    """An audit of roles, each in the account that its ARN names."""
    held: dict[str, dict[str, IamEntity]] = {}
    for one in roles:
        held.setdefault(one.arn.split(":")[4], {})[one.name] = one
    accounts = {n: Account(n, roles=r, iam_complete=complete) for n, r in held.items()}
    organization = Organization(
        id="o-test",
        management_account=MANAGEMENT,
        feature_set="ALL",
        policy_types=frozenset(),
        members=dict.fromkeys((*held, *members), ""),
        members_complete=True,
        parents=dict.fromkeys((*held, *members), "r-1"),
    )
    return app.audit(Snapshot(accounts, (organization,)), QUESTION)


def steps(audit: Audit) -> dict[tuple[str, str], tuple[Access, set[str]]]:
    """Who steps to which role, and on what that depends."""
    return {
        (audit.principals[e.source].arn, audit.principals[e.role].arn.rpartition("/")[2]): (
            e.access,
            {f.key if isinstance(f, UnknownFact) else f.what for f in e.settle},
        )
        for e in audit.edges
    }


def test_services_and_other_accounts_come_through_the_trust_policy() -> None:
    """A plain service is certain; a source condition, an ExternalId and claims are not known."""
    foreign = f"arn:aws:iam::{FOREIGN}:root"
    provider = f"arn:aws:iam::{ONE}:oidc-provider/token.example.com"
    saml = f"arn:aws:iam::{ONE}:saml-provider/login"
    found = audited(
        role(ONE, "plain", trust({"Service": "lambda.amazonaws.com"})),
        role(
            ONE,
            "narrow",
            trust({"Service": "ec2.amazonaws.com"}, StringEquals={"aws:SourceAccount": ONE}),
        ),
        role(ONE, "open", trust({"AWS": FOREIGN})),
        role(ONE, "partner", trust({"AWS": foreign}, StringEquals={"sts:ExternalId": "x"})),
        role(ONE, "ours", trust({"AWS": foreign}, StringEquals={"aws:PrincipalOrgID": "o-test"})),
        role(
            ONE,
            "pipeline",
            trust(
                {"Federated": provider},
                "sts:AssumeRoleWithWebIdentity",
                StringLike={"token.example.com:sub": "repo:acme/*"},
            ),
        ),
        role(ONE, "people", trust({"Federated": saml}, "sts:AssumeRoleWithSAML")),
    )
    told = steps(found)
    assert told["lambda.amazonaws.com", "plain"] == (Access.ALLOWED, set())
    assert told["ec2.amazonaws.com", "narrow"] == (Access.UNKNOWN, {"aws:SourceAccount"})
    assert told[foreign, "open"] == (Access.ALLOWED, set())
    assert told[foreign, "partner"] == (Access.UNKNOWN, {"sts:ExternalId"})
    assert (foreign, "ours") not in told
    assert told[provider, "pipeline"] == (Access.UNKNOWN, {"token.example.com:sub"})
    assert told[saml, "people"] == (Access.ALLOWED, set())


def test_members_that_are_not_held_are_no_strangers() -> None:
    """A role for the whole organization: anybody is kept out, a member that is not held is not."""
    said = trust("*", StringEquals={"aws:PrincipalOrgID": "o-test"})
    found = audited(role(ONE, "shared", said), members=(OTHER,))
    told = steps(found)
    assert ("*", "shared") not in told
    assert told[f"arn:aws:iam::{OTHER}:root", "shared"] == (Access.ALLOWED, set())
    assert any(OTHER in limit for limit in found.limits)


def test_a_role_for_everyone_is_open_to_anybody() -> None:
    """Inside and outside of any organization."""
    found = audited(role(ONE, "public", trust({"AWS": "*"})), role(OTHER, "app", trust({})))
    told = steps(found)
    assert told["*", "public"] == (Access.ALLOWED, set())
    assert told[f"arn:aws:iam::{OTHER}:role/app", "public"] == (Access.ALLOWED, set())


def test_a_trust_policy_that_was_not_read_may_trust_anybody() -> None:
    """Unknown, with the document that would tell; never nobody."""
    gap = Missing("trust policy of hidden", "iam:GetRole", ONE)
    found = audited(role(ONE, "hidden", gap), role(OTHER, "app", trust({})))
    told = steps(found)
    for source in ("*", f"arn:aws:iam::{OTHER}:role/app"):
        assert told[source, "hidden"] == (Access.UNKNOWN, {"trust policy of hidden"})
    assert gap in set(found.unknowns())


def test_a_malformed_trust_policy_is_named_with_its_account() -> None:
    """AWS stores no wildcard within a principal; the copy may say anything, for each role apart."""
    said = trust({"AWS": f"arn:aws:iam::{OTHER}:role/*"})
    assert isinstance(said, PolicyDocument)
    ours, theirs = (
        role(ONE, name, replace(said, ref=PolicyRef(PolicyKind.TRUST, name, ONE)))
        for name in ("ours", "theirs")
    )
    found = audited(ours, theirs, role(OTHER, "app", trust({})))
    told = steps(found)
    for name in ("ours", "theirs"):
        what = {f"trust policy {name} (malformed) in account {ONE}"}
        assert told["*", name] == (Access.UNKNOWN, what)
        assert told[f"arn:aws:iam::{OTHER}:role/app", name] == (Access.UNKNOWN, what)
    commands = {fact.command for fact in found.unknowns()}
    assert commands == {"aws iam get-account-authorization-details"}


def test_malformed_policies_of_a_caller_are_named_with_its_account() -> None:
    """For its calls, and for its steps to roles of others."""
    broken = document(PolicyKind.INLINE, "broken", {"Effect": "Allow", "Action": 5})
    found = audited(
        role(ONE, "app", trust({"Service": "lambda.amazonaws.com"}), broken),
        role(OTHER, "target", trust({"AWS": ONE})),
    )
    what = f"inline policy broken (malformed) in account {ONE}"
    app_role = f"arn:aws:iam::{ONE}:role/app"
    assert steps(found)[app_role, "target"] == (Access.UNKNOWN, {what})
    own = [entry for entry in found.classes if entry.account == ONE]
    assert own
    assert all(_whats(entry.settle) == {what} for entry in own)


def _whats(settle: Settle) -> set[str]:
    return {fact.what for fact in settle if isinstance(fact, Missing)}


def test_policies_that_were_not_read_leave_every_answer_open() -> None:
    """Nothing is denied for want of a document."""
    gap = Missing("policies of hidden", "iam:GetRole", ONE)
    found = audited(role(ONE, "hidden", trust({"Service": "lambda.amazonaws.com"}), gap))
    assert {entry.access for entry in found.classes} == {Access.UNKNOWN}
    assert all(entry.settle == (gap,) for entry in found.classes)
    assert not found.principals[0].known


def test_principals_of_accounts_that_are_not_complete_may_exist() -> None:
    """A role that is named and not held is told as one of another account."""
    said = trust({"AWS": f"arn:aws:iam::{OTHER}:role/unseen"})
    found = audited(role(ONE, "target", said), role(OTHER, "app", trust({})), complete=False)
    unseen = [p for p in found.principals if p.arn.endswith("role/unseen")]
    assert [p.type for p in unseen] == [PrincipalType.FOREIGN]
    whole = audited(role(ONE, "target", said), role(OTHER, "app", trust({})))
    assert not [p for p in whole.principals if p.arn.endswith("role/unseen")]


def test_only_the_last_role_counts() -> None:
    """Role chaining: what the caller may do itself is gone, what the last role may do is there."""
    nothing = document(PolicyKind.INLINE, "assume", _assume())
    found = audited(
        role(ONE, "app", trust({"Service": "lambda.amazonaws.com"}), nothing),
        role(OTHER, "gate", trust({"AWS": f"arn:aws:iam::{ONE}:role/app"}), nothing),
        role(OTHER, "model", trust({"AWS": f"arn:aws:iam::{OTHER}:role/gate"})),
    )
    told = steps(found)
    assert set(told) == {
        ("lambda.amazonaws.com", "app"),
        (f"arn:aws:iam::{ONE}:role/app", "gate"),
        (f"arn:aws:iam::{OTHER}:role/gate", "model"),
    }
    by_name = {found.principals[e.principals[0]].arn.rpartition("/")[2]: e for e in found.classes}
    assert by_name["app"].access is Access.BLOCKED
    assert by_name["model"].access is Access.ALLOWED


def _assume() -> dict[str, str]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
