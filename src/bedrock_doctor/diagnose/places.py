"""Places in policies, with the values that decide underlined."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.model.finding import Mark, Place
from bedrock_doctor.model.policy import Condition, Text
from bedrock_doctor.model.trace import Near, Reason, ReasonKind, StatementTrace


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
    marks = [
        mark(text, _condition_label(condition, barrier))
        for condition in statement.conditions
        for text in condition.values[:1]
    ]
    if statement.action.negated:
        label = f"does not exempt {barrier.action}"
        marks.append(mark(statement.action.key, label, primary=not marks))
    else:
        covered = [text for text in entry.matched if text.pointer in _pointers(statement.action)]
        marks += [mark(text, f"covers {barrier.action}", primary=not marks) for text in covered[:1]]
    return place(entry, marks)


def _pointers(element: object) -> set[str]:
    return {text.pointer for text in getattr(element, "values", ())}


def _condition_label(condition: Condition, barrier: Barrier) -> str:
    """How the request meets a condition of a Deny that applies."""
    key = condition.key.value.lower()
    if key == "aws:requestedregion":
        return "this fence stops " + ", ".join(barrier.regions)
    values = barrier.first.check.request.context.values.get(key)
    if values is None:
        return f"{condition.key.value} is not in the request"
    return f"the request has {condition.key.value} = {', '.join(values)}"


def reason_place(entry: StatementTrace, reason: Reason, label: str) -> Place:
    """The statement with one failing element underlined."""
    near = [mark(found.text, found.kind.value) for found in reason.near]
    if near:
        return place(entry, near)
    if reason.condition is not None and reason.kind is not ReasonKind.VALUE_MISMATCH:
        return place(entry, [mark(reason.condition.key, label)])
    return place(entry, [mark(reason.at, label)])


def near_place(barrier: Barrier, label: str) -> Place | None:
    """The statement that comes closest to allowing, with what it lacks underlined."""
    entry = barrier.nearest
    if entry is None:
        return None
    marks: list[Mark] = []
    for reason in entry.reasons:
        marks += [mark(found.text, found.kind.value) for found in reason.near]
        if not reason.near:
            marks.append(mark(reason.at, label))
    return place(entry, marks)


def nears(barrier: Barrier) -> tuple[Near, ...]:
    """All near misses of the layer for the first check."""
    return tuple(
        near
        for entry in barrier.trace.statements
        for reason in entry.reasons
        for near in reason.near
    )


def entry_of(barrier: Barrier, near: Near) -> StatementTrace:
    """The statement that holds a near miss."""
    return next(
        entry
        for entry in barrier.trace.statements
        if any(near in reason.near for reason in entry.reasons)
    )
