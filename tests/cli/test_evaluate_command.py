"""`bedrock-doctor evaluate` as people and other engines' benchmarks call it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.evaluate.cases import evaluate_cases

ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def line(**change: Any) -> str:
    """One case, changed as given."""
    request = {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/i-1",
        "action": "bedrock:InvokeModel",
        "resource": "arn:aws:bedrock:eu-west-1::foundation-model/m",
    }
    return json.dumps({"id": 1, "request": request, "identity_policies": [ALLOW], **change})


def answers(capsys: pytest.CaptureFixture[str], code: int, path: Path, *options: str) -> list[Any]:
    """The lines printed for a file of cases."""
    assert run(["evaluate", str(path), *options]) == code
    return [json.loads(text) for text in capsys.readouterr().out.splitlines()]


def test_one_answer_is_printed_for_each_case(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The format of CONTRACTS; blank lines are passed over, ids come back as they were given."""
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{line()}\n\n{line(id={'n': 2}, identity_policies=[])}\n", encoding="utf-8")
    allowed, denied = answers(capsys, 0, path)
    assert allowed == {
        "id": 1,
        "verdict": "Allowed",
        "layers": {
            "identity": "Allowed",
            "resource": "NotApplicable",
            "boundary": "NotApplicable",
            "session": "NotApplicable",
            "scp": "NotApplicable",
            "rcp": "NotApplicable",
            "vpce": "NotApplicable",
        },
        "blocked_by": [],
    }
    assert (denied["id"], denied["verdict"], denied["blocked_by"]) == (
        {"n": 2},
        "ImplicitlyDenied",
        ["identity"],
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{", "not a case"),
        ("[1]", "not a case"),
        ('{"id": 7}', "`request`"),
        (line(id=7, request={"principal": "*", "action": "a:b"}), "`resource`"),
        (line(id=7, identity_policies={}), "`$.identity_policies`"),
        (
            line(id=7, request={"principal": "arn:aws:s3:::x", "action": "a", "resource": "*"}),
            "arn",
        ),
        ("[" * 100_000, "not a case"),
    ],
)
def test_a_bad_line_is_an_error_of_its_own(
    bad: str, message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What, where; the other lines are still answered, and the exit code is 2."""
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{line()}\n{bad}\n{line()}\n", encoding="utf-8")
    first, broken, last = answers(capsys, 2, path)
    assert (first["verdict"], last["verdict"]) == ("Allowed", "Allowed")
    assert (broken["verdict"], broken["error"]["line"]) == ("error", 2)
    assert message in broken["error"]["message"]
    assert broken["id"] == (7 if '"id": 7' in bad else None)


@pytest.mark.clause("A4")
def test_a_policy_that_aws_would_refuse_is_reported_with_its_position(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A4: its layer is unknown; the case itself is no error, so the exit code is 0."""
    path = tmp_path / "cases.jsonl"
    statement = {"Effect": "Allow", "Action": ["s3:*", "InvokeModel"], "Resource": "*"}
    text = '{\n "Statement": [],\n}'
    broken = [ALLOW, {"Statement": [statement]}]
    path.write_text(line(identity_policies=broken, boundary=text) + "\n", encoding="utf-8")
    (answer,) = answers(capsys, 0, path)
    assert (answer["verdict"], answer["layers"]["boundary"]) == ("Unknown", "Unknown")
    first, second = answer["problems"]
    assert (first["policy"], first["pointer"], first["line"], first["column"]) == (
        "identity_policies[1]",
        "/Statement/0/Action/1",
        1,
        55,
    )
    assert first["expected"] == "`service:Action` or `*`"
    assert (second["policy"], second["line"], second["column"]) == ("boundary", 2, 17)


def test_the_rate_goes_to_stderr(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--timing`: decisions per second of the evaluation alone."""
    path = tmp_path / "cases.jsonl"
    path.write_text(line() + "\n", encoding="utf-8")
    assert run(["evaluate", str(path), "--timing"]) == 0
    printed = capsys.readouterr()
    assert re.fullmatch(r"1 decisions in \d+\.\d{3} s: \d+/s\n", printed.err)
    assert len(printed.out.splitlines()) == 1


def test_cases_are_read_and_answered_as_a_stream() -> None:
    """Constant memory: no more than one batch is read ahead of the answers."""
    taken = 0

    def lines() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield line(id=taken).encode()

    results = evaluate_cases(lines())
    ahead = []
    for number in range(1, 2000):
        assert next(results)["id"] == number
        ahead.append(taken - number)
    assert max(ahead) < 1024


def test_a_file_that_is_not_there_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Exit code 2, and the name of the file."""
    assert run(["evaluate", str(tmp_path / "no.jsonl")]) == 2
    assert "no.jsonl" in capsys.readouterr().err
