"""Principals that reach a model may call it with API keys."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.bearer_tokens import (
    LONG,
    RUNTIME,
    Bearer,
    Bearers,
    bearers_of,
    explained,
)
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.strangers import unknown_words

_OPEN = (Outcome.ALLOWED, Outcome.UNKNOWN)
_DENY_ALL = (
    "where nobody uses API keys, deny bedrock:CallWithBearerToken and "
    "bedrock-mantle:CallWithBearerToken in an SCP"
)
_DENY_LASTING = (
    "; where short-term ones are used, deny those with bedrock:BearerTokenType LONG_TERM"
)


def _find(ground: Ground) -> Iterator[Surprise]:
    for found in ground.once(bearers_of):
        certain = [bearer for bearer in found.bearers if _may(bearer, Outcome.ALLOWED)]
        perhaps = [bearer for bearer in found.bearers if _may(bearer, Outcome.UNKNOWN)]
        if certain:
            yield _told(ground, found.account, certain, ())
        elif perhaps:
            yield _told(ground, found.account, perhaps, _unsure(found, perhaps[0]))


def _unsure(found: Bearers, bearer: Bearer) -> tuple[str, ...]:
    """What would tell whether one of them may use a key."""
    trace = explained(found, bearer, RUNTIME)
    facts = dict.fromkeys(map(unknown_words, trace.deciding_missing))
    return tuple(facts) or ("how AWS reads the policies here",)


def _may(bearer: Bearer, outcome: Outcome) -> bool:
    return any(bearer.decisions[RUNTIME, kind].outcome is outcome for kind in bearer.kinds)


def _told(ground: Ground, account: str, bearers: list[Bearer], unsure: tuple[str, ...]) -> Surprise:
    users = [b for b in bearers if b.is_user]
    who = [
        counted(number, word)
        for number, word in ((len(users), "user"), (len(bearers) - len(users), "role"))
        if number
    ]
    lasting = [b for b in users if b.decisions[RUNTIME, LONG].outcome is Outcome.ALLOWED]
    is_open = any(b.decisions[RUNTIME, LONG].outcome in _OPEN for b in users)
    models = {m for b in bearers for m in ground.own_reach(b.arn).models}
    notes = ["whoever holds the key calls: it is no signature, and not bound to a network or MFA"]
    if lasting:
        notes.append(
            f"{counted(len(lasting), 'user')} may use long-term keys; whether there are some tells "
            "aws iam list-service-specific-credentials, which a snapshot does not hold"
        )
    return Surprise(
        kind=KIND.slug,
        account=account,
        owner_account=account,
        certain=not unsure,
        summary=(
            f"{' and '.join(who)} of account {account} may call models with Amazon Bedrock API keys"
        ),
        subject=bearers[0].arn,
        concerned=tuple(sorted(bearer.arn for bearer in bearers)),
        reached=tuple(sorted(models)),
        unsure=unsure,
        notes=tuple(notes),
        help=(f"{_DENY_ALL}{_DENY_LASTING if is_open else ''}",),
    )


KIND = SurpriseKind(
    slug="api-key-usable",
    title="Models can be called with API keys",
    page=Page(
        seen=(
            "Roles or users that reach a model are allowed `bedrock:CallWithBearerToken`, mostly "
            "by a wildcard that nobody meant for it."
        ),
        why=(
            "A short-term key can be made by whoever has the credentials, for up to 12 hours; a "
            "long-term key belongs to an IAM user and lives as long as it was made for. Whoever "
            "has the text of the key calls models as that identity, from anywhere."
        ),
        confirm=(
            "`aws iam list-service-specific-credentials --service-name bedrock.amazonaws.com` "
            "lists long-term keys of a user. The generation of short-term keys cannot be denied, "
            "only their use."
        ),
        right=(
            "Deny `bedrock:CallWithBearerToken` and `bedrock-mantle:CallWithBearerToken` in an "
            "SCP, or those with `BearerTokenType` `LONG_TERM` alone, and "
            "`iam:CreateServiceSpecificCredential` for `bedrock.amazonaws.com`."
        ),
        avoid="Do not deny before asking who uses keys: their calls fail from that moment on.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
        ),
    ),
    find=_find,
)
