"""BD223: the trust policy wants a caller of an organization."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if key not in ("aws:principalorgid", "aws:principalorgpaths"):
        return None
    return condition_claim(
        barrier,
        "admits an organization or unit that the caller is not in",
        "have the owner admit your organization or unit id, or sign from an account inside it",
    )


RULE = Rule(
    id="BD223",
    slug="trust-requires-organization",
    title="The trust policy wants a caller of an organization",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened=(
            "The condition on aws:PrincipalOrgID or aws:PrincipalOrgPaths does not hold for "
            "the account of the caller."
        ),
        why="The keys hold the organization of the caller's account, not of the role's.",
        confirm="Compare the condition shown with what the call passes.",
        fix="Let the owner of the role admit the organization of the caller.",
        avoid="Do not replace the condition by an open Principal.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    claims=_claim,
)
