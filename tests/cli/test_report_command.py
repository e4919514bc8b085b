"""`bedrock-doctor report` and the shared forms of `diagnose`, as people call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run

ACME = str(Path(__file__).parents[2] / "examples" / "acme" / "snapshot")
ORDERS = [
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role", "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--model", "eu.anthropic.claude-sonnet-4-6",
]  # fmt: skip


@pytest.fixture(scope="module")
def saved() -> dict[str, Any]:
    """The JSON report of the example, unredacted."""
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["diagnose", *ORDERS, "--format", "json"]) == 1
    tree: dict[str, Any] = json.loads(out.getvalue())
    return tree


def test_a_page_is_the_same_however_it_is_made(
    saved: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the attempt, from its JSON, from the page itself: byte by byte (our choice)."""
    file = tmp_path / "result.json"
    file.write_text(json.dumps(saved), encoding="utf-8")
    pages = [tmp_path / name for name in ("a.html", "b.html", "c.html", "d.html")]
    assert run(["report", *ORDERS, "-o", str(pages[0])]) == 0
    assert run(["report", "--from", str(file), "-o", str(pages[1])]) == 0
    assert run(["report", "--from", str(pages[0]), "-o", str(pages[2])]) == 0
    assert run(["diagnose", *ORDERS, "--format", "html", "-o", str(pages[3])]) == 1
    assert len({page.read_bytes() for page in pages}) == 1
    assert capsys.readouterr().out == ""


def test_what_is_made_to_be_sent_hides_accounts(
    saved: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages and Markdown hide account ids unless they are asked not to (our choice)."""
    for form in ("html", "markdown"):
        assert run(["diagnose", *ORDERS, "--format", form]) == 1
        assert "444455556666" not in capsys.readouterr().out
        assert run(["diagnose", *ORDERS, "--format", form, "--redact", "none"]) == 1
        assert "444455556666" in capsys.readouterr().out
    assert run(["report", *ORDERS, "--redact", "all", "--format", "json"]) == 0
    hidden = capsys.readouterr().out
    for name in ("bedrock-gateway", "orders-api", "DenyUnapprovedRegions", "acme"):
        assert name not in hidden
    assert run(["report", *ORDERS, "--redact", "all", "--format", "html"]) == 0
    assert "bedrock-gateway" not in capsys.readouterr().out


def test_a_saved_report_can_hide_more_but_never_less(
    saved: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are learned from policies that a saved report does not hold (our choice)."""
    file = tmp_path / "result.json"
    file.write_text(json.dumps(saved), encoding="utf-8")
    assert run(["report", "--from", str(file), "--redact", "all"]) == 2
    assert "names are learned" in capsys.readouterr().err
    page = tmp_path / "page.html"
    assert run(["report", "--from", str(file), "-o", str(page)]) == 0
    assert run(["report", "--from", str(page), "--redact", "none", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["redaction"] == "accounts"
    assert "444455556666" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1:1: is no JSON"),
        ('{"a": 1,}', ":1:9: is no JSON"),
        ("[1]", "no report of a diagnosis"),
        ('{"schema_version": "1.0", "messages": []}', "no report of a diagnosis"),
        ('{"schema_version": "2.0", "hops": []}', "schema version `2.0`"),
        ('{"schema_version": "1.0", "hops": 7}', "is no report: "),
        ("<!doctype html><p>a page</p>", "without an embedded report"),
        ("[" * 100_000, "is no report"),
    ],
)
def test_files_that_are_no_report_are_named_with_their_place(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never a traceback (our choice)."""
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    assert run(["report", "--from", str(file)]) == 2
    error = capsys.readouterr().err
    assert str(file) in error
    assert told in error


def test_a_missing_key_is_named(
    saved: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People edit JSON by hand and cut too much (our choice)."""
    file = tmp_path / "x.json"
    file.write_text(json.dumps({**saved, "findings": [{"id": "BD220"}]}), encoding="utf-8")
    assert run(["report", "--from", str(file)]) == 2
    assert "$.findings[0]" in capsys.readouterr().err


def test_from_and_an_attempt_exclude_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that would be ignored is an error; a variable of the environment is none."""
    assert run(["report", "--from", "x.json", "--region", "eu-central-1"]) == 2
    assert "--from takes a whole report" in capsys.readouterr().err
    monkeypatch.setenv("BEDROCK_DOCTOR_REGION", "eu-central-1")
    assert run(["report", "--from", str(tmp_path / "none.json")]) == 2
    assert "none.json: cannot be read" in capsys.readouterr().err


def test_a_configuration_with_several_attempts_is_no_single_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Markdown holds all of them, a page one (our choice)."""
    file = tmp_path / "litellm.yaml"
    names = ("eu.amazon.nova-lite-v1:0", "eu.anthropic.claude-sonnet-4-6")
    models = [{"model_name": n, "litellm_params": {"model": f"bedrock/{n}"}} for n in names]
    file.write_text(json.dumps({"model_list": models}), encoding="utf-8")
    ask = ["diagnose", *ORDERS[:-2], "--config", str(file)]
    assert run([*ask, "--format", "html"]) == 2
    assert "name one with --model" in capsys.readouterr().err
    assert run([*ask, "--format", "html", "--model", names[0]]) == 1
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert run([*ask, "--format", "markdown"]) == 1
    assert capsys.readouterr().out.count("## denied BD220") == 2
