"""Serving the pages on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Callable

import uvicorn

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.web.application import application

HOST = "127.0.0.1"


def serve(snapshot: Snapshot, port: int, ready: Callable[[str], None]) -> None:
    """Serves until it is interrupted.

    Args:
        snapshot: what is asked.
        port: on 127.0.0.1; 0: any free one.
        ready: called with the address, token and all, once connections are taken.

    Raises:
        UsageError: the port cannot be used.
    """
    bound = _bound(port)
    with bound:
        taken = bound.getsockname()[1]
        token = secrets.token_urlsafe(24)
        server = pages_server(snapshot, taken, token)
        bound.listen(64)
        ready(f"http://{HOST}:{taken}/?token={token}")
        try:
            server.run(sockets=[bound])
        except KeyboardInterrupt:
            return


def pages_server(snapshot: Snapshot, port: int, token: str) -> uvicorn.Server:
    """The server: it logs no request and no message of an error."""
    logging.getLogger("uvicorn.error").disabled = True
    config = uvicorn.Config(
        application(snapshot, port, token),
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError as error:
        made.close()
        reason = (error.strerror or "not available").lower()
        raise UsageError(
            f"port {port} cannot be used: {reason}", help="--port 0: any free one"
        ) from None
    return made
