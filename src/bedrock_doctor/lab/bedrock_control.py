"""The control plane of Bedrock: models, profiles, and what opens them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.lab import model_access
from bedrock_doctor.lab.authority import Authority
from bedrock_doctor.lab.bedrock_state import BedrockState
from bedrock_doctor.lab.credentials import Credentials
from bedrock_doctor.lab.wire import Answer, Call, Refused, json_answer

_MODEL = "arn:aws:bedrock:{region}::foundation-model/{id}"
_PROFILE = "arn:aws:bedrock:{region}:{account}:inference-profile/{id}"
_GUARDRAIL = "arn:aws:bedrock:{region}:{account}:guardrail/{id}"
_WRITES = ("Create", "Put", "Delete")
ROUTES = (
    ("GET", r"/foundation-models", "ListFoundationModels", "*"),
    ("GET", r"/foundation-models/(.+)", "GetFoundationModel", _MODEL),
    ("GET", r"/inference-profiles", "ListInferenceProfiles", "*"),
    ("GET", r"/inference-profiles/(.+)", "GetInferenceProfile", _PROFILE),
    ("GET", r"/foundation-model-availability/(.+)", "GetFoundationModelAvailability", "*"),
    (
        "GET",
        r"/list-foundation-model-agreement-offers/(.+)",
        "ListFoundationModelAgreementOffers",
        "*",
    ),
    ("POST", r"/create-foundation-model-agreement", "CreateFoundationModelAgreement", "*"),
    ("GET", r"/use-case-for-model-access", "GetUseCaseForModelAccess", "*"),
    ("POST", r"/use-case-for-model-access", "PutUseCaseForModelAccess", "*"),
    ("GET", r"/enforcedGuardrailsConfiguration", "ListEnforcedGuardrailsConfiguration", "*"),
    ("GET", r"/data-retention", "GetAccountDataRetention", "*"),
    ("GET", r"/resource-policy/(.+)", "GetResourcePolicy", "*"),
    ("PUT", r"/enforcedGuardrailsConfiguration", "PutEnforcedGuardrailConfiguration", "*"),
    (
        "DELETE",
        r"/enforcedGuardrailsConfiguration/(.+)",
        "DeleteEnforcedGuardrailConfiguration",
        "*",
    ),
    ("POST", r"/resource-policy", "PutResourcePolicy", "*"),
    ("DELETE", r"/resource-policy/(.+)", "DeleteResourcePolicy", "*"),
    ("GET", r"/guardrails", "ListGuardrails", "*"),
    ("POST", r"/guardrails", "CreateGuardrail", "*"),
    ("GET", r"/guardrails/(.+)", "GetGuardrail", _GUARDRAIL),
    ("POST", r"/guardrails/(.+)", "CreateGuardrailVersion", _GUARDRAIL),
)
"""Method, path, operation and the resource that the operation is checked on.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html
"""


class BedrockControl:
    """The control-plane operations of the lab."""

    def __init__(self, authority: Authority, bedrock: BedrockState) -> None:
        self._authority, self._access = authority, bedrock.access
        self._guardrails = bedrock.guardrails
        self._forms: dict[str, str] = {}

    def route(self, method: str, path: str) -> tuple[str, str, str] | None:
        """Operation, id in the path, and resource; None for no operation of the lab."""
        for verb, pattern, operation, resource in ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                return operation, found.group(1) if found.groups() else "", resource
        return None

    def answer(self, call: Call, who: Credentials, routed: tuple[str, str, str]) -> Answer:
        """Answers a request.

        Raises:
            Refused: with an AWS error.
        """
        operation, given, resource = routed
        name = given.rpartition("/")[2]
        arn = resource.format(region=call.region, account=who.account, id=name)
        owner = None if resource == _MODEL else who.account
        self._authority.check_call(who, f"bedrock:{operation}", arn, owner, call.region)
        handlers: dict[str, Callable[[Call, Credentials, str], dict[str, Any]]] = {
            "ListFoundationModels": lambda c, w, n: model_access.list_models(c.region),
            "GetFoundationModel": self._get_model,
            "ListInferenceProfiles": lambda c, w, n: model_access.list_profiles(
                w.account, c.region
            ),
            "GetInferenceProfile": self._get_profile,
            "GetFoundationModelAvailability": self._availability,
            "ListFoundationModelAgreementOffers": lambda c, w, n: model_access.offers(_known(n)),
            "CreateFoundationModelAgreement": self._agree,
            "GetUseCaseForModelAccess": self._get_form,
            "PutUseCaseForModelAccess": self._put_form,
            "ListEnforcedGuardrailsConfiguration": lambda c, w, n: self._guardrails.enforced(
                w.account, c.region
            ),
            "GetAccountDataRetention": lambda c, w, n: {"mode": "default"},
            "GetResourcePolicy": lambda c, w, n: self._guardrails.get_policy(given),
            "PutResourcePolicy": lambda c, w, n: self._guardrails.put_policy(c),
            "DeleteResourcePolicy": lambda c, w, n: self._guardrails.delete_policy(given),
            "PutEnforcedGuardrailConfiguration": lambda c, w, n: self._guardrails.enforce(c, w),
            "DeleteEnforcedGuardrailConfiguration": lambda c, w, n: (
                self._guardrails.no_longer_enforce(w.account, c.region, n)
            ),
            "ListGuardrails": lambda c, w, n: self._guardrails.list(c, w),
            "CreateGuardrail": lambda c, w, n: self._guardrails.create(c, w),
            "GetGuardrail": lambda c, w, n: self._guardrails.get(c, w, given),
            "CreateGuardrailVersion": lambda c, w, n: self._guardrails.create_version(c, w, given),
        }
        answer = handlers[operation](call, who, name)
        if operation.startswith(_WRITES):
            self._authority.changed()
        return json_answer(answer)

    def _get_model(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        for summary in model_access.list_models(call.region)["modelSummaries"]:
            if summary["modelId"] == name:
                return {"modelDetails": summary}
        raise Refused("ValidationException", "The provided model identifier is invalid.")

    def _get_profile(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        if name not in inference_profiles.profiles_of(call.region):
            message = f"The requested inference profile {name} was not found."
            raise Refused("ResourceNotFoundException", message, 404)
        return model_access.profile(who.account, call.region, name)

    def _availability(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        return self._access.availability(who.account, _known(name), call.region)

    def _agree(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        model = _known(str(call.params.get("modelId", "")))
        if call.params.get("offerToken") != f"lab-{model}":
            raise Refused("ValidationException", "The provided offer token is invalid.")
        self._access.no_agreement.discard((who.account, model))
        return {"modelId": model}

    def _get_form(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        if who.account in self._access.no_form:
            message = "No use case was found for this account."
            raise Refused("ResourceNotFoundException", message, 404)
        return {"formData": self._forms.get(who.account, base64.b64encode(b"{}").decode())}

    def _put_form(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        form = call.params.get("formData")
        if not isinstance(form, str) or not form:
            raise Refused("ValidationException", "formData is required")
        self._forms[who.account] = form
        self._access.no_form.discard(who.account)
        return {}


def _known(model: str) -> str:
    if not bedrock_models.is_known(model):
        raise Refused("ValidationException", "The provided model identifier is invalid.")
    return model
