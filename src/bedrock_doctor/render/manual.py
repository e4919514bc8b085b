"""Manual pages of findings."""

from __future__ import annotations

import textwrap

from bedrock_doctor.diagnose.base import Rule

HEADINGS = (
    ("What happened", "happened"),
    ("Why AWS does this", "why"),
    ("How to confirm", "confirm"),
    ("How to fix", "fix"),
    ("What not to do", "avoid"),
)


def manual_text(rule: Rule) -> str:
    """The page for a terminal, 88 columns wide."""
    lines = [f"{rule.id} {rule.slug}", "", rule.title, ""]
    for heading, name in HEADINGS:
        body = textwrap.fill(
            getattr(rule.manual, name), 84, break_long_words=False, break_on_hyphens=False
        )
        lines += [heading, textwrap.indent(body, "    "), ""]
    lines += ["References", *(f"    {address}" for address in rule.manual.references)]
    return "\n".join(lines) + "\n"


def manual_markdown(rule: Rule) -> str:
    """The page for the documentation."""
    lines = [f"# {rule.id}: {rule.title}", "", f"`{rule.slug}` · layer: {rule.layer.value}", ""]
    for heading, name in HEADINGS:
        lines += [f"## {heading}", "", getattr(rule.manual, name), ""]
    lines += ["## References", "", *(f"- <{address}>" for address in rule.manual.references)]
    return "\n".join(lines) + "\n"


def manual_json(rule: Rule) -> dict[str, object]:
    """The page as data."""
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
