"""Hops: who signs, which checks AssumeRole makes, what travels along a chain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from path_world import (
    CALLER,
    MANAGEMENT,
    REGION,
    ROLE,
    SECOND,
    SOURCE,
    TARGET,
    USER,
    attempt,
    context,
    document,
    organization,
    role,
    snapshot,
    way,
)

from bedrock_doctor.errors import BadArn, UnknownName, UsageError
from bedrock_doctor.model.attempt import HopOptions
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.snapshot import Account, Snapshot
from bedrock_doctor.model.way import HopKind, Purpose


def test_a_cross_account_call_has_an_assume_hop_and_an_invoke_hop() -> None:
    """AWS-documented: the caller signs AssumeRole, the role's session signs the inference."""
    found = way()
    assert [(hop.kind, hop.index, hop.account) for hop in found.hops] == [
        (HopKind.ASSUME, 1, SOURCE),
        (HopKind.INVOKE, 2, TARGET),
    ]
    assert found.hops[0].principal == CALLER
    assert found.hops[0].target == ROLE


def test_a_direct_call_has_the_invoke_hop_alone() -> None:
    """Our choice: hops are numbered from 1."""
    found = way(roles=())
    assert [(hop.kind, hop.index, hop.principal) for hop in found.hops] == [
        (HopKind.INVOKE, 1, CALLER)
    ]


def test_the_assume_check_carries_both_sides() -> None:
    """AWS-documented: caller's identity policies and SCPs, the role's trust policy and RCPs."""
    check = way().hops[0].checks[0]
    assert check.request.action == "sts:AssumeRole"
    assert (check.request.resource, check.request.resource_account) == (ROLE, TARGET)
    assert check.policies.identity == (document("policy of rag-api"),)
    trust = check.policies.resource
    assert trust is not None
    assert not isinstance(trust, Missing)
    assert trust.ref.name == "trust of gateway"
    assert isinstance(check.policies.scp, tuple)
    assert [level.target for level in check.policies.scp] == ["r-ab12", "ou-ab12-prod", SOURCE]
    assert isinstance(check.policies.rcp, tuple)
    assert [level.target for level in check.policies.rcp] == ["r-ab12", "ou-ab12-prod", TARGET]


@pytest.mark.parametrize(
    ("options", "purposes"),
    [
        (HopOptions(), [Purpose.ASSUME_ROLE]),
        (HopOptions(session_tags={"a": "b"}), [Purpose.ASSUME_ROLE, Purpose.TAG_SESSION]),
        (
            HopOptions(source_identity="ada"),
            [Purpose.ASSUME_ROLE, Purpose.SET_SOURCE_IDENTITY],
        ),
        (
            HopOptions(session_tags={"a": "b"}, source_identity="ada"),
            [Purpose.ASSUME_ROLE, Purpose.TAG_SESSION, Purpose.SET_SOURCE_IDENTITY],
        ),
    ],
)
def test_tags_and_source_identity_need_checks_of_their_own(
    options: HopOptions, purposes: list[Purpose]
) -> None:
    """AWS-documented: sts:TagSession and sts:SetSourceIdentity."""
    found = way(hops=(options,))
    assert [check.purpose for check in found.hops[0].checks] == purposes


def test_transitive_tags_and_source_identity_travel_along_the_chain() -> None:
    """AWS-documented: id_session-tags.html and id_credentials_temp_control-access_monitor.html."""
    first = HopOptions(
        session_name="one",
        session_tags={"project": "rag", "stage": "dev"},
        transitive_tags=("project",),
        source_identity="ada",
    )
    found = way(roles=(ROLE, SECOND), hops=(first, HopOptions(session_name="two")))
    second = found.hops[1]
    assert [check.purpose for check in second.checks] == [
        Purpose.ASSUME_ROLE,
        Purpose.TAG_SESSION,
        Purpose.SET_SOURCE_IDENTITY,
    ]
    values = context(second.checks[0]).values
    assert values["aws:principaltag/project"] == ("rag",)
    assert values["aws:principaltag/stage"] == ("dev",)
    assert values["aws:sourceidentity"] == ("ada",)
    assert "sts:sourceidentity" not in values
    invoked = context(found.hops[2].checks[0]).values
    assert invoked["aws:principaltag/project"] == ("rag",)
    assert "aws:principaltag/stage" not in invoked
    assert invoked["aws:sourceidentity"] == ("ada",)


def test_the_next_hop_is_signed_by_the_named_session() -> None:
    """AWS-documented: a session ARN has no path, aws:PrincipalArn is the role ARN with it."""
    found = way(hops=(HopOptions(session_name="rag"),))
    principal = found.hops[1].checks[0].request.principal
    assert principal.kind is PrincipalKind.SESSION
    assert found.hops[1].principal == f"arn:aws:sts::{TARGET}:assumed-role/gateway/rag"
    values = context(found.hops[1].checks[0]).values
    assert values["aws:principalarn"] == (ROLE,)
    assert values["aws:userid"] == ("AROAEXAMPLE:rag",)


