"""BD217: the trust policy allows another action."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import mark, place
from bedrock_doctor.diagnose.predicates import about, implicit_in
from bedrock_doctor.diagnose.wording import target
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.policy import Effect
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not implicit_in(barrier, PolicyLayer.RESOURCE, assumes=True) or barrier.nearest is not None:
        return None
    if not about(barrier, Purpose.ASSUME_ROLE) or not barrier.trace.statements:
        return None
    others = [
        entry
        for entry in barrier.trace.statements
        if not entry.statement.action.negated and entry.statement.effect is Effect.ALLOW
    ]
    if not others:
        return None
    marks = [mark(e.statement.action.values[0], "does not cover sts:AssumeRole") for e in others]
    caller = barrier.first.check.request.principal
    return Claim(
        f"the trust policy of {target(barrier)} does not allow sts:AssumeRole",
        place(others[0], marks[:1]),
        help=(f"add sts:AssumeRole for {caller.role_arn or caller.arn}",),
    )


RULE = Rule(
    id="BD217",
    slug="trust-allows-another-action",
    title="The trust policy allows another action",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=(
            "The trust policy has no Allow for sts:AssumeRole; it is written for another "
            "way of assuming the role."
        ),
        why=("AssumeRole, AssumeRoleWithSAML and AssumeRoleWithWebIdentity are different actions."),
        confirm="Read the Action elements of the trust policy.",
        fix=(
            "Add a statement for sts:AssumeRole with the caller as Principal, or use the "
            "way that the role is made for."
        ),
        avoid="Do not allow all of sts.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        ),
    ),
    claims=_claim,
)
