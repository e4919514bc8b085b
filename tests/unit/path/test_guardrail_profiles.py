"""Guardrails with cross-Region inference: the profile in every destination, or an open answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from path_world import (
    MANAGEMENT,
    REGION,
    TARGET,
    attempt,
    bedrock,
    context,
    document,
    gate,
    organization,
    snapshot,
    way,
)

from bedrock_doctor.catalog import bedrock_models, partitions
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.snapshot import BedrockRegion, EnforcedGuardrail, Snapshot
from bedrock_doctor.model.way import Check, GateState, Purpose, Way

OWN = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/gr1"
FOREIGN = f"arn:aws:bedrock:{REGION}:{MANAGEMENT}:guardrail/org1"
RULE = "guardrail-profile-not-allowed"
LIST = "enforced-guardrail-not-allowed"


def details(profile: str = "eu.guardrail.v1:0", owner: str = TARGET) -> dict[str, str]:
    """What GetGuardrail says of a guardrail with cross-Region inference."""
    arn = f"arn:aws:bedrock:{REGION}:{owner}:guardrail-profile/{profile}"
    return {"crossRegionDetails.guardrailProfileArn": arn}


def held(**resources: dict[str, str]) -> Snapshot:
    """A snapshot that holds versions of the own guardrail: ``v1``, ``vDRAFT``."""
    named = {f"{OWN}:{version[1:]}": found for version, found in resources.items()}
    return snapshot(region=bedrock(resources=named))


def profile_checks(found: Way) -> list[Check]:
    """The checks of guardrail profiles."""
    return [c for c in found.hops[-1].checks if c.purpose is Purpose.GUARDRAIL_PROFILE]


def test_the_profile_is_checked_in_every_destination() -> None:
    """AWS-documented: guardrail-profiles-permissions.html."""
    found = way(attempt(guardrail="gr1:1"), held(v1=details()))
    destinations = bedrock_models.guardrail_profiles()["eu.guardrail.v1:0"][REGION]
    assert [check.request.resource for check in profile_checks(found)] == [
        f"arn:aws:bedrock:{region}:{TARGET}:guardrail-profile/eu.guardrail.v1:0"
        for region in destinations
    ]
    assert {check.request.action for check in profile_checks(found)} == {"bedrock:ApplyGuardrail"}
    assert {check.request.resource_account for check in profile_checks(found)} == {TARGET}
    assert "eu.guardrail.v1:0" in found.notes[0]
    assert RULE not in {one.rule for one in found.gates}


def test_the_requested_region_of_other_destinations_is_not_documented() -> None:
    """Our choice: nothing is made up; the user may state it."""
    found = way(attempt(guardrail="gr1:1"), held(v1=details()))
    for check in profile_checks(found):
        known = check.region == REGION
        assert ("aws:requestedregion" in context(check).values) is known
        assert ("aws:requestedregion" in context(check).unknown) is not known
    stated = {"aws:RequestedRegion": (REGION,)}
    found = way(attempt(guardrail="gr1:1", context=stated), held(v1=details()))
    assert all(context(c).values["aws:requestedregion"] == (REGION,) for c in profile_checks(found))


@pytest.mark.parametrize(
    ("given", "versions", "known"),
    [
        ("gr1:1", {"v1": details()}, True),
        ("gr1:2", {"v1": details()}, False),
        ("gr1:DRAFT", {"vDRAFT": details(), "v1": {}}, True),
        ("gr1", {"v1": details()}, True),
        ("gr1", {"v1": details(), "v2": {}}, False),
        ("gr1:1", {"v1": {}}, None),
        ("gr1:1", {}, False),
    ],
)
def test_only_the_version_that_is_applied_tells_its_profile(
    given: str, versions: dict[str, dict[str, str]], known: bool | None
) -> None:
    """Our choice: versions may differ. None: it uses no profile."""
    found = way(attempt(guardrail=given), held(**versions))
    assert bool(profile_checks(found)) is (known is True)
    unchecked = [one for one in found.gates if one.rule == RULE]
    assert bool(unchecked) is (known is False)
    for one in unchecked:
        assert one.state is GateState.NOT_CHECKED
        assert one.missing is not None
        assert "get-guardrail" in one.missing.command


def test_other_guardrails_of_the_account_tell_nothing() -> None:
    """Our choice: a profile belongs to the guardrail that names it."""
    named = {f"{OWN}other:1": details(), f"{OWN}:1": {}}
    found = way(attempt(guardrail=f"{OWN}:1"), snapshot(region=bedrock(resources=named)))
    assert profile_checks(found) == []


def test_an_enforced_guardrail_is_looked_up_in_both_accounts() -> None:
    """AWS-documented: the profiles are those of the account that owns the guardrail."""
    entry = EnforcedGuardrail(FOREIGN, "1")
    told = {f"{FOREIGN}:1": details(owner=MANAGEMENT)}
    policy = document("profile policy")
    mine = snapshot(region=bedrock(enforced_guardrails=(entry,), resources=told))
    owner = replace(
        mine.accounts[TARGET],
        id=MANAGEMENT,
        bedrock={
            REGION: BedrockRegion(REGION, without_policy=frozenset({FOREIGN})),
            "eu-west-1": BedrockRegion(
                "eu-west-1", resource_policies={"eu.guardrail.v1:0": policy}
            ),
        },
    )
    both = replace(mine, accounts={**mine.accounts, MANAGEMENT: owner})
    found = way(held=both)
    checks = {check.region: check for check in profile_checks(found)}
    assert len(checks) == 6
    assert {check.request.resource_account for check in checks.values()} == {MANAGEMENT}
    assert checks["eu-west-1"].policies.resource is policy
    assert isinstance(checks["eu-west-3"].policies.resource, Missing)
    (applied,) = [c for c in found.hops[-1].checks if c.purpose is Purpose.ENFORCED_GUARDRAIL]
    assert applied.policies.resource is None


def test_unknown_destinations_leave_the_answer_open() -> None:
    """Our choice: a guardrail profile that AWS's page does not list."""
    found = way(attempt(guardrail="gr1:1"), held(v1=details("mars.guardrail.v1:0")))
    (check,) = profile_checks(found)
    assert isinstance(check.policies.identity[0], Missing)
    assert "mars.guardrail.v1:0" in check.policies.identity[0].what


