"""`diagnose` in the formats of CI systems, and renderers that break."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from tests.cli.test_check_command import SCHEMA
from tests.cli.test_diagnose_command import ORDERS, RAG, WAY

from bedrock_doctor.cli.main import run


def test_sarif_of_a_diagnosis_points_into_the_snapshot(capsys: pytest.CaptureFixture[str]) -> None:
    """Each barrier at the line of the policy that decides."""
    assert run(["diagnose", *WAY, *ORDERS, "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.FormatChecker())
    results = {result["ruleId"]: result for result in log["runs"][0]["results"]}
    assert list(results) == ["BD220", "BD312", "BD404"]
    place = results["BD404"]["locations"][0]["physicalLocation"]
    file = Path(place["artifactLocation"]["uri"].removeprefix("file://"))
    line = file.read_text(encoding="utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert "foundation-model/anthropic.claude-sonnet-4-6" in line


def test_github_and_junit_of_a_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    """One annotation for each barrier, one case for the question."""
    run(["diagnose", *WAY, *ORDERS, "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("title=")[2][:5] for line in lines[:3]] == ["BD220", "BD312", "BD404"]
    assert all(line.startswith("::error file=") for line in lines[:3])
    run(["diagnose", *WAY, *RAG, "--format", "junit"])
    suite = ElementTree.fromstring(capsys.readouterr().out)[0]
    assert suite.attrib["failures"] == "0"
    assert len(suite[0]) == 0


@pytest.mark.parametrize(
    ("form", "broken", "stand_in"),
    [
        ("text", "bedrock_doctor.render.text.report_text", "json"),
        ("json", "bedrock_doctor.render.report_json.report_tree", "text"),
        ("sarif", "bedrock_doctor.render.sarif.sarif_tree", "json"),
        ("junit", "bedrock_doctor.render.junit.junit_text", "json"),
        ("github", "bedrock_doctor.render.github.github_lines", "json"),
        ("concise", "bedrock_doctor.render.concise.report_lines", "json"),
    ],
)
def test_a_renderer_that_breaks_does_not_lose_the_diagnosis(
    form: str,
    broken: str,
    stand_in: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The answer comes in another format, with the exit code of an internal error."""

    def crash(*_: object, **__: object) -> str:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(broken, crash)
    out = tmp_path / "answer"
    assert run(["diagnose", *WAY, *ORDERS, "--format", form, "-o", str(out)]) == 70
    told = capsys.readouterr()
    assert not out.exists()
    assert "BD312" in told.out
    assert f"cannot be written as {form}" in told.err
    assert "internal error: ZeroDivisionError" in told.err
    if stand_in == "json":
        assert json.loads(told.out)["verdict"] == "deny"


def test_the_check_of_expectations_survives_a_broken_renderer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """CI that asked for SARIF still gets the outcome in its log."""

    def crash(*_: object, **__: object) -> str:
        raise KeyError("a defect")

    monkeypatch.setattr("bedrock_doctor.render.sarif.sarif_tree", crash)
    file = Path(__file__).parents[2] / "examples" / "acme" / "access.toml"
    assert run(["check", str(file), "--format", "sarif"]) == 70
    assert "5 expectations: 2 met" in capsys.readouterr().out
