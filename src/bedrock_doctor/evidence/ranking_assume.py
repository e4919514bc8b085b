"""The assume step: what the two accounts and the event's parameters say about a denied AssumeRole.

Same account: a trust policy that names the caller is enough; across accounts both sides must allow:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from bedrock_doctor.evidence.explanation import Likelihood
from bedrock_doctor.evidence.refusal import Refusal
from bedrock_doctor.evidence.weighing import Weights
from bedrock_doctor.model.finding import Layer

_TAGGING = ("sts:TagSession", "sts:SetSourceIdentity")
_BY_LAYER = {
    Layer.SCP: ("BD301", "BD302"),
    Layer.BOUNDARY: ("BD205", "BD205"),
    Layer.SESSION: ("BD206", "BD206"),
    Layer.ENDPOINT: ("BD501", "BD501"),
    Layer.RCP: ("BD250", "BD250"),
}


def reorder_assume(refusal: Refusal, weights: Weights) -> None:
    """Applies the reasoning rules to the catalogue's candidates."""
    if refusal.action in _TAGGING:
        _weigh_tagging(refusal, weights)
        return
    if refusal.layer in (Layer.IDENTITY, None) and _assumes_itself(refusal):
        weights.add(
            "BD211", Likelihood.LIKELY,
            "the session tries to assume its own role, which the trust policy must allow by name",
            first=True,
        )  # fmt: skip
    if refusal.layer is Layer.IDENTITY and not refusal.explicit and not refusal.crosses_accounts:
        weights.add("BD215", Likelihood.POSSIBLE, _SAME_ACCOUNT)
    if refusal.layer is None and refusal.explicit is None:
        _weigh_without_reason(refusal, weights)


_SAME_ACCOUNT = (
    "within one account a trust policy that names the caller directly would be enough as well"
)


def _weigh_without_reason(refusal: Refusal, weights: Weights) -> None:
    event = refusal.event
    if event is not None and event.external_id_sent is False and event.target_role:
        weights.drop("BD221")
        if weights.find("BD220"):
            weights.add("BD220", Likelihood.LIKELY, "the event shows that no ExternalId was sent")
    if event is not None and event.external_id_sent:
        weights.drop("BD220")
        if weights.find("BD221"):
            weights.add(
                "BD221", Likelihood.LIKELY,
                "an ExternalId was sent; it must equal the one in the trust policy exactly",
            )  # fmt: skip
    if event is not None and event.mfa:
        weights.drop("BD224")
    if refusal.crosses_accounts is False:
        weights.drop("BD210", "BD223", "BD250")
        if weights.find("BD201"):
            weights.add("BD201", Likelihood.LIKELY)
    elif refusal.crosses_accounts and refusal.action == "sts:AssumeRole":
        weights.add(
            "BD215", Likelihood.LIKELY,
            f"across accounts AWS does not say which side refused: the trust policy in account "
            f"{refusal.resource.account} is the usual one",
            first=True,
        )  # fmt: skip
        if _assumes_itself(refusal):
            weights.lead_with("BD211")


def _weigh_tagging(refusal: Refusal, weights: Weights) -> None:
    tags = refusal.action == "sts:TagSession"
    trusted, allowed = ("BD240", "BD241") if tags else ("BD242", "BD243")
    if refusal.layer is Layer.IDENTITY:
        weights.drop(trusted)
        weights.add(allowed, Likelihood.CERTAIN)
    elif refusal.layer in (Layer.TRUST, Layer.RESOURCE):
        weights.drop(allowed)
        weights.add(trusted, Likelihood.CERTAIN)
    elif refusal.layer in _BY_LAYER:
        explicit, implicit = _BY_LAYER[refusal.layer]
        weights.drop(trusted, allowed)
        weights.add(explicit if refusal.explicit else implicit, Likelihood.CERTAIN)
    elif tags and refusal.signer.session.startswith("eks-"):
        weights.lead_with(
            trusted,
            "EKS Pod Identity gives the session six transitive tags, so every further AssumeRole "
            "needs sts:TagSession in the trust policy",
        )


def _assumes_itself(refusal: Refusal) -> bool:
    signer, resource = refusal.signer, refusal.resource
    return (
        bool(signer.name and signer.account)
        and signer.account == resource.account
        and resource.kind == "role"
        and resource.name.rpartition("/")[2] == signer.name
    )
