"""Why a statement did not match, in words."""

from __future__ import annotations

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import Effect
from bedrock_doctor.model.trace import Match, Reason, ReasonKind, StatementTrace

_ELEMENTS = {
    ReasonKind.ACTION: "the action is not covered",
    ReasonKind.RESOURCE: "the resource is not covered",
    ReasonKind.PRINCIPAL: "the principal is not named",
}


def reason_words(reason: Reason) -> str:
    """One reason, understandable beside its statement."""
    near = f" (`{reason.near[0].text.value}` {reason.near[0].kind})" if reason.near else ""
    if reason.kind in _ELEMENTS:
        return _ELEMENTS[reason.kind] + near
    if reason.kind is ReasonKind.LEFT_OPEN:
        return f"`{reason.at.value}`: AWS does not document how it reads this"
    key = reason.condition.key.value if reason.condition else reason.at.value
    operator = reason.condition.operator.value if reason.condition else ""
    if reason.kind is ReasonKind.KEY_ABSENT:
        return f"{operator} {key}: the request does not carry it"
    if reason.kind is ReasonKind.KEY_UNKNOWN:
        return f"{operator} {key}: not known"
    if reason.kind is ReasonKind.VARIABLE_UNRESOLVED:
        return f"{operator} {key}: `{reason.at.value}` has no value in this request"
    values = listed(tuple(f"`{value}`" for value in reason.actual or ()), 3)
    return f"{operator} {key}: the request has {values or 'no value'}{near}"


def statement_words(entry: StatementTrace) -> str:
    """How a statement met the request."""
    effect = "Allow" if entry.statement.effect is Effect.ALLOW else "Deny"
    if entry.match is Match.YES:
        return f"{effect} applies"
    verb = "does not apply" if entry.match is Match.NO else "may apply"
    return f"{effect} {verb}: " + "; ".join(reason_words(reason) for reason in entry.reasons)


def gap_words(gap: Missing | UnknownFact) -> str:
    """What is missing, in words."""
    if isinstance(gap, UnknownFact):
        return f"{gap.key} is not known"
    code = f" ({gap.code})" if gap.code else ""
    return f"{gap.what}: {gap.absence}{code}"
