"""Gates of the account: Region opt-in, model access, agreement, use case, data retention.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html
"""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.catalog import partitions
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, ModelAvailability
from bedrock_doctor.model.way import Gate, GateState
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.gate_builder import AVAILABILITY, gate, read, snapshot_file, unchecked
from bedrock_doctor.path.guardrail_gates import guardrail_gates
from bedrock_doctor.path.inference_call import InferenceCall

RETENTION_MODES = ("none", "default", "aws_review", "provider_data_share")
"""Data-retention modes, the strictest first."""

NEEDED_RETENTION = {
    "anthropic.claude-fable-5": "provider_data_share",
    "anthropic.claude-fable-5-1": "aws_review",
}
"""Models that refuse a stricter mode than this, as the data-retention page lists them."""

AMAZON_OWNED_ACCESS = ("amazon.",)
"""Providers whose models need neither agreement nor form in GovCloud's linked account."""


def _opt_in_gate(call: InferenceCall) -> Gate:
    """Only the call's own Region must be enabled; destinations of a profile need not be.

    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
    """
    region, rule = call.region, "region-not-enabled"
    regions = call.snapshot.accounts.get(call.account, Account(call.account)).regions
    if regions is not None and region in regions:
        status = regions[region]
        usable = status in ("ENABLED", "ENABLED_BY_DEFAULT")
        state = GateState.OPEN if usable else GateState.CLOSED
        source = f"accounts/{call.account}/account/list-regions.json"
        return gate(call, Layer.ACCOUNT, rule, state, region, status, source)
    if partitions.is_opt_in(region) is False:
        detail = "enabled in every account"
        return gate(call, Layer.ACCOUNT, rule, GateState.OPEN, region, detail, "catalog")
    missing = Missing(
        what=f"whether account {call.account} has enabled {region}",
        call="account:ListRegions",
        account=call.account,
        command="aws account list-regions",
        path=f"accounts/{call.account}/account/list-regions.json",
    )
    return unchecked(call, Layer.ACCOUNT, rule, region, missing)


