"""The lab behind one HTTP endpoint on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bedrock_doctor.errors import UsageError
from bedrock_doctor.lab.client import LOOPBACK
from bedrock_doctor.lab.lab import Lab


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Binds without asking a name server what this machine is called."""
        WSGIServer.allow_reuse_address = True
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the calls are in the lab's CloudTrail."""

    def get_environ(self) -> dict[str, object]:
        """Keeps the path as it was sent: ids in it hold encoded slashes."""
        environ: dict[str, object] = super().get_environ()
        environ["RAW_URI"] = self.path
        return environ


def bind(lab: Lab, port: int = 0) -> WSGIServer:
    """A server on 127.0.0.1 that is not yet serving.

    Raises:
        UsageError: the port is taken.
    """
    try:
        return make_server(LOOPBACK, port, lab, server_class=_Threading, handler_class=_Quiet)
    except OSError as failure:
        reason = (failure.strerror or str(failure)).lower()
        raise UsageError(
            f"the lab cannot listen on {LOOPBACK}:{port}: {reason}", help="choose another --port"
        ) from None


@contextmanager
def serving(lab: Lab, port: int = 0) -> Iterator[str]:
    """Serves the lab in a thread; gives its endpoint URL."""
    server = bind(lab, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
