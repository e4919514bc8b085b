"""`--plan` and `--template` as a pipeline calls them, on the files of the example."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from tests.cli.test_check_command import SCHEMA
from tests.cli.test_diagnose_command import RAG, WAY

from bedrock_doctor.cli.main import run

ACME = Path(__file__).parents[2] / "examples" / "acme"
PLAN = str(ACME / "preflight" / "tfplan.json")
TEMPLATE = str(ACME / "preflight" / "template.yaml")
STACK = ["--template", TEMPLATE, "--account", "444455556666", "--stack-region", "eu-central-1"]


@pytest.mark.parametrize("options", [["--plan", PLAN], STACK])
def test_a_pull_request_that_breaks_the_way_fails(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is deployed works; what would be deployed does not."""
    assert run(["diagnose", *WAY, *RAG]) == 0
    assert run(["diagnose", *WAY, *RAG, *options]) == 1
    assert "error[BD404]" in capsys.readouterr().out


def test_the_annotation_stands_at_the_line_of_the_template(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SARIF too; the expectation is a related place."""
    access = str(ACME / "access.toml")
    assert run(["check", access, *STACK, "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SCHEMA, format_checker=jsonschema.FormatChecker())
    result = next(r for r in log["runs"][0]["results"] if "RagInference" in r["message"]["text"])
    (place,) = result["locations"]
    physical = place["physicalLocation"]
    line = Path(TEMPLATE).read_text(encoding="utf-8").splitlines()
    assert physical["artifactLocation"]["uri"].endswith("template.yaml")
    assert line[physical["region"]["startLine"] - 1].strip() == "- !Sub"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "RagInference"
    related = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert related.endswith("access.toml")


def test_a_check_tells_what_it_was_asked_of(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error: standard output is the answer."""
    run(["check", str(ACME / "access.toml"), "--plan", PLAN, "--format", "json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["summary"]["not_met"] == 2
    assert "note: asked of the accounts as they will be once" in told.err


def test_the_resource_of_a_plan_is_named_with_its_pointer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A plan holds no lines of the configuration."""
    assert run(["check", str(ACME / "access.toml"), "--plan", PLAN, "--format", "sarif"]) == 1
    told = capsys.readouterr().out
    assert "module.rag.aws_iam_role_policy.models (/resource_changes/0/change/after/policy)" in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--plan", PLAN, "--error", "AccessDenied"], "tell of what is deployed"),
        (["--template", TEMPLATE], "does not tell where it is deployed"),
        (["--account", "444455556666"], "--account belongs to --plan or --template"),
        (["--parameter", "A=B"], "--parameter belongs to --plan or --template"),
        ([*STACK, "--parameter", "A"], "--parameter `A` cannot be read"),
        ([*STACK, "--parameter", "A=B"], "has no parameter `A`"),
        (["--template", TEMPLATE, "--account", "4444"], "is no account id"),
        (["--plan", TEMPLATE], "is no JSON"),
        (["--plan", "no/such/file"], "cannot be read"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage errors say what to do."""
    assert run(["diagnose", *WAY, *RAG, *options]) == 2
    assert words in capsys.readouterr().err


def test_a_plan_needs_a_snapshot(capsys: pytest.CaptureFixture[str]) -> None:
    """What AWS answers is what is deployed; a plan is never passed over in silence."""
    assert run(["diagnose", *WAY[2:], *RAG, "--plan", PLAN]) == 2
    assert "laid over a snapshot" in capsys.readouterr().err
    assert run(["diagnose", *WAY, *RAG, "--plan", PLAN, "--profile", "x"]) == 2
    assert "laid over a snapshot" in capsys.readouterr().err
