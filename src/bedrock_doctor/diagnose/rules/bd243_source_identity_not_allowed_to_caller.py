"""BD243: the caller may not set a source identity."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import about
from bedrock_doctor.diagnose.wording import layer_words, relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not about(barrier, Purpose.SET_SOURCE_IDENTITY) or barrier.layer is PolicyLayer.RESOURCE:
        return None
    return Claim(
        f"{signer(barrier)} may not set a source identity: its {layer_words(barrier)} does not "
        "let sts:SetSourceIdentity pass",
        deny_place(barrier) or near_place(barrier, "does not let sts:SetSourceIdentity pass"),
        help=(relief(barrier), "or set no source identity"),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD243",
    slug="source-identity-not-allowed-to-caller",
    title="The caller may not set a source identity",
    stage=Stage.ASSUME,
    layer=Layer.TAGGING,
    manual=Manual(
        happened=(
            "The call sets a source identity, and a policy on the side of the caller does "
            "not let sts:SetSourceIdentity pass."
        ),
        why="Across accounts the action must be allowed on both sides.",
        confirm="Look for sts:SetSourceIdentity in the policy shown.",
        fix="Allow sts:SetSourceIdentity on exactly this role.",
        avoid="Do not allow it on all roles.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html",
        ),
    ),
    claims=_claim,
)
