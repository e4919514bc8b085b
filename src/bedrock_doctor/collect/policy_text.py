"""Policy documents as AWS hands them out: objects, JSON strings, URL-encoded strings.

The IAM API encodes documents after RFC 3986, the AWS CLI and SDKs decode them; both forms are found
in files. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
"""

from __future__ import annotations

from urllib.parse import unquote

import msgspec

from bedrock_doctor.collect.aws_json import Output
from bedrock_doctor.collect.json_offsets import DuplicateKey
from bedrock_doctor.model.source import Source


def policy_source(raw: msgspec.Raw, output: Output[object], *pointer: str | int) -> Source:
    """The text of the policy that stands in `output` at `pointer`.

    Args:
        raw: the value as it stands there.
        output: the output that holds it.
        pointer: the way from the output to the value.
    """
    data = bytes(raw)
    if not data.startswith(b'"'):
        return _verbatim(data, output, pointer)
    decoded = msgspec.json.decode(data, type=str)
    return Source(_url_decoded(decoded), output.text.path, verbatim=False)


def _verbatim(data: bytes, output: Output[object], pointer: tuple[str | int, ...]) -> Source:
    """A document that is a part of its file."""
    start = _start(data, output, pointer)
    if start is None:
        return Source(data.decode(), output.text.path, verbatim=False)
    return Source(data.decode(), output.text.path, output.text.position(start))


def _start(data: bytes, output: Output[object], pointer: tuple[str | int, ...]) -> int | None:
    """Where a document begins. Mostly its text stands in one place only; where it stands in more,
    the pointer tells, unless a key on the way stands twice."""
    text, (start, end) = output.text.data, output.place
    found = text.find(data, start, end)
    if found >= 0 and text.find(data, found + 1, end) < 0:
        return found
    try:
        start, end = output.locate(*pointer)
    except DuplicateKey:
        return None
    return start if text[start:end] == data else None


def _url_decoded(text: str) -> str:
    """A JSON text begins with a brace, its URL-encoded form with ``%7B`` or encoded space."""
    return unquote(text) if text.lstrip().startswith("%") else text
