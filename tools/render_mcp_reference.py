"""Writes docs/reference/mcp.md from the server itself; with --check says whether it is in step."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from mcp.client import Client

from bedrock_doctor.mcp.server import INSTRUCTIONS, build_server

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "mcp.md"
HEAD = """\
# Tools of the MCP server

Written by tools/render_mcp_reference.py from the server; [how it is used](../mcp.md). Every tool
is annotated `readOnlyHint`, not `destructiveHint` and `idempotentHint`; `openWorldHint` is true
only for the tools marked "asks AWS". An error answers with what was wrong and a line `help:`.

## Instructions to the model

```text
"""


async def page() -> str:
    """The whole page."""
    async with Client(build_server()) as client:
        tools = (await client.list_tools()).tools
        listed = (await client.list_prompts()).prompts
        templates = (await client.list_resource_templates()).resource_templates
    lines = [*(HEAD + INSTRUCTIONS).splitlines(), "```", ""]
    for tool in tools:
        asks = " (asks AWS)" if tool.annotations and tool.annotations.open_world_hint else ""
        lines += [f"## {tool.name}{asks}", "", _flat(tool.description or ""), ""]
        arguments = tool.input_schema.get("properties", {})
        required = tool.input_schema.get("required", [])
        if arguments:
            lines += ["| argument | type | meaning |", "|---|---|---|"]
        for name, schema in arguments.items():
            shown = f"`{name}`" + ("" if name in required else " (optional)")
            kind = _type(schema)
            lines.append(f"| {shown} | {kind} | {_cell(schema.get('description', ''))} |")
        lines += [""] if arguments else []
        lines += _answer(tool.output_schema or {})
    lines += ["## Prompts", ""]
    lines += [f"- `{prompt.name}`: {_flat(prompt.description or '')}" for prompt in listed]
    lines += ["", "## Resources", ""]
    lines += [f"- `{entry.uri_template}`: {_flat(entry.description or '')}" for entry in templates]
    return "\n".join(lines) + "\n"


def _answer(schema: dict[str, Any]) -> list[str]:
    names = ", ".join(f"`{name}`" for name in schema.get("properties", {}))
    return [f"Answers {names}.", ""]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        # the names of operations grow with the catalogue of the command line
        return f"{schema['$ref'].rpartition('/')[2].lower()} of [diagnose](cli.md)"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if options:
        return " or ".join(_type(one) for one in options)
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")


def main() -> int:
    """Writes the page, or compares it."""
    wanted = asyncio.run(page())
    if "--check" in sys.argv[1:]:
        return int(not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
