"""Bedrock's own state: agreements and the use-case form, and what the Regions list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions


@dataclass(slots=True)
class ModelAccess:
    """What accounts have and have not done about models.

    Attributes:
        no_agreement: (account, model) whose agreement is missing.
        no_form: accounts that have not sent the use-case form.
        watched: models that were called, whose availability a snapshot asks for.
    """

    no_agreement: set[tuple[str, str]] = field(default_factory=set)
    no_form: set[str] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)

    def availability(self, account: str, model: str, region: str) -> dict[str, Any]:
        """Output of GetFoundationModelAvailability."""
        missing = (account, model) in self.no_agreement
        offered = region in bedrock_models.models()[model].regions
        return {
            "modelId": model,
            "agreementAvailability": {"status": "NOT_AVAILABLE" if missing else "AVAILABLE"},
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE",
            "regionAvailability": "AVAILABLE" if offered else "NOT_AVAILABLE",
        }


def offers(model: str) -> dict[str, Any]:
    """Output of ListFoundationModelAgreementOffers."""
    terms = {
        "legalTerm": {"url": "https://aws.amazon.com/legal/bedrock/third-party-models/"},
        "usageBasedPricingTerm": {"rateCard": []},
    }
    offer = {"offerId": f"offer-{model}", "offerToken": f"lab-{model}", "termDetails": terms}
    return {"modelId": model, "offers": [offer]}


def list_models(region: str) -> dict[str, Any]:
    """Output of ListFoundationModels."""
    return {"modelSummaries": [_summary(name, region) for name in _listed(region)]}


def _listed(region: str) -> list[str]:
    return sorted(
        name
        for name, model in bedrock_models.models().items()
        if region in model.regions and model.runtime
    )


def _summary(name: str, region: str) -> dict[str, Any]:
    model = bedrock_models.models()[name]
    kinds = ["ON_DEMAND"] if region in model.on_demand else []
    if inference_profiles.profiles_for(name, region):
        kinds.append("INFERENCE_PROFILE")
    return {
        "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{name}",
        "modelId": name,
        "modelName": name,
        "providerName": name.partition(".")[0],
        "inputModalities": ["TEXT"],
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": model.streaming,
        "customizationsSupported": [],
        "inferenceTypesSupported": kinds,
        "modelLifecycle": {"status": "LEGACY" if model.legacy else "ACTIVE"},
    }


def list_profiles(account: str, region: str) -> dict[str, Any]:
    """Output of ListInferenceProfiles."""
    names = inference_profiles.profiles_of(region)
    return {"inferenceProfileSummaries": [profile(account, region, name) for name in names]}


def profile(account: str, region: str, name: str) -> dict[str, Any]:
    """Output of GetInferenceProfile for a profile that the Region has."""
    prefix, model = inference_profiles.split_profile_id(name) or ("", name)
    where = [*(inference_profiles.destinations(name, region) or (region,))]
    if prefix == inference_profiles.GLOBAL:
        where = ["", region]
    return {
        "inferenceProfileId": name,
        "inferenceProfileName": name,
        "inferenceProfileArn": f"arn:aws:bedrock:{region}:{account}:inference-profile/{name}",
        "description": f"Routes requests to {model}",
        "models": [{"modelArn": f"arn:aws:bedrock:{r}::foundation-model/{model}"} for r in where],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
        "createdAt": "2025-02-24T00:00:00Z",
        "updatedAt": "2026-10-08T16:03:14Z",
    }


def list_regions() -> dict[str, Any]:
    """Output of ListRegions: the lab's accounts have enabled no Region that must be enabled."""
    return {
        "Regions": [
            {
                "RegionName": region,
                "RegionOptStatus": "DISABLED"
                if partitions.is_opt_in(region)
                else "ENABLED_BY_DEFAULT",
            }
            for region in partitions.regions_of("aws")
        ]
    }
