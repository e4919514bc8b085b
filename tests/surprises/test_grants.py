"""What policies of roles and users give away, and what they give in vain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bedrock_doctor.model.audit import Access
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import PolicyLayer

from .world import (
    ALL,
    HOME,
    MANAGEMENT,
    ROLE,
    SISTER,
    audit,
    document,
    organization,
    role,
    snapshot,
    statement,
    surprises,
)

CALLER = f"arn:aws:iam::{SISTER}:role/app"


@pytest.mark.parametrize(
    ("elements", "told"),
    [
        ({"Action": "bedrock:*", "Resource": "*"}, True),
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": "Bedrock:*", "Resource": "arn:aws:bedrock:*"}, True),
        ({"NotAction": ["iam:*", "organizations:*"], "Resource": "*"}, True),
        ({"Action": ["s3:GetObject", "bedrock:*"], "Resource": ["*"]}, True),
        ({"Action": "bedrock:Invoke*", "Resource": "*"}, False),
        ({"NotAction": ["bedrock:*"], "Resource": "*"}, False),
        ({"Action": "bedrock:*", "Resource": "arn:aws:bedrock:*::foundation-model/*"}, False),
        ({"Action": "bedrock:*", "Resource": "*",
          "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, False),
    ],
)  # fmt: skip
def test_everything_on_everything_is_told(elements: dict[str, Any], told: bool) -> None:
    """A NotAction that leaves Amazon Bedrock in is the same; a condition is a bound."""
    held = snapshot(role(policies=[[statement(**elements)]]))
    assert bool(surprises(held, kind="bedrock-on-everything")) is told


def test_what_limits_the_grant_is_told_with_it() -> None:
    """The effective answer: nothing of it, a part of it, all of it."""
    held = snapshot(role(policies=[[statement(Action="bedrock:*", Resource="*")]]))
    kind = "bedrock-on-everything"
    (whole,) = surprises(held, audit(held, routes=ALL), kind)
    assert whole.notes == ("nothing limits it: all 2 models are within reach",)
    (part,) = surprises(held, audit(held, routes=0b001), kind)
    assert "limit it for 1 of 1 principal" in part.notes[0]
    assert surprises(held, audit(held, Access.BLOCKED), kind) == ()
    (perhaps,) = surprises(held, audit(held, Access.UNKNOWN, routes=ALL), kind)
    assert not perhaps.certain
    assert perhaps.notes == (
        "whether something limits it further is not known for 1 of 1 principal",
    )


def test_a_shared_policy_is_told_once_with_all_who_have_it() -> None:
    """One grant, one surprise: the owner changes one document."""
    shared = role(policies=[[statement(Action="bedrock:*", Resource="*")]])
    other = role(f"arn:aws:iam::{HOME}:role/other")
    ref = shared.policies[0]
    both = (shared, type(other)(other.arn, other.name, policies=(ref,), trust=other.trust))
    (told,) = surprises(snapshot(*both), kind="bedrock-on-everything")
    assert told.concerned == (ROLE, other.arn)


def test_a_role_for_models_that_reaches_none_is_told() -> None:
    """The chain ends at a role whose calls are all refused; who blocks is named."""
    made = role(policies=[[statement(Action="bedrock:InvokeModel", Resource="*")]])
    held = snapshot(made)
    blocked = audit(
        held, Access.BLOCKED, edges=[(CALLER, ROLE)], routes=ALL, blocked_by=(PolicyLayer.SCP,)
    )
    kind = "assumable-role-without-access"
    (told,) = surprises(held, blocked, kind)
    assert (told.subject, told.concerned, told.owner_account) == (ROLE, (CALLER,), MANAGEMENT)
    assert "SCPs in the way" in told.summary
    assert surprises(held, audit(held, edges=[(CALLER, ROLE)]), kind) == ()
    assert surprises(held, audit(held, Access.UNKNOWN, edges=[(CALLER, ROLE)]), kind) == ()
    assert surprises(held, audit(held, Access.BLOCKED), kind) == ()


def test_a_role_that_is_not_for_models_is_not() -> None:
    """An administrator or a backup role is not made for calling models."""
    for action in ("*", "s3:*", "bedrock:ListFoundationModels"):
        held = snapshot(role(policies=[[statement(Action=action, Resource="*")]]))
        blocked = audit(held, Access.BLOCKED, edges=[(CALLER, ROLE)])
        assert surprises(held, blocked, "assumable-role-without-access") == ()


def test_a_half_blocked_profile_is_told_with_its_fence() -> None:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html"""
    fence = statement(
        "Deny", Action="bedrock:*", Resource="*",
        Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}},
    )  # fmt: skip
    grants = [statement(Action="bedrock:*", Resource="*"), fence]
    held = snapshot(role(policies=[grants]), org=organization())
    found = audit(
        held,
        Access.HALF_BLOCKED,
        routes=0b100,
        blocked_by=(PolicyLayer.IDENTITY,),
        blocked_regions=("eu-west-1",),
    )
    (told,) = surprises(held, found, "half-blocked-profile")
    assert told.reached == ("eu.amazon.nova-lite-v1:0",)
    assert "eu-west-1" in told.summary
    assert (told.account, told.owner_account, told.concerned) == (HOME, HOME, (ROLE,))
    assert told.place is not None
    assert told.place.statement == 2


