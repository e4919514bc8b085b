"""Whether an answer is coloured, and how wide it is."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_WIDTH = 100
LEAST_WIDTH = 80


def colour_wanted(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Decides from ``--color``, the environment and whether the output is a terminal.

    ``NO_COLOR`` and ``CLICOLOR_FORCE`` are conventions: https://no-color.org and
    https://bixense.com/clicolors/
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return terminal


def width_wanted(environment: Mapping[str, str]) -> int:
    """100 columns, or what ``COLUMNS`` says, at least 80."""
    given = environment.get("COLUMNS", "")
    width = int(given) if given.isdecimal() else DEFAULT_WIDTH
    return max(LEAST_WIDTH, min(width, DEFAULT_WIDTH))
