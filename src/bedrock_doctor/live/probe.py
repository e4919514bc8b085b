"""Calls to the model with a body that no model takes: authorization answers, inference does not.

What AWS does not document, and a probe therefore does not claim: whether access to the model is
checked before the body, whether such a call subscribes the account, and whether a guardrail looks
at the body first. Probes are made only when asked for, each once.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.live.hypotheses import hypotheses
from bedrock_doctor.live.readonly import RefusedOperation, client_for
from bedrock_doctor.live.sessions import Opened
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.probe import Hypothesis, Probe, ProbeOutcome

API_KEY = "AWS_BEARER_TOKEN_BEDROCK"
CAVEAT = (
    "a probe that passes shows that IAM lets the call pass; whether access to the model is checked "
    "before the body is not documented"
)
_BODY = b"{}"
_ABOUT_THE_BODY = re.compile(
    r"malformed input|required key|extraneous key|field required|at least one message"
    r"|max_tokens|reformat your input|missing (?:required )?(?:field|key)",
    re.IGNORECASE,
)
"""A refusal of the body. Every other 400 is about something else and proves nothing."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What the calls told.

    Attributes:
        probes: the calls, in order.
        passage: that IAM let the attempt pass, or None.
        error: AWS's message where it denied the attempt, else empty.
        notes: what the calls tell, in words.
    """

    probes: tuple[Probe, ...] = ()
    passage: Passage | None = None
    error: str = ""
    notes: tuple[str, ...] = ()


def planned(attempt: Attempt) -> tuple[Hypothesis, ...]:
    """The calls that `probe` makes at most."""
    return hypotheses(attempt, has_key=bool(os.environ.get(API_KEY)))


def probe(
    opened: Opened | None,
    attempt: Attempt,
    endpoint_url: str | None,
    progress: Callable[[str], None],
) -> Probed:
    """Tries the attempt; where it does not pass, also what differs from it in one thing.

    A key in the environment is tried in any case: an SDK prefers it to the session.
    """
    if opened is None:
        return Probed(notes=("no probe was made: there is no session to make it with",))
    asked = planned(attempt)
    if not asked:
        return Probed(notes=(f"no probe was made: none is known for {attempt.operation.value}",))
    made: list[Probe] = []
    for hypothesis in asked:
        first = made[0] if made else None
        passed = first is not None and first.outcome is ProbeOutcome.PASSED
        if passed and (asked[0].by_key or not hypothesis.by_key):
            continue
        progress(f"probe: {hypothesis.words}")
        made.append(_tried(opened, hypothesis, endpoint_url))
    own = next((entry for entry in made if entry.hypothesis.is_attempt), None)
    passed = own is not None and own.outcome is ProbeOutcome.PASSED
    return Probed(
        tuple(made),
        # whose an API key is cannot be seen from here, so that it proves nothing of the attempt
        _passage(attempt, own) if own and passed and not own.hypothesis.by_key else None,
        own.said if own and own.outcome is ProbeOutcome.DENIED else "",
        tuple(_notes(made)),
    )


def _passage(attempt: Attempt, own: Probe) -> Passage:
    call = own.hypothesis.operation
    how = f"bedrock:{call} with an empty body was refused for its body alone"
    return Passage(len(attempt.roles) + 1, f"bedrock:{call}", attempt.model, how)


def _notes(made: list[Probe]) -> list[str]:
    first = made[0]
    notes = []
    for number, entry in enumerate(made, 1):
        told = entry.outcome.value
        if entry.outcome is ProbeOutcome.DENIED:
            told += _on_what(entry.said)
        if entry.outcome is ProbeOutcome.NOTHING:
            told += f": {entry.said}"
        elif entry is not first and not (entry.outcome is first.outcome is ProbeOutcome.PASSED):
            said = entry.hypothesis
            meant = said.if_passed if entry.outcome is ProbeOutcome.PASSED else said.if_denied
            told += f": {meant}" if meant else ""
        notes.append(f"probe {number} of {len(made)}, {entry.hypothesis.words}: {told}")
    if any(entry.outcome is ProbeOutcome.PASSED for entry in made):
        notes.append(CAVEAT)
    return notes


def _on_what(said: str) -> str:
    """The resource and the reason that a denial names."""
    _, found, rest = said.partition(" on resource: ")
    return f" on {rest.rstrip('.')}" if found else ""


def _tried(opened: Opened, hypothesis: Hypothesis, endpoint_url: str | None) -> Probe:
    from botocore import xform_name
    from botocore.exceptions import ClientError
    from botocore.parsers import ResponseParserError

    from bedrock_doctor.signing.failure_words import CREDENTIAL_ERRORS, failure_words

    client = client_for(
        opened.session,
        "bedrock-runtime",
        hypothesis.operation,
        hypothesis.region,
        endpoint_url,
        attempts=1,
        by_key=hypothesis.by_key,
    )
    client.meta.events.register_first("provide-client-params", _check_body)
    try:
        getattr(client, xform_name(hypothesis.operation))(**_parameters(hypothesis))
    except ClientError as error:
        return _read(error, hypothesis)
    except (*CREDENTIAL_ERRORS, ResponseParserError) as error:
        said = f"no answer: {type(error).__name__}: {failure_words(error)}"
        return Probe(hypothesis, ProbeOutcome.NOTHING, said)
    return Probe(hypothesis, ProbeOutcome.PASSED, "Bedrock took a call without content")


def _check_body(params: dict[str, Any], **_: Any) -> None:
    """No probe carries anything that a model could answer."""
    if params.get("body") != _BODY:
        raise RefusedOperation("a probe has an empty body")


def _parameters(hypothesis: Hypothesis) -> dict[str, Any]:
    given: dict[str, Any] = {
        "modelId": hypothesis.model,
        "body": _BODY,
        "contentType": "application/json",
    }
    if hypothesis.guardrail:
        name, colon, version = hypothesis.guardrail.rpartition(":")
        versioned = bool(colon) and (version.isdecimal() or version == "DRAFT")
        given["guardrailIdentifier"] = name if versioned else hypothesis.guardrail
        given["guardrailVersion"] = version if versioned else "DRAFT"
    return given


def _read(error: Any, hypothesis: Hypothesis) -> Probe:
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    if code == "ValidationException" and _ABOUT_THE_BODY.search(message):
        return Probe(hypothesis, ProbeOutcome.PASSED, f"{code}: {message}")
    if code.startswith("AccessDenied"):
        told = f"An error occurred ({code}) when calling the {hypothesis.operation} operation"
        return Probe(hypothesis, ProbeOutcome.DENIED, f"{told}: {message}")
    return Probe(hypothesis, ProbeOutcome.NOTHING, f"{code}: {message}")
