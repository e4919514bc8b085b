"""Every finding of the registry is mended somehow, or says why nothing mends it."""

from __future__ import annotations

import shlex
import string

import pytest

from bedrock_doctor.diagnose.registry import RULES
from bedrock_doctor.fix.mending import MENDINGS
from bedrock_doctor.model.fix import FixKind


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_every_finding_has_a_row(rule: object) -> None:
    """Our choice: a new finding must say what mends it."""
    mending = MENDINGS[rule.id]  # type: ignore[attr-defined]
    assert (mending.kind is FixKind.POLICY) == (mending.why == "")
    if mending.kind is FixKind.POLICY:
        assert rule.claims is not None  # type: ignore[attr-defined]
        assert not mending.commands


def test_no_row_without_a_finding() -> None:
    """Our choice: rows follow the registry."""
    assert set(MENDINGS) == {rule.id for rule in RULES}


@pytest.mark.parametrize("name", sorted(MENDINGS))
def test_commands_are_words_for_a_shell(name: str) -> None:
    """Every field is known, and the words can be split."""
    known = {"account", "region", "model", "subject", "code"}
    for command in MENDINGS[name].commands:
        fields = {field for _, field, _, _ in string.Formatter().parse(command) if field}
        assert fields <= known
        assert shlex.split(command.format(**dict.fromkeys(known, "x")))
