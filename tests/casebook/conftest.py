"""Running the real command line in one process, away from the tester's own settings."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from .page import Case
from .world import build_world


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command did.

    Attributes:
        exit_code: status.
        stdout: the answer.
        stderr: everything else.
    """

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """What a reader of the terminal sees, the answer first."""
        return self.stdout + self.stderr


Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks the question of a case in its world: ``ask(case, *more_options)``."""
    from bedrock_doctor.cli.main import run

    for name in list(os.environ):
        if name.startswith(("AWS_", "BEDROCK_DOCTOR_", "CLICOLOR", "FORCE_COLOR")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def ask_in_world(case: Case, *more: str) -> Answer:
        if not (tmp_path / "built").exists():
            build_world(case.worlds, tmp_path)
            (tmp_path / "built").touch()
        stdout, stderr = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            exit_code = run([*case.arguments, *more])
        return Answer(exit_code, stdout.getvalue(), stderr.getvalue())

    return ask_in_world


@pytest.fixture
def update_cases(request: pytest.FixtureRequest) -> bool:
    """Whether the recorded outputs are to be rewritten."""
    return bool(request.config.getoption("--update-cases", default=False))
