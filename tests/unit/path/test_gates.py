"""Gates of account and model: what closes them, what only hints, what was not checked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from path_world import (
    EU_SONNET,
    MANAGEMENT,
    REGION,
    ROLE,
    SONNET,
    TARGET,
    attempt,
    bedrock,
    eu_profile,
    gate,
    snapshot,
    way,
)

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, Operation
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    FoundationModel,
    InferenceProfile,
    ModelAvailability,
    Quota,
    Snapshot,
)
from bedrock_doctor.model.way import GateState

OPEN, CLOSED = GateState.OPEN, GateState.CLOSED
HINT, UNCHECKED = GateState.HINT_CLOSED, GateState.NOT_CHECKED
TITAN = "amazon.titan-embed-text-v2:0"


def listed(*models: FoundationModel) -> Snapshot:
    """A snapshot whose Region lists these models."""
    return snapshot(region=bedrock(models={model.id: model for model in models}))


@pytest.mark.parametrize(
    ("region", "status", "expected"),
    [
        (REGION, None, OPEN),
        ("eu-central-2", None, UNCHECKED),
        ("eu-central-2", "ENABLED", OPEN),
        (REGION, "ENABLED_BY_DEFAULT", OPEN),
        ("eu-central-2", "DISABLED", CLOSED),
        ("eu-central-2", "ENABLING", CLOSED),
    ],
)
def test_the_call_region_must_be_enabled(
    region: str, status: str | None, expected: GateState
) -> None:
    """AWS-documented: manage-acct-regions.html."""
    held = snapshot(target={"regions": {region: status} if status else None})
    found = gate(way(attempt(region=region), held), "region-not-enabled")
    assert found.state is expected
    assert (found.missing is not None) is (expected is UNCHECKED)


def test_a_region_that_list_regions_does_not_name_is_judged_by_the_catalog() -> None:
    """Our choice: an incomplete list is no evidence against a Region."""
    held = snapshot(target={"regions": {"us-east-1": "ENABLED"}})
    assert gate(way(held=held), "region-not-enabled").state is OPEN


def test_destinations_need_not_be_enabled() -> None:
    """AWS-documented: routing goes to opt-in Regions that the account has not enabled."""
    held = snapshot(target={"regions": {REGION: "ENABLED_BY_DEFAULT", "eu-south-1": "DISABLED"}})
    assert gate(way(held=held), "region-not-enabled").state is OPEN


@pytest.mark.parametrize(
    ("profile", "region", "expected"),
    [
        (EU_SONNET, REGION, OPEN),
        (f"us.{SONNET}", REGION, HINT),
        (EU_SONNET, "me-central-1", UNCHECKED),
    ],
)
def test_the_catalog_only_hints_at_profiles_that_are_not_offered(
    profile: str, region: str, expected: GateState
) -> None:
    """Our choice: accounts differ and the catalog ages."""
    found = gate(way(model=profile, region=region), "profile-not-offered-in-region")
    assert found.state is expected
    if expected is HINT:
        assert found.facts["offered"] == f"{EU_SONNET} global.{SONNET}"
        assert "us-east-1" in found.facts["sources"].split()


def test_a_complete_list_without_the_profile_closes_the_gate() -> None:
    """AWS-documented: ListInferenceProfiles lists what the Region offers."""
    held = snapshot(region=bedrock(profiles={EU_SONNET: eu_profile()}, profiles_complete=True))
    assert gate(way(held=held), "profile-not-offered-in-region").state is OPEN
    found = gate(way(attempt(model=f"us.{SONNET}"), held), "profile-not-offered-in-region")
    assert found.state is CLOSED
    assert found.facts["offered"] == EU_SONNET


def test_a_profile_arn_of_another_region_hints_at_a_refusal() -> None:
    """Our choice: AWS documents that profile ARNs are those of the call's Region."""
    arn = f"arn:aws:bedrock:eu-west-1:{TARGET}:inference-profile/{EU_SONNET}"
    assert gate(way(model=arn), "profile-not-offered-in-region").state is HINT


