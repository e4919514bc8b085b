"""Whatever happens to a message on its way: no crash, and never another certain answer."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_doctor.evidence import secrets, situation
from bedrock_doctor.evidence.catalogue import load_catalogue
from bedrock_doctor.evidence.explaining import evidence_of, explain
from bedrock_doctor.evidence.explanation import Likelihood, to_json
from bedrock_doctor.evidence.hints import attempt_hints

CORPUS = [
    json.loads(line)
    for path in sorted((Path(__file__).parent / "corpus").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
SINGLE = [case["text"] for case in CORPUS if case["form"] in ("plain", "body", "tail")]
SENTENCES = [case["text"] for case in CORPUS if case["form"] == "plain"]
texts = st.sampled_from(SINGLE)
sentences = st.sampled_from(SENTENCES)


def certainties(text: str | bytes) -> set[tuple[str, str]]:
    """All that an explanation calls decided: settled layers and certain findings."""
    decided: set[tuple[str, str]] = set()
    for message in explain(text).messages:
        if message.settled and message.layer is not None:
            decided.add(("layer", message.layer.value))
        decided |= {
            ("finding", candidate.id)
            for candidate in message.candidates
            if candidate.likelihood is Likelihood.CERTAIN
        }
    return decided


@given(sentences, st.integers(20, 120))
@settings(max_examples=150, deadline=None)
def test_wrapping_at_words_changes_nothing_that_is_certain(text: str, width: int) -> None:
    """Terminals and mail programs wrap at words."""
    wrapped = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
    assert certainties(text) == certainties(wrapped)


@given(sentences, st.integers(25, 120))
@settings(max_examples=150, deadline=None)
def test_wrapping_at_a_column_adds_no_other_certain_answer(text: str, width: int) -> None:
    """Terminals cut lines at their width, in the middle of words too."""
    wrapped = "\n".join(text[i : i + width] for i in range(0, len(text), width))
    assert certainties(wrapped) <= certainties(text)


@given(texts, st.data())
@settings(max_examples=300, deadline=None)
def test_cutting_a_message_anywhere_adds_no_other_certain_answer(
    text: str, data: st.DataObject
) -> None:
    """Log viewers cut long lines; wrappers print the first characters only."""
    length = data.draw(st.integers(0, len(text)))
    assert certainties(text[:length]) <= certainties(text)


@given(sentences, st.integers(1, 2))
@settings(max_examples=100, deadline=None)
def test_escaping_as_json_changes_nothing_that_is_certain(text: str, times: int) -> None:
    """Bodies inside bodies inside log lines."""
    escaped = text
    for _ in range(times):
        escaped = json.dumps({"error": escaped})
    assert certainties(text) == certainties(escaped)


@given(
    sentences, st.sampled_from(["xxxxxxxxxxxx", "<account>", "************", "[REDACTED]", "XXX"])
)
@settings(max_examples=150, deadline=None)
def test_masking_account_ids_adds_no_other_certain_answer(text: str, mask: str) -> None:
    """People mask account ids before they post."""
    masked = text.replace("444455556666", mask).replace("111122223333", mask)
    assert certainties(masked) <= certainties(text)
    for message in explain(masked).messages:
        assert message.parsed.account != mask


@given(st.lists(texts, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_several_denials_in_one_text_are_all_certain_of_what_each_was(parts: list[str]) -> None:
    """Logs hold several; none may change another one's layer into a new certain one."""
    together = certainties("\n\n".join(part + "\n" + "-" * 600 for part in parts))
    assert together <= set().union(*(certainties(part) for part in parts))


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
@settings(max_examples=300, deadline=None)
def test_any_text_or_bytes_can_be_read(text: str | bytes) -> None:
    """Nothing raises, whatever is pasted."""
    explain(text)
    attempt_hints(evidence_of(text))


