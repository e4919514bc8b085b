"""The call to Bedrock: what Region, account and kind of the resource say about a denial.

A profile is checked first, then the model in every destination Region:
https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
"""

from __future__ import annotations

import re

from bedrock_doctor.evidence.explanation import Likelihood
from bedrock_doctor.evidence.refusal import Refusal, read_resource
from bedrock_doctor.evidence.situation import Situation
from bedrock_doctor.evidence.weighing import Weights
from bedrock_doctor.model.finding import Layer

_PROFILE_KINDS = ("inference-profile", "application-inference-profile")
_STREAM = "bedrock:InvokeModelWithResponseStream"
# Families that AWS serves through profiles nearly everywhere; an order of likelihood only.
_BY_PROFILE = re.compile(
    r"anthropic\.|amazon\.nova|meta\.llama(?:3-[123]|4)|deepseek\.|mistral\.pixtral|writer\."
)
_SMALL = re.compile(r"haiku|embed|titan-text-lite|micro|lite|rerank|flash|mini")


def reorder_inference(refusal: Refusal, situation: Situation, weights: Weights) -> None:
    """Applies the reasoning rules to the catalogue's candidates."""
    named = refusal.layer
    if refusal.action.endswith("CallWithBearerToken") or not refusal.action.startswith("bedrock"):
        return
    if refusal.action == "bedrock:ApplyGuardrail":
        _weigh_guardrail(refusal, weights)
        return
    if refusal.action.startswith("bedrock-mantle:"):
        _weigh_mantle(refusal, weights)
        return
    if named in (Layer.SCP, None) and weights.find("BD311"):
        _weigh_fence(refusal, situation, weights)
    missing = (named is Layer.IDENTITY and refusal.explicit is False) or named is None
    if missing and "Invoke" in refusal.action:
        _weigh_missing_allow(refusal, situation, weights)
    if named is Layer.RESOURCE and refusal.crosses_accounts and refusal.explicit is False:
        weights.lead_with("BD420")
    if named is Layer.IDENTITY or named is None:
        _weigh_second_model(refusal, situation, weights)


def _is_destination(refusal: Refusal, situation: Situation) -> bool | None:
    """Whether the model ARN is a destination of a profile; None when the text does not tell."""
    resource = refusal.resource
    if _names_profile(refusal, situation):
        return True
    if refusal.call_region and resource.region:
        return refusal.call_region != resource.region
    return None


def _names_profile(refusal: Refusal, situation: Situation) -> bool:
    """Whether the call, or the text, names a geographic or global profile of the denied model."""
    base = refusal.resource.name
    named = [refusal.model, *situation.models]
    named += [read_resource(arn).name for arn in situation.profiles]
    prefixed = re.compile(rf"(?:us-gov|us|eu|apac|jp|au|in|ca|global)\.{re.escape(base)}")
    return any(
        prefixed.fullmatch(name) for name in (item.rpartition("/")[2] for item in named if item)
    )


def _weigh_fence(refusal: Refusal, situation: Situation, weights: Weights) -> None:
    """Which kind of service control policy: a Region fence against a destination, or another."""
    resource = refusal.resource
    first = Likelihood.LIKELY if refusal.layer is Layer.SCP else Likelihood.POSSIBLE
    lead = refusal.layer is Layer.SCP
    if resource.kind != "foundation-model":
        weights.drop("BD312")
        weights.add("BD311", first, first=lead)
        if resource.kind in _PROFILE_KINDS:
            weights.add("BD315", Likelihood.POSSIBLE)
        else:
            weights.drop("BD315")
        return
    if resource.region == "":
        weights.drop("BD312", "BD315")
        weights.add("BD313", first, first=lead)
        return
    destination = _is_destination(refusal, situation)
    if destination is None:
        destination = _by_profile(refusal)
        likelier, other = ("BD312", "BD315") if destination else ("BD315", "BD312")
        weights.drop(likelier, other)
        weights.add(other, Likelihood.POSSIBLE, first=lead)
        weights.add(likelier, first, first=lead)
        return
    weights.drop("BD312" if not destination else "BD315")
    weights.add("BD312" if destination else "BD315", first, first=lead)


