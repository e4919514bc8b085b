"""BD701: the role may not apply the guardrail that is enforced on the account."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import name_of, relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not only_purpose(barrier, Purpose.ENFORCED_GUARDRAIL, Purpose.GUARDRAIL):
        return None
    owner = barrier.first.check.request.resource_account or barrier.hop.hop.account
    return Claim(
        f"{signer(barrier)} may not apply the guardrail {name_of(barrier.resources[0])} of {owner}",
        deny_place(barrier) or near_place(barrier, "does not cover the guardrail"),
        help=(relief(barrier),),
        subjects=barrier.resources,
    )


RULE = Rule(
    id="BD701",
    slug="enforced-guardrail-not-allowed",
    title="The role may not apply the guardrail that is enforced on the account",
    stage=Stage.INVOKE,
    layer=Layer.GUARDRAIL,
    manual=Manual(
        happened=(
            "A guardrail is enforced on every call of the account, and a policy does not "
            "let the role apply it."
        ),
        why=(
            "With an enforced guardrail each caller needs bedrock:ApplyGuardrail on it, "
            "also when it belongs to another account; that account's guardrail needs a "
            "resource policy."
        ),
        confirm="Look at ListEnforcedGuardrailsConfiguration of the account and Region.",
        fix="Allow bedrock:ApplyGuardrail on exactly that guardrail, on both sides.",
        avoid="Do not remove the guardrail.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html",
        ),
    ),
    claims=_claim,
)
