"""Accounts are audited under an id that stands for any, and nothing can tell it from theirs."""

from __future__ import annotations

import pytest

from bedrock_doctor import app
from bedrock_doctor.audit.row_verdicts import INVOKE
from bedrock_doctor.audit.stand_in import STAND_IN
from bedrock_doctor.model.audit import Access
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    IamEntity,
    InferenceProfile,
    Organization,
    Snapshot,
)
from tests.audit.organizations import ACCOUNTS, LITE, MANAGEMENT, document
from tests.audit.test_trust import QUESTION

ONE = ACCOUNTS[0]
REGION = "eu-central-1"


def under(
    condition: dict[str, dict[str, str]],
    *,
    tags: dict[str, str] | None = None,
    profile_tags: dict[str, str] | None = None,
) -> dict[str, Access]:
    """What a role may call by each profile, if all is allowed on one condition."""
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    policy = document(PolicyKind.INLINE, "p", allow)
    role = IamEntity(f"arn:aws:iam::{ONE}:role/r", "r", policies=(policy,), tags=tags or {})
    arn = f"arn:aws:bedrock:{REGION}:{ONE}:application-inference-profile/abc123def456"
    models = (f"arn:aws:bedrock:{REGION}::foundation-model/{LITE}",)
    own = InferenceProfile(arn, arn, "APPLICATION", "ACTIVE", models, profile_tags or {})
    account = Account(
        ONE,
        roles={"r": role},
        iam_complete=True,
        bedrock={REGION: BedrockRegion(REGION, profiles={arn: own})},
    )
    alone = Organization("o-test", MANAGEMENT, "ALL", policy_types=frozenset(), members={ONE: ""})
    audit = app.audit(Snapshot({ONE: account}, (alone,)), QUESTION)
    return {
        audit.routes[n].profile.rpartition("/")[2]: entry.access
        for entry in audit.classes
        for n in range(len(audit.routes))
        if entry.action == INVOKE and entry.routes >> n & 1
    }


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        ("aws:PrincipalAccount", f"{STAND_IN[:1]}*"),
        ("aws:PrincipalAccount", f"*{STAND_IN[-2:]}"),
        ("aws:PrincipalAccount", f"*{STAND_IN[3:6]}*"),
        ("aws:PrincipalArn", f"arn:aws:iam::{STAND_IN[:4]}*"),
        ("aws:PrincipalArn", f"*{STAND_IN[-2:]}:role/*"),
    ],
)
def test_a_pattern_that_names_part_of_the_stand_in_names_no_account(key: str, pattern: str) -> None:
    """No policy that allows the stand-in alone allows anybody."""
    found = under({"StringLike": {key: pattern}})

    assert set(found.values()) == {Access.BLOCKED}


def test_a_tag_that_holds_the_own_account_id_is_compared() -> None:
    """With the id written in a policy, and with the one that AWS puts for a variable."""
    tags = {"account": ONE}
    written = under({"StringEquals": {"aws:PrincipalTag/account": ONE}}, tags=tags)
    put = under(
        {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalTag/account}"}}, tags=tags
    )

    assert set(written.values()) == {Access.ALLOWED}
    assert set(put.values()) == {Access.ALLOWED}


def test_a_tag_of_a_profile_that_holds_the_own_account_id_is_compared() -> None:
    """Tags of application profiles as well, in their keys and values."""
    equal = {"StringEqualsIfExists": {f"aws:ResourceTag/of-{ONE}": "${aws:PrincipalAccount}"}}

    assert under(equal, profile_tags={f"of-{ONE}": ONE})["abc123def456"] is Access.ALLOWED
    assert under(equal, profile_tags={f"of-{ONE}": "x"})["abc123def456"] is Access.BLOCKED
