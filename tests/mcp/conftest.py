"""Servers and clients in one process, and the example organization."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcp.client import Client

from bedrock_doctor.mcp.server import build_server
from bedrock_doctor.render.redact import Redaction

ACME = Path(__file__).parents[2] / "examples" / "acme" / "snapshot"
ORDERS = "arn:aws:iam::111122223333:role/service/checkout/orders-api"
GATEWAY = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
SONNET = "eu.anthropic.claude-sonnet-4-6"
QUESTION: dict[str, Any] = {
    "caller": ORDERS,
    "roles": [GATEWAY],
    "model": SONNET,
    "region": "eu-central-1",
    "external_id": "acme-gateway-orders",
}
DENIED = (
    "An error occurred (AccessDeniedException) when calling the Converse operation: User: "
    "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/orders is not authorized to perform: "
    "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::foundation-model/"
    "anthropic.claude-sonnet-4-6 with an explicit deny in a service control policy"
)


class Agent:
    """A client that calls one tool after the other, each in a session of its own."""

    def __init__(
        self,
        paths: Sequence[str] = (str(ACME),),
        redaction: Redaction = Redaction.ACCOUNTS,
        trails: Sequence[str] = (),
    ) -> None:
        self.server = build_server(paths, redaction, trails)

    def call(self, tool: str, **given: Any) -> dict[str, Any]:
        """The structured answer of a tool that succeeds."""
        result = self.raw(tool, **given)
        assert not result.is_error, result.content
        answer: dict[str, Any] = result.structured_content
        (text,) = result.content
        assert json.loads(text.text) == answer
        return answer

    def refused(self, tool: str, **given: Any) -> str:
        """The text of a tool that fails, without the words of the SDK before it."""
        result = self.raw(tool, **given)
        assert result.is_error
        (content,) = result.content
        text: str = content.text
        return text.removeprefix(f"Error executing tool {tool}: ")

    def raw(self, tool: str, **given: Any) -> Any:
        async def ask() -> Any:
            async with Client(self.server) as client:
                return await client.call_tool(tool, given)

        return asyncio.run(ask())
