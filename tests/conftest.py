"""What all tests share: no network, no colour, no settings of the machine."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.casebook.plugin", "pytester"]

settings.register_profile("default", deadline=None)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes what would change outputs: AWS settings, our own variables, colours, width."""
    for name in tuple(os.environ):
        if name.startswith(("AWS_", "BEDROCK_DOCTOR_")) or name in ("COLUMNS", "CLICOLOR_FORCE"):
            monkeypatch.delenv(name)
