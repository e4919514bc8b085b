"""Shapes of Amazon Bedrock and Service Quotas outputs, as far as they are read.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html
"""

from __future__ import annotations

from msgspec import Raw, Struct, field

from bedrock_doctor.collect.aws_json import Page


class Camel(Struct, rename="camel"):
    """Base of shapes whose members begin with a small letter."""


class CamelPage(Page, rename="camel", kw_only=True):
    """Base of pages whose members begin with a small letter."""


class Lifecycle(Camel):
    """Life cycle of a model."""

    status: str = ""
    end_of_life_time: str | float = ""
    legacy_time: str | float = ""


class ModelSummary(Camel):
    """A model of ListFoundationModels."""

    model_id: str
    inference_types_supported: list[str] = []
    model_lifecycle: Lifecycle | None = None
    response_streaming_supported: bool | None = None


class ListFoundationModels(CamelPage, kw_only=True):
    """Output of ListFoundationModels, which has one page."""

    model_summaries: list[ModelSummary]


class ModelArn(Camel):
    """A model behind a profile."""

    model_arn: str


class Profile(Camel):
    """An inference profile of GetInferenceProfile or ListInferenceProfiles."""

    inference_profile_arn: str
    inference_profile_id: str
    models: list[ModelArn]
    type: str = ""
    status: str = ""


class ListInferenceProfiles(CamelPage, kw_only=True):
    """Output of ListInferenceProfiles."""

    inference_profile_summaries: list[Profile]


class Agreement(Camel):
    """State of the agreement for a model."""

    status: str
    error_message: str = ""


class Availability(Camel):
    """Output of GetFoundationModelAvailability."""

    model_id: str
    agreement_availability: Agreement
    authorization_status: str
    entitlement_availability: str
    region_availability: str


class Offers(Camel):
    """Output of ListFoundationModelAgreementOffers."""

    offers: list[Raw]
    model_id: str = ""


class ModelEnforcement(Camel):
    """Models that an enforced guardrail is for."""

    included_models: list[str] = []
    excluded_models: list[str] = []


class GuardrailConfig(Camel):
    """One enforced guardrail."""

    guardrail_arn: str
    guardrail_version: str
    owner: str = ""
    model_enforcement: ModelEnforcement | None = None


class ListEnforcedGuardrails(CamelPage, kw_only=True):
    """Output of ListEnforcedGuardrailsConfiguration."""

    guardrails_config: list[GuardrailConfig]


class DataRetention(Camel):
    """Output of GetAccountDataRetention."""

    mode: str


class UseCase(Struct):
    """Output of GetUseCaseForModelAccess. Its form is skipped: that it is there is all we keep."""


class ResourcePolicy(Camel):
    """Output of GetResourcePolicy."""

    resource_policy: Raw


class CamelTag(Camel):
    """A tag."""

    key: str
    value: str


class Tags(Camel):
    """Output of ListTagsForResource."""

    tags: list[CamelTag]


class ServiceQuota(Struct, rename="pascal"):
    """A quota."""

    quota_code: str
    value: float
    quota_name: str = ""
    service_code: str = "bedrock"


class ListServiceQuotas(Page, kw_only=True):
    """Output of ListServiceQuotas."""

    quotas: list[ServiceQuota] = field(name="Quotas")
