"""Probes in their wire form: who signs, what is sent, what each answer proves.

Texts of errors: public reports, and
https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import CredentialRetrievalError

from bedrock_doctor.live.assume import assume_chain
from bedrock_doctor.live.caller import Caller
from bedrock_doctor.live.probe import planned, probe
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.sessions import Opened
from bedrock_doctor.model.attempt import ApiKey, Attempt
from bedrock_doctor.model.probe import ProbeOutcome
from tests.live.fake_aws import Answer, FakeAws, json_error

KEY = "ABSKcAnArY"
GATEWAY = "arn:aws:sts::444455556666:assumed-role/gateway/rag"
OWN = Attempt(
    "arn:aws:iam::111122223333:role/app",
    ("arn:aws:iam::444455556666:role/gateway",),
    "eu.amazon.nova-lite-v1:0",
    "eu-central-1",
    guardrail="gr1:1",
)
BODY = json_error(400, "ValidationException", "Malformed input request: required key [messages]")
DENIED = json_error(
    403,
    "AccessDeniedException",
    f"User: {GATEWAY} is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:"
    "bedrock:eu-north-1::foundation-model/amazon.nova-lite-v1:0 with an explicit deny in a service "
    "control policy",
)


class Sent:
    """What goes out, and a session that sends it."""

    def __init__(self, answer: Callable[[Any], Answer]) -> None:
        aws = FakeAws()
        self.requests: list[Any] = []
        session = aws.session(botocore.session.Session)

        def keep(request: Any, **_: object) -> None:
            self.requests.append(request)
            aws.on("AssumeRole", answer(request))
            aws.on("InvokeModel", answer(request))
            aws.on("InvokeModelWithResponseStream", answer(request))

        session.get_component("event_emitter").register_first("before-send", keep)
        clients = ReadOnlyClients(session, None)
        caller = Caller(clients, "eu-central-1")
        regions = ("eu-central-1",)
        self.opened = Opened(session, caller, clients, "444455556666", GATEWAY, {}, "x", regions)

    @property
    def signed_by(self) -> list[str]:
        return [
            "key" if f"Bearer {KEY}" in str(r.headers["Authorization"]) else "session"
            for r in self.requests
        ]


def test_a_refused_attempt_is_varied_and_no_body_is_ever_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One call for each hypothesis; the API key signs the one that is about it."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", KEY)
    sent = Sent(lambda _: DENIED)
    told: list[str] = []
    probed = probe(sent.opened, OWN, None, told.append)
    assert [p.hypothesis for p in probed.probes] == list(planned(OWN))
    assert {bytes(request.body) for request in sent.requests} == {b"{}"}
    assert sent.signed_by == ["session"] * (len(probed.probes) - 1) + ["key"]
    assert sent.requests[0].headers["X-Amzn-Bedrock-GuardrailIdentifier"] == b"gr1"
    assert "explicit deny in a service control policy" in probed.error
    assert probed.passage is None
    assert "on arn:aws:bedrock:eu-north-1::foundation-model/" in probed.notes[0]
    assert not any(KEY in text for text in (*probed.notes, *told))


@pytest.mark.parametrize(
    "error",
    [
        CredentialRetrievalError(provider="custom-process", error_msg="cAnArYpRoGrAm"),
        FileNotFoundError(2, "No such file or directory", "/opt/credentials"),
        KeyError("AccessKeyId"),
    ],
)
def test_credentials_that_fail_midway_are_told_without_what_a_program_wrote(
    error: Exception,
) -> None:
    """They are fetched again before they end: the program or file may be gone, or say anything."""

    def fail(request: Any) -> Answer:
        raise error

    probed = probe(Sent(fail).opened, OWN, None, lambda _: None)
    assert {entry.outcome for entry in probed.probes} == {ProbeOutcome.NOTHING}
    assert "cAnArYpRoGrAm" not in "".join((*probed.notes, *(p.said for p in probed.probes)))
    [step] = assume_chain(Sent(fail).opened, replace(OWN, caller=GATEWAY), None)
    assert step.opened is None
    assert f"got no answer: {type(error).__name__}: " in step.note
    assert "cAnArYpRoGrAm" not in step.note


def test_a_parameter_that_is_refused_here_is_named() -> None:
    """botocore checks parameters before it sends them, and says which on further lines."""
    own = replace(OWN, caller=GATEWAY, roles=("arn:x",))
    [step] = assume_chain(Sent(lambda _: BODY).opened, own, None)
    assert "RoleArn" in step.note


def test_the_key_is_tried_also_where_the_session_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """SDKs prefer the key: that the session passes says nothing of the application then."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", KEY)
    sent = Sent(lambda r: DENIED if KEY in str(r.headers["Authorization"]) else BODY)
    probed = probe(sent.opened, OWN, None, lambda _: None)
    assert sent.signed_by == ["session", "key"]
    assert [p.outcome for p in probed.probes] == [ProbeOutcome.PASSED, ProbeOutcome.DENIED]
    assert probed.passage is not None
    assert any("it is what an SDK signs with" in note for note in probed.notes)


def test_a_key_that_passes_proves_nothing_of_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", KEY)
    sent = Sent(lambda _: BODY)
    probed = probe(sent.opened, replace(OWN, api_key=ApiKey.SHORT), None, lambda _: None)
    assert sent.signed_by == ["key"]
    assert probed.probes[0].outcome is ProbeOutcome.PASSED
    assert probed.passage is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (BODY, ProbeOutcome.PASSED),
        ((200, "{}"), ProbeOutcome.PASSED),
        (DENIED, ProbeOutcome.DENIED),
        (
            json_error(
                400, "ValidationException", "Invocation of model ID x with on-demand throughput"
            ),
            ProbeOutcome.NOTHING,
        ),
        (
            json_error(400, "ValidationException", "The provided model identifier is invalid."),
            ProbeOutcome.NOTHING,
        ),
        (
            json_error(
                400, "ValidationException", "data retention mode 'default' is not available"
            ),
            ProbeOutcome.NOTHING,
        ),
        (
            json_error(404, "ResourceNotFoundException", "Model use case details have not been"),
            ProbeOutcome.NOTHING,
        ),
        (json_error(429, "ThrottlingException", "Too many requests"), ProbeOutcome.NOTHING),
        ((502, "<html>bad gateway</html>"), ProbeOutcome.NOTHING),
        ((500, ""), ProbeOutcome.NOTHING),
    ],
)
def test_only_a_refused_body_counts_as_passed(answer: Answer, outcome: ProbeOutcome) -> None:
    """A 400 about something else proves nothing, and no probe is repeated."""
    sent = Sent(lambda _: answer)
    probed = probe(sent.opened, replace(OWN, guardrail=None), None, lambda _: None)
    assert probed.probes[0].outcome is outcome
    assert (probed.passage is not None) is (outcome is ProbeOutcome.PASSED)
    assert len(sent.requests) == len(probed.probes)