def test_an_application_profile_is_looked_up_by_its_arn() -> None:
    """Our choice: the catalog cannot know it."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:application-inference-profile/abc"
    assert gate(way(model=arn), "profile-not-offered-in-region").state is UNCHECKED
    model = f"arn:aws:bedrock:{REGION}::foundation-model/{SONNET}"
    profile = InferenceProfile(arn, "abc", "APPLICATION", "ACTIVE", (model,))
    held = snapshot(region=bedrock(profiles={arn: profile}))
    assert gate(way(attempt(model=arn), held), "profile-not-offered-in-region").state is OPEN


@pytest.mark.parametrize(
    ("model", "region", "expected"),
    [
        (TITAN, REGION, OPEN),
        ("deepseek.r1-v1:0", REGION, HINT),
        (TITAN, "me-central-1", UNCHECKED),
    ],
)
def test_the_catalog_only_hints_at_models_that_are_not_offered(
    model: str, region: str, expected: GateState
) -> None:
    """Our choice: a Region that the catalog does not cover is not checked."""
    found = gate(way(model=model, region=region), "model-not-offered-in-region")
    assert found.state is expected


def test_the_region_list_of_the_account_decides_on_models() -> None:
    """AWS-documented: ListFoundationModels is complete for a Region."""
    held = listed(FoundationModel(SONNET, ("INFERENCE_PROFILE",), "ACTIVE"))
    missing = way(attempt(model=TITAN), held)
    assert gate(missing, "model-not-offered-in-region").state is CLOSED
    present = way(attempt(model=SONNET), held)
    assert gate(present, "model-not-offered-in-region").state is OPEN
    on_demand = gate(present, "on-demand-not-supported")
    assert on_demand.state is CLOSED
    assert on_demand.facts["profiles"] == f"{EU_SONNET} global.{SONNET}"


def test_profiles_of_the_account_are_offered_instead_of_the_catalogs() -> None:
    """Our choice: the snapshot wins."""
    model = FoundationModel(SONNET, ("INFERENCE_PROFILE",), "ACTIVE")
    region = bedrock(models={SONNET: model}, profiles={EU_SONNET: eu_profile()})
    found = way(attempt(model=SONNET), snapshot(region=region))
    assert gate(found, "on-demand-not-supported").facts["profiles"] == EU_SONNET


@pytest.mark.parametrize(
    ("model", "region", "expected"),
    [
        (TITAN, REGION, OPEN),
        (SONNET, REGION, HINT),
        ("anthropic.claude-opus-5", "us-east-1", UNCHECKED),
    ],
)
def test_bare_ids_of_profile_only_models_are_hinted_at(
    model: str, region: str, expected: GateState
) -> None:
    """AWS-documented: most models want a profile; the scan is unsure at mantle's Regions."""
    found = gate(way(model=model, region=region), "on-demand-not-supported")
    assert found.state is expected


def test_on_demand_in_the_accounts_list_opens_the_gate() -> None:
    """AWS-documented: inferenceTypesSupported."""
    held = listed(FoundationModel(TITAN, ("ON_DEMAND", "PROVISIONED"), "ACTIVE"))
    assert gate(way(attempt(model=TITAN), held), "on-demand-not-supported").state is OPEN


def test_mantle_has_its_own_regions_and_no_profiles() -> None:
    """AWS-documented: the model card lists mantle's Regions apart."""
    given = attempt(
        operation=Operation.MANTLE_INFERENCE, model="anthropic.claude-opus-5", region="us-east-1"
    )
    found = way(given)
    assert gate(found, "model-not-offered-in-region").state is OPEN
    rules = {gate.rule for gate in found.gates}
    assert "on-demand-not-supported" not in rules
    assert "use-case-form-missing" not in rules
    elsewhere = way(replace(given, region="us-east-2"))
    assert gate(elsewhere, "model-not-offered-in-region").state is HINT


