"""An SCP forbids the API keys of one service and leaves those of the other."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.owners import management_account
from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.model.finding import Place
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.bearer_tokens import (
    MANTLE,
    RUNTIME,
    SHORT,
    Bearer,
    Bearers,
    bearers_of,
    explained,
)
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.telling import place_of, underlined

_OPEN = (Outcome.ALLOWED, Outcome.UNKNOWN)


def _find(ground: Ground) -> Iterator[Surprise]:
    for found in ground.once(bearers_of):
        for closed, left in ((RUNTIME, MANTLE), (MANTLE, RUNTIME)):
            through = [bearer for bearer in found.bearers if _is_half(bearer, closed, left)]
            if through:
                yield _told(ground, found, through, closed, left)


def _is_half(bearer: Bearer, closed: str, left: str) -> bool:
    """Whether an SCP denies the keys of one service, and a call of the other one passes."""
    denied = dict(bearer.decisions[closed, SHORT].layers).get(PolicyLayer.SCP)
    if denied is not Outcome.EXPLICITLY_DENIED:
        return False
    calls = left == RUNTIME or bearer.infers.outcome in _OPEN
    return calls and bearer.decisions[left, SHORT].outcome in _OPEN


def _told(
    ground: Ground, found: Bearers, through: list[Bearer], closed: str, left: str
) -> Surprise:
    owner = management_account(ground.snapshot, found.account)
    certain = any(bearer.decisions[left, SHORT].outcome is Outcome.ALLOWED for bearer in through)
    return Surprise(
        kind=KIND.slug,
        account=found.account,
        owner_account=owner,
        certain=certain,
        summary=(
            f"an SCP forbids API keys for {closed}, and {counted(len(through), 'principal')} of "
            f"account {found.account} may use them for {left}"
        ),
        subject=through[0].arn,
        place=_place(found, through[0], closed, left),
        concerned=tuple(sorted(bearer.arn for bearer in through)),
        unsure=() if certain else (f"whether {left}:CallWithBearerToken is allowed",),
        help=(f"add {left}:CallWithBearerToken to this statement",),
    )


def _place(found: Bearers, bearer: Bearer, closed: str, left: str) -> Place | None:
    """The SCP statement that denies the one and forgets the other."""
    trace = explained(found, bearer, closed)
    deciding = trace.layer(PolicyLayer.SCP).deciding
    if not deciding:
        return None
    entry = deciding[0]
    mark = underlined(entry.statement.action.key, f"does not name {left}:CallWithBearerToken")
    return place_of(entry.policy, entry.statement, [mark])


KIND = SurpriseKind(
    slug="api-key-half-closed",
    title="An SCP forbids API keys for one service and forgets the other",
    page=Page(
        seen=(
            "An SCP denies `bedrock:CallWithBearerToken` or `bedrock-mantle:CallWithBearerToken`, "
            "not both, and principals may still call with API keys where it does not."
        ),
        why=(
            "The same API key opens `bedrock-runtime` and `bedrock-mantle`, and each endpoint asks "
            "for its own action. A rule that was written before bedrock-mantle existed closes "
            "half of the door."
        ),
        confirm="The statement shown names the one action; nothing denies the other one.",
        right="Name both actions in the statement.",
        avoid="Do not allow the one that is denied for symmetry.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html",
        ),
    ),
    find=_find,
)
