"""How a function becomes a tool: annotations, errors as help, arguments without pseudonyms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from bedrock_doctor.errors import BadInput, BedrockDoctorError
from bedrock_doctor.mcp.memory import Memory

LONGEST = 1 << 20
"""Characters of one text argument."""


class Toolbox:
    """Registers the tools of one server."""

    def __init__(self, server: MCPServer[Any], memory: Memory) -> None:
        self._server = server
        self.memory = memory

    def tool(
        self, title: str, *, asks_aws: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a function; its docstring is the description that the model reads.

        Args:
            title: for people.
            asks_aws: whether it calls AWS.
        """

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(function)
            def call(**given: Any) -> Any:
                try:
                    return self.memory.answer(function(**self._revealed(given)))
                except BedrockDoctorError as error:
                    raise ToolError(self.memory.conceal(_words(error))) from None

            annotations = ToolAnnotations(
                title=title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=asks_aws,
            )
            self._server.add_tool(call, annotations=annotations)
            return function

        return register

    def _revealed(self, value: Any) -> Any:
        if isinstance(value, str):
            if len(value) > LONGEST:
                raise BadInput(f"an argument is longer than {LONGEST} characters")
            return self.memory.reveal(value)
        if isinstance(value, list):
            return [self._revealed(item) for item in value]
        if isinstance(value, dict):
            return {self._revealed(name): self._revealed(item) for name, item in value.items()}
        return value


def _words(error: BedrockDoctorError) -> str:
    place = ""
    if isinstance(error, BadInput) and error.line is not None:
        place = f"line {error.line}, column {error.column or 1}: "
    return f"{place}{error.message}" + (f"\nhelp: {error.help}" if error.help else "")
