"""BD227: the trust policy wants other tags."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.trust_conditions import condition_claim, failing_key
from bedrock_doctor.model.finding import Layer, Stage


def _claim(barrier: Barrier) -> Claim | None:
    key = failing_key(barrier)
    if not (
        key.startswith(("aws:requesttag/", "aws:principaltag/"))
        or key in ("aws:tagkeys", "sts:transitivetagkeys")
    ):
        return None
    return condition_claim(
        barrier,
        "wants tags that the call or the caller does not have",
        "pass the session tag, or tag the calling role, as the condition says",
    )


RULE = Rule(
    id="BD227",
    slug="trust-requires-tags",
    title="The trust policy wants other tags",
    stage=Stage.ASSUME,
    layer=Layer.TRUST,
    manual=Manual(
        happened="A condition on session tags or tags of the caller does not hold.",
        why=(
            "Tags passed with the call are in aws:RequestTag, tags of the caller in "
            "aws:PrincipalTag."
        ),
        confirm="Compare the condition shown with what the call passes.",
        fix="Pass or set the tag.",
        avoid="Do not remove the tag condition.",
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",),
    ),
    claims=_claim,
)
