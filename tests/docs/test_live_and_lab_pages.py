"""docs/live.md and docs/lab.md: their commands exist, and the scenarios are those of the lab."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from bedrock_doctor.cli.main import cli, run

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = [
    (page, line.removeprefix("$ bedrock-doctor "))
    for page in ("live.md", "lab.md")
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines()
    if line.startswith("$ bedrock-doctor ")
]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_every_command_can_be_read(page: str, command: str) -> None:
    """They need AWS, or wait for somebody: their options are read, they are not run."""
    words = shlex.split(command)
    with cli.make_context("bedrock-doctor", []) as context:
        found = cli.get_command(context, words[0])
        assert found is not None
        group = found.make_context(words[0], words[1:], parent=context)
        if words[0] == "lab":
            inner = found.get_command(group, words[1])  # type: ignore[attr-defined]
            inner.make_context(words[1], words[2:], parent=group)


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 6


def test_the_page_lists_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lab", "list"]) == 0
    assert capsys.readouterr().out in (DOCS / "lab.md").read_text(encoding="utf-8")
