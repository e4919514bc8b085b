"""BD203: the Allow names the role without its path."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import nears_place
from bedrock_doctor.diagnose.predicates import about, implicit_in, near_kind
from bedrock_doctor.diagnose.wording import signer, target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.IDENTITY, assumes=True):
        return None
    near = near_kind(barrier, NearMiss.PATH)
    if near is None or not about(barrier, Purpose.ASSUME_ROLE):
        return None
    return Claim(
        f"{signer(barrier)}'s Allow for sts:AssumeRole misses the path of {target(barrier)}",
        nears_place(barrier, NearMiss.PATH),
        help=(f"write {barrier.hop.hop.target} instead of {near.text.value}",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD203",
    slug="caller-allow-misses-role-path",
    title="The Allow names the role without its path",
    stage=Stage.ASSUME,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The Resource of the caller's Allow has the name of the role, but not its path, "
            "or another path."
        ),
        why=(
            "The path is part of the ARN of a role. Session ARNs do not show it, so it is "
            "easily lost."
        ),
        confirm="Compare with the ARN that `aws iam get-role` prints.",
        fix="Write the ARN with its path.",
        avoid="Do not put a wildcard where the path belongs.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        ),
    ),
    claims=_claim,
)
