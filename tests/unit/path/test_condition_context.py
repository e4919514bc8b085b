"""The condition context of checks: what is sent, what is not known, what is absent."""

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
    context,
    organization,
    role,
    snapshot,
    way,
)

from bedrock_doctor.model.attempt import HopOptions
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Organization, Snapshot
from bedrock_doctor.path.organization_policies import rcps

NOT_IN_USE = Missing(
    "organization", "organizations:DescribeOrganization", code="AWSOrganizationsNotInUseException"
)


def test_global_keys_of_an_assume_role_call() -> None:
    """AWS-documented: reference_policies_condition-keys.html."""
    found = context(way().hops[0].checks[0])
    assert found.values["aws:principalarn"] == (CALLER,)
    assert found.values["aws:principalaccount"] == (SOURCE,)
    assert found.values["aws:principaltype"] == ("AssumedRole",)
    assert found.values["aws:principalorgid"] == ("o-example",)
    assert found.values["aws:principalorgpaths"] == ("o-example/r-ab12/ou-ab12-prod/",)
    assert found.values["aws:principaltag/team"] == ("search",)
    assert found.values["aws:principalisawsservice"] == ("false",)
    assert found.values["aws:requestedregion"] == (REGION,)
    assert found.values["aws:securetransport"] == ("true",)
    assert found.values["aws:viaawsservice"] == ("false",)
    assert found.values["aws:resourceaccount"] == (TARGET,)
    assert found.values["aws:resourceorgid"] == ("o-example",)
    assert found.values["aws:resourcetag/team"] == ("search",)
    assert found.values["iam:resourcetag/team"] == ("search",)
    assert "aws:username" not in found.values
    assert "aws:calledvia" not in found.values


@pytest.mark.parametrize(
    "key",
    ["aws:currenttime", "aws:epochtime", "aws:sourceip", "aws:tokenissuetime", "aws:useragent"],
)
def test_what_nobody_can_know_offline_is_an_unknown_fact(key: str) -> None:
    """Our choice: unknown, with the option that tells it."""
    fact = context(way().hops[0].checks[0]).missing_fact(key)
    assert fact is not None
    assert fact.settle.startswith("--")


def test_what_the_user_gives_wins_over_what_is_derived() -> None:
    """CONTRACTS: --context; key names are compared without regard to case."""
    given = {"AWS:principalorgid": ("o-other",), "aws:CurrentTime": ("2026-11-24T00:00:00Z",)}
    found = context(way(context=given).hops[0].checks[0])
    assert found.values["aws:principalorgid"] == ("o-other",)
    assert found.values["aws:currenttime"] == ("2026-11-24T00:00:00Z",)
    assert "aws:currenttime" not in found.unknown


def test_what_an_assume_role_call_passes_is_sent() -> None:
    """AWS-documented: condition keys of STS."""
    options = HopOptions(
        external_id="x1",
        session_name="rag",
        session_tags={"project": "rag"},
        transitive_tags=("project",),
        source_identity="ada",
    )
    values = context(way(hops=(options,)).hops[0].checks[0]).values
    assert values["sts:externalid"] == ("x1",)
    assert values["sts:rolesessionname"] == ("rag",)
    assert values["sts:sourceidentity"] == ("ada",)
    assert values["aws:requesttag/project"] == ("rag",)
    assert values["aws:tagkeys"] == ("project",)
    assert values["sts:transitivetagkeys"] == ("project",)


def test_what_an_assume_role_call_does_not_pass_is_absent() -> None:
    """CONTRACTS: ExternalId and tags not given are not sent; the session name is not known."""
    found = context(way().hops[0].checks[0])
    for key in ("sts:externalid", "sts:sourceidentity", "aws:tagkeys", "sts:transitivetagkeys"):
        assert key not in found.values
        assert found.missing_fact(key) is None
    fact = found.missing_fact("sts:rolesessionname")
    assert fact is not None
    assert fact.settle == "--session-name NAME"


@pytest.mark.parametrize(
    ("caller", "mfa", "first", "session"),
    [
        (USER, None, "unknown", "unknown"),
        (USER, True, "true", "unknown"),
        (USER, False, None, "false"),
        (CALLER, None, "unknown", "unknown"),
        (CALLER, True, "true", "unknown"),
        (CALLER, False, "false", "false"),
    ],
)
def test_mfa_is_absent_for_keys_of_users_and_false_for_sessions_without_it(
    caller: str, mfa: bool | None, first: str | None, session: str | None
) -> None:
    """AWS-documented: aws:MultiFactorAuthPresent; sessions of AssumeRole with MFA are disputed."""
    found = way(caller=caller, mfa=mfa)
    for hop, expected in zip(found.hops, (first, session), strict=True):
        seen = context(hop.checks[0])
        key = "aws:multifactorauthpresent"
        state = "unknown" if key in seen.unknown else seen.values.get(key, (None,))[0]
        assert state == expected
        assert ("aws:multifactorauthage" in seen.unknown) is (expected in ("unknown", "true"))


