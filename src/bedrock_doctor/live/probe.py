"""One call to the model with a body that no model takes: authorization answers, inference does not.

What AWS does not document, and the probe therefore does not claim: whether access to the model is
checked before the body, and whether such a call subscribes the account. It is made only when asked
for, once.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.live.readonly import client_for
from bedrock_doctor.live.sessions import Opened
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.model.passage import Passage

CAVEAT = (
    "the probe shows that IAM lets the call pass; whether access to the model is checked before "
    "the body is not documented"
)
_CALLS = {
    Operation.CONVERSE: "InvokeModel",
    Operation.INVOKE_MODEL: "InvokeModel",
    Operation.CONVERSE_STREAM: "InvokeModelWithResponseStream",
    Operation.INVOKE_MODEL_STREAM: "InvokeModelWithResponseStream",
}
_BODY = b"{}"
_ABOUT_THE_BODY = re.compile(
    r"malformed input|required key|extraneous key|field required|at least one message"
    r"|max_tokens|reformat your input|missing (?:required )?(?:field|key)",
    re.IGNORECASE,
)
"""A refusal of the body. Every other 400 is about something else and proves nothing."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What the call told.

    Attributes:
        passage: that IAM let it pass, or None.
        error: AWS's message where it denied, else empty.
        note: what else there is to say.
    """

    passage: Passage | None = None
    error: str = ""
    note: str = ""


def probe(opened: Opened | None, attempt: Attempt, endpoint_url: str | None) -> Probed:
    """Makes the call with the session that the attempt would have."""
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from botocore.parsers import ResponseParserError

    call = _CALLS.get(attempt.operation)
    if opened is None:
        return Probed(note="no probe was made: there is no session to make it with")
    if call is None or attempt.api_key:
        what = "calls with an API key" if attempt.api_key else attempt.operation.value
        return Probed(note=f"no probe was made: none is known for {what}")
    client = client_for(
        opened.session, "bedrock-runtime", call, attempt.region, endpoint_url, attempts=1
    )
    try:
        getattr(client, xform_name(call))(**_parameters(attempt))
    except ClientError as error:
        return _read(error, attempt, call)
    except (BotoCoreError, HTTPClientError, ResponseParserError, TypeError, ValueError) as error:
        return Probed(note=f"the probe got no answer: {type(error).__name__}: {error}")
    return Probed(_passage(attempt, call, "bedrock took a call without content"), note=CAVEAT)


def _parameters(attempt: Attempt) -> dict[str, Any]:
    given: dict[str, Any] = {
        "modelId": attempt.model,
        "body": _BODY,
        "contentType": "application/json",
    }
    if attempt.guardrail:
        name, colon, version = attempt.guardrail.rpartition(":")
        versioned = bool(colon) and (version.isdecimal() or version == "DRAFT")
        given["guardrailIdentifier"] = name if versioned else attempt.guardrail
        given["guardrailVersion"] = version if versioned else "DRAFT"
    return given


def _read(error: Any, attempt: Attempt, call: str) -> Probed:
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    if code == "ValidationException" and _ABOUT_THE_BODY.search(message):
        how = f"bedrock:{call} with an empty body was refused for its body alone"
        return Probed(_passage(attempt, call, how), note=CAVEAT)
    if code.startswith("AccessDenied"):
        return Probed(error=str(error))
    return Probed(note=f"the probe proves nothing: {code}: {message}")


def _passage(attempt: Attempt, call: str, how: str) -> Passage:
    return Passage(len(attempt.roles) + 1, f"bedrock:{call}", attempt.model, how)
