"""Big logs: found denials, counts and bounds do not depend on the size of the input."""

from __future__ import annotations

import io
import json

import pytest

from bedrock_doctor.evidence import explain, explain_stream
from bedrock_doctor.evidence.big_input import ANCHORS, SMALL_INPUT
from bedrock_doctor.evidence.catalogue import load_catalogue
from bedrock_doctor.evidence.explaining import MOST_MESSAGES

NOISE = "2026-11-23T22:01:07Z INFO request done path=/v1/chat status=200 duration_ms=812\n"


def denial(role: str) -> str:
    return (
        "2026-11-23T22:01:08Z ERROR An error occurred (AccessDeniedException) when calling the "
        f"Converse operation: User: arn:aws:sts::444455556666:assumed-role/{role}/rag is not "
        "authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::"
        "foundation-model/anthropic.claude-sonnet-4-6 with an explicit deny in a service control "
        "policy\n"
    )


def log_of(size: int, every: int) -> str:
    """A log with a denial of one of three roles after each `every` lines of noise."""
    blocks = size // (every * len(NOISE))
    return "".join(NOISE * every + denial(f"role-{number % 3}") for number in range(blocks))


@pytest.mark.parametrize("every", [100, 7_000, 20_000])
def test_all_denials_of_a_big_log_are_found_wherever_chunks_end(every: int) -> None:
    """Our choice: chunks of 4 MiB must not lose what lies across their ends."""
    text = log_of(10_000_000, every)
    expected = text.count("not authorized")
    found = explain_stream(io.BytesIO(text.encode()))
    assert expected == sum(message.count for message in found.messages)
    assert {"role-0", "role-1", "role-2"} >= {message.parsed.role for message in found.messages}
    assert all(message.settled for message in found.messages)


def test_text_and_stream_give_the_same_answer() -> None:
    """Our choice: one reader behind both."""
    text = log_of(2 * SMALL_INPUT, 500)
    assert explain(text) == explain(text.encode()) == explain_stream(io.BytesIO(text.encode()))


def test_a_big_log_in_utf_16_is_read() -> None:
    """PowerShell redirection writes UTF-16."""
    text = log_of(2 * SMALL_INPUT, 500)
    found = explain_stream(io.BytesIO(text.encode("utf-16")))
    assert text.count("not authorized") == sum(message.count for message in found.messages)


def test_a_big_file_of_events_is_read_as_one_document() -> None:
    """CloudTrail files have one line."""
    records = [
        {
            "eventVersion": "1.11", "eventID": f"e-{number}", "eventSource": "bedrock.amazonaws.com",
            "eventName": "Converse", "awsRegion": "eu-central-1",
            "userIdentity": {"arn": "arn:aws:sts::444455556666:assumed-role/gw/s"},
            **({"errorCode": "AccessDenied"} if number % 1_000 == 0 else {}),
        }
        for number in range(8_000)
    ]  # fmt: skip
    data = json.dumps({"Records": records}).encode()
    assert len(data) > SMALL_INPUT
    found = explain_stream(io.BytesIO(data))
    assert [message.count for message in found.messages] == [8]
    assert found.messages[0].source == "cloudtrail"


def test_events_one_a_line_are_read_without_holding_them_all() -> None:
    """Exports of log groups have one event a line."""
    event = {
        "eventSource": "bedrock.amazonaws.com", "eventName": "Converse", "eventID": "e",
        "awsRegion": "eu-central-1", "errorCode": "AccessDenied", "errorMessage": "denied",
        "userIdentity": {"arn": "arn:aws:sts::444455556666:assumed-role/gw/s"},
    }  # fmt: skip
    lines = "".join(
        json.dumps({**event, "eventID": f"e-{number}"}) + "\n" if number % 500 == 0 else "{}\n" * 30
        for number in range(10_000)
    )
    found = explain_stream(io.BytesIO(lines.encode()))
    assert sum(message.count for message in found.messages) == 20


def test_more_different_messages_than_are_kept_are_reported_as_cut() -> None:
    """Our choice: bounded memory, said openly."""
    text = "".join(denial(f"role-{number}") for number in range(MOST_MESSAGES + 50))
    found = explain(text)
    assert len(found.messages) == MOST_MESSAGES
    assert found.truncated


@pytest.mark.parametrize("data", [b"\x00" * 3_000_000, bytes(range(256)) * 8_000, b"a" * 3_000_000])
def test_binary_input_gives_an_empty_answer(data: bytes) -> None:
    """Issue 5: binary or huge input, bounded memory."""
    assert explain_stream(io.BytesIO(data)).messages == ()


def test_the_first_pass_sees_every_family_in_the_form_in_which_logs_show_it() -> None:
    """SDKs log AWS's code beside the text; the console's own layout is pasted, never logged."""
    for entry in load_catalogue().entries:
        code = f"An error occurred ({entry.codes[0]}) when calling " if entry.codes else ""
        shown = (code + entry.template).encode()
        assert any(anchor in shown for anchor in ANCHORS) or entry.id == "any.iam.console"
