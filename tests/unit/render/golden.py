"""Comparing with recorded texts. ``UPDATE_GOLDENS=1 pytest tests/unit/render`` records them anew;
a person reviews the difference."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden" / "render"


def assert_golden(name: str, text: str) -> None:
    """Compares `text` with the recorded file, to the letter."""
    file = FOLDER / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
