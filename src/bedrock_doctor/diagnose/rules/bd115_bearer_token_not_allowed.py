"""BD115: the identity behind the API key may not use API keys."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not only_purpose(barrier, Purpose.BEARER_TOKEN):
        return None
    return Claim(
        f"{signer(barrier)} may not use an Amazon Bedrock API key: {barrier.action} is refused",
        deny_place(barrier) or near_place(barrier, "does not allow API keys"),
        help=("sign with the role's credentials instead of an API key", relief(barrier)),
    )


RULE = Rule(
    id="BD115",
    slug="bearer-token-not-allowed",
    title="The identity behind the API key may not use API keys",
    stage=Stage.SIGN,
    layer=Layer.API_KEY,
    manual=Manual(
        happened=(
            "A call with an Amazon Bedrock API key needs CallWithBearerToken in addition to "
            "the action itself; a policy refuses it."
        ),
        why=(
            "An API key signs as the IAM user or session that made it, so all policies of "
            "that identity apply."
        ),
        confirm="Look at the statement shown, or for its absence.",
        fix=("Allow CallWithBearerToken to that identity, or sign with the role instead of a key."),
        avoid=(
            "Do not remove a deny on API keys that your organization set on purpose: sign "
            "with the role."
        ),
        references=("https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",),
    ),
    claims=_claim,
)
