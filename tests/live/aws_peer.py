"""A peer on loopback that speaks enough of AWS to be collected from: one account of any size."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote

ACCOUNT = "444455556666"
_DOCUMENT = quote(
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": f"S{number}",
                    "Effect": "Allow",
                    "Action": ["bedrock:InvokeModel", "s3:GetObject"],
                    "Resource": f"arn:aws:bedrock:*::foundation-model/amazon.nova-{number}",
                }
                for number in range(8)
            ],
        }
    ),
    safe="",
)
_TRUST = quote(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": '
    f'"arn:aws:iam::{ACCOUNT}:root"}}, "Action": "sts:AssumeRole"}}]}}',
    safe="",
)
_PAGE = 200


class Account:
    """What the peer answers.

    Attributes:
        roles: how many roles.
        policies: how many customer managed policies.
        heard: is called with the number of each request, from 1, before it is answered.
    """

    def __init__(self, roles: int, policies: int, heard: Callable[[int], None]) -> None:
        self.roles, self.policies, self.heard = roles, policies, heard
        self._count = 0
        self._lock = threading.Lock()

    def answer(self, headers: dict[str, str], path: str, body: str) -> tuple[int, str, str]:
        """Status, content type and body of one request."""
        with self._lock:
            self._count += 1
            count = self._count
        self.heard(count)
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        match asked.get("Action"):
            case "GetCallerIdentity":
                inner = (
                    f"<Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn><UserId>A</UserId>"
                    f"<Account>{ACCOUNT}</Account>"
                )
                return 200, "text/xml", _result("GetCallerIdentity", inner)
            case "GetAccountAuthorizationDetails":
                page = self._page(int(asked.get("Marker", "0")))
                return 200, "text/xml", _result("GetAccountAuthorizationDetails", page)
        if path.startswith("/foundation-models"):
            return 200, "application/json", json.dumps({"modelSummaries": []})
        return 403, "application/json", json.dumps({"message": "not authorized", "code": "X"})

    def _page(self, first: int) -> str:
        total = self.roles + self.policies
        stop = min(first + _PAGE, total)
        roles = "".join(_role(n) for n in range(first, min(stop, self.roles)))
        policies = "".join(_policy(n - self.roles) for n in range(max(first, self.roles), stop))
        more = f"<IsTruncated>true</IsTruncated><Marker>{stop}</Marker>" if stop < total else ""
        return (
            f"<UserDetailList/><GroupDetailList/><RoleDetailList>{roles}</RoleDetailList>"
            f"<Policies>{policies}</Policies>{more}"
        )


def _result(operation: str, inner: str) -> str:
    return (
        f"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"
    )


def _role(number: int) -> str:
    return (
        f"<member><Path>/</Path><RoleName>role-{number}</RoleName><RoleId>AROA{number:017d}"
        f"</RoleId><Arn>arn:aws:iam::{ACCOUNT}:role/role-{number}</Arn>"
        "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{_TRUST}</AssumeRolePolicyDocument><RolePolicyList><member>"
        f"<PolicyName>inline</PolicyName><PolicyDocument>{_DOCUMENT}</PolicyDocument></member>"
        "</RolePolicyList><AttachedManagedPolicies/></member>"
    )


def _policy(number: int) -> str:
    return (
        f"<member><PolicyName>policy-{number}</PolicyName><PolicyId>ANPA{number:017d}</PolicyId>"
        f"<Arn>arn:aws:iam::{ACCOUNT}:policy/policy-{number}</Arn><Path>/</Path>"
        "<DefaultVersionId>v1</DefaultVersionId><PolicyVersionList><member>"
        f"<Document>{_DOCUMENT}</Document><VersionId>v1</VersionId>"
        "<IsDefaultVersion>true</IsDefaultVersion><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        "</member></PolicyVersionList></member>"
    )


@contextmanager
def peer(account: Account) -> Iterator[str]:
    """Serves an account on 127.0.0.1; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            status, kind, text = account.answer(dict(self.headers), self.path, body)
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status >= 400:
                self.send_header("x-amzn-ErrorType", "AccessDeniedException")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
