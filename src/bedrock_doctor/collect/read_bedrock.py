"""Amazon Bedrock in one account and Region, with the quotas that apply there."""

from __future__ import annotations

from collections.abc import Mapping

from bedrock_doctor.collect.bedrock_files import BedrockFiles
from bedrock_doctor.collect.bedrock_shapes import (
    Availability,
    DataRetention,
    ListEnforcedGuardrails,
    ListFoundationModels,
    ListServiceQuotas,
    Offers,
    UseCase,
)
from bedrock_doctor.collect.manifest import Manifest, Refusal
from bedrock_doctor.collect.read_bedrock_resources import (
    read_resource_policies,
    read_resources,
    without_policy,
)
from bedrock_doctor.collect.read_inference_profiles import read_inference_profiles
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.snapshot import (
    BedrockRegion,
    EnforcedGuardrail,
    FoundationModel,
    ModelAvailability,
    Quota,
)

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetUseCaseForModelAccess.html
_NO_FORM = "ResourceNotFoundException"


def read_bedrock(
    reading: Reading, manifest: Manifest, account: str
) -> tuple[dict[str, BedrockRegion], list[Missing]]:
    """Reads all Regions of one account.

    Returns:
        The Regions, and reads that failed and have no place of their own in them.
    """
    regions = {
        *reading.tree.folders("accounts", account, "bedrock"),
        *reading.tree.folders("accounts", account, "service-quotas"),
        *(
            refusal.region
            for refusal in manifest.refusals
            if refusal.account == account
            and refusal.region
            and refusal.call.startswith(("bedrock:", "servicequotas:"))
        ),
    }
    found = {}
    missing: list[Missing] = []
    for region in sorted(regions):
        files = BedrockFiles(reading, manifest, account, region)
        found[region] = _read_region(files, manifest)
        missing += files.missing
    return found, missing


def _read_region(files: BedrockFiles, manifest: Manifest) -> BedrockRegion:
    profiles, profiles_complete = read_inference_profiles(files)
    return BedrockRegion(
        files.region,
        _models(files),
        profiles,
        profiles_complete,
        _availability(files),
        _offers(files),
        _guardrails(files),
        _data_retention(files),
        _use_case(files),
        read_resource_policies(files),
        _quotas(files),
        read_resources(files),
        without_policy(manifest, files.account, files.region),
    )


def _models(files: BedrockFiles) -> Mapping[str, FoundationModel] | Missing | None:
    what = "the list of foundation models"
    pages = files.reading.pages(
        *files.place, "list-foundation-models", kind=ListFoundationModels, unknown=what
    )
    if isinstance(pages, Absence):
        return files.gap(pages, what, "bedrock:ListFoundationModels")
    models = {}
    for summary in (summary for page in pages for summary in page.value.model_summaries):
        cycle = summary.model_lifecycle
        models[summary.model_id] = FoundationModel(
            summary.model_id,
            tuple(summary.inference_types_supported),
            cycle.status if cycle else "",
            str(cycle.end_of_life_time) if cycle else "",
            str(cycle.legacy_time) if cycle else "",
            summary.response_streaming_supported,
        )
    return models


def _availability(files: BedrockFiles) -> dict[str, ModelAvailability]:
    found = {}
    for name in files.names("get-foundation-model-availability"):
        what = f"availability of model `{name}`"
        output = files.one("get-foundation-model-availability", name, Availability, what)
        if isinstance(output, Absence):
            call = "bedrock:GetFoundationModelAvailability"
            files.record(files.gap(output, what, call, name, model_id=name))
            continue
        value = output.value
        found[value.model_id] = ModelAvailability(
            value.model_id,
            value.agreement_availability.status,
            value.authorization_status,
            value.entitlement_availability,
            value.region_availability,
            value.agreement_availability.error_message,
            output.text.path,
        )
    return found


def _offers(files: BedrockFiles) -> dict[str, int]:
    found = {}
    for name in files.names("list-foundation-model-agreement-offers"):
        what = f"agreement offers for model `{name}`"
        output = files.one("list-foundation-model-agreement-offers", name, Offers, what)
        if isinstance(output, Absence):
            call = "bedrock:ListFoundationModelAgreementOffers"
            files.record(files.gap(output, what, call, name, model_id=name))
        else:
            found[output.value.model_id or name] = len(output.value.offers)
    return found


def _guardrails(files: BedrockFiles) -> tuple[EnforcedGuardrail, ...] | Missing | None:
    call, what = "bedrock:ListEnforcedGuardrailsConfiguration", "enforced guardrails"
    pages = files.reading.pages(
        *files.place,
        "list-enforced-guardrails-configuration",
        kind=ListEnforcedGuardrails,
        unknown=what,
    )
    if isinstance(pages, Absence):
        return files.gap(pages, what, call)
    if pages[-1].value.has_more:
        return files.not_read(Absence.NOT_COLLECTED, f"further {what}", call)
    return tuple(
        EnforcedGuardrail(
            config.guardrail_arn,
            config.guardrail_version,
            config.owner,
            tuple(config.model_enforcement.included_models) if config.model_enforcement else (),
            tuple(config.model_enforcement.excluded_models) if config.model_enforcement else (),
        )
        for page in pages
        for config in page.value.guardrails_config
    )


def _data_retention(files: BedrockFiles) -> str | Missing | None:
    what = "the data retention mode"
    output = files.one("get-account-data-retention", "", DataRetention, what)
    if isinstance(output, Absence):
        return files.gap(output, what, "bedrock:GetAccountDataRetention")
    return output.value.mode


def _use_case(files: BedrockFiles) -> bool | Missing | None:
    what = "whether the use case form was submitted"
    output = files.one("get-use-case-for-model-access", "", UseCase, what)
    if not isinstance(output, Absence):
        return True
    gap = files.gap(output, what, "bedrock:GetUseCaseForModelAccess")
    return False if gap and gap.code == _NO_FORM else gap


def use_case_absent(refusal: Refusal) -> bool:
    """Whether AWS's error says that no form was submitted, which is an answer, not a refusal."""
    return refusal.call == "bedrock:GetUseCaseForModelAccess" and refusal.code == _NO_FORM


def _quotas(files: BedrockFiles) -> tuple[Quota, ...] | Missing | None:
    call, what = "servicequotas:ListServiceQuotas", "applied quotas of Amazon Bedrock"
    pages = files.reading.pages(
        "accounts",
        files.account,
        "service-quotas",
        files.region,
        "list-service-quotas",
        kind=ListServiceQuotas,
        unknown=f"{what} in account {files.account}, {files.region}",
    )
    if isinstance(pages, Absence):
        return files.gap(pages, what, call, service_code="bedrock")
    if pages[-1].value.has_more:
        return files.not_read(
            Absence.NOT_COLLECTED, f"further {what}", call, service_code="bedrock"
        )
    return tuple(
        Quota(quota.quota_code, quota.quota_name, quota.value)
        for page in pages
        for quota in page.value.quotas
        if quota.service_code == "bedrock"
    )
