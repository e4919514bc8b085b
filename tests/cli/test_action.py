"""The GitHub Action and the pre-commit hook: their files, and the commands that they run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bedrock_doctor.cli.main import run

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEP = ACTION["runs"]["steps"][1]


def test_inputs_reach_scripts_as_environment_only() -> None:
    """An input within a script could run anything:
    https://docs.github.com/actions/reference/security/secure-use
    """
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    used = {name for step in ACTION["runs"]["steps"] for name in step["env"].values()}
    named = {re.sub(r"\$\{\{ inputs\.(.*) \}\}", r"\1", text) for text in used}
    assert named == set(ACTION["inputs"])


def check(tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs the step that checks, with this program in the place of the installed one."""
    program = tmp_path / "bedrock-doctor" / "bin" / "bedrock-doctor"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bedrock_doctor "$@"\n')
    program.chmod(0o755)
    given = {name: inputs.get(name.replace("-", "_"), spec["default"])
             for name, spec in ACTION["inputs"].items()}  # fmt: skip
    env = {
        key: re.sub(r"\$\{\{ inputs\.(.*) \}\}", lambda m: given[m[1]], text)
        for key, text in STEP["env"].items()
    }
    path = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],
        cwd=ROOT,
        env={**path, **env, "RUNNER_TEMP": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@needs_bash
def test_the_action_annotates_and_fails(tmp_path: Path) -> None:
    """Annotations on standard output, SARIF in a file, the exit code of the check."""
    sarif = tmp_path / "results.sarif"
    done = check(
        tmp_path,
        file="examples/acme/access.toml",
        plan="examples/acme/preflight/tfplan.json\n",
        sarif_file=str(sarif),
    )
    assert done.returncode == 1, done.stderr
    assert "::error file=examples/acme/access.toml,line=8," in done.stdout
    assert '"version": "2.1.0"' in sarif.read_text(encoding="utf-8")


@needs_bash
def test_inputs_stay_values(tmp_path: Path) -> None:
    """Blanks, quotes, substitutions and dashes in an input are a file's name, nothing else."""
    marker = tmp_path / "made"
    done = check(tmp_path, file=f'-x "$(touch {marker})"; touch {marker}')
    assert done.returncode == 2
    assert not marker.exists()


def test_the_hook_runs_where_the_expectations_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of the hook as a command line, in a repository that has an access.toml."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *words = [*shlex.split(hook["entry"]), *hook["args"]]
    assert program == "bedrock-doctor"
    assert hook["pass_filenames"] is False
    text = (ROOT / "examples/acme/access.toml").read_text(encoding="utf-8")
    snapshot = str(ROOT / "examples/acme/snapshot")
    text = text.replace('"snapshot"', f'"{snapshot}"').replace('ignore = "ignore.toml"\n', "")
    (tmp_path / "access.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(words) == 1
