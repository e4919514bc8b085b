"""Writes docs/findings and docs/surprises; with --check says whether they are in step."""

from __future__ import annotations

import sys
from pathlib import Path

from bedrock_doctor.diagnose.registry import RULES
from bedrock_doctor.render.manual import manual_markdown, surprise_manual_markdown
from bedrock_doctor.surprises.registry import KINDS

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "findings"
SURPRISES = DOCS / "surprises"


def pages() -> dict[str, str]:
    """File name to content, of findings."""
    index = ["# Findings", "", "| id | name | what |", "|---|---|---|"]
    index += [f"| [{r.id}]({r.id}.md) | `{r.slug}` | {r.title} |" for r in RULES]
    return {"README.md": "\n".join(index) + "\n"} | {
        f"{rule.id}.md": manual_markdown(rule) for rule in RULES
    }


def surprise_pages() -> dict[str, str]:
    """File name to content, of kinds of surprise."""
    index = ["# Surprises of an audit", "", "| name | what |", "|---|---|"]
    index += [f"| [`{kind.slug}`]({kind.slug}.md) | {kind.title} |" for kind in KINDS]
    return {"README.md": "\n".join(index) + "\n"} | {
        f"{kind.slug}.md": surprise_manual_markdown(kind) for kind in KINDS
    }


def main() -> int:
    """Writes the pages, or compares them."""
    check = "--check" in sys.argv[1:]
    for folder, wanted in ((FOLDER, pages()), (SURPRISES, surprise_pages())):
        folder.mkdir(exist_ok=True)
        held = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
        if check and wanted != held:
            return 1
        for name in () if check else held.keys() - wanted.keys():
            (folder / name).unlink()
        for name, content in ({} if check else wanted).items():
            (folder / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