RUNTIME_KEYS = statement("Deny", Action="bedrock:CallWithBearerToken", Resource="*")
BOTH_KEYS = statement(
    "Deny",
    Action=["bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"],
    Resource="*",
)
LASTING_KEYS = statement(
    "Deny",
    Action=["bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"],
    Resource="*",
    Condition={"StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"}},
)


def with_keys(*scp: Any, action: Any = ("bedrock:*", "bedrock-mantle:*")) -> Snapshot:
    """A role and a user that may do the actions, under an SCP of the root."""
    grants = [[statement(Action=list(action), Resource="*")]]
    org = organization()
    if scp:
        fence = document(list(scp), "p-fence", PolicyKind.SCP, MANAGEMENT, "r-ab12")
        org = replace(org, scps={**org.scps, "r-ab12": (*org.scps["r-ab12"], fence)})
    user = role(f"arn:aws:iam::{HOME}:user/ada", policies=grants)
    return snapshot(role(policies=grants), org=org, users=[replace(user, trust=None)])


def test_api_keys_that_nobody_closed_are_told() -> None:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html"""
    held = with_keys()
    (told,) = surprises(held, kind="api-key-usable")
    assert told.certain
    assert told.concerned == (ROLE, f"arn:aws:iam::{HOME}:user/ada")
    assert "1 user and 1 role" in told.summary
    assert "1 user may use long-term keys" in told.notes[1]
    assert surprises(held, audit(held, Access.BLOCKED), "api-key-usable") == ()
    assert surprises(with_keys(action=["bedrock:Invoke*"]), kind="api-key-usable") == ()
    assert surprises(with_keys(BOTH_KEYS), kind="api-key-usable") == ()


def test_long_term_keys_alone_can_be_closed() -> None:
    """A condition on bedrock:BearerTokenType leaves short-term keys, and says so; what is closed
    is not advised again."""
    (told,) = surprises(with_keys(LASTING_KEYS), kind="api-key-usable")
    assert len(told.notes) == 1
    assert "LONG_TERM" not in told.help[0]
    (before,) = surprises(with_keys(), kind="api-key-usable")
    assert "LONG_TERM" in before.help[0]


def test_a_rule_for_one_of_two_services_is_told_with_its_statement() -> None:
    """bedrock and bedrock-mantle have one action each for calls with API keys."""
    kind = "api-key-half-closed"
    (told,) = surprises(with_keys(RUNTIME_KEYS), kind=kind)
    assert (told.certain, told.owner_account) == (True, MANAGEMENT)
    assert "may use them for bedrock-mantle" in told.summary
    assert told.place is not None
    assert told.place.policy.name == "p-fence"
    assert surprises(with_keys(BOTH_KEYS), kind=kind) == ()
    assert surprises(with_keys(), kind=kind) == ()
    assert surprises(with_keys(RUNTIME_KEYS, action=["bedrock:*"]), kind=kind) == ()
