"""Shell completion in the shells themselves, and what it imports."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from bedrock_doctor.cli.main import cli, run


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    """An environment in which `bedrock-doctor` is this program."""
    program = tmp_path / "bin" / "bedrock-doctor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bedrock_doctor "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TERM": "dumb",
    }


def completed(words: str, incomplete: str) -> list[str]:
    """What click answers to a shell: the values for the last word."""
    shell = ShellComplete(cli, {}, "bedrock-doctor", "_BEDROCK_DOCTOR_COMPLETE")
    return [item.value for item in shell.get_completions(words.split(), incomplete)]


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ("", "diag", ["diagnose"]),
        ("diagnose --model", "eu.amazon.nova-li", ["eu.amazon.nova-lite-v1:0"]),
        ("check x --stack-region", "eu-central", ["eu-central-1", "eu-central-2"]),
        ("rule", "bd31", [f"BD{number}" for number in range(311, 317)]),
        ("rule", "scp-blocks-gl", ["scp-blocks-global-profile"]),
        ("lab run", "scp-region-d", ["scp-region-deny"]),
        ("help", "exit", ["exit-codes"]),
        ("diagnose --format", "sa", ["sarif"]),
        ("diagnose", "--external", ["--external-id"]),
        ("check", "acc", ["acc"]),
    ],
)
def test_words_are_completed(words: str, incomplete: str, expected: list[str]) -> None:
    """Commands, values of the catalog, findings, scenarios, topics, choices; files by the shell."""
    assert completed(words, incomplete) == expected


def test_completing_imports_nothing_heavy() -> None:
    """Model ids come from the catalog alone: the Tab key must not wait."""
    code = (
        "import sys\nfrom bedrock_doctor.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'boto3', 'botocore', 'jinja2', 'rich', 'moto', 'mcp', 'starlette', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    env = {
        **os.environ,
        "_BEDROCK_DOCTOR_COMPLETE": "bash_complete",
        "COMP_WORDS": "bedrock-doctor diagnose --model eu.amazon.nova-li",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "plain,eu.amazon.nova-lite-v1:0"


def test_bash_completes(path: dict[str, str]) -> None:
    """The script is sourced, and its function fills COMPREPLY."""
    script = (
        'eval "$(bedrock-doctor completion bash)"\n'
        "COMP_WORDS=(bedrock-doctor rule BD31); COMP_CWORD=2\n"
        "_bedrock_doctor_completion bedrock-doctor\n"
        'printf "%s\\n" "${COMPREPLY[@]}"; complete -p bedrock-doctor'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script], env=path, capture_output=True, text=True, check=True
    )
    assert "BD312" in done.stdout.splitlines()
    assert "-F _bedrock_doctor_completion bedrock-doctor" in done.stdout


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(path: dict[str, str]) -> None:
    """`complete -C` asks as the Tab key does."""
    script = "bedrock-doctor completion fish | source; complete -C 'bedrock-doctor rule BD31'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env=path, capture_output=True, text=True, check=True
    )
    assert "BD312" in [line.partition("\t")[0] for line in done.stdout.splitlines()]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes(path: dict[str, str]) -> None:
    """The Tab key on a terminal; the rest of the word appears."""
    typed = (
        "autoload -Uz compinit && compinit -u -D\n"
        'eval "$(bedrock-doctor completion zsh)"; echo re""ady\n'
    )
    assert "BD740" in _typed(
        ["zsh", "-f", "-i"], path, typed, "ready", "bedrock-doctor rule BD74\t"
    )


def _typed(command: list[str], env: dict[str, str], first: str, ready: str, second: str) -> str:
    """What a shell on a terminal shows after some typing, until the word is complete."""
    terminal, its_side = pty.openpty()
    ends = {"stdin": its_side, "stdout": its_side, "stderr": its_side}
    with subprocess.Popen(command, env=env, start_new_session=True, **ends) as shell:
        os.close(its_side)
        try:
            os.write(terminal, first.encode())
            _read_until(terminal, ready)
            os.write(terminal, second.encode())
            return _read_until(terminal, "BD740")
        finally:
            shell.kill()
            os.close(terminal)


def _read_until(terminal: int, wanted: str) -> str:
    shown = ""
    end = time.monotonic() + 60
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                shown += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                break
    return shown


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the shells that there are."""
    assert run(["completion", "tcsh"]) == 2
    assert "'bash', 'zsh', 'fish'".replace("'", "`") in capsys.readouterr().err
