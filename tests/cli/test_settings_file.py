"""`bedrock-doctor.toml` and `[tool.bedrock-doctor]`: flag over environment over file (UX 2.2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bedrock_doctor.cli.main import run

ACME = str(Path(__file__).parents[2] / "examples" / "acme" / "snapshot")
SETTINGS = f"""
snapshot = {json.dumps(ACME)}
region = "eu-central-1"
as = "arn:aws:iam::111122223333:role/rag-api"
role = "arn:aws:iam::444455556666:role/rag-inference"
model = "eu.amazon.nova-lite-v1:0"

[diagnose]
format = "concise"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_states_what_the_command_line_leaves_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole attempt, and the format of one command."""
    (folder / "bedrock-doctor.toml").write_text(SETTINGS, encoding="utf-8")
    assert run(["diagnose"]) == 0
    assert capsys.readouterr().out.endswith("eu.amazon.nova-lite-v1:0: ok\n")
    assert run(["fix"]) == 0


def test_flag_wins_over_environment_over_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The three, one after the other."""
    (folder / "bedrock-doctor.toml").write_text(SETTINGS, encoding="utf-8")
    ask = ["diagnose", "--format", "json", "--query", "attempt.region"]
    monkeypatch.setenv("BEDROCK_DOCTOR_REGION", "eu-west-1")
    run(ask)
    assert capsys.readouterr().out == '"eu-west-1"\n'
    run([*ask, "--region", "eu-north-1"])
    assert capsys.readouterr().out == '"eu-north-1"\n'


def test_pyproject_is_read_where_there_is_no_file_of_our_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`[tool.bedrock-doctor]`; a broken pyproject.toml of others is not our business."""
    settings = SETTINGS.replace("[diagnose]", "[tool.bedrock-doctor.diagnose]")
    text = "[project]\nname = 'x'\n[tool.bedrock-doctor]\n" + settings
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert run(["diagnose"]) == 0
    (folder / "bedrock-doctor.toml").write_text("[diagnose]\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[", encoding="utf-8")
    capsys.readouterr()
    assert run(["diagnose"]) == 2
    assert "missing: `--model`, `--region`" in capsys.readouterr().err


def test_lists_and_flags(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options that may be repeated, and those without value."""
    text = SETTINGS.replace("[diagnose]", "[diagnose]\nmfa = true\nexit-zero = true") + (
        'context = ["aws:SourceVpc=vpc-1", "a:b=c"]\n'
    )
    (folder / "bedrock-doctor.toml").write_text(text, encoding="utf-8")
    assert run(["diagnose", "--format", "json", "--query", "attempt.[mfa, context]"]) == 0
    mfa, context = json.loads(capsys.readouterr().out)
    assert mfa is True
    assert set(context) == {"aws:SourceVpc", "a:b"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("region = ", "bedrock-doctor.toml:1:10: ", "is no TOML"),
        ('regoin = "x"\n', "bedrock-doctor.toml:1:1: ", "did you mean `region`?"),
        ('[diagnose]\nregoin = "x"\n', "bedrock-doctor.toml:2:1: ", "did you mean `region`?"),
        ("[diagnoes]\n", "bedrock-doctor.toml:1:1: ", "did you mean `diagnose`?"),
        ('[diagnose]\nout = "x"\n', "bedrock-doctor.toml:2:1: ", "unknown key `out`"),
        ('[collect]\nendpoint-url = "x"\n', "bedrock-doctor.toml:2:1: ", "`endpoint-url`"),
        ("region = [1]\n", "bedrock-doctor.toml:1:1: ", "`region` cannot be read"),
        ('diagnose = "x"\n', "bedrock-doctor.toml:1:1: ", "`diagnose` is no table"),
    ],
)
def test_mistakes_of_the_file_have_line_and_column(
    folder: Path, text: str, place: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that is not understood is not passed over."""
    (folder / "bedrock-doctor.toml").write_text(text, encoding="utf-8")
    assert run(["collect" if "collect" in text else "diagnose"]) == 2
    told = capsys.readouterr().err
    assert place in told
    assert words in told
