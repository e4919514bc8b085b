"""BD130: the root user cannot assume a role."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer


def _claim(barrier: Barrier) -> Claim | None:
    if barrier.layer is not PolicyLayer.IDENTITY or not barrier.assumes:
        return None
    if not barrier.hop.hop.principal.endswith(":root"):
        return None
    return Claim(
        f"the root user of {barrier.hop.hop.account} cannot assume a role",
        help=("sign as a role or user of the account",),
    )


RULE = Rule(
    id="BD130",
    slug="root-cannot-assume-role",
    title="The root user cannot assume a role",
    stage=Stage.SIGN,
    layer=Layer.CREDENTIALS,
    manual=Manual(
        happened="The caller is an account root user.",
        why="AWS refuses AssumeRole to root users whatever the policies say.",
        confirm="Look at the ARN of the caller: it ends in `:root`.",
        fix="Sign as an IAM role or user of the account.",
        avoid="Do not name the account root as caller in code.",
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html",),
    ),
    claims=_claim,
)