def _weigh_missing_allow(refusal: Refusal, situation: Situation, weights: Weights) -> None:
    resource = refusal.resource
    # "with an explicit deny" rules a missing Allow out.
    if refusal.explicit:
        return
    lead = True
    if refusal.crosses_accounts:
        weights.lead_with("BD420")
        lead = False
    if resource.kind in _PROFILE_KINDS:
        weights.add("BD403", Likelihood.LIKELY, first=lead)
    elif resource.kind == "foundation-model" and resource.region == "":
        weights.add("BD405", Likelihood.LIKELY, first=lead)
    elif resource.kind == "foundation-model":
        _weigh_model(refusal, situation, weights)
    if refusal.action == _STREAM:
        weights.add("BD402", Likelihood.LIKELY)
    arn_decides = any(map(weights.find, ("BD403", "BD404", "BD405", "BD406")))
    if arn_decides and weights.find("BD401"):
        weights.add("BD401", Likelihood.POSSIBLE)


def _weigh_model(refusal: Refusal, situation: Situation, weights: Weights) -> None:
    destination = _is_destination(refusal, situation)
    weights.drop("BD404", "BD406")
    if destination is None:
        likelier, other = ("BD404", "BD406") if _by_profile(refusal) else ("BD406", "BD404")
        weights.add(other, Likelihood.LIKELY, first=True)
        weights.add(likelier, Likelihood.LIKELY, first=True)
    elif destination:
        weights.lead_with("BD404", _destination_words(refusal))
    else:
        weights.lead_with("BD406")


def _destination_words(refusal: Refusal) -> str:
    called, region = refusal.call_region, refusal.resource.region
    if called and region and called != region:
        return (
            f"the call went to {called} and the refused model is in {region}: an inference profile "
            "chose that Region, and every destination needs an Allow of its own"
        )
    return ""


def _by_profile(refusal: Refusal) -> bool:
    return bool(_BY_PROFILE.match(refusal.resource.name))


def _weigh_guardrail(refusal: Refusal, weights: Weights) -> None:
    if refusal.layer is Layer.RESOURCE:
        weights.drop("BD701")
        weights.add("BD703", Likelihood.LIKELY)
    elif refusal.crosses_accounts is False:
        weights.drop("BD703")


def _weigh_mantle(refusal: Refusal, weights: Weights) -> None:
    others = {
        Layer.ENDPOINT: "BD502",
        Layer.BOUNDARY: "BD412" if refusal.explicit else "BD411",
        Layer.SESSION: "BD414" if refusal.explicit else "BD413",
    }
    if refusal.layer in others:
        weights.drop("BD710")
        weights.add(others[refusal.layer], Likelihood.CERTAIN)
    elif refusal.layer is Layer.IDENTITY and refusal.explicit:
        weights.drop("BD710")
        weights.add("BD410", Likelihood.LIKELY)
    elif refusal.layer is Layer.SCP and not refusal.explicit:
        weights.drop("BD311")
        weights.add("BD314", Likelihood.CERTAIN)


def _weigh_second_model(refusal: Refusal, situation: Situation, weights: Weights) -> None:
    """A configuration that names several models: the one that fails may not be the one meant."""
    denied = re.sub(r"^(?:us-gov|us|eu|apac|jp|au|in|ca|global)\.", "", refusal.resource.name)
    others = [model for model in situation.models if denied and not model.endswith(denied)]
    if not others or refusal.resource.kind not in ("foundation-model", "inference-profile"):
        return
    small = bool(_SMALL.search(denied)) and not _SMALL.search(others[0])
    weights.add(
        "BD102",
        Likelihood.LIKELY if small else Likelihood.POSSIBLE,
        f"the text names {others[0]} as well, and {denied} was refused: a second model of the "
        "configuration may be the one that fails",
    )
