"""From a refusal and its surroundings to candidates in order of likelihood.

Rules of order, each with its reason:

1. The principal first: an identity that gives itself away as ambient leads the list.
2. An empty Region in a model ARN means a global profile; a Region other than the one called means
   a destination of a geographic profile.
3. A resource of another account cannot be opened by policies for inference.
4. Without a reason across accounts both sides' policies stay possible; none is called certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bedrock_doctor.evidence.catalogue import Entry, load_catalogue
from bedrock_doctor.evidence.explanation import Candidate, Likelihood
from bedrock_doctor.evidence.principal_reading import describe_signer, suspect_signer
from bedrock_doctor.evidence.ranking_assume import reorder_assume
from bedrock_doctor.evidence.ranking_inference import reorder_inference
from bedrock_doctor.evidence.refusal import Refusal
from bedrock_doctor.evidence.situation import Situation
from bedrock_doctor.evidence.weighing import Weights
from bedrock_doctor.model.finding import Stage

_ORDER = {Likelihood.CERTAIN: 0, Likelihood.LIKELY: 1, Likelihood.POSSIBLE: 2}


@dataclass(slots=True)
class _Places:
    values: Mapping[str, str] = field(default_factory=dict)

    def fill(self, words: str) -> str:
        if "{" not in words:
            return words
        for name, value in self.values.items():
            words = words.replace(name, value)
        return words


def rank(
    refusal: Refusal, entry: Entry, situation: Situation, most: int | None = None
) -> tuple[Candidate, ...]:
    """The candidates for one refusal, the likeliest first.

    Args:
        refusal: what was told.
        entry: the family of its message.
        situation: the facts around it.
        most: how many to put into words; None: all.
    """
    weights = Weights.of(entry.candidates)
    if entry.when is not None:
        if refusal.action.startswith("sts:"):
            reorder_assume(refusal, weights)
        else:
            reorder_inference(refusal, situation, weights)
    if refusal.signer.kind:
        suspicion = suspect_signer(refusal, situation)
        if suspicion is not None:
            weights.add(
                suspicion.finding,
                suspicion.likelihood,
                suspicion.why,
                first=suspicion.likelihood is Likelihood.LIKELY,
            )
    if refusal.error_code == "VpceAccessDenied" and refusal.action.startswith("sts:"):
        weights.lead_with("BD501")
    places = _Places(_places(refusal))
    ordered = sorted(weights.items, key=lambda weight: _ORDER[weight.likelihood])
    return tuple(
        _candidate(weight.finding, weight.likelihood, weight.why, entry, places)
        for weight in ordered[:most]
    )


def _candidate(
    id: str, likelihood: Likelihood, why: str, entry: Entry, places: _Places
) -> Candidate:
    words = load_catalogue().findings[id]
    hop = words.hop
    if id in ("BD101", "BD610") and entry.hop is Stage.SIGN:
        hop = Stage.SIGN
    return Candidate(
        id=id,
        slug=words.slug,
        hop=hop,
        layer=words.layer,
        likelihood=likelihood,
        why=places.fill(why or words.why),
        confirm=places.fill(words.confirm),
        fix=places.fill(words.fix),
    )


def _places(refusal: Refusal) -> dict[str, str]:
    resource = refusal.resource
    return {
        "{signer}": describe_signer(refusal.signer),
        "{account}": refusal.signer.account or "of the signer",
        "{action}": refusal.action or "the action",
        "{resource}": resource.arn or "the resource",
        "{resource_account}": resource.account or "that owns it",
        "{resource_region}": resource.region or "that Region",
        "{role_name}": resource.name.rpartition("/")[2] or "ROLE",
        "{in_region}": f", {refusal.call_region}" if refusal.call_region else "",
    }