def test_a_session_without_known_name_stands_for_the_role() -> None:
    """Our choice: without --session-name the session's name and user id are not known."""
    check = way().hops[1].checks[0]
    assert check.request.principal.kind is PrincipalKind.ROLE
    assert "aws:userid" in check.request.context.unknown


def test_session_policies_bind_the_session_that_they_were_passed_for() -> None:
    """AWS-documented: they limit the session, not the AssumeRole call."""
    policies = (document("session"),)
    found = way(hops=(HopOptions(session_policies=policies),))
    assert found.hops[0].checks[0].policies.session is None
    assert {check.policies.session for check in found.hops[1].checks} == {policies}


def test_a_boundary_binds_the_signer() -> None:
    """AWS-documented: boundaries limit identity policies of the principal."""
    boundary = document("boundary")
    held = snapshot(target={"roles": {"gateway": role(ROLE, boundary=boundary)}})
    found = way(held=held)
    assert found.hops[0].checks[0].policies.boundary is None
    assert found.hops[1].checks[0].policies.boundary == boundary


def test_a_role_missing_in_a_complete_account_is_a_problem_of_the_hop() -> None:
    """AWS answers AccessDenied for a role that does not exist; near matches are told."""
    found = way(roles=(f"arn:aws:iam::{TARGET}:role/svc/gatewy",))
    problem = found.hops[0].problem
    assert problem is not None
    assert problem.rule == "role-does-not-exist"
    assert problem.facts["near"] == ROLE
    assert found.hops[0].checks == ()
    assert isinstance(found.hops[1].checks[0].policies.identity[0], Missing)


def test_a_role_under_another_path_does_not_exist() -> None:
    """AWS-documented: role names are unique in an account, the ARN contains the path."""
    problem = way(roles=(f"arn:aws:iam::{TARGET}:role/gateway",)).hops[0].problem
    assert problem is not None
    assert problem.facts["near"].split()[0] == ROLE


def test_a_role_in_an_account_that_was_not_collected_is_missing_evidence() -> None:
    """Our choice: never "none attached" for what was not read."""
    held = snapshot()
    held = replace(held, accounts={SOURCE: held.accounts[SOURCE]})
    found = way(held=held)
    assert found.hops[0].problem is None
    trust = found.hops[0].checks[0].policies.resource
    assert isinstance(trust, Missing)
    assert trust.account == TARGET
    assert trust.command == "aws iam get-account-authorization-details"
    policies = found.hops[1].checks[0].policies
    assert policies.identity == (trust,)
    assert policies.boundary == trust


@pytest.mark.parametrize("call", ["iam:GetRole", "iam:GetAccountAuthorizationDetails"])
def test_a_refused_read_keeps_its_error_code(call: str) -> None:
    """Our choice: the reason travels to the report."""
    refused = Missing("x", call, TARGET, absence=Absence.REFUSED, code="AccessDenied")
    other = Missing("x", "iam:ListUsers", TARGET, absence=Absence.MALFORMED)
    held = snapshot(target={"roles": {}, "iam_complete": False, "missing": (other, refused)})
    trust = way(held=held).hops[0].checks[0].policies.resource
    assert isinstance(trust, Missing)
    assert (trust.absence, trust.code) == (Absence.REFUSED, "AccessDenied")


@pytest.mark.parametrize(
    ("caller", "hint"),
    [
        (f"arn:aws:iam::{SOURCE}:role/apps/rag-apy", CALLER),
        (f"arn:aws:iam::{SOURCE}:role/rag-api", CALLER),
        (f"arn:aws:iam::{SOURCE}:user/adda", USER),
        (f"arn:aws:sts::{SOURCE}:assumed-role/rag-ap/s", CALLER),
    ],
)
def test_an_unknown_caller_is_a_usage_error_with_near_matches(caller: str, hint: str) -> None:
    """Our choice: a mistyped caller is a mistake in the question."""
    with pytest.raises(UnknownName) as caught:
        way(caller=caller)
    assert caught.value.help is not None
    assert hint in caught.value.help


def test_an_unknown_caller_without_near_matches_has_no_help() -> None:
    """Our choice: no wild guesses."""
    with pytest.raises(UnknownName) as caught:
        way(caller=f"arn:aws:iam::{SOURCE}:role/zzzzzzzz")
    assert caught.value.help is None


@pytest.mark.parametrize(
    "caller",
    ["*", "ec2.amazonaws.com", f"arn:aws:sts::{SOURCE}:federated-user/bob"],
)
def test_only_users_roles_sessions_and_roots_can_be_callers(caller: str) -> None:
    """CONTRACTS: --as takes a user, role or session ARN."""
    with pytest.raises(UsageError):
        way(caller=caller)


