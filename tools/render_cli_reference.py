"""Writes docs/reference/{cli,environment,exit-codes,report}.md from the commands and the report's
classes; with --check says whether they are in step.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bedrock_doctor.cli.commands import COMMANDS, inner_commands
from bedrock_doctor.cli.main import cli
from bedrock_doctor.cli.topics import (
    EXIT_CODES,
    EXIT_OPTIONS,
    REDACTION,
    VARIABLES,
    options_by_variable,
)

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
SCHEMA = ROOT / "src/bedrock_doctor/render/schema/report-1.schema.json"
WIDTH = 100
_MADE = "<!-- made by tools/render_cli_reference.py -->\n"


def pages() -> dict[str, str]:
    """File name to content."""
    return {
        "cli.md": "\n".join(_cli()),
        "environment.md": "\n".join(_environment()),
        "exit-codes.md": "\n".join(_exit_codes()),
        "report.md": "\n".join(_report()),
    }


def _cli() -> Iterator[str]:
    yield f"# Commands\n\n{_MADE}"
    with click.Context(cli, info_name="bedrock-doctor", terminal_width=WIDTH) as context:
        yield f"```text\n$ bedrock-doctor --help\n{cli.get_help(context)}\n```\n"
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None
            inner = click.Context(command, info_name=name, parent=context, terminal_width=WIDTH)
            yield f"## {name}\n"
            yield f"```text\n$ bedrock-doctor {name} --help\n{command.get_help(inner)}\n```\n"
            for key, part in inner_commands(command).items():
                deeper = click.Context(part, info_name=key, parent=inner, terminal_width=WIDTH)
                words = f"{name} {key}"
                yield f"```text\n$ bedrock-doctor {words} --help\n{part.get_help(deeper)}\n```\n"
    yield f"## Redaction\n\n```text\n{REDACTION}```\n"


def _environment() -> Iterator[str]:
    yield f"# Environment variables\n\n{_MADE}"
    yield (
        "Every option has a variable of the same name in all commands. The command line wins.\n"
        "Options that may be repeated take several values, separated by blanks.\n"
    )
    yield "| variable | option | commands |\n|---|---|---|"
    yield "| `BEDROCK_DOCTOR_DEBUG` | `--debug` | all |"
    for variable, uses in options_by_variable().items():
        flags = " ".join(dict.fromkeys(f"`{flag}`" for _, flag in uses))
        yield f"| `{variable}` | {flags} | {', '.join(name for name, _ in uses)} |"
    yield "\n| variable of others | meaning |\n|---|---|"
    for name, meaning in VARIABLES:
        yield f"| `{name}` | {meaning} |"
    yield ""


def _exit_codes() -> Iterator[str]:
    yield f"# Exit codes\n\n{_MADE}"
    yield "| code | meaning |\n|---|---|"
    for code, meaning in EXIT_CODES:
        yield f"| {code} | {meaning} |"
    yield f"\n{EXIT_OPTIONS}\n"


def _report() -> Iterator[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    yield f"# The JSON report\n\n{_MADE}"
    yield (
        "`bedrock-doctor diagnose --format json` prints one object. Its JSON Schema is\n"
        "[report-1.schema.json](../../src/bedrock_doctor/render/schema/report-1.schema.json).\n"
        "Within version 1 keys keep name and type; new keys may appear and lists of words may\n"
        "grow, so a reader needs a default branch. Errors are one object on stderr:\n"
        "`schema_version`, and `error` with `code`, `exit_code`, `message`, `help`.\n"
    )
    definitions: dict[str, Any] = schema["$defs"]
    order = ["ReportDocument", *sorted(name for name in definitions if name != "ReportDocument")]
    for name in order:
        yield f"## {name}\n\n{definitions[name].get('description', '')}\n"
        yield "| key | type | meaning |\n|---|---|---|"
        for key, value in definitions[name]["properties"].items():
            yield f"| `{key}` | {_type(value)} | {value.get('description', '')} |"
        yield ""


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(_type(option) for option in value["anyOf"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    if value.get("type") == "object":
        return f"object of {_type(value['additionalProperties'])}"
    return str(value.get("type", ""))


def main() -> int:
    """Writes the pages, or compares them."""
    wanted = pages()
    if "--check" in sys.argv[1:]:
        held = {name: (FOLDER / name).read_text(encoding="utf-8") for name in wanted}
        return int(held != wanted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
