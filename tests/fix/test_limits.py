"""Plans keep the sizes that AWS lets documents have, or say what does not fit.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bedrock_doctor import app
from bedrock_doctor.fix.limits import too_large
from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.snapshot import IamEntity, Snapshot
from bedrock_doctor.model.source import Source
from tests.fix.organizations import OTHER, ROLE, TARGET, organization

USER, GROUP = f"arn:aws:iam::{TARGET}:user/ana", f"arn:aws:iam::{TARGET}:group/devs"


def text_of(size: int, indent: int | None = None) -> str:
    """A document of exactly so many characters without white space."""
    statement = {"Effect": "Deny", "Action": "s3:*", "Resource": ""}
    empty = len(json.dumps({"Statement": [statement]}, separators=(",", ":")))
    return json.dumps(
        {"Statement": [{**statement, "Resource": "x" * (size - empty)}]}, indent=indent
    )


def changed(kind: PolicyKind, size: int, holder: str = ROLE, before: int = 0) -> ChangedDocument:
    made = text_of(size, 2)
    ref = PolicyRef(kind, "Made", TARGET, holder=holder)
    return ChangedDocument(ref, TARGET, text_of(before) if before else "", made, (), ())


@pytest.mark.parametrize(
    ("kind", "holder", "limit"),
    [
        (PolicyKind.MANAGED, ROLE, 6_144),
        (PolicyKind.TRUST, ROLE, 2_048),
        (PolicyKind.INLINE, ROLE, 10_240),
        (PolicyKind.INLINE, USER, 2_048),
        (PolicyKind.INLINE, GROUP, 5_120),
    ],
)
def test_white_space_does_not_count_in_iam(kind: PolicyKind, holder: str, limit: int) -> None:
    """The documents are indented; the last character that IAM takes, and one more."""
    assert too_large([changed(kind, limit, holder)], {}) == ()
    (said,) = too_large([changed(kind, limit + 1, holder)], {})
    assert f"{limit + 1} characters" in said
    assert f"AWS takes {limit}" in said


@pytest.mark.parametrize("kind", [PolicyKind.SCP, PolicyKind.RCP])
def test_every_character_counts_in_organizations(kind: PolicyKind) -> None:
    """As stored: white space too."""
    made = changed(kind, 5_000)
    dense = text_of(5_000).replace(" ", "")
    assert too_large([replace(made, after=dense + " " * 120)], {}) == ()
    assert too_large([replace(made, after=dense + " " * 121)], {})


def test_a_trust_above_the_default_shows_a_raised_quota() -> None:
    """2,048 can be raised to 4,096; a document that is larger now was taken by AWS."""
    assert too_large([changed(PolicyKind.TRUST, 4_096, before=2_049)], {}) == ()
    assert too_large([changed(PolicyKind.TRUST, 4_097, before=2_049)], {})
    (said,) = too_large([changed(PolicyKind.TRUST, 2_049, before=2_048)], {})
    assert said.endswith("AWS takes 2048, or 4096 after a quota increase")


def test_inline_policies_of_one_holder_count_together() -> None:
    """What is there already counts; the changed one counts once, with its new size."""
    made = changed(PolicyKind.INLINE, 1_000)
    assert too_large([made], {ROLE: {"Other": 9_240, "Made": 5_000}, USER: {"Other": 9_999}}) == ()
    assert too_large([made], {ROLE: {"Other": 9_241}})
    new = replace(made, policy=replace(made.policy, name="New"))
    assert too_large([made, new], {ROLE: {"Other": 8_241}})


Change = Callable[[str], str]


def padded(size: int, indent: int | None = None) -> Change:
    """A document with statements of no concern until it has at least so many characters."""

    def pad(text: str) -> str:
        held = json.loads(text)
        trust = "Principal" in held["Statement"][0]
        while len(json.dumps(held, separators=(",", ":"))) < size:
            other = f"arn:aws:s3:::b{len(held['Statement']):03}"
            named = {"Principal": {"AWS": OTHER}} if trust else {"Resource": other}
            action = "sts:TagSession" if trust else "s3:*"
            held["Statement"].append({"Effect": "Allow", "Action": action, **named})
        return json.dumps(held, indent=indent, separators=None if indent else (",", ":"))

    return pad


def plan_for(*faults: str, **changes: Change) -> Plan:
    """The plan for a generated organization with exactly these faults and changed documents."""
    seed = next(n for n in range(2_000) if sorted(organization(n)[2]) == sorted(faults))
    attempt, snapshot, _ = organization(seed)
    snapshot = _with(snapshot, changes)
    return app.fix(app.diagnose(attempt, snapshot), snapshot)


def _with(snapshot: Snapshot, changes: dict[str, Change]) -> Snapshot:
    def document(held: PolicyDocument, part: str) -> PolicyDocument:
        change = changes.get(part)
        return replace(held, source=Source(change(held.source.text))) if change else held

    (held,) = snapshot.organizations
    (scp,) = held.scps["ou-ab12-prod"]
    organization_ = replace(held, scps={**held.scps, "ou-ab12-prod": (document(scp, "scp"),)})
    account = snapshot.accounts[TARGET]
    role: IamEntity = account.roles["gateway"]
    (own,) = role.policies
    made: Any = replace(
        role, policies=(document(own, "role"),), trust=document(role.trust, "trust")
    )
    accounts = {**snapshot.accounts, TARGET: replace(account, roles={"gateway": made})}
    return replace(snapshot, accounts=accounts, organizations=(organization_,))


def test_an_scp_is_written_without_white_space_where_only_that_fits() -> None:
    """The change is said, and the document is the same policy."""
    plan = plan_for("fence", scp=padded(4_300, indent=1))
    (document,) = plan.documents
    assert plan.proved
    assert 4_300 < len(document.after) <= 5_120
    assert document.after == json.dumps(json.loads(document.after), separators=(",", ":"))
    assert "without the white space" in plan.fixes[0].summary
    kept = plan_for("fence", scp=padded(500, indent=1))
    assert "\n" in kept.documents[0].after
    assert "white space" not in kept.fixes[0].summary


def test_an_scp_without_room_is_no_plan() -> None:
    """Nothing is offered that AWS would refuse; the size is the reason that is given."""
    plan = plan_for("fence", scp=padded(5_060))
    assert not plan.proved
    assert plan.documents == ()
    (finding,) = plan.remaining
    said = f"what would mend {finding.id} does not fit: service control policy scp would have"
    assert any(doubt.startswith(said) and "AWS takes 5120" in doubt for doubt in plan.doubts)


def test_full_inline_policies_get_a_managed_policy() -> None:
    """A role holds 10,240 characters in all its inline policies; a managed one counts apart."""
    plan = plan_for("role lacks", role=padded(10_180))
    assert plan.proved
    assert [document.policy.kind for document in plan.documents] == [PolicyKind.MANAGED]


def test_a_full_trust_policy_names_the_quota() -> None:
    """It is split nowhere: a role has one trust policy."""
    plan = plan_for("trust lacks", trust=padded(2_000))
    assert not plan.proved
    assert any("4096 after a quota increase" in doubt for doubt in plan.doubts)
    assert plan_for("trust lacks", trust=padded(2_100)).proved