@pytest.mark.parametrize(
    ("given", "error"),
    [(f"arn:aws:sts::{TARGET}:assumed-role/gateway/s", UsageError), ("gateway", BadArn)],
)
def test_a_role_must_be_given_by_its_arn(given: str, error: type[Exception]) -> None:
    """AWS-documented: RoleArn of AssumeRole."""
    with pytest.raises(error):
        way(roles=(given,))


def test_a_session_caller_gets_its_role_with_path() -> None:
    """AWS-documented: the path comes from the role, not from the session ARN."""
    caller = f"arn:aws:sts::{SOURCE}:assumed-role/rag-api/pod"
    check = way(caller=caller).hops[0].checks[0]
    assert check.request.principal.role_arn == CALLER
    assert context(check).values["aws:userid"] == ("AROACALLER:pod",)
    assert check.policies.session is None


def test_a_session_caller_of_an_unread_account_leaves_its_path_unknown() -> None:
    """Our choice: the role ARN is not rebuilt from a session ARN."""
    caller = f"arn:aws:sts::{SOURCE}:assumed-role/rag-api/pod"
    check = way(attempt(caller=caller), Snapshot()).hops[0].checks[0]
    assert check.request.principal.role_arn == ""
    assert "aws:principalarn" in context(check).unknown
    assert "aws:principaltag/" in context(check).unknown_prefixes


def test_users_are_found_by_name() -> None:
    """AWS-documented: aws:username and aws:userid of users."""
    check = way(caller=USER).hops[0].checks[0]
    values = context(check).values
    assert values["aws:username"] == ("ada",)
    assert values["aws:userid"] == ("AIDAEXAMPLE",)
    assert values["aws:principaltype"] == ("User",)


def test_a_user_of_an_unread_account_has_an_unknown_id() -> None:
    """Our choice: nothing is derived from the name."""
    check = way(attempt(caller=USER), Snapshot()).hops[0].checks[0]
    assert isinstance(check.policies.identity[0], Missing)
    assert "aws:userid" in context(check).unknown


def test_root_cannot_assume_a_role() -> None:
    """AWS-documented: API_AssumeRole.html."""
    found = way(caller=f"arn:aws:iam::{SOURCE}:root")
    problem = found.hops[0].problem
    assert problem is not None
    assert problem.rule == "root-cannot-assume-role"


def test_root_can_call_directly_and_has_no_policies() -> None:
    """AWS-documented: only organization policies limit a root user."""
    check = way(caller=f"arn:aws:iam::{SOURCE}:root", roles=()).hops[0].checks[0]
    assert check.policies.identity == ()
    assert check.policies.boundary is None
    assert context(check).values["aws:userid"] == (SOURCE,)
    assert context(check).unknown_prefixes == {}


def test_credentials_never_cross_partitions() -> None:
    """AWS-documented: partitions have separate IAM."""
    found = way(
        attempt(caller=CALLER.replace("arn:aws:", "arn:aws-us-gov:")),
        Snapshot(accounts={TARGET: snapshot().accounts[TARGET]}),
    )
    problem = found.hops[0].problem
    assert problem is not None
    assert problem.rule == "trust-in-wrong-partition"
    assert problem.facts == {"caller_partition": "aws-us-gov", "role_partition": "aws"}


def test_a_region_of_another_partition_is_a_usage_error() -> None:
    """AWS-documented: credentials of one partition do not work in another."""
    with pytest.raises(UsageError, match="cannot call Region"):
        way(region="us-gov-west-1")


def test_an_unknown_region_has_near_matches() -> None:
    """Our choice: did you mean."""
    with pytest.raises(UnknownName) as caught:
        way(region="eu-centrl-1")
    assert caught.value.help is not None
    assert REGION in caught.value.help
    with pytest.raises(UnknownName) as caught:
        way(region="nowhere")
    assert caught.value.help is None


def test_a_region_that_only_the_snapshot_knows_is_accepted() -> None:
    """Our choice: the snapshot wins over the catalog."""
    held = snapshot()
    known = replace(
        held.accounts[TARGET], bedrock={"eu-south-9": held.accounts[TARGET].bedrock[REGION]}
    )
    held = replace(held, accounts={**held.accounts, TARGET: known})
    assert way(attempt(region="eu-south-9"), held).attempt.region == "eu-south-9"


def test_scps_of_the_management_account_do_not_bind_it() -> None:
    """AWS-documented: orgs_manage_policies_scps.html."""
    arn = f"arn:aws:iam::{MANAGEMENT}:role/admin"
    held = snapshot()
    admin = Account(MANAGEMENT, roles={"admin": role(arn)}, iam_complete=True)
    held = replace(held, accounts={**held.accounts, MANAGEMENT: admin})
    check = way(attempt(caller=arn), held).hops[0].checks[0]
    assert not isinstance(check.policies.scp, tuple | Missing)
    assert "management account" in check.policies.scp.reason
    assert organization().management_account == MANAGEMENT
