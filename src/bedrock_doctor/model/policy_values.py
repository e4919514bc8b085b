"""Which texts AWS accepts as values of a policy: clauses A6 to A8 of docs/semantics.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
"""A policy variable; the group is what stands between its braces."""

_VARIABLE_BODY = re.compile(r"[*?$]|[^\s,']+(?:, ?'[^']*')?")
_AWS_PRINCIPAL = re.compile(
    r"\*|[0-9]{12}|A(?:RO|ID)A[A-Z0-9]+"
    r"|arn:aws[a-z-]*:iam::(?:[0-9]{12}|cloudfront):(?:root|(?:user|role)/[^*?]+)"
    r"|arn:aws[a-z-]*:sts::[0-9]{12}:(?:assumed-role/[^*?/]+/[^*?/]+|federated-user/[^*?]+)"
)


def has_wildcard(text: str) -> bool:
    """Whether ``*`` or ``?`` stands in the text."""
    return "*" in text or "?" in text


def is_every_action(text: str) -> bool:
    """Whether an action is nothing but stars."""
    return bool(text) and not text.strip("*")


def is_action_pattern(text: str) -> bool:
    """Whether an action has a service prefix, or is ``*``. That the action exists is not asked."""
    return ":" in text or is_every_action(text)


def is_aws_principal(text: str) -> bool:
    """Whether a text may stand under ``AWS`` in a Principal element.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    return _AWS_PRINCIPAL.fullmatch(text) is not None


def variable_defect(text: str) -> str | None:
    """What is wrong with the policy variables of a text, or None.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    if "${" not in text:
        return None
    pieces = VARIABLE.split(text)
    if any("${" in piece for piece in pieces[::2]):
        return "a policy variable is not closed"
    for body in pieces[1::2]:
        if not body.strip():
            return "a policy variable is empty"
        if not _VARIABLE_BODY.fullmatch(body):
            return f"`${{{body}}}` is no policy variable"
    return None
