"""From the checks of a hop to the fewest statements that allow exactly them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bedrock_doctor.model.way import Check, Purpose

VERSION = "2012-10-17"
_TIGHT = {
    "bedrock:inferenceprofilearn": ("ArnEquals", "bedrock:InferenceProfileArn"),
    "bedrock:promptrouterarn": ("ArnEquals", "bedrock:PromptRouterArn"),
    "bedrock-mantle:model": ("StringEquals", "bedrock-mantle:Model"),
    "iam:passedtoservice": ("StringEquals", "iam:PassedToService"),
}
"""Keys that bind a statement to the way: a model to its profile, a project to its model, a role
that is passed to the service.

https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
"""
_THROUGH_PROFILE = frozenset(
    {Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL}
)

_Condition = tuple[tuple[str, str, str], ...]


def allow_statements(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """One Allow for each set of resources and conditions that the checks share."""
    resources: dict[tuple[str, _Condition], dict[str, Purpose]] = {}
    for check in checks:
        key = (check.request.action, _condition(check))
        resources.setdefault(key, {})[check.request.resource] = check.purpose
    merged: dict[tuple[tuple[str, ...], _Condition], tuple[list[str], Purpose]] = {}
    for (action, condition), found in resources.items():
        purpose = next(iter(found.values()))
        actions, _ = merged.setdefault((tuple(found), condition), ([], purpose))
        actions.append(action)
    return distinct(
        _statement(purpose, actions, arns, condition)
        for (arns, condition), (actions, purpose) in merged.items()
    )


def distinct(statements: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statements with different ids, as AWS wants them: repeated ones are numbered from 2."""
    seen: dict[str, int] = {}
    found = []
    for statement in statements:
        sid = statement["Sid"]
        seen[sid] = number = seen.get(sid, 0) + 1
        found.append(statement if number == 1 else {**statement, "Sid": f"{sid}{number}"})
    return found


def _condition(check: Check) -> _Condition:
    values = check.request.context.values
    return tuple(
        (operator, key, values[lower][0])
        for lower, (operator, key) in _TIGHT.items()
        if lower in values
    )


def _statement(
    purpose: Purpose, actions: list[str], arns: tuple[str, ...], condition: _Condition
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": _sid(purpose),
        "Effect": "Allow",
        "Action": one_or_list(actions),
        "Resource": one_or_list(arns),
    }
    for operator, key, value in condition:
        statement.setdefault("Condition", {}).setdefault(operator, {})[key] = value
    return statement


def _sid(purpose: Purpose) -> str:
    if purpose in _THROUGH_PROFILE:
        return "ModelThroughProfile"
    words = [word for word in purpose.value.split() if word != "the"]
    return "".join(word[0].upper() + word[1:] for word in words)


def one_or_list(values: Iterable[str]) -> str | list[str]:
    """A single value as AWS writes it, several as a list."""
    found = list(values)
    return found[0] if len(found) == 1 else found
