"""BD313: a Region fence blocks global routing."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place
from bedrock_doctor.diagnose.predicates import explicit_in, fence_key
from bedrock_doctor.diagnose.wording import listed, policy_name
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose
from bedrock_doctor.path.inference_call import UNSPECIFIED


def _claim(barrier: Barrier) -> Claim | None:
    if not (
        explicit_in(barrier, PolicyLayer.SCP, assumes=False)
        and fence_key(barrier, "aws:requestedregion")
        and Purpose.GLOBAL_MODEL in {check.check.purpose for check in barrier.checks}
    ):
        return None
    entry = barrier.deny
    name = policy_name(entry.policy.document.ref) if entry else "an SCP"
    return Claim(
        f"{name} blocks the global inference profile: its Region fence does not admit "
        f"{listed(_values(barrier))}",
        deny_place(barrier),
        notes=(),
        help=(
            "have the owner of the SCP admit the value `unspecified` of aws:RequestedRegion for "
            "calls through this profile",
            "or call a profile of one geography, or a model in one Region",
        ),
        subjects=barrier.regions,
    )


def _values(barrier: Barrier) -> tuple[str, ...]:
    """Values of aws:RequestedRegion, the Regions before `unspecified`."""
    routed = {check.check.region for check in barrier.checks} - {UNSPECIFIED}
    return (*sorted(routed), f"`{UNSPECIFIED}`")


RULE = Rule(
    id="BD313",
    slug="scp-blocks-global-profile",
    title="A Region fence blocks global routing",
    stage=Stage.INVOKE,
    layer=Layer.SCP,
    manual=Manual(
        happened=(
            "A Deny with a condition on aws:RequestedRegion matches the part of a global "
            "call that belongs to no Region."
        ),
        why=(
            "For the model under global routing aws:RequestedRegion is `unspecified`; a "
            "fence that lists Regions does not admit it."
        ),
        confirm=(
            "Look at the statement shown: what it covers, what it exempts, and under which "
            "condition."
        ),
        fix=(
            "Let the fence admit `unspecified`, narrowed to the profile by "
            "bedrock:InferenceProfileArn."
        ),
        avoid="Do not exempt all of Bedrock from the fence.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
        ),
    ),
    claims=_claim,
)
