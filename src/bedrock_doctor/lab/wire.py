"""Requests as they arrive and answers as AWS shapes them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

_BEARER = re.compile(r"(?i)bearer\s+(\S+)")
_SCOPE = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
QUERY_SERVICES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "ec2": "http://ec2.amazonaws.com/doc/2016-11-15/",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request, signed or with an API key.

    Attributes:
        key: access key id.
        token: session token, or empty.
        service: signing name.
        region: Region of the signature.
        method: HTTP method.
        path: path, percent-encoded as sent.
        query: query string.
        headers: lower-case names.
        body: as sent.
        params: parameters of a query-protocol or JSON request.
        operation: name of the operation, where the request carries it.
        api_key: the API key of a request that carries one in place of a signature, or empty.
    """

    key: str
    token: str
    service: str
    region: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, Any] = field(default_factory=dict)
    operation: str = ""
    api_key: str = ""

    def text(self, name: str) -> str | None:
        """One parameter as text."""
        value = self.params.get(name)
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A request that is refused with an AWS error.

    Attributes:
        code: error code.
        message: AWS's text.
        status: HTTP status.
    """

    code: str
    message: str
    status: int = 400


class BadRequest(Exception):
    """A request that is no AWS request."""


def read_call(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, region: str
) -> Call:
    """Reads a request.

    Args:
        method: of HTTP.
        path: as sent.
        query: query string.
        headers: with lower-case names.
        body: as sent.
        region: Region of a request by API key: the lab has one endpoint for all, and only a
            signature tells which is meant.

    Raises:
        BadRequest: it has neither a signature of SigV4 nor an API key, or its body cannot be read.
    """
    given = headers.get("authorization", "")
    scope, bearer = _SCOPE.search(given), _BEARER.fullmatch(given)
    if scope is not None:
        key, _, region, service = scope.groups()
    elif bearer is not None:
        key, service = "", "bedrock"
    else:
        raise BadRequest("the lab answers requests with an AWS signature (SigV4) or an API key")
    params: Mapping[str, Any] = {}
    operation = ""
    if service in QUERY_SERVICES:
        try:
            params = dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            raise BadRequest("the body is no text") from None
        operation = params.get("Action", "")
    else:
        try:
            decoded = json.loads(body) if body else {}
        except ValueError:
            raise BadRequest("the body is no JSON document") from None
        params = decoded if isinstance(decoded, dict) else {}
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
    token = headers.get("x-amz-security-token", "")
    api_key = bearer[1] if bearer and scope is None else ""
    return Call(
        key, token, service, region, method, path, query, headers, body, params, operation, api_key
    )


def request_id() -> str:
    """A new request id."""
    return str(uuid.uuid4())


def json_answer(data: object, status: int = 200) -> Answer:
    """A JSON body; the ids as Bedrock's REST services name them."""
    body = json.dumps(data, default=str).encode()
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id()}
    return Answer(status, headers, [body])


def xml_answer(service: str, operation: str, result: str) -> Answer:
    """The result of an operation of a query service, given as inner XML."""
    identifier = request_id()
    body = (
        f'<{operation}Response xmlns="{QUERY_SERVICES[service]}"><{operation}Result>{result}'
        f"</{operation}Result><ResponseMetadata><RequestId>{identifier}</RequestId>"
        f"</ResponseMetadata></{operation}Response>"
    )
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": identifier}
    return Answer(200, headers, [body.encode()])


def _in_words_of(service: str, refused: Refused) -> Refused:
    """A denial under the code that the service has for it."""
    if not refused.code.startswith("AccessDenied") or service not in QUERY_SERVICES:
        return refused
    if service == "ec2":
        text = f"You are not authorized to perform this operation. {refused.message}"
        return Refused("UnauthorizedOperation", text, refused.status)
    return Refused("AccessDenied", refused.message, refused.status)


def error_answer(service: str, refused: Refused) -> Answer:
    """An error in the shape of the service's protocol."""
    refused = _in_words_of(service, refused)
    identifier = request_id()
    headers = {"x-amzn-RequestId": identifier}
    if service == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{refused.code}</Code><Message>"
            f"{escape(refused.message)}</Message></Error></Errors>"
            f"<RequestID>{identifier}</RequestID></Response>"
        ).encode()
        headers["Content-Type"] = "text/xml"
    elif service in QUERY_SERVICES:
        fault = "Sender" if refused.status < 500 else "Receiver"
        body = (
            f'<ErrorResponse xmlns="{QUERY_SERVICES[service]}"><Error><Type>{fault}</Type>'
            f"<Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>"
            f"<RequestId>{identifier}</RequestId></ErrorResponse>"
        ).encode()
        headers["Content-Type"] = "text/xml"
    elif service == "bedrock":
        body = json.dumps({"message": refused.message}).encode()
        headers |= {"Content-Type": "application/json", "x-amzn-ErrorType": refused.code}
    else:
        body = json.dumps({"__type": refused.code, "Message": refused.message}).encode()
        headers["Content-Type"] = "application/x-amz-json-1.1"
    return Answer(refused.status, headers, [body])