@pytest.mark.parametrize(
    ("lifecycle", "end", "created", "rule", "expected"),
    [
        ("ACTIVE", "", "2026-11-24T00:00:00Z", "model-legacy", OPEN),
        ("", "", "2026-11-24T00:00:00Z", "model-legacy", OPEN),
        ("LEGACY", "2027-01-08T00:00:00Z", "2026-11-24T00:00:00Z", "model-legacy", HINT),
        ("LEGACY", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "model-end-of-life", CLOSED),
        ("LEGACY", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", "model-legacy", HINT),
        ("LEGACY", "2026-10-01T00:00:00Z", "", "model-end-of-life", CLOSED),
    ],
)
def test_the_lifecycle_is_judged_on_the_day_of_the_snapshot(
    lifecycle: str, end: str, created: str, rule: str, expected: GateState
) -> None:
    """AWS-documented: model-lifecycle.html; the core reads no clock."""
    model = FoundationModel(SONNET, ("INFERENCE_PROFILE",), lifecycle, end)
    held = replace(listed(model), created=created)
    assert gate(way(held=held), rule).state is expected


@pytest.mark.parametrize(
    ("model", "region", "rule"),
    [
        ("anthropic.claude-opus-4-1-20250805-v1:0", "us-east-1", "model-legacy"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "us-east-1", "model-end-of-life"),
        ("amazon.titan-image-generator-v2:0", "us-east-1", "model-end-of-life"),
    ],
)
def test_documented_lifecycle_dates_are_hints(model: str, region: str, rule: str) -> None:
    """AWS-documented: model-lifecycle-legacy.html; private arrangements exist."""
    assert gate(way(model=model, region=region), rule).state is HINT


def test_an_uncollected_lifecycle_is_not_checked() -> None:
    """Our choice."""
    found = gate(way(), "model-legacy")
    assert found.state is UNCHECKED
    assert found.missing is not None
    assert found.missing.command == f"aws bedrock list-foundation-models --region {REGION}"


def test_a_refused_list_is_not_checked_and_says_why() -> None:
    """Our choice: a refused read is no list."""
    refused = Missing(
        "models",
        "bedrock:ListFoundationModels",
        TARGET,
        REGION,
        absence=Absence.REFUSED,
        code="AccessDeniedException",
    )
    held = snapshot(region=bedrock(models=refused), target={"missing": (refused,)})
    held = replace(
        held,
        accounts={
            **held.accounts,
            TARGET: replace(held.accounts[TARGET], bedrock={REGION: bedrock(models=refused)}),
        },
    )
    found = gate(way(held=held), "model-legacy")
    assert found.state is UNCHECKED
    assert found.missing is not None
    assert found.missing.code == "AccessDeniedException"
    assert way(attempt(model=SONNET), held).target.id == SONNET


AVAILABLE = ModelAvailability(SONNET, "AVAILABLE", "AUTHORIZED", "AVAILABLE", "AVAILABLE")


@pytest.mark.parametrize(
    ("availability", "entitlement", "agreement"),
    [
        (None, UNCHECKED, UNCHECKED),
        (AVAILABLE, OPEN, OPEN),
        (replace(AVAILABLE, authorization="NOT_AUTHORIZED"), HINT, OPEN),
        (replace(AVAILABLE, entitlement="NOT_AVAILABLE"), HINT, OPEN),
        (replace(AVAILABLE, agreement="PENDING"), OPEN, HINT),
        (replace(AVAILABLE, agreement="ERROR", agreement_error="payment"), OPEN, HINT),
    ],
)
def test_model_availability_is_a_hint(
    availability: ModelAvailability | None, entitlement: GateState, agreement: GateState
) -> None:
    """Observed: GetFoundationModelAvailability was wrong in both directions."""
    held = {SONNET: availability} if availability else {}
    found = way(held=snapshot(region=bedrock(availability=held, agreement_offers={SONNET: 1})))
    assert gate(found, "model-access-not-available").state is entitlement
    assert gate(found, "agreement-missing").state is agreement
    if availability:
        assert gate(found, "agreement-missing").facts["offers"] == "1"


@pytest.mark.parametrize(
    ("use_case", "expected"),
    [(True, OPEN), (False, HINT), (None, UNCHECKED)],
)
def test_a_missing_form_is_a_hint(use_case: bool | None, expected: GateState) -> None:
    """AWS-documented: the form may be inherited from the management account."""
    found = way(held=snapshot(region=bedrock(use_case=use_case)))
    assert gate(found, "use-case-form-missing").state is expected


@pytest.mark.parametrize(
    ("region", "expected"), [("eu-central-1", OPEN), ("ap-southeast-3", UNCHECKED)]
)
def test_a_form_of_the_management_account_is_inherited(region: str, expected: GateState) -> None:
    """AWS-documented (model-access.html): not in opt-in Regions, where it is submitted again."""
    filled = BedrockRegion("us-east-1", use_case=True)
    held = snapshot(region=bedrock(use_case=None))
    manager = Account(MANAGEMENT, bedrock={"us-east-1": filled})
    held = replace(held, accounts={**held.accounts, MANAGEMENT: manager})
    asked = attempt(region=region, model=f"global.{SONNET}")
    assert gate(way(asked, held), "use-case-form-missing").state is expected


@pytest.mark.parametrize(
    ("region", "roles", "asked"),
    [
        ("eu-central-2", (ROLE,), True),
        ("eu-central-2", (), False),
        ("eu-central-1", (ROLE,), False),
    ],
)
def test_session_tokens_matter_in_opt_in_regions(
    region: str, roles: tuple[str, ...], asked: bool
) -> None:
    """AWS-documented: tokens of the global STS endpoint are valid in default Regions only."""
    found = way(attempt(region=region, roles=roles), snapshot())
    assert ("global-token-in-opt-in-region" in {gate.rule for gate in found.gates}) is asked


@pytest.mark.parametrize(
    ("source", "target", "state"),
    [(2, 2, OPEN), (2, 1, UNCHECKED), (1, 2, UNCHECKED), (2, None, UNCHECKED)],
)
def test_tokens_of_version_2_work_everywhere(
    source: int, target: int | None, state: GateState
) -> None:
    """AWS-documented: id_credentials_temp_enable-regions.html; whose setting counts is not said."""
    held = snapshot(
        source={"global_token_version": source}, target={"global_token_version": target}
    )
    found = way(attempt(region="eu-central-2"), held)
    assert gate(found, "global-token-in-opt-in-region").state is state


@pytest.mark.parametrize(
    ("region", "key", "expected"),
    [
        ("eu-central-1", ApiKey.SHORT, UNCHECKED),
        ("me-south-1", ApiKey.SHORT, HINT),
        ("eu-central-1", None, None),
    ],
)
def test_api_keys_are_bound_to_their_region(
    region: str, key: ApiKey | None, expected: GateState | None
) -> None:
    """AWS-documented: api-keys-supported.html lists the Regions."""
    found = way(attempt(region=region, api_key=key), snapshot())
    states = [gate.state for gate in found.gates if gate.rule == "api-key-of-another-region"]
    assert states == ([expected] if expected else [])


@pytest.mark.parametrize(("made_in", "state"), [(REGION, OPEN), ("us-east-1", CLOSED)])
def test_a_key_whose_region_is_known_opens_or_closes_the_gate(
    made_in: str, state: GateState
) -> None:
    """AWS-documented: api-keys.html; a key works in the Region where it was made."""
    given = attempt(api_key=ApiKey.SHORT, key_region=made_in)
    assert gate(way(given), "api-key-of-another-region").state is state
    with pytest.raises(UsageError, match="without a key"):
        way(key_region=made_in)


def test_only_anthropic_asks_for_a_form() -> None:
    """AWS-documented: model-access.html."""
    assert "use-case-form-missing" not in {gate.rule for gate in way(model=TITAN).gates}


@pytest.mark.parametrize(
    ("model", "mode", "expected"),
    [
        ("anthropic.claude-fable-5", "default", CLOSED),
        ("anthropic.claude-fable-5", "aws_review", CLOSED),
        ("anthropic.claude-fable-5", "provider_data_share", OPEN),
        ("anthropic.claude-fable-5-1", "aws_review", OPEN),
        ("anthropic.claude-fable-5-1", "none", CLOSED),
        ("anthropic.claude-fable-5", "inherit", UNCHECKED),
        ("anthropic.claude-fable-5", None, UNCHECKED),
    ],
)
def test_some_models_need_a_looser_data_retention_mode(
    model: str, mode: str | None, expected: GateState
) -> None:
    """AWS-documented: data-retention.html."""
    held = snapshot(region=bedrock(data_retention=mode))
    found = way(attempt(model=f"global.{model}"), held)
    assert gate(found, "data-retention-mode").state is expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [("us-gov.anthropic.claude-opus-5", True), ("us-gov.amazon.nova-pro-v1:0", False)],
)
def test_third_party_models_in_govcloud_are_enabled_twice(model: str, expected: bool) -> None:
    """AWS-documented: models-region-compatibility.html, process for GovCloud."""
    given = Attempt("arn:aws-us-gov:iam::111122223333:role/x", (), model, "us-gov-west-1")
    rules = {gate.rule for gate in way(given, Snapshot()).gates}
    assert ("govcloud-needs-both-accounts" in rules) is expected


