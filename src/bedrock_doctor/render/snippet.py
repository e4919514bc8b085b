"""Policy text with underlined values, as compilers show source code."""

from __future__ import annotations

from itertools import pairwise

from bedrock_doctor.model.finding import Place
from bedrock_doctor.model.policy import PolicyKind, PolicyRef
from bedrock_doctor.render.page import Page, Piece, Style, wrapped
from bedrock_doctor.render.policy_lines import PolicyLine, PolicyLines, policy_lines

_SHORT = {
    PolicyKind.SCP: "SCP",
    PolicyKind.RCP: "RCP",
    PolicyKind.BOUNDARY: "permissions boundary",
    PolicyKind.INLINE: "inline policy",
    PolicyKind.MANAGED: "managed policy",
    PolicyKind.TRUST: "trust policy",
    PolicyKind.SESSION: "session policy",
    PolicyKind.RESOURCE: "resource policy",
    PolicyKind.ENDPOINT: "VPC endpoint policy",
}
NAMED_BY_HOLDER = (PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RESOURCE)
"""Kinds of which there is one for each resource: they are called after it."""


def kind_words(kind: str) -> str:
    """What people call a kind of policy."""
    return _SHORT.get(PolicyKind(kind), kind) if kind in list(PolicyKind) else kind


def policy_words(ref: PolicyRef) -> str:
    """A policy in words: ``SCP p-8f3k2q1m "DenyUnapprovedRegions"``, ``trust policy``."""
    words = kind_words(ref.kind)
    if ref.name and ref.kind not in NAMED_BY_HOLDER:
        words += f" {ref.name}"
    if ref.title and ref.title != ref.name:
        words += f' "{ref.title}"'
    return words


def place_words(place: Place) -> str:
    """A place in words: the policy, the statement and what it is attached to."""
    ref = place.policy
    parts = [policy_words(ref)]
    if place.statement is not None:
        sid = f' "{place.sid}"' if place.sid else ""
        parts.append(f"statement {place.statement}{sid}")
    if ref.holder:
        joint = "of" if ref.kind in NAMED_BY_HOLDER else "attached to"
        parts.append(f"{joint} {ref.holder}")
    return ", ".join(parts)


def file_words(place: Place) -> str:
    """``file:line:column`` of the deciding value, or an empty string."""
    source = place.source
    if source.path is None:
        return ""
    within = f" ({source.declared.resource})" if source.declared else ""
    if not place.marks:
        return source.path + within
    primary = next((mark for mark in place.marks if mark.primary), place.marks[0])
    at = source.file_position(primary.span.start)
    return f"{source.path}:{at.line}:{at.column}{within}" if at else source.path + within


def add_snippet(page: Page, place: Place) -> None:
    """Adds a place with its text: an arrow line, the lines, and the underlined values."""
    shown = policy_lines(place, page.width - 6)
    gutter = max([3, *(len(str(line.number)) for line in shown.lines if line.number)])
    page.wrap(" " * gutter + "--> ", page.foreign(place_words(place)), head=Style.SPAN)
    file = file_words(place)
    remark = "(shown reformatted)" if shown.reformatted else ""
    if file or remark:
        page.line(" " * (gutter + 4), Piece(f"{page.foreign(file)} {remark}".strip(), Style.DIM))
    bar = Piece(" " * (gutter + 1) + "|", Style.SPAN)
    page.line(bar)
    for line in shown.lines:
        if line.follows_gap:
            page.line(Piece("." * 3, Style.SPAN))
        _add_line(page, line, gutter)
    page.line(bar)
    _add_loose(page, shown, gutter)


def _add_line(page: Page, line: PolicyLine, gutter: int) -> None:
    number = "" if line.number is None else str(line.number)
    text, places = _laid_out(page, line)
    page.line(Piece(f"{number:>{gutter}} |", Style.SPAN), " ", text)
    margin = " " * (gutter + 1) + "|"
    for (start, end), underlined in zip(places, line.marks, strict=True):
        style = Style.DENY if underlined.mark.primary else Style.SPAN
        rule = ("^" if underlined.mark.primary else "-") * (end - start)
        label = page.foreign(underlined.mark.label)
        behind = gutter + 3 + end + 1
        if not label or behind + len(label) <= page.width:
            page.line(Piece(margin, Style.SPAN), " " * (start + 1), Piece(f"{rule} {label}", style))
            continue
        page.line(Piece(margin, Style.SPAN), " " * (start + 1), Piece(rule, style))
        indent = max(5, min(start + 1, page.width - gutter - 3 - len(label)))
        for part in wrapped(label, room := page.width - gutter - 2 - indent, room):
            page.line(Piece(margin, Style.SPAN), " " * indent, Piece(part, style))


def _laid_out(page: Page, line: PolicyLine) -> tuple[str, list[tuple[int, int]]]:
    """The line as it is printed, and the columns of its marks there.

    Redaction and escapes change lengths, so that every stretch between the ends of marks is
    converted on its own.
    """
    cuts = sorted({0, len(line.text), *(c for u in line.marks for c in (u.start, u.end))})
    at = {0: 0}
    text = ""
    for start, end in pairwise(cuts):
        text += page.foreign(line.text[start:end].replace("\t", "  "))
        at[end] = len(text)
    return text, [(at[u.start], at[u.end]) for u in line.marks]


def _add_loose(page: Page, shown: PolicyLines, gutter: int) -> None:
    for mark in shown.loose:
        page.wrap(" " * (gutter + 1) + "= ", page.foreign(mark.label), head=Style.SPAN)
