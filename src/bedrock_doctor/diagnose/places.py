"""Places in policies, with the values that decide underlined."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.finding import Mark, Place
from bedrock_doctor.model.operators import parse_operator
from bedrock_doctor.model.policy import Condition, Effect, Patterns, Text
from bedrock_doctor.model.source import Span
from bedrock_doctor.model.trace import (
    Near,
    NearMiss,
    PolicyLayer,
    Reason,
    ReasonKind,
    StatementTrace,
)


def mark(text: Text, label: str, *, primary: bool = True) -> Mark:
    """Underlines one value."""
    return Mark(text.span, label, primary, text.pointer)


def place(entry: StatementTrace, marks: Iterable[Mark] = ()) -> Place:
    """The place of a statement."""
    document = entry.policy.document
    return Place(
        document.ref,
        document.source,
        entry.statement.index + 1,
        entry.statement.sid,
        entry.statement.pointer,
        tuple(sorted(marks, key=lambda entry: entry.span)),
    )


def deny_place(barrier: Barrier) -> Place | None:
    """The denying statement: its deciding condition, or its effect and what it covers."""
    entry = barrier.deny
    if entry is None:
        return None
    statement = entry.statement
    text = entry.policy.document.source.text
    marks = [_condition_mark(condition, text, barrier) for condition in statement.conditions]
    if statement.action.negated:
        label = f"does not exempt {listed(barrier.actions)}"
        marks.append(mark(statement.action.key, label, primary=not marks))
    else:
        covered = [text for text in entry.matched if text.pointer in _pointers(statement.action)]
        label = f"covers {barrier.action}"
        marks += [mark(text, label, primary=not marks) for text in covered[:1]]
    return place(entry, marks)


def _pointers(element: Patterns) -> set[str]:
    return {text.pointer for text in element.values}


def _condition_mark(condition: Condition, text: str, barrier: Barrier) -> Mark:
    """How the request meets a condition of a Deny that applies, beside all its values."""
    if not condition.values:
        return mark(condition.key, _condition_label(condition, barrier))
    first, last = condition.values[0], condition.values[-1]
    before, behind = text[: first.span.start].rstrip(), text[last.span.end :].lstrip()
    label = _condition_label(condition, barrier)
    if not (before.endswith("[") and behind.startswith("]")):
        return mark(first, label)
    span = Span(len(before) - 1, len(text) - len(behind) + 1)
    return Mark(span, label, pointer=first.pointer.rpartition("/")[0])


def _condition_label(condition: Condition, barrier: Barrier) -> str:
    key = condition.key.value
    operator = parse_operator(condition.operator.value)
    if key.lower() == "aws:requestedregion" and operator is not None and operator.negated:
        missing = listed(barrier.regions)
        return f"{missing} {'is' if len(barrier.regions) == 1 else 'are'} missing"
    if key.lower() == "aws:requestedregion":
        return f"stops {listed(barrier.regions)}"
    return _met(key, barrier.first.check.request.context.values.get(key.lower()))


def _met(key: str, values: tuple[str, ...] | None) -> str:
    if values is None:
        return f"{key} is not in the request"
    return f"the request has {key} = {', '.join(values) or 'nothing'}"


def failing_label(reason: Reason, label: str) -> str:
    """What a condition finds in the request; `label` for a reason that is no condition."""
    if reason.condition is None or reason.kind is ReasonKind.KEY_UNKNOWN:
        return label
    if reason.kind is ReasonKind.VARIABLE_UNRESOLVED:
        return "a variable in it has no value in this request"
    key = reason.condition.key.value
    if reason.kind is ReasonKind.KEY_ABSENT:
        return f"the request carries no {key}"
    return _met(key, reason.actual)


def reason_place(entry: StatementTrace, reason: Reason, label: str) -> Place:
    """The statement with one failing element underlined."""
    return place(entry, _reason_marks(reason, label))


def _reason_marks(reason: Reason, label: str) -> list[Mark]:
    if reason.near:
        return [mark(found.text, found.kind.value) for found in reason.near]
    at = reason.at
    if reason.condition is not None and reason.kind is not ReasonKind.VALUE_MISMATCH:
        at = reason.condition.key
    return [mark(at, failing_label(reason, label))]


def near_place(barrier: Barrier, label: str) -> Place | None:
    """The statement that comes closest to allowing, with what it lacks underlined.

    Where no Allow covers the action, the first Allow of the one policy or level that must.
    """
    entry = barrier.nearest
    if entry is not None:
        return place(entry, [m for reason in entry.reasons for m in _reason_marks(reason, label)])
    if barrier.layer is PolicyLayer.IDENTITY:
        return None
    statements = barrier.level.statements if barrier.level else barrier.trace.statements
    allows = [entry for entry in statements if entry.statement.effect is Effect.ALLOW]
    if not allows:
        return None
    short = f"does not cover {listed(barrier.actions)}"
    return place(allows[0], [mark(allows[0].statement.action.key, short)])


def nears(barrier: Barrier) -> tuple[Near, ...]:
    """The near misses of Allows that fail by this one element, whatever their conditions say.

    An Allow that fails by its resource too does not become relevant by a nearly right action.
    """
    return tuple(
        near
        for entry in barrier.trace.statements
        if entry.statement.effect is Effect.ALLOW
        and len({reason.kind for reason in entry.reasons if reason.condition is None}) == 1
        for reason in entry.reasons
        if reason.condition is None
        for near in reason.near
    )


def nears_place(barrier: Barrier, *kinds: NearMiss) -> Place | None:
    """The first statement with a near miss of one of these kinds, all of them underlined."""
    found = [near for near in nears(barrier) if near.kind in kinds]
    for entry in barrier.trace.statements:
        own = [
            near
            for reason in entry.reasons
            for near in reason.near
            if near in found and near.kind in kinds
        ]
        if own and entry.statement.effect is Effect.ALLOW:
            return place(entry, [mark(near.text, near.kind.value) for near in own])
    return None
