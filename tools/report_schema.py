"""Writes the JSON Schema of the report; with --check says whether it is in step."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from bedrock_doctor.render.report_document import SCHEMA_VERSION, ReportDocument

SCHEMA = (
    Path(__file__).parent.parent
    / "src/bedrock_doctor/render/schema"
    / f"report-{SCHEMA_VERSION.partition('.')[0]}.schema.json"
)


def schema_text() -> str:
    """The schema as it belongs into the file."""
    generated = msgspec.json.schema(ReportDocument)
    head: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bedrock-doctor report {SCHEMA_VERSION}",
        "description": "Keys keep name and type within version 1; new keys may appear, and lists "
        "of words may grow.",
    }
    return json.dumps(head | generated, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the schema, or compares it."""
    wanted = schema_text()
    if "--check" in sys.argv[1:]:
        return int(not SCHEMA.exists() or SCHEMA.read_text(encoding="utf-8") != wanted)
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