def test_mfa_does_not_survive_role_chaining() -> None:
    """AWS-documented: the second AssumeRole is signed with credentials without MFA."""
    found = context(way(roles=(ROLE, SECOND), mfa=True).hops[2].checks[0])
    assert found.values["aws:multifactorauthpresent"] == ("false",)


def test_keys_of_compute_credentials_are_unknown_for_the_caller_and_absent_after() -> None:
    """AWS-documented: credentials from AssumeRole carry no instance or provider keys."""
    found = way()
    assert "aws:ec2instancesourcevpc" in context(found.hops[0].checks[0]).unknown
    assert context(found.hops[1].checks[0]).missing_fact("aws:ec2instancesourcevpc") is None


def test_an_account_outside_of_organizations_has_no_organization_keys() -> None:
    """AWS-documented: the keys are only sent for members of an organization."""
    held = snapshot(source={"missing": (NOT_IN_USE,)})
    check = way(held=held).hops[0].checks[0]
    assert "aws:principalorgid" not in context(check).values
    assert context(check).missing_fact("aws:principalorgid") is None
    assert not isinstance(check.policies.scp, tuple | Missing)


def test_an_account_of_an_unknown_organization_has_unknown_organization_keys() -> None:
    """Our choice: not collected is not "no organization"."""
    held = replace(snapshot(), organizations=())
    found = context(way(held=held).hops[0].checks[0])
    assert "aws:principalorgid" in found.unknown
    assert "aws:principalorgpaths" in found.unknown


def test_an_organization_without_collected_id_has_unknown_keys() -> None:
    """Our choice: an empty id was not collected."""
    found = context(way(held=snapshot(org=organization(id=""))).hops[0].checks[0])
    assert "aws:principalorgid" in found.unknown


def test_an_incomplete_hierarchy_leaves_the_path_unknown() -> None:
    """Our choice: a path is only told up to the root."""
    org = organization(parents={SOURCE: "ou-ab12-prod", TARGET: "ou-ab12-prod"})
    found = context(way(held=snapshot(org=org)).hops[0].checks[0])
    assert found.values["aws:principalorgid"] == ("o-example",)
    assert "aws:principalorgpaths" in found.unknown


def test_foundation_models_belong_to_nobody_that_a_perimeter_names() -> None:
    """AWS-documented: conditions on the owner of a foundation model fail."""
    values = context(way().hops[1].checks[1]).values
    assert values["aws:resourceaccount"] not in ((TARGET,), (SOURCE,), (MANAGEMENT,))
    assert values["aws:resourceorgid"] != ("o-example",)
    assert context(way().hops[1].checks[0]).values["aws:resourceaccount"] == (TARGET,)


@pytest.mark.parametrize("entity", ["role", "missing"])
def test_uncollected_tags_are_unknown(entity: str) -> None:
    """Our choice: tags that were not read may hold anything."""
    untagged = snapshot(target={"roles": {"gateway": role(ROLE, tags=None)}})
    held = untagged if entity == "role" else Snapshot()
    found = way(held=held)
    for prefix in ("aws:resourcetag/", "iam:resourcetag/"):
        assert prefix in context(found.hops[0].checks[0]).unknown_prefixes
    assert "aws:principaltag/" in context(found.hops[1].checks[0]).unknown_prefixes


def test_session_tags_hide_role_tags() -> None:
    """AWS-documented: id_session-tags.html."""
    found = way(hops=(HopOptions(session_tags={"team": "ads"}),))
    assert context(found.hops[1].checks[0]).values["aws:principaltag/team"] == ("ads",)


@pytest.mark.parametrize(
    ("endpoints", "sts", "runtime"),
    [
        ((), None, None),
        (("vpce-sts",), "vpce-sts", None),
        (("vpce-run",), None, "vpce-run"),
        (("vpce-sts", "vpce-run"), "vpce-sts", "vpce-run"),
        (("vpce-unknown", "vpce-run"), "?", "vpce-run"),
    ],
)
def test_each_service_has_its_own_endpoint(
    endpoints: tuple[str, ...], sts: str | None, runtime: str | None
) -> None:
    """AWS-documented: an endpoint serves one service in one Region."""
    found = way(endpoints=endpoints, source_ip="10.0.0.1")
    for hop, expected in zip(found.hops, (sts, runtime), strict=True):
        check = hop.checks[0]
        values = context(check).values
        if expected is None:
            assert check.policies.endpoint is None
            assert values["aws:sourceip"] == ("10.0.0.1",)
            assert "aws:vpcsourceip" not in values
            assert context(check).missing_fact("aws:sourcevpce") is None
        elif expected == "?":
            assert isinstance(check.policies.endpoint, Missing)
            assert "aws:sourcevpce" in context(check).unknown
            assert "aws:sourceip" in context(check).unknown
        else:
            assert values["aws:sourcevpce"] == (expected,)
            assert values["aws:sourcevpc"] == ("vpc-1",)
            assert values["aws:vpcsourceip"] == ("10.0.0.1",)
            assert "aws:sourceip" not in values
            assert check.policies.endpoint is not None


