"""The server over HTTP, on loopback for this machine alone.

Over stdio, in a process of its own, it is driven by docs/tutorials/ai-agent.md.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from mcp.client import Client

from bedrock_doctor.cli.main import run
from bedrock_doctor.mcp import serving
from bedrock_doctor.mcp.server import build_server
from tests.mcp.conftest import ACME, DENIED, QUESTION

COMMAND = ["-m", "bedrock_doctor", "mcp", "--snapshot", str(ACME)]


async def work(client: Client) -> tuple[int, str, bool]:
    """What an agent does first."""
    tools = (await client.list_tools()).tools
    explained = await client.call_tool("explain_denial", {"text": DENIED})
    diagnosed = await client.call_tool("diagnose", QUESTION)
    assert explained.structured_content
    assert diagnosed.structured_content
    refused = await client.call_tool("get_trace", {"report_id": "report-9"})
    verdict: str = diagnosed.structured_content["verdict"]
    return len(tools), verdict, bool(refused.is_error)


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_http() -> None:
    """The same over streamable HTTP; the address is said on standard error."""
    words = [sys.executable, *COMMAND, "--http", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+/mcp", line)
            assert url, line

            async def ask() -> Any:
                async with Client(url[0]) as client:
                    return await work(client)

            assert asyncio.run(ask()) == (13, "deny", True)
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:8765"}, 200),
        ({"host": "localhost:8765", "origin": "http://localhost:8765"}, 200),
        ({"host": "attacker.example:8765"}, 421),
        ({"host": "127.0.0.1:8765.attacker.example"}, 421),
        ({"host": "127.0.0.1:80"}, 421),
        ({"host": "127.0.0.1:8765", "origin": "https://attacker.example"}, 403),
        ({"host": "127.0.0.1:8765", "origin": "null"}, 403),
    ],
)
def test_requests_from_pages_are_refused(headers: dict[str, str], status: int) -> None:
    """DNS rebinding: https://modelcontextprotocol.io/specification/2025-06-18/basic/transports"""
    app = serving.config(build_server(), 8765).app
    begin = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }

    async def post() -> int:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client,
        ):
            accept = {"accept": "application/json, text/event-stream"}
            url = f"http://127.0.0.1:8765{serving.PATH}"
            answer = await client.post(url, json=begin, headers={**accept, **headers})
            return answer.status_code

    assert asyncio.run(post()) == status


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_taken_port(capsys: pytest.CaptureFixture[str]) -> None:
    """Said before anything is served."""
    with serving.bind(0) as held:
        held.listen()
        port = held.getsockname()[1]
        assert run(["mcp", "--http", "--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--snapshot", "--trail"])
def test_a_path_that_is_not_there(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Said at the start, not by the first tool."""
    assert run(["mcp", option, "gone"]) == 2
    assert "gone" in capsys.readouterr().err
