"""BD408: the policy names the profile in another account or Region."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import nears, nears_place
from bedrock_doctor.diagnose.predicates import implicit_in, only_purpose
from bedrock_doctor.diagnose.wording import name_of, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import NearMiss, PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        implicit_in(barrier, PolicyLayer.IDENTITY, assumes=False)
        and only_purpose(barrier, Purpose.PROFILE, Purpose.APPLICATION_PROFILE)
        and any(n.kind in (NearMiss.ACCOUNT, NearMiss.REGION) for n in nears(barrier))
    ):
        return None
    return Claim(
        f"{signer(barrier)}'s policy names {name_of(barrier.resources[0])} in another account "
        "or Region",
        nears_place(barrier, NearMiss.ACCOUNT, NearMiss.REGION),
        notes=(),
        help=(f"write exactly: {' '.join(barrier.resources)}",),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD408",
    slug="profile-arn-of-another-account",
    title="The policy names the profile in another account or Region",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened="The Resource is the same profile with another account id or Region.",
        why=(
            "An inference profile is checked in the account that calls and in the Region of "
            "the call."
        ),
        confirm="Compare the Resource and Action elements shown with the ARN that is checked.",
        fix="Write the ARN with the account and Region of the call.",
        avoid="Do not widen it to all profiles.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
        ),
    ),
    claims=_claim,
)
