"""Calls of an administrator that reach the lab without a socket: how scenarios break the world."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bedrock_doctor.lab.client import bare_session
from bedrock_doctor.lab.world import ADMIN

if TYPE_CHECKING:
    from bedrock_doctor.lab.lab import Lab

_ENDPOINT = "http://lab.invalid"


class _Raw(BytesIO):
    """What botocore reads a response's body from."""

    def stream(self, **_: object) -> Any:
        """The body in one piece."""
        yield self.read()


def in_process_client(lab: Lab, service: str, account: str, region: str) -> Any:
    """A boto3 client that signs as the administrator of an account and ends in this process.

    Args:
        lab: whose state it changes.
        service: boto3's name of the service.
        account: name of the account in the world.
        region: Region of the client.
    """
    from botocore.config import Config

    config = Config(signature_version="v4", ignore_configured_endpoint_urls=True)
    session = bare_session(*lab.credentials(f"{ADMIN}-{account}").keys)
    client = session.client(service, region_name=region, endpoint_url=_ENDPOINT, config=config)
    client.meta.events.register("before-send", lambda request, **_: _answered(lab, request))
    return client


def _answered(lab: Lab, request: Any) -> Any:
    from botocore.awsrequest import AWSResponse

    parts = urlsplit(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    environ = {
        "REQUEST_METHOD": request.method,
        "RAW_URI": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    for name, value in request.headers.items():
        text = value.decode() if isinstance(value, bytes) else str(value)
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = text
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        told.extend((int(status.partition(" ")[0]), dict(headers)))

    content = b"".join(lab(environ, start_response))
    status, headers = told
    return AWSResponse(request.url, status, headers, _Raw(content))
