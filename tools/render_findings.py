"""Writes docs/findings from the rules; with --check says whether they are in step."""

from __future__ import annotations

import sys
from pathlib import Path

from bedrock_doctor.diagnose.registry import RULES
from bedrock_doctor.render.manual import manual_markdown

FOLDER = Path(__file__).parent.parent / "docs" / "findings"


def pages() -> dict[str, str]:
    """File name to content."""
    index = ["# Findings", "", "| id | name | what |", "|---|---|---|"]
    index += [f"| [{r.id}]({r.id}.md) | `{r.slug}` | {r.title} |" for r in RULES]
    return {"README.md": "\n".join(index) + "\n"} | {
        f"{rule.id}.md": manual_markdown(rule) for rule in RULES
    }


def main() -> int:
    """Writes the pages, or compares them."""
    wanted = pages()
    held = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(wanted != held)
    for name in held.keys() - wanted.keys():
        (FOLDER / name).unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
