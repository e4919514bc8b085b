"""Manual pages of findings, and of what an audit calls a surprise."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedrock_doctor.diagnose.base import Manual, Rule
    from bedrock_doctor.surprises.base import Page, SurpriseKind

HEADINGS = (
    ("What happened", "happened"),
    ("Why AWS does this", "why"),
    ("How to confirm", "confirm"),
    ("How to fix", "fix"),
    ("What not to do", "avoid"),
)

SURPRISE_HEADINGS = (
    ("What was seen", "seen"),
    ("Why it matters", "why"),
    ("How to confirm", "confirm"),
    ("What would make it right", "right"),
    ("What not to do", "avoid"),
)
Headings = tuple[tuple[str, str], ...]
"""Words of a heading, and the name of the part under it."""


def manual_text(rule: Rule) -> str:
    """The page of a finding for a terminal, 88 columns wide."""
    return _text([f"{rule.id} {rule.slug}", "", rule.title, ""], HEADINGS, rule.manual)


def surprise_manual_text(kind: SurpriseKind) -> str:
    """The page of a kind of surprise for a terminal."""
    return _text([kind.slug, "", kind.title, ""], SURPRISE_HEADINGS, kind.page)


def _text(lines: list[str], headings: Headings, page: Manual | Page) -> str:
    for heading, name in headings:
        body = textwrap.fill(
            getattr(page, name), 84, break_long_words=False, break_on_hyphens=False
        )
        lines += [heading, textwrap.indent(body, "    "), ""]
    lines += ["References", *(f"    {address}" for address in page.references)]
    return "\n".join(lines) + "\n"


def manual_markdown(rule: Rule) -> str:
    """The page of a finding for the documentation."""
    head = [f"# {rule.id}: {rule.title}", "", f"`{rule.slug}` · layer: {rule.layer.value}", ""]
    return _markdown(head, HEADINGS, rule.manual)


def surprise_manual_markdown(kind: SurpriseKind) -> str:
    """The page of a kind of surprise for the documentation."""
    head = [f"# {kind.title}", "", f"`{kind.slug}` · a surprise of `audit`", ""]
    return _markdown(head, SURPRISE_HEADINGS, kind.page)


def _markdown(lines: list[str], headings: Headings, page: Manual | Page) -> str:
    for heading, name in headings:
        lines += [f"## {heading}", "", getattr(page, name), ""]
    lines += ["## References", "", *(f"- <{address}>" for address in page.references)]
    return "\n".join(lines) + "\n"


def manual_json(rule: Rule) -> dict[str, object]:
    """The page of a finding as data."""
    return {
        "id": rule.id,
        "slug": rule.slug,
        "title": rule.title,
        "stage": rule.stage.value,
        "layer": rule.layer.value,
        "severity": rule.severity.value,
        "since": rule.since,
        **{heading.lower().replace(" ", "_"): getattr(rule.manual, n) for heading, n in HEADINGS},
        "references": list(rule.manual.references),
    }


def surprise_manual_json(kind: SurpriseKind) -> dict[str, object]:
    """The page of a kind of surprise as data."""
    page = kind.page
    return {
        "slug": kind.slug,
        "title": kind.title,
        **{heading.lower().replace(" ", "_"): getattr(page, n) for heading, n in SURPRISE_HEADINGS},
        "references": list(page.references),
    }
