"""The tutorials do what they say: files are written, commands run, outputs compared."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from bedrock_doctor.cli.commands import COMMANDS
from bedrock_doctor.cli.main import cli, run
from tests.docs.page import Parse, Python, Run, WriteFile, fits, steps

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "docs" / "index.md",
    ROOT / "docs" / "audit.md",
    *sorted((ROOT / "docs" / "tutorials").glob("*.md")),
]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader works: beside the examples."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, reader: Path) -> None:
    """Every command of a tutorial is run, or where it needs AWS, read."""
    code = 0
    for step in steps(page):
        match step:
            case WriteFile(name, text):
                (reader / name).write_text(text, "utf-8")
            case Run(("echo", "$?"), wanted):
                assert f"{code}\n" == wanted
            case Run(words, wanted):
                assert words[0] == "bedrock-doctor"
                output = io.StringIO()
                with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                    code = run(words[1:])
                assert fits(output.getvalue(), wanted), output.getvalue()
            case Python(code=text, wanted=wanted):
                output = io.StringIO()
                with contextlib.redirect_stdout(output):
                    exec(compile(text, str(page), "exec"), {"__name__": "page"})
                assert fits(output.getvalue(), wanted), output.getvalue()
            case Parse(words):
                _parse(words)


def _parse(words: tuple[str, ...]) -> None:
    """Reads the options of a command without running it."""
    if words[0] != "bedrock-doctor":
        assert words[0] == "pytest"
        return
    with cli.make_context("bedrock-doctor", []) as context:
        command = cli.get_command(context, words[1])
        assert command is not None
        command.make_context(words[1], list(words[2:]), parent=context)


def test_the_pages_tell_of_every_kind_of_user() -> None:
    """Developer, platform engineer, organization administrator, pipeline, agent."""
    assert [page.stem for page in PAGES] == [
        "index",
        "audit",
        "ai-agent",
        "developer",
        "organization-administrator",
        "pipeline",
        "platform-engineer",
    ]


@pytest.mark.parametrize(
    ("output", "wanted", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nx\ny\nb\n", "a\n…\nb\n", True),
        ("a\nb\n", "a\n…\nb\n", True),
        ("a: 1\n", "a: …\n", True),
        ("b: 1\n", "a: …\n", False),
        ("a\nb\n", "a\n…\nc\n", False),
    ],
)
def test_what_stands_for_other_lines(output: str, wanted: str, same: bool) -> None:
    """`…` alone for lines, at the end for the rest of a line; everything else is exact."""
    assert fits(output, wanted) is same


def test_commands_named_in_the_pages_exist() -> None:
    """Also in prose."""
    import re

    for page in sorted((ROOT / "docs").glob("**/*.md")):
        for name in re.findall(r"bedrock-doctor ([a-z]+)\b", page.read_text("utf-8")):
            if f"`bedrock-doctor {name}" in page.read_text("utf-8"):
                assert name in COMMANDS, f"{page}: {name}"
