"""From verdicts and outcomes to exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PRIORITY = (70, 5, 4, 1, 3, 0)
"""Of the codes of several questions the first in this order wins."""


def wanted_code(code: int, options: Mapping[str, Any]) -> int:
    """The exit code as ``--exit-zero`` and ``--fail-on`` change it: 1 and 3 only.

    Args:
        code: 0, 1 for a denial or failure, 3 for what cannot be told.
        options: of the command.
    """
    if code not in (1, 3):
        return code
    if options["exit_zero"] or options["fail_on"] == "never":
        return 0
    return 0 if code == 3 and options["fail_on"] == "deny" else code


def worst(codes: Iterable[int]) -> int:
    """The code that wins among those of several questions; 0 when there are none."""
    found = set(codes)
    return next((code for code in PRIORITY if code in found), 0)