def test_enforced_guardrails_that_nobody_listed_are_not_checked() -> None:
    """Our choice: an account whose settings were not read may enforce anything."""
    assert gate(way(), LIST).state is GateState.NOT_CHECKED
    read = way(held=snapshot(region=bedrock(enforced_guardrails=())))
    assert LIST not in {one.rule for one in read.gates}


@pytest.mark.parametrize(
    ("types", "content", "refused", "asked"),
    [
        ({"SERVICE_CONTROL_POLICY"}, None, "", False),
        ({"BEDROCK_POLICY"}, None, "", True),
        (None, None, "", True),
        ({"BEDROCK_POLICY"}, "{}", "", False),
        ({"BEDROCK_POLICY"}, None, "EffectivePolicyNotFoundException", False),
        ({"BEDROCK_POLICY"}, None, "AccessDeniedException", True),
    ],
)
def test_the_organizations_policy_is_missed_where_it_may_exist(
    types: set[str] | None, content: str | None, refused: str, asked: bool
) -> None:
    """AWS-documented: policy types are enabled in the root; no effective policy is an answer."""
    org = organization(
        policy_types=None if types is None else frozenset(types),
        bedrock_policies={} if content is None else {TARGET: content},
    )
    record = Missing(
        "x", "organizations:DescribeEffectivePolicy", TARGET, "", Absence.REFUSED, refused
    )
    world = snapshot(
        org=org,
        region=bedrock(enforced_guardrails=()),
        target={"missing": (record,) if refused else ()},
    )
    missing = [one.missing for one in way(held=world).gates if one.rule == LIST]
    assert bool(missing) is asked
    for one in missing:
        assert one is not None
        assert "describe-effective-policy" in one.command


@pytest.mark.parametrize("given", ["gr1:1", f"arn:aws:bedrock:{REGION}:{TARGET}:prompt/P:1"])
def test_a_policy_that_names_no_guardrail_hints_at_refusals(given: str) -> None:
    """AWS-documented: an incorrect ARN makes the models unusable."""
    named = {"c": {"identifier": {"@@assign": given}}}
    content = json.dumps({"bedrock": {"guardrail_inference": {REGION: named}}})
    org = organization(bedrock_policies={TARGET: content})
    found = gate(way(held=snapshot(org=org)), "enforced-guardrail-invalid")
    assert (found.state, found.subject) == (GateState.HINT_CLOSED, given)


def test_destinations_are_regions_and_include_no_other_partition() -> None:
    """AWS-documented: guardrails-cross-region-support.html, every row."""
    rows = 0
    for profile, routes in bedrock_models.guardrail_profiles().items():
        partition = "aws-us-gov" if profile.startswith("us-gov.") else "aws"
        for source, destinations in routes.items():
            rows += 1
            assert destinations
            for region in (source, *destinations):
                assert partitions.partition_of_region(region) == partition
                assert partitions.is_region(region)
    assert rows == 27
