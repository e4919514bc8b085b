"""The runtime operations: Converse, InvokeModel, their streams, and CountTokens.

The answers are made from the length of the question: the lab has no model.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_doctor.lab.event_stream import CONTENT_TYPE, event
from bedrock_doctor.lab.wire import Answer, Refused, json_answer, request_id
from bedrock_doctor.model.attempt import Operation

OPERATIONS = {
    "converse": Operation.CONVERSE,
    "converse-stream": Operation.CONVERSE_STREAM,
    "invoke": Operation.INVOKE_MODEL,
    "invoke-with-response-stream": Operation.INVOKE_MODEL_STREAM,
    "count-tokens": Operation.COUNT_TOKENS,
}
"""Last part of the path ``/model/ID/…``."""


def runtime_answer(operation: Operation, model: str, body: bytes) -> Answer:
    """The answer of an authorized call.

    Raises:
        Refused: the body is none that the operation takes.
    """
    try:
        request = json.loads(body)
    except ValueError:
        raise Refused("ValidationException", "Malformed input request") from None
    if not isinstance(request, dict):
        raise Refused("ValidationException", "Malformed input request")
    match operation:
        case Operation.CONVERSE:
            return json_answer(_converse(request))
        case Operation.CONVERSE_STREAM:
            return _stream(_converse_events(request))
        case Operation.COUNT_TOKENS:
            return json_answer({"inputTokens": _count(_counted(request))})
        case Operation.INVOKE_MODEL:
            answer = json_answer(_native(model, request))
            return Answer(answer.status, {**answer.headers, **_counts(request)}, answer.chunks)
        case _:
            return _stream(_native_events(model, request))


GUARDRAIL = re.compile(r"/guardrail/(?P<name>.+)/version/(?P<version>[^/]+)/apply")
"""Path of ApplyGuardrail."""


def guardrail_sent(headers: Mapping[str, str], params: Mapping[str, Any]) -> tuple[str, str] | None:
    """Identifier and version of the guardrail that an inference call names.

    Converse names it in its body, InvokeModel in headers:
    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailConfiguration.html
    """
    named = params.get("guardrailConfig")
    if isinstance(named, Mapping) and named.get("guardrailIdentifier"):
        return str(named["guardrailIdentifier"]), str(named.get("guardrailVersion") or "DRAFT")
    identifier = headers.get("x-amzn-bedrock-guardrailidentifier")
    version = headers.get("x-amzn-bedrock-guardrailversion", "DRAFT")
    return (identifier, version) if identifier else None


_UNITS = (
    "topicPolicyUnits", "contentPolicyUnits", "wordPolicyUnits", "sensitiveInformationPolicyUnits",
    "sensitiveInformationPolicyFreeUnits", "contextualGroundingPolicyUnits",
)  # fmt: skip


def guardrail_answer(body: bytes) -> dict[str, Any]:
    """The answer of an authorized ApplyGuardrail: the lab's guardrails object to nothing.

    Raises:
        Refused: the body is none that the operation takes.
    """
    try:
        content = json.loads(body)["content"]
    except (ValueError, KeyError, TypeError):
        raise Refused("ValidationException", "content is required") from None
    if not isinstance(content, list) or not content:
        raise Refused("ValidationException", "content is required")
    return {
        "usage": dict.fromkeys(_UNITS, 0),
        "action": "NONE",
        "outputs": [],
        "assessments": [],
    }


def _texts(request: dict[str, Any]) -> str:
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("ValidationException", "messages: at least one message is required")
    found = []
    for message in messages:
        content = message.get("content", []) if isinstance(message, dict) else []
        blocks = [{"text": content}] if isinstance(content, str) else content
        found += [str(block.get("text", "")) for block in blocks if isinstance(block, dict)]
    return " ".join(found)


def _counted(request: dict[str, Any]) -> dict[str, Any]:
    given = request.get("input", {})
    if "converse" in given:
        return dict(given["converse"])
    try:
        return dict(json.loads(base64.b64decode(given["invokeModel"]["body"])))
    except (KeyError, TypeError, ValueError):
        raise Refused("ValidationException", "input: converse or invokeModel is needed") from None


def _count(request: dict[str, Any]) -> int:
    return max(1, len(_texts(request).split()))


def _reply(request: dict[str, Any]) -> tuple[str, dict[str, int]]:
    asked = _count(request)
    text = f"The lab heard {asked} words."
    said = len(text.split())
    return text, {"inputTokens": asked, "outputTokens": said, "totalTokens": asked + said}


def _counts(request: dict[str, Any]) -> dict[str, str]:
    _, usage = _reply(request)
    return {
        "X-Amzn-Bedrock-Input-Token-Count": str(usage["inputTokens"]),
        "X-Amzn-Bedrock-Output-Token-Count": str(usage["outputTokens"]),
    }


def _converse(request: dict[str, Any]) -> dict[str, Any]:
    text, usage = _reply(request)
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
        "usage": usage,
        "metrics": {"latencyMs": 1},
    }


def _converse_events(request: dict[str, Any]) -> Iterator[bytes]:
    text, usage = _reply(request)
    yield event("messageStart", {"role": "assistant"})
    for word in text.split():
        yield event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": f"{word} "}})
    yield event("contentBlockStop", {"contentBlockIndex": 0})
    yield event("messageStop", {"stopReason": "end_turn"})
    yield event("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})


def _native(model: str, request: dict[str, Any]) -> dict[str, Any]:
    """The answer in the provider's own format."""
    text, usage = _reply(request)
    if model.startswith("amazon.nova"):
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
            "usage": usage,
        }
    if model.startswith("anthropic."):
        return {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {
                "input_tokens": usage["inputTokens"],
                "output_tokens": usage["outputTokens"],
            },
        }
    raise Refused(
        "ValidationException",
        f"the lab does not speak the native format of {model}: call Converse",
    )


def _native_events(model: str, request: dict[str, Any]) -> Iterator[bytes]:
    body = base64.b64encode(json.dumps(_native(model, request)).encode()).decode()
    yield event("chunk", {"bytes": body})


def _stream(events: Iterator[bytes]) -> Answer:
    # the first event is made now, so that a bad request is refused and not streamed
    first = next(events)
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id()}
    return Answer(200, headers, _chain(first, events))


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
