"""BD312: a Region fence blocks destination Regions of the inference profile."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in, fence_key, profile_arn
from bedrock_doctor.diagnose.wording import counted, listed, policy_name
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        explicit_in(barrier, PolicyLayer.SCP, assumes=False)
        and fence_key(barrier, "aws:requestedregion")
        and any(
            check.check.purpose in (Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL)
            for check in barrier.checks
        )
    ):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} blocks {counted(len(barrier.regions), 'Region')} behind the inference "
        f"profile: {listed(barrier.regions)}",
        deny_place(barrier),
        notes=(
            "the profile chooses the destination Region; the call itself goes to "
            + barrier.way.attempt.region,
        ),
        help=(
            f"have the owner of the SCP exempt calls through {profile_arn(barrier)}",
            "or call a model or profile that stays inside the admitted Regions",
        ),
        subjects=barrier.regions,
    )


RULE = Rule(
    id="BD312",
    slug="scp-blocks-profile-region",
    title="A Region fence blocks destination Regions of the inference profile",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened=(
            "A Deny with a condition on aws:RequestedRegion matches at least one Region to "
            "which the inference profile routes."
        ),
        why=(
            "The model is checked in every destination Region of the profile, each with its "
            "own aws:RequestedRegion. One blocked destination breaks the profile, even if "
            "others are open."
        ),
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix=(
            "Let the owner of the SCP exempt calls that carry the profile in "
            "bedrock:InferenceProfileArn, or list the Regions."
        ),
        avoid="Do not add an Allow: it cannot outweigh an SCP.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
