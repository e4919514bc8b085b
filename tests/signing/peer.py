"""A loopback peer that speaks AWS STS, EC2 instance metadata and the container endpoint."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

CANARY = "c4n4ry-S3CR3T-that-must-never-show"
EXPIRY = "2099-01-01T00:00:00Z"
KEYS = {"AccessKeyId": "ASIAPEERPEERPEERPEER", "SecretAccessKey": CANARY, "Token": CANARY}


@dataclass
class Peer:
    """What the peer answers, and what it was asked.

    Attributes:
        url: its address.
        calls: STS actions and paths, in order.
        seconds_ahead: how far this machine's clock is ahead of the peer's.
        refuse: STS action to error code.
        arn: what GetCallerIdentity answers.
    """

    url: str = ""
    calls: list[str] = field(default_factory=list)
    seconds_ahead: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    arn: str = "arn:aws:iam::111122223333:user/ana"


@contextmanager
def running_peer() -> Iterator[Peer]:
    """Serves until the block ends."""
    peer = Peer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(peer))
    peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(peer: Peer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            import time

            return formatdate(time.time() - peer.seconds_ahead, usegmt=True)

        def log_message(self, *args: Any) -> None:
            return

        def do_PUT(self) -> None:
            self._send(200, "metadata-token", "text/plain")

        def do_GET(self) -> None:
            peer.calls.append(self.path)
            credentials = {**KEYS, "Code": "Success", "Expiration": EXPIRY}
            if self.path.endswith("/security-credentials/"):
                self._send(200, "node-role", "text/plain")
            elif "security-credentials" in self.path or self.path == "/pod":
                self._send(200, json.dumps(credentials), "application/json")
            else:
                self._send(404, "", "text/plain")

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            action = parse_qs(self.rfile.read(length).decode())["Action"][0]
            peer.calls.append(action)
            if action in peer.refuse:
                self._send(403, _error(peer.refuse[action]), "text/xml")
            else:
                self._send(200, _answer(action, peer), "text/xml")

        def _send(self, status: int, body: str, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

    return Handler


def _error(code: str) -> str:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"


def _answer(action: str, peer: Peer) -> str:
    account = peer.arn.split(":")[4]
    bodies = {
        "GetCallerIdentity": f"<Arn>{peer.arn}</Arn><Account>{account}</Account><UserId>A</UserId>",
        "AssumeRole": (
            f"<Credentials><AccessKeyId>ASIAROLEROLEROLEROLE</AccessKeyId><SecretAccessKey>{CANARY}"
            f"</SecretAccessKey><SessionToken>{CANARY}</SessionToken><Expiration>{EXPIRY}"
            "</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>"
            "<Arn>arn:aws:sts::444455556666:assumed-role/gateway/s</Arn></AssumedRoleUser>"
        ),
    }
    return f"<{action}Response><{action}Result>{bodies[action]}</{action}Result></{action}Response>"
