"""docs/ci.md: its commands are run, its files are read."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from bedrock_doctor import app
from bedrock_doctor.cli.expected_attempts import key_kinds
from bedrock_doctor.cli.main import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ")
    for language, block in BLOCKS
    if language == "console"
    for line in block.splitlines()
    if line.startswith("$ bedrock-doctor ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_page_run(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a directory that holds the examples; what they write stays there."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    _, *words = shlex.split(command)
    assert run(words) in (0, 1), capsys.readouterr().err
    if "-o" not in words:
        assert capsys.readouterr().out


def test_the_page_has_commands() -> None:
    """Else the test above proves nothing."""
    assert len(COMMANDS) >= 8


def test_files_of_the_page_are_what_they_show() -> None:
    """Expectations, an ignore file, and a workflow that uses this repository's action."""
    toml = [block for language, block in BLOCKS if language == "toml"]
    access = next(block for block in toml if "[[expect]]" in block)
    assert app.read_expectations(access.encode(), "access.toml", key_kinds()).ignore
    ignore = next(block for block in toml if "[[ignore]]" in block)
    assert app.read_ignores(ignore.encode(), "ignore.toml")
    workflow, hook = (yaml.safe_load(block) for language, block in BLOCKS if language == "yaml")
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    (step,) = [s for s in workflow["jobs"]["access"]["steps"] if "bedrock-doctor" in s["uses"]]
    assert set(step["with"]) <= set(inputs)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [h["id"] for h in hook["repos"][0]["hooks"]] == [h["id"] for h in hooks]
