"""A bucket on loopback: as much of Amazon S3 as reading a trail takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_REFUSED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


@contextmanager
def serving_bucket(objects: dict[str, bytes], refused: frozenset[str]) -> Iterator[str]:
    """Serves objects by key; gives the endpoint URL.

    Args:
        objects: bytes by key.
        refused: keys and prefixes that are denied.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query)
            key = unquote(url.path).lstrip("/").partition("/")[2]
            name = query["prefix"][0] if "list-type" in query else key
            if name in refused:
                self._send(403, _REFUSED)
            elif "list-type" in query:
                self._send(200, _listing(objects, name))
            else:
                self._send(200, objects[key])

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listing(objects: dict[str, bytes], prefix: str) -> bytes:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, in one page."""
    folders, contents = set(), []
    for key, body in objects.items():
        rest = key.removeprefix(prefix)
        if rest == key and prefix:
            continue
        name, slash, _ = rest.partition("/")
        if slash:
            folders.add(prefix + name + slash)
        else:
            contents.append(
                f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size></Contents>"
            )
    inner = "".join(contents) + "".join(
        f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
        for folder in sorted(folders)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{inner}</ListBucketResult>".encode()