PER_MINUTE = "Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.6"


@pytest.mark.parametrize(
    ("name", "value", "closed"),
    [
        (PER_MINUTE, 0.0, True),
        (PER_MINUTE, 100.0, False),
        (PER_MINUTE.replace("4.6", "4.5 V1"), 0.0, False),
        (PER_MINUTE.replace("inference", "training"), 0.0, False),
        ("Records per batch inference job", 0.0, False),
    ],
)
def test_quotas_of_zero_are_hinted_at(name: str, value: float, closed: bool) -> None:
    """Observed: accounts are shut out by applied quotas of zero."""
    held = snapshot(region=bedrock(quotas=(Quota("L-1", name, value),)))
    rules = [gate.rule for gate in way(held=held).gates if gate.state is HINT]
    assert ("quota-is-zero" in rules) is closed


def test_dated_model_ids_match_their_quotas() -> None:
    """Our choice: dates and versions are no part of quota names."""
    name = "On-demand model inference requests per minute for Anthropic Claude 3 Haiku"
    held = snapshot(region=bedrock(quotas=(Quota("L-1", name, 0.0),)))
    found = way(attempt(model="anthropic.claude-3-haiku-20240307-v1:0"), held)
    assert gate(found, "quota-is-zero").facts["quota"] == name


def test_uncollected_quotas_are_not_checked() -> None:
    """Our choice."""
    assert gate(way(), "quota-is-zero").state is UNCHECKED


@pytest.mark.parametrize(
    "given",
    [
        attempt(operation=Operation.APPLY_GUARDRAIL, guardrail="gr1:1"),
        attempt(model=f"arn:aws:bedrock:{REGION}:{TARGET}:imported-model/abc"),
    ],
)
def test_calls_without_foundation_model_have_the_region_gate_alone(given: Attempt) -> None:
    """Our choice: model gates are those of foundation models; guardrails have one of their own."""
    guarded = given.operation is Operation.APPLY_GUARDRAIL
    other = "guardrail-profile-not-allowed" if guarded else "enforced-guardrail-not-allowed"
    assert [gate.rule for gate in way(given).gates] == ["region-not-enabled", other]
