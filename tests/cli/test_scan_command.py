"""`bedrock-doctor scan` as people call it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.scan.events import assumed, denied_assume, denied_converse

from bedrock_doctor.cli.main import run

TEXT = """\
3 denied calls in 2 groups, 2026-11-20T10:00:00Z to 2026-11-20T12:00:00Z
read: 5 events in 1 file

BD312: scp-blocks-profile-region, 2 denied calls
        2  arn:aws:iam::444455556666:role/platform/bedrock-gateway
           bedrock:Converse eu.anthropic.claude-sonnet-4-6 in eu-central-1, AccessDenied
           account 444455556666, 2026-11-20T10:00:00Z to 2026-11-20T11:00:00Z
           role assumed by arn:aws:iam::111122223333:role/service/checkout/orders-api
           User: arn:aws:sts::444455556666:assumed-role/bedrock-gateway is not authorized to
           perform: bedrock:InvokeModel on resource:
           arn:aws:bedrock:eu-north-1::foundation-model/anthropic.claude-sonnet-4-6 with an explicit
           deny in a service control policy

BD215: trust-does-not-allow, 1 denied call
        1  arn:aws:iam::111122223333:role/nightly
           sts:AssumeRole in eu-central-1, AccessDenied
           account 111122223333, 2026-11-20T12:00:00Z
           User: arn:aws:sts::111122223333:assumed-role/nightly is not authorized to perform:
           sts:AssumeRole on resource: arn:aws:iam::444455556666:role/platform/bedrock-gateway
"""


def events() -> list[Any]:
    random = Random(1)
    return [
        *assumed(random, "2026-11-20T09:59:00Z"),
        denied_converse(random, "2026-11-20T10:00:00Z"),
        denied_converse(random, "2026-11-20T11:00:00Z"),
        denied_assume(random, "2026-11-20T12:00:00Z"),
    ]


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": events()}))
    return str(path)


def test_the_text_tells_causes_with_their_groups(
    log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole answer; exit code 1 because denied calls were found."""
    assert run(["scan", log]) == 1
    assert capsys.readouterr().out == TEXT
    assert run(["scan", log, "-q", "--exit-zero"]) == 0


def test_logs_may_be_piped_in(
    log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `aws cloudtrail lookup-events`."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(log).read_bytes())))
    assert run(["scan", "-"]) == 1
    assert capsys.readouterr().out == TEXT


def test_json_lines_and_parquet_tell_the_same_groups(
    log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row a group in each form."""
    run(["scan", log, "--format", "json"])
    groups = json.loads(capsys.readouterr().out)["groups"]
    run(["scan", log, "--format", "jsonl"])
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == groups
    out = tmp_path / "denied.parquet"
    run(["scan", log, "--format", "parquet", "-o", str(out)])
    rows = pq.read_table(out).to_pylist()
    assert [{**row, "hours": dict(row["hours"])} for row in rows] == groups


def test_nothing_foreign_becomes_markup(tmp_path: Path) -> None:
    """Names and messages of events are data: escaped, and without control characters."""
    hostile = "<script>alert(1)</script>\"'&\x1b[31m\u202e"
    path, page = tmp_path / f"log-{'<b>'}.json", tmp_path / "page.html"
    event = denied_converse(
        Random(1), "2026-11-20T10:00:00Z", eventName=hostile, awsRegion=hostile,
        errorMessage=hostile, requestParameters={"modelId": hostile},
        recipientAccountId=hostile, vpcEndpointId=hostile,
        userIdentity={"type": "IAMUser", "arn": f"arn:aws:iam::1:user/{hostile}"},
    )  # fmt: skip
    path.write_text(json.dumps({"Records": [event]}))
    (tmp_path / "<i>.json").write_text("no log")

    run(["scan", str(tmp_path), "--format", "html", "-o", str(page)])

    text = page.read_text()
    assert "<script" not in text
    assert "<i>.json" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("&lt;script&gt;") >= 5
    assert "default-src 'none'" in text


def test_names_can_be_hidden(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--redact works on every field."""
    for form in ("text", "json", "jsonl", "html"):
        run(["scan", log, "--redact", "all", "--format", form])
        shown = capsys.readouterr().out
        assert "444455556666" not in shown
        assert "111122223333" not in shown
        assert "bedrock-gateway" not in shown


def test_secrets_in_messages_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a service wrote into errorMessage."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    event = denied_converse(
        Random(1), "2026-11-20T10:00:00Z", errorMessage=f"denied aws_secret_access_key={secret}"
    )
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": [event]}))
    for form in ("text", "json", "jsonl", "html"):
        run(["scan", str(path), "--format", form])
        assert secret not in capsys.readouterr().out


def test_what_could_not_be_read_leaves_the_answer_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No denied call in a file that is no log proves nothing."""
    path = tmp_path / "x.json"
    path.write_text("hello")
    assert run(["scan", str(path)]) == 3
    assert "not whole" in capsys.readouterr().out
    path.write_text('{"Records": []}')
    assert run(["scan", str(path)]) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scan"], "no logs to scan"),
        (["scan", "missing"], "`missing` does not exist"),
        (["scan", ".", "--since", "soon"], "`soon` is no time"),
        (["scan", ".", "--since", "999999w"], "lies before all events"),
        (["scan", ".", "--format", "parquet"], "-o FILE.parquet"),
        (["scan", ".", "--query", "groups"], "JSON only"),
        (["scan", "--athena", "plain"], "needs a table"),
        (["scan", ".", "--athena", "plain", "--table", "t"], "reads no logs"),
    ],
)
def test_wrong_questions_are_explained(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what is wrong and what is expected."""
    assert run(words) == 2
    assert told in capsys.readouterr().err


def test_the_same_question_as_sql(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is read; the query goes to standard output."""
    words = ["scan", "--athena", "projected", "--table", "logs.trail", "--since", "2026-11-01"]
    assert run(words) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("WITH denied AS (")
    assert "\"timestamp\" >= '2026/11/01'" in shown


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--spark", "spark//host:7077"], "`spark//host:7077` is no master of Spark"),
        (["--spark", "loca[2]"], "`loca[2]` is no master of Spark"),
        (["--spark", "local[2]", "--jobs", "2"], "--spark reads log files"),
        (["--spark", "local[2]", "--lookup", "--region", "eu-west-1"], "--spark reads log files"),
        (["--spark", "local[2]"], "PySpark is not installed"),
    ],
)
def test_what_spark_cannot_do_is_said_before_it_starts(
    log: str,
    options: list[str],
    why: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit code 2, with advice, in an environment without PySpark."""
    for name in ("pyspark", "py4j", "py4j.protocol"):
        monkeypatch.setitem(sys.modules, name, None)

    assert run(["scan", log, *options]) == 2

    error = capsys.readouterr().err
    assert why in error
    assert "help:" in error
