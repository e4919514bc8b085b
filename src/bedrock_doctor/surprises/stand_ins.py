"""Values that a stranger could send where a condition leaves room for strangers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.operators import parse_operator
from bedrock_doctor.model.policy import Statement, Text
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.surprises.strangers import NO_ACCOUNT

_WITH_PATTERNS = frozenset({"StringLike", "ArnLike", "ArnEquals"})


def conditioned(statement: Statement, key: str) -> tuple[str, ...]:
    """The values of a statement's conditions on a key, but those of negated operators.

    Args:
        statement: an Allow.
        key: in lower case.
    """
    return tuple(dict.fromkeys(text.value for text in wanted_values(statement, key)))


def wanted_values(statement: Statement, key: str) -> Iterator[Text]:
    """The same where they stand, also those that are repeated."""
    for condition in statement.conditions:
        operator = parse_operator(condition.operator.value)
        if condition.key.value.lower() == key and operator and not operator.negated:
            yield from condition.values


def stand_ins(statement: Statement, key: str) -> tuple[str, ...]:
    """ARNs of nobody's account that meet a condition which leaves the account open.

    Args:
        statement: an Allow.
        key: the condition key, in lower case.
    """
    found = []
    for condition in statement.conditions:
        operator = parse_operator(condition.operator.value)
        if condition.key.value.lower() != key or operator is None:
            continue
        if operator.base in _WITH_PATTERNS:
            found += [_of_nobody(text.value) for text in condition.values]
    return tuple(arn for arn in dict.fromkeys(found) if arn)


def of_account(statement: Statement, account: str) -> tuple[str, ...]:
    """ARNs of one account that meet the statement's conditions on aws:PrincipalArn.

    Args:
        statement: an Allow.
        account: the account.
    """
    found = []
    for pattern in conditioned(statement, "aws:principalarn"):
        parts = pattern.split(":", 5)
        if len(parts) == 6 and compile_glob(parts[4])(account):
            named = list(map(filled, parts))
            found.append(":".join((*named[:4], account, named[5])))
    return tuple(found)


def filled(pattern: str) -> str:
    """A text that a pattern matches."""
    return pattern.replace("*", "any").replace("?", "a")


def _of_nobody(pattern: str) -> str:
    """The pattern with its wildcards filled; empty where it names an account."""
    parts = pattern.split(":", 5)
    if len(parts) < 6 or not ("*" in parts[4] or "?" in parts[4]):
        return ""
    return ":".join(NO_ACCOUNT if index == 4 else filled(part) for index, part in enumerate(parts))


def callers(arns: Iterable[str]) -> Iterator[Principal]:
    """The roles and users among some ARNs."""
    for arn in arns:
        try:
            principal = parse_principal(arn)
        except BadArn:
            continue
        if principal.kind in (PrincipalKind.ROLE, PrincipalKind.USER):
            yield principal
