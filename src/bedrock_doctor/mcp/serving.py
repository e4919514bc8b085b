"""Streamable HTTP on loopback, for the machine itself alone.

A page in a browser could reach a port of this machine by a name that it made point here (DNS
rebinding); the Host and Origin headers tell.
https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning
"""

from __future__ import annotations

import socket
from typing import Any

from bedrock_doctor.errors import UsageError

HOST = "127.0.0.1"
PATH = "/mcp"


def bind(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1.

    Args:
        port: 0: any free one.

    Raises:
        UsageError: the port is taken.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((HOST, port))
    except OSError as failure:
        held.close()
        reason = (failure.strerror or str(failure)).lower()
        raise UsageError(
            f"the server cannot listen on {HOST}:{port}: {reason}", help="choose another --port"
        ) from None
    return held


def serve(server: Any, held: socket.socket) -> None:
    """Serves until it is interrupted."""
    import uvicorn

    uvicorn.Server(config(server, held.getsockname()[1])).run(sockets=[held])


def config(server: Any, port: int) -> Any:
    """How it is served: only requests that name this machine, from no page of another origin."""
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    names = [f"{HOST}:{port}", f"localhost:{port}"]
    security = TransportSecuritySettings(
        allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
    )
    app = server.streamable_http_app(
        streamable_http_path=PATH, host=HOST, transport_security=security
    )
    return uvicorn.Config(app, host=HOST, port=port, log_level="warning", access_log=False)
