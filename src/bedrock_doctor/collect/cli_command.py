"""The AWS CLI command whose output a snapshot lacks."""

from __future__ import annotations

import re

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNQUOTED = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_SERVICES = {"servicequotas": "service-quotas"}


def cli_command(call: str, *, region: str = "", **parameters: str) -> str:
    """The command for an API operation.

    Args:
        call: ``service:Operation``.
        region: Region of the call, or empty for global services.
        parameters: parameters with underscores for hyphens, for example ``role_name``.
    """
    service, _, operation = call.partition(":")
    words = ["aws", _SERVICES.get(service, service), _WORD.sub("-", operation).lower()]
    for name, value in parameters.items():
        words += ["--" + name.replace("_", "-"), shell_word(value)]
    if region:
        words += ["--region", region]
    return " ".join(words)


def shell_word(text: str) -> str:
    """A value as one word of a POSIX shell."""
    if _UNQUOTED.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"
