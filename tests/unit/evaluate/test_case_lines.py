"""Lines of cases: what is no case gives an error line, and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from bedrock_doctor.evaluate.cases import Timing, evaluate_case, evaluate_cases, read_case
from bedrock_doctor.evaluate.compile import compile_policies
from bedrock_doctor.evaluate.policy_set import MOST_ACTIONS, compile_document
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.remembered import LARGEST, Remembered

FULL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def case(number: int, **request: Any) -> dict[str, Any]:
    """A case that is allowed, changed as given."""
    asked = {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/one",
        "principal_account": "111122223333",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::bucket/x",
        "resource_account": "111122223333",
        "context": {},
        **request,
    }
    return {"id": f"case {number}", "request": asked, "identity_policies": [FULL]}


def test_bad_lines_are_answered_in_their_place() -> None:
    """CONTRACTS: one answer for each line, in order, errors with their line."""
    bad_arn = case(3, principal="arn:aws:s3:::bucket")
    lines = [json.dumps(case(1)), "", "{", json.dumps(bad_arn), "[]", "\xff", json.dumps(case(6))]
    answers = list(evaluate_cases(line.encode("latin-1") for line in lines))
    verdicts = [(answer["id"], answer["verdict"]) for answer in answers]
    assert verdicts == [
        ("case 1", "Allowed"),
        (None, "error"),
        ("case 3", "error"),
        (None, "error"),
        (None, "error"),
        ("case 6", "Allowed"),
    ]
    assert [answer["error"]["line"] for answer in answers[1:5]] == [3, 4, 5, 6]


def test_many_lines_are_answered_in_parts_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONTRACTS: memory is bounded, `--timing` counts decisions alone, here in two parts."""
    ticks = count(1, 5)
    monkeypatch.setattr("time.process_time", lambda: next(ticks))
    timing = Timing()
    lines = (json.dumps(case(number)).encode() for number in range(600))
    answers = list(evaluate_cases(lines, timing))
    assert [answer["id"] for answer in answers] == [f"case {number}" for number in range(600)]
    assert (timing.decisions, timing.seconds) == (600, 10)


def test_what_is_wrong_with_a_policy_is_answered_beside_the_verdict() -> None:
    """CONTRACTS: `problems` are there where a policy has any, and only there."""
    assert "problems" not in evaluate_case(case(1))
    broken = {**case(1), "identity_policies": [{"Version": "2012-10-17", "Statement": []}]}
    assert evaluate_case(broken)["problems"]


def test_an_anonymous_caller_has_no_account() -> None:
    """D14: anonymous callers have no identity policies; a given account changes nothing."""
    answer = evaluate_case(case(1, principal="*"))
    assert answer["layers"]["identity"] == "NotApplicable"


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        ("lambda.amazonaws.com", "444455556666"),
        ("accounts.google.com", "444455556666"),
        ("arn:aws:sts::111122223333:assumed-role/app/s", "111122223333"),
        ("*", ""),
    ],
)
def test_the_account_that_is_given_is_that_of_callers_without_one(
    principal: str, account: str
) -> None:
    """Our choice: an ARN tells its account, services and providers are told of one."""
    request = {
        "principal": principal,
        "principal_account": "444455556666",
        "action": "s3:GetObject",
        "resource": "*",
    }
    ready = read_case(json.dumps({"request": request, "identity_policies": []}).encode())
    assert ready.request.principal.account == account


def test_a_policy_may_be_given_as_text() -> None:
    """CONTRACTS: a policy is an object, or its text as a string."""
    given = case(1)
    given["identity_policies"] = [json.dumps(FULL)]
    assert evaluate_case(given)["verdict"] == "Allowed"


REMEMBERED: tuple[Remembered[..., object], ...] = (parse_policy, compile_document, compile_policies)


@pytest.fixture
def nothing_remembered() -> Iterator[None]:
    """Before the test and after it."""
    most = [each.most for each in REMEMBERED]
    for each in REMEMBERED:
        each.cache_clear()
    yield
    for each, before in zip(REMEMBERED, most, strict=True):
        each.most = before
        each.cache_clear()


def with_policy(number: int, length: int) -> bytes:
    """A case whose policy has about so many characters."""
    names = f"bucket-{number}-" + "x" * length
    statement = {"Effect": "Allow", "Action": "*", "Resource": ["*", f"arn:aws:s3:::{names}"]}
    return json.dumps(
        case(number) | {"identity_policies": [{"Version": "2012-10-17", "Statement": statement}]}
    ).encode()


@pytest.mark.usefixtures("nothing_remembered")
def test_a_stream_of_large_policies_leaves_nothing_behind() -> None:
    """Our choice: what is too large for AWS is forgotten with its line, and decided with it."""
    seen: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(40):
            seen.append(number)
            yield with_policy(number, 20 * LARGEST)

    for answer in evaluate_cases(lines()):
        assert answer["verdict"] == "Allowed"
        assert len(seen) <= answer_number(answer) + 2
    assert [(len(each), each.weight) for each in REMEMBERED] == [(0, 0)] * 3


def answer_number(answer: dict[str, Any]) -> int:
    """The number of the case that was answered."""
    return int(answer["id"].split()[1])


@pytest.mark.usefixtures("nothing_remembered")
def test_a_stream_of_distinct_policies_keeps_the_latest_ones() -> None:
    """Our choice: as many as weigh less than the limit, whatever their number."""
    for each in REMEMBERED:
        each.most = 10_000
    answers = evaluate_cases(with_policy(number, 1000) for number in range(50))
    assert {answer["verdict"] for answer in answers} == {"Allowed"}
    for each in REMEMBERED:
        assert 7000 < each.weight <= 10_000
        assert len(each) in (5, 6)


@pytest.mark.usefixtures("nothing_remembered")
def test_a_stream_without_any_text_is_bounded() -> None:
    """Our choice: documents that are not known and levels without policies have their weight."""
    compile_policies.most = 10_000
    lines = [
        case(number) | {"identity_policies": ["unknown"] * number, "scp_levels": [[]] * number}
        for number in range(1, 40)
    ]
    answers = list(evaluate_cases(json.dumps(line).encode() for line in lines))
    assert {answer["verdict"] for answer in answers} == {"ImplicitlyDenied"}
    assert len(compile_policies) < 3


@pytest.mark.usefixtures("nothing_remembered")
def test_a_stream_of_distinct_actions_is_bounded() -> None:
    """Our choice: of one set of policies the answers to so many actions are remembered."""
    lines = (json.dumps(case(n, action=f"s3:Get{n}")).encode() for n in range(2 * MOST_ACTIONS))
    assert {answer["verdict"] for answer in evaluate_cases(lines)} == {"Allowed"}
    assert len(read_case(json.dumps(case(1)).encode()).policies.plans) == MOST_ACTIONS
