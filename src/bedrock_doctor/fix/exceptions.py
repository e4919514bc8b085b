"""Exceptions from an explicit Deny: an Allow beside it would change nothing.

A statement is never taken away. It gets one more condition, and where that spares more than the
attempt needs, a copy of it binds the caller for the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.fix.request_values import PRINCIPAL_ARN, PROFILE_ARN, single_value
from bedrock_doctor.model.fix import AddException, AddStatement, Edit, Step
from bedrock_doctor.model.json_spans import read_json
from bedrock_doctor.model.policy import Effect
from bedrock_doctor.model.trace import PolicyLayer, StatementTrace

_GUARDS = (
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:securetransport",
    "bedrock:guardrailidentifier",
    "sts:externalid",
    "sts:sourceidentity",
)
"""Keys by which a Deny demands something of every caller: the call meets it, nobody is spared."""


def exceptions(barrier: Barrier, deny: StatementTrace, finding: str, owner: str) -> Iterator[Edit]:
    """Edits that spare the attempt from a Deny, the simplest first."""
    document = deny.policy.document
    if any(entry.key.value.lower() in _GUARDS for entry in deny.statement.conditions):
        return
    for steps, opens in _ways(barrier, deny):
        yield Edit(finding, owner, document.ref, document.source.text, steps, opens)


def _ways(barrier: Barrier, deny: StatementTrace) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Steps, and in words what they open beyond what a blast radius compares."""
    label, pointer = deny.statement.label, deny.statement.pointer
    profile = single_value(barrier.checks, PROFILE_ARN)
    principal = single_value(barrier.checks, PRINCIPAL_ARN)
    if profile:
        yield (AddException(pointer, "ArnNotEquals", PROFILE_ARN, profile),), ""
    if not principal:
        return
    spare = AddException(pointer, "ArnNotEquals", PRINCIPAL_ARN, principal)
    if barrier.layer is PolicyLayer.RESOURCE:
        yield (spare,), f"for {principal}: everything that {label} denies on this resource"
        return
    narrow = False
    if profile:
        rest = _bound_rest(deny, principal)
        if rest is not None and _add(rest, "ArnNotEquals", PROFILE_ARN, profile, join=True):
            narrow = True
            yield (spare, AddStatement(rest)), ""
    rest = _bound_rest(deny, principal)
    if rest is not None and _leave_out(rest, "Resource", barrier.resources):
        narrow = True
        what = f"for {principal}: every action that {label} denies on {listed(barrier.resources)}"
        yield (spare, AddStatement(rest)), "" if _compared(barrier) else what
    if narrow:
        return
    opens = f"for {principal}: {listed(barrier.actions)} wherever {label} denies it"
    rest = _bound_rest(deny, principal)
    if rest is not None and _leave_out(rest, "Action", barrier.actions):
        yield (spare, AddStatement(rest)), opens
    elif _only_these(deny, barrier):
        yield (spare,), opens


def _compared(barrier: Barrier) -> bool:
    """Whether the denied resources are among those whose decisions are all compared."""
    parts = (":foundation-model/", ":inference-profile/", ":role/")
    return all(any(part in name for part in parts) for name in barrier.resources)


def _bound_rest(deny: StatementTrace, principal: str) -> dict[str, Any] | None:
    """A copy of the Deny that binds the spared principal alone; None where it cannot be written."""
    text = deny.policy.document.source.text
    node = read_json(text).at(deny.statement.pointer)
    if node is None or deny.statement.effect is not Effect.DENY:
        return None
    copy: dict[str, Any] = json.loads(text[node.span.start : node.span.end])
    copy.pop("Sid", None)
    return copy if _add(copy, "ArnEquals", PRINCIPAL_ARN, principal) else None


def _add(copy: dict[str, Any], operator: str, key: str, value: str, *, join: bool = False) -> bool:
    """Adds one condition; False where the statement has another on the same operator and key."""
    conditions: dict[str, Any] = copy.setdefault("Condition", {})
    name = next((n for n in conditions if n.lower() == operator.lower()), operator)
    block: dict[str, Any] = conditions.setdefault(name, {})
    held = next((k for k in block if k.lower() == key.lower()), None)
    if held is None:
        block[key] = value
        return True
    if not join:
        return False
    block[held] = [*_listed(block[held]), value]
    return True


def _leave_out(copy: dict[str, Any], element: str, names: tuple[str, ...]) -> bool:
    """Leaves names out of a copied Deny; False where that cannot be done.

    Args:
        copy: the statement.
        element: ``Action``, which ignores case, or ``Resource``.
        names: the actions or resources of the attempt.
    """
    if "*" in names:
        return False
    spelled = str.lower if element == "Action" else str
    spared = tuple(map(spelled, names))
    negated = f"Not{element}"
    if negated in copy:
        held = _listed(copy[negated])
        named = set(map(spelled, held))
        copy[negated] = [*held, *(name for name in names if spelled(name) not in named)]
        return True
    held = _listed(copy.pop(element, []))
    if held == ["*"]:
        copy[negated] = list(names)
        return True
    kept = [pattern for pattern in held if spelled(pattern) not in spared]
    if not kept or any(_reaches(spelled(pattern), spared) for pattern in kept):
        return False
    copy[element] = kept
    return True


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _only_these(deny: StatementTrace, barrier: Barrier) -> bool:
    """Whether the Deny is about actions of the attempt alone."""
    element = deny.statement.action
    actions = {action.lower() for action in barrier.actions}
    return not element.negated and all(text.value.lower() in actions for text in element.values)


def _reaches(pattern: str, names: tuple[str, ...]) -> bool:
    """Whether a pattern matches one of the names; a policy variable may match anything."""
    return "${" in pattern or any(map(compile_glob(pattern), names))
