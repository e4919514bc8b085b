"""What AWS would refuse to store: clauses A1-A8 as one function, ``is_malformed``."""

from __future__ import annotations

import re
from typing import Any

KINDS = ("identity", "boundary", "session", "resource", "trust", "scp", "rcp", "vpce")
"""The kinds of policy document that the clauses tell apart."""

OPERATOR = re.compile(
    r"(?P<set>ForAllValues:|ForAnyValue:)?"
    r"(?P<base>String(?:Not)?(?:Equals|EqualsIgnoreCase|Like)"
    r"|(?:Numeric|Date)(?:Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)"
    r"|Bool|BinaryEquals|IpAddress|NotIpAddress|Arn(?:Not)?(?:Equals|Like))"
    r"(?P<exists>IfExists)?|(?P<null>Null)"
)
VARIABLE = re.compile(r"\$\{([^{}]*)\}")
VARIABLE_BODY = re.compile(r"[*?$]|[^\s,']+(?:, ?'[^']*')?")
AWS_PRINCIPAL = re.compile(
    r"\*|\d{12}|A(?:RO|ID)A[A-Z0-9]+|arn:aws[a-z-]*:iam::(?:\d{12}|cloudfront):"
    r"(?:root|(?:user|role)/[^*?]+)|arn:aws[a-z-]*:sts::\d{12}:"
    r"(?:assumed-role/[^*?/]+/[^*?/]+|federated-user/[^*?]+)"
)
STATEMENT_ELEMENTS = {
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
}


def as_list(value: Any) -> list[Any]:
    """One value and a list of one value mean the same (A3)."""
    return value if isinstance(value, list) else [value]


def is_malformed(document: Any, kind: str) -> bool:
    """Whether AWS would have refused to store ``document`` as a policy of ``kind`` (A1-A8)."""
    if not isinstance(document, dict) or set(document) - {"Version", "Id", "Statement"}:
        return True
    if "Statement" not in document or document["Statement"] == []:
        return True
    if document.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        return True
    variables = document.get("Version") == "2012-10-17"
    return any(
        not isinstance(statement, dict) or _bad_statement(statement, kind, variables)
        for statement in as_list(document["Statement"])
    )


def _bad_statement(statement: dict[str, Any], kind: str, variables: bool) -> bool:
    has = statement.__contains__
    if set(statement) - STATEMENT_ELEMENTS or statement.get("Effect") not in ("Allow", "Deny"):
        return True
    if not isinstance(statement.get("Sid", ""), str):
        return True
    if has("Action") == has("NotAction") or (has("Resource") and has("NotResource")):
        return True
    if (has("Resource") or has("NotResource")) == (kind == "trust"):
        return True
    actions = _strings(statement.get("Action", statement.get("NotAction")))
    if not actions or any(":" not in a and set(a) != {"*"} for a in actions):
        return True
    if kind != "trust":
        resources = _strings(statement.get("Resource", statement.get("NotResource")))
        if not resources or (variables and any(map(_bad_variables, resources))):
            return True
    return _bad_principals(statement, kind, actions) or _bad_conditions(statement, variables)


def _strings(value: Any) -> list[str]:
    """The texts of an element, or nothing when any value is not text."""
    values = as_list(value)
    return values if all(isinstance(v, str) for v in values) else []


def _bad_variables(text: str) -> bool:
    bodies = VARIABLE.findall(text)
    unclosed = any("${" in piece for piece in VARIABLE.split(text)[::2])
    return unclosed or any(not VARIABLE_BODY.fullmatch(body) for body in bodies)


def _bad_principals(statement: dict[str, Any], kind: str, actions: list[str]) -> bool:
    present = [e for e in ("Principal", "NotPrincipal") if e in statement]
    if kind in ("identity", "boundary", "session", "scp"):
        return bool(present)
    if len(present) != 1:
        return True
    if kind == "rcp":
        whole = statement["Effect"] == "Deny" and any(set(a) == {"*"} for a in actions)
        return statement.get("Principal") != "*" or "NotAction" in statement or whole
    if present == ["NotPrincipal"] and (kind == "trust" or statement["Effect"] == "Allow"):
        return True
    element = statement[present[0]]
    return element != "*" and (
        not isinstance(element, dict)
        or not element
        or any(_bad_principal_values(key, value) for key, value in element.items())
    )


def _bad_principal_values(key: str, value: Any) -> bool:
    values = _strings(value)
    if not values or key not in ("AWS", "Service", "Federated", "CanonicalUser"):
        return True
    if key == "AWS":
        return any(not AWS_PRINCIPAL.fullmatch(v) for v in values)
    return any("*" in v or "?" in v for v in values)


def _bad_conditions(statement: dict[str, Any], variables: bool) -> bool:
    block = statement.get("Condition", {})
    if not isinstance(block, dict):
        return True
    return any(_bad_operator(name, keys, variables) for name, keys in block.items())


def _bad_operator(name: str, keys: Any, variables: bool) -> bool:
    parsed = OPERATOR.fullmatch(name)
    if parsed is None or not isinstance(keys, dict):
        return True
    if len({key.lower() for key in keys}) != len(keys) or any(":" not in key for key in keys):
        return True
    values = [v for value in keys.values() for v in as_list(value)]
    if any(not isinstance(v, str | bool | int | float) for v in values):
        return True
    if parsed["null"]:
        return any(str(v).lower() not in ("true", "false") for v in values)
    if variables and parsed["base"].startswith(("String", "Arn")):
        return any(isinstance(v, str) and _bad_variables(v) for v in values)
    return False