def _availability_gates(call: InferenceCall, model: str) -> Iterator[Gate]:
    """What GetFoundationModelAvailability says, as a hint."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    found = held.availability.get(model)
    if found is None:
        what = f"availability of {model} in account {call.account}"
        missing = read(call, AVAILABILITY, what, f"--model-id {model}", model)
        yield unchecked(call, Layer.ENTITLEMENT, "model-access-not-available", model, missing)
        yield unchecked(call, Layer.AGREEMENT, "agreement-missing", model, missing)
        return
    source = found.path or snapshot_file(call, AVAILABILITY, model)
    yield _entitlement_gate(call, found, source)
    offers = held.agreement_offers.get(model)
    facts = {"offers": "" if offers is None else str(offers), "error": found.agreement_error}
    accepted = found.agreement == "AVAILABLE"
    state = GateState.OPEN if accepted else GateState.HINT_CLOSED
    detail = f"agreement {found.agreement}"
    rule = "agreement-missing"
    yield gate(call, Layer.AGREEMENT, rule, state, model, detail, source, facts)


def _entitlement_gate(call: InferenceCall, found: ModelAvailability, source: str) -> Gate:
    parts = {
        "authorization": found.authorization,
        "entitlement": found.entitlement,
        "region": found.region,
    }
    refused = {name: value for name, value in parts.items() if value.startswith("NOT_")}
    state = GateState.HINT_CLOSED if refused else GateState.OPEN
    detail = ", ".join(f"{name} {value}" for name, value in (refused or parts).items())
    rule = "model-access-not-available"
    return gate(call, Layer.ENTITLEMENT, rule, state, found.model, detail, source, parts)


def _inherits_form(call: InferenceCall) -> bool:
    """Whether the management account submitted the form; opt-in Regions inherit nothing."""
    org = call.snapshot.organization_of(call.account)
    manager = call.snapshot.accounts.get(org.management_account) if org else None
    regions = manager.bedrock.values() if manager else ()
    return partitions.is_opt_in(call.region) is False and any(r.use_case is True for r in regions)


def _use_case_gate(call: InferenceCall, model: str) -> Gate:
    """The form that Anthropic asks for once; member accounts may inherit it, so it is a hint."""
    rule = "use-case-form-missing"
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region).use_case
    operation = "get-use-case-for-model-access"
    if held is not True and _inherits_form(call):
        detail = "a form was submitted in the management account"
        source = "the snapshot of the management account"
        return gate(call, Layer.USE_CASE, rule, GateState.OPEN, model, detail, source)
    if isinstance(held, bool):
        state = GateState.OPEN if held else GateState.HINT_CLOSED
        detail = "a form was submitted" if held else "no form was submitted in this account"
        source = snapshot_file(call, operation)
        return gate(call, Layer.USE_CASE, rule, state, model, detail, source)
    missing = read(call, operation, "whether Anthropic's use-case form was submitted")
    return unchecked(call, Layer.USE_CASE, rule, model, missing)


def _retention_gate(call: InferenceCall, model: str) -> Gate | None:
    needed = NEEDED_RETENTION.get(model)
    if needed is None:
        return None
    rule = "data-retention-mode"
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    mode = held.data_retention
    if isinstance(mode, str) and mode in RETENTION_MODES:
        enough = RETENTION_MODES.index(mode) >= RETENTION_MODES.index(needed)
        state = GateState.OPEN if enough else GateState.CLOSED
        source = snapshot_file(call, "get-account-data-retention")
        facts = {"mode": mode, "needed": needed}
        return gate(call, Layer.DATA_RETENTION, rule, state, model, f"mode {mode}", source, facts)
    missing = read(call, "get-account-data-retention", f"the data-retention mode of {call.region}")
    return unchecked(call, Layer.DATA_RETENTION, rule, model, missing)


def _govcloud_gate(call: InferenceCall, model: str) -> Gate | None:
    """Third-party models are enabled twice: in the linked commercial account, then in GovCloud.

    https://docs.aws.amazon.com/bedrock/latest/userguide/models-region-compatibility.html
    """
    if call.partition != "aws-us-gov" or model.startswith(AMAZON_OWNED_ACCESS):
        return None
    missing = Missing(
        what=f"whether the linked commercial account has accepted the agreement of {model}",
        call="bedrock:GetFoundationModelAvailability",
        region="us-east-1",
        command=f"aws bedrock {AVAILABILITY} --region us-east-1 --model-id {model}",
    )
    return unchecked(call, Layer.AGREEMENT, "govcloud-needs-both-accounts", model, missing)


def _token_gate(call: InferenceCall) -> Gate | None:
    """Session tokens of the global STS endpoint are refused in opt-in Regions.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    """
    if not call.attempt.roles or not partitions.is_opt_in(call.region):
        return None
    rule = "global-token-in-opt-in-region"
    # whose setting counts when a role of another account is assumed is not documented: both
    assumers = (call.attempt.caller, *call.attempt.roles)[-2:]
    accounts = {parse_arn(arn).account for arn in assumers}
    held = call.snapshot.accounts
    versions = {held[name].global_token_version if name in held else None for name in accounts}
    if versions == {2}:
        detail = "tokens of the global endpoint are valid in all Regions"
        source = "get-account-summary of " + " and ".join(sorted(accounts))
        state = GateState.OPEN
        return gate(call, Layer.CREDENTIALS, rule, state, call.region, detail, source)
    missing = Missing(
        what=f"whether a regional STS endpoint gives the session token, as {call.region} needs it",
        call="sts:AssumeRole",
        account=call.account,
        region=call.region,
        command="bedrock-doctor whoami",
    )
    return unchecked(call, Layer.CREDENTIALS, rule, call.region, missing)


def _key_gate(call: InferenceCall) -> Gate | None:
    """An API key works in the Region where it was made, and not every Region has them.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-supported.html
    """
    if call.attempt.api_key is None:
        return None
    rule = "api-key-of-another-region"
    made_in = call.attempt.key_region
    if made_in is not None:
        state = GateState.OPEN if made_in == call.region else GateState.CLOSED
        subject, detail = f"a key of {made_in}", f"the key was made in {made_in}"
        return gate(call, Layer.API_KEY, rule, state, subject, detail, "the attempt")
    if call.region not in partitions.api_key_regions():
        detail = "the Region is not among those that AWS lists for API keys"
        state = GateState.HINT_CLOSED
        return gate(call, Layer.API_KEY, rule, state, call.region, detail, "catalog")
    missing = Missing(
        what=f"whether the API key was made in {call.region}",
        call="bedrock:CallWithBearerToken",
        account=call.account,
        region=call.region,
        command="--api-key-region; bedrock-doctor whoami shows it",
    )
    return unchecked(call, Layer.API_KEY, rule, call.region, missing)


def account_gates(call: InferenceCall) -> Iterator[Gate]:
    """Region, session tokens, API keys, and for each model access, agreement, form, retention."""
    yield _opt_in_gate(call)
    for extra in (_token_gate(call), _key_gate(call)):
        if extra:
            yield extra
    yield from guardrail_gates(call)
    if call.attempt.operation is Operation.APPLY_GUARDRAIL:
        return
    for model in call.target.models:
        yield from _availability_gates(call, model)
        # the form is not asked for on bedrock-mantle
        at_mantle = call.attempt.operation.at_mantle
        if model.startswith("anthropic.") and not at_mantle:
            yield _use_case_gate(call, model)
        for extra in (_retention_gate(call, model), _govcloud_gate(call, model)):
            if extra:
                yield extra
