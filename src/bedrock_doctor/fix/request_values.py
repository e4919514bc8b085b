"""What requests say of who asks and through which profile."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.model.way import TracedCheck

PROFILE_ARN = "bedrock:InferenceProfileArn"
PRINCIPAL_ARN = "aws:PrincipalArn"


def value_of(check: TracedCheck, key: str) -> str | None:
    """The one value of a condition key in a request; None where it has none, or several."""
    values = check.check.request.context.values.get(key.lower(), ())
    return values[0] if len(values) == 1 else None


def single_value(checks: Iterable[TracedCheck], key: str) -> str | None:
    """The value that all requests have in common; None where one has none, or they differ."""
    found = {value_of(check, key) for check in checks}
    return found.pop() if len(found) == 1 else None
