"""Answers of AWS below botocore's request: everything above the wire is the real thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse

Answer = tuple[int, str]
Handler = Callable[[str], Answer]

ACCOUNT = "444455556666"


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body

    def read(self, amt: int | None = None) -> bytes:
        return self._body


def iam_xml(operation: str, inner: str) -> Answer:
    return 200, (
        f"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"
    )


def xml_error(status: int, code: str, message: str = "no") -> Answer:
    return status, (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></ErrorResponse>"
    )


def json_error(status: int, code: str, message: str = "no") -> Answer:
    return status, json.dumps({"__type": code, "code": code, "message": message})


IDENTITY = iam_xml(
    "GetCallerIdentity",
    f"<Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>",
)


class FakeAws:
    """Answers by operation; what has none is refused, as AWS refuses it."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {"GetCallerIdentity": lambda *_: IDENTITY}
        self.calls: list[str] = []

    def on(self, operation: str, *answers: Answer) -> None:
        """Gives the answers one after the other; the last for ever."""
        left = list(answers)
        self.handlers[operation] = lambda *_: left.pop(0) if len(left) > 1 else left[0]

    def session(self, real: type[botocore.session.Session]) -> botocore.session.Session:
        """A real session whose requests are answered here."""
        session = real()
        session.set_credentials("AKIACANARY", "canary-secret", "canary-token")
        session.set_config_variable("region", "eu-central-1")

        def send(request: Any, event_name: str, **_: Any) -> AWSResponse:
            operation = event_name.rsplit(".", 1)[1]
            self.calls.append(operation)
            body = request.body.decode() if isinstance(request.body, bytes) else ""
            handler = self.handlers.get(operation)
            if handler:
                status, text = handler(body)
            elif event_name.split(".")[1] in ("iam", "sts", "ec2", "s3"):
                status, text = xml_error(403, "AccessDenied", f"not authorized: {operation}")
            else:
                status, text = json_error(403, "AccessDeniedException", f"no {operation}")
            headers = (
                {"x-amzn-errortype": json.loads(text)["code"]}
                if (status >= 400 and text.startswith("{"))
                else {}
            )
            return AWSResponse(request.url, status, headers, _Raw(text.encode()))

        session.register("before-send", send)
        return session