def test_behind_an_endpoint_the_private_address_is_the_unknown_one() -> None:
    """AWS-documented: aws:SourceIp is not sent through VPC endpoints."""
    found = context(way(endpoints=("vpce-run",)).hops[1].checks[0])
    assert "aws:vpcsourceip" in found.unknown
    assert found.missing_fact("aws:sourceip") is None


def test_rcps_do_not_cover_bedrock() -> None:
    """AWS-documented: list of services that support RCPs."""
    found = way()
    rcp = found.hops[1].checks[0].policies.rcp
    assert not isinstance(rcp, tuple | Missing)
    assert rcp.reason.startswith("RCPs do not cover bedrock (data of ")


@pytest.mark.parametrize(
    ("org", "reason"),
    [
        (organization(feature_set="CONSOLIDATED_BILLING"), "consolidated billing"),
        (organization(policy_types=frozenset()), "not enabled"),
    ],
)
def test_organizations_without_scps_do_not_bind(org: Organization, reason: str) -> None:
    """AWS-documented: SCPs need all features and the enabled policy type."""
    scp = way(held=snapshot(org=org)).hops[0].checks[0].policies.scp
    assert not isinstance(scp, tuple | Missing)
    assert reason in scp.reason


def test_without_known_management_account_the_scps_are_open() -> None:
    """Our choice: the account itself may be the management account, which nothing binds."""
    org = organization(management_account="")
    scp = way(held=snapshot(org=org)).hops[0].checks[0].policies.scp
    assert isinstance(scp, Missing)
    assert scp.command == "aws organizations describe-organization"


def test_an_account_without_organization_in_the_snapshot_has_missing_scps() -> None:
    """Our choice: nothing collected is Missing, never "not applicable"."""
    found = way(held=replace(snapshot(), organizations=()))
    for kind in (found.hops[0].checks[0].policies.scp, found.hops[0].checks[0].policies.rcp):
        assert isinstance(kind, Missing)
        assert kind.what.startswith("the organization of account")


def test_levels_that_were_not_collected_are_missing_one_by_one() -> None:
    """Our choice: the exact command for each level."""
    org = organization(scps={SOURCE: ()}, policy_types=None)
    scp = way(held=snapshot(org=org)).hops[0].checks[0].policies.scp
    assert isinstance(scp, tuple)
    root, unit, account = scp
    assert (root.name, unit.name, account.name) == ("Root", "Production", "workloads")
    (missing,) = account.documents
    assert isinstance(missing, Missing)
    assert missing.command == "aws organizations list-roots"
    (missing,) = unit.documents
    assert isinstance(missing, Missing)
    assert missing.command == (
        "aws organizations list-policies-for-target --target-id ou-ab12-prod "
        "--filter SERVICE_CONTROL_POLICY"
    )


def test_a_level_without_any_scp_denies_where_scps_are_enabled() -> None:
    """AWS-documented: without an Allow at every level nothing passes; the engine decides that."""
    org = organization(scps={**organization().scps, SOURCE: ()})
    scp = way(held=snapshot(org=org)).hops[0].checks[0].policies.scp
    assert isinstance(scp, tuple)
    assert scp[-1].documents == ()


def test_unknown_parents_are_a_level_of_their_own() -> None:
    """Our choice: whatever is attached above may deny."""
    org = organization(parents={TARGET: "ou-ab12-prod"})
    scp = way(held=snapshot(org=org)).hops[0].checks[0].policies.scp
    assert isinstance(scp, tuple)
    assert [level.target for level in scp] == [f"parents of {SOURCE}", SOURCE]
    (missing,) = scp[0].documents
    assert isinstance(missing, Missing)
    assert missing.call == "organizations:ListParents"


def test_resources_without_account_have_no_rcps() -> None:
    """AWS-documented: RCPs bind resources of member accounts."""
    assert not isinstance(rcps(snapshot(), None, "sts"), tuple | Missing)
    assert isinstance(rcps(snapshot(), TARGET, "sts"), tuple)