@given(texts, st.data())
@settings(max_examples=200, deadline=None)
def test_damaged_messages_can_be_read(text: str, data: st.DataObject) -> None:
    """Nothing raises when characters are lost, doubled or replaced."""
    at = data.draw(st.integers(0, len(text)))
    junk = data.draw(
        st.sampled_from(["", "\x00", "\x1b[31m", '"', "\\", "{", "<", "\ud800", "\n\n"])
    )
    skip = data.draw(st.integers(0, 5))
    explain(text[:at] + junk + text[at + skip :])


@pytest.mark.parametrize("hostile", [
    "User: " * 5_000, "<" * 20_000, "User: " + "<a>" * 10_000, "{" * 5_000, '{"a":' * 3_000,
    "User: x is not authorized to perform: a:b on resource: " + "(" * 20_000,
    "arn:" * 20_000, '[{"' * 4_000, "\\" * 20_000, "because no " * 8_000, "> " * 20_000,
    "password=" * 5_000, "anthropic." * 8_000, "eyJ" + "a" * 50_000, "a_" * 20_000 + "api_key",
], ids=lambda text: text[:12])  # fmt: skip
def test_hostile_input_is_read_without_blowing_up(hostile: str) -> None:
    """Our choice: reading is linear enough for repetitive input of 60 kB; nothing is found in it."""
    assert all(not message.settled for message in explain(hostile).messages)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@given(sentences)
@settings(max_examples=15, deadline=None)
def test_encodings_of_windows_change_nothing(encoding: str, text: str) -> None:
    """PowerShell writes UTF-16; editors add byte order marks."""
    assert explain(text) == explain(text.encode(encoding))


def test_every_candidate_is_described_by_the_catalogue() -> None:
    """The ranking adds no finding without words."""
    known = load_catalogue().findings
    for case in CORPUS:
        for message in explain(case["text"]).messages:
            for candidate in message.candidates:
                assert candidate.slug == known[candidate.id].slug
                assert "{" not in candidate.why + candidate.confirm + candidate.fix


@given(texts, st.integers(0, 400), st.sampled_from([" ", "\n", ",", ";", "\t"]))
@settings(max_examples=150, deadline=None)
def test_a_secret_beside_a_message_is_never_shown(text: str, at: int, between: str) -> None:
    """However an excerpt is cut: the value of a key goes before the text is taken apart."""
    canary = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    put = f"{between}aws_secret_access_key={canary}{between}"
    shown = json.dumps(to_json(explain(text[:at] + put + text[at:])))
    assert canary[:12] not in shown


@given(st.lists(st.sampled_from([
    "ABSK", "api_key", "apıKey", "IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "eyJ", "ſecret", "SECRET",
    "secret_key", "toKen", "session_token", "PASSWORD", "passwd", "bearer ", "SİGNATURE", "Signature",
    "master-key", "ſk-", "sk-", "GHP_", "gho_", "xoxb-", "xoXa", "=", ": ", " ", "0123456789abcdef", "Ⅷ",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a.b.c",
]), max_size=6))  # fmt: skip
@settings(deadline=None)
def test_texts_without_a_hint_of_secrets_hold_none(parts: list[str]) -> None:
    """What is looked for first, in lower case, occurs in every secret, in any case and alphabet."""
    text = "".join(parts)
    with patch.object(secrets, "_may_hold_secrets", lambda _: True):
        looked_through = secrets.without_secrets(text)
    assert secrets.without_secrets(text) == looked_through


@given(st.lists(st.sampled_from([
    "HTTPStatusCode", "ſtatus", "STATUS", "status code", "Http/1.1 ", "HTTP 4", "https response error ",
    "StatusCode: ", ": ", "403", "500", "=", " ", "ı",
]), max_size=6))  # fmt: skip
@settings(deadline=None)
def test_statuses_are_found_in_any_case(parts: list[str]) -> None:
    """Texts that name no status are not searched for one."""
    text = "".join(parts)
    found = [(match.start(), int(match["status"])) for match in situation._STATUS.finditer(text)]
    assert list(situation.read_situation(text).statuses) == found
