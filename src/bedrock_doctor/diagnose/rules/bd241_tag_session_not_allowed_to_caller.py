"""BD241: the caller may not pass session tags."""

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
    if not about(barrier, Purpose.TAG_SESSION) or barrier.layer is PolicyLayer.RESOURCE:
        return None
    return Claim(
        f"{signer(barrier)} may not pass session tags: its {layer_words(barrier)} does not let "
        "sts:TagSession pass",
        deny_place(barrier) or near_place(barrier, "does not let sts:TagSession pass"),
        help=(
            relief(barrier),
            "or pass no session tags",
        ),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD241",
    slug="tag-session-not-allowed-to-caller",
    title="The caller may not pass session tags",
    stage=Stage.ASSUME,
    layer=Layer.TAGGING,
    manual=Manual(
        happened=(
            "The call passes session tags, and a policy on the side of the caller does not "
            "let sts:TagSession pass."
        ),
        why=("Across accounts sts:TagSession must be allowed on both sides, as sts:AssumeRole."),
        confirm="Look for sts:TagSession in the policy shown.",
        fix="Allow sts:TagSession on exactly this role, or pass no tags.",
        avoid="Do not allow it on all roles.",
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",),
    ),
    claims=_claim,
)
