"""Surprises as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.render.page import Page, Piece, Style
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.snippet import add_snippet
from bedrock_doctor.render.surprises_json import learn
from bedrock_doctor.surprises.registry import BY_SLUG

_MOST = 3
"""Surprises of one kind that are shown."""


def add_surprises(
    page: Page, surprises: Sequence[Surprise], redactor: Redactor, *, verbose: bool = False
) -> None:
    """Adds them by kind.

    Args:
        page: what they are added to; it conceals by the redactor.
        surprises: by kind.
        redactor: hides what must not be shown.
        verbose: whether all are shown, each with its policy text.
    """
    by_kind: dict[str, list[Surprise]] = {}
    for surprise in surprises:
        by_kind.setdefault(surprise.kind, []).append(surprise)
    page.blank()
    page.line(Piece(counted(len(surprises), "surprise"), Style.BOLD))
    for kind, told in by_kind.items():
        shown = told if verbose else told[:_MOST]
        page.blank()
        page.line(
            Piece(f"{BY_SLUG[kind].title}: ", Style.BOLD),
            _certain(told),
            Piece(f"  [{kind}]", Style.DIM),
        )
        for surprise in shown:
            learn(surprise, redactor)
            _add(page, surprise, redactor, verbose=verbose)
        if len(told) > len(shown):
            page.line(Piece(f"  and {len(told) - len(shown)} more (-v shows all)", Style.DIM))


def _certain(told: Sequence[Surprise]) -> str:
    certain = sum(surprise.certain for surprise in told)
    perhaps = len(told) - certain
    parts = [f"{certain} certain"] if certain else []
    return ", ".join([*parts, f"{perhaps} may be"] if perhaps else parts)


def _add(page: Page, surprise: Surprise, redactor: Redactor, *, verbose: bool) -> None:
    sign, style = ("! ", Style.DENY) if surprise.certain else ("? ", Style.UNKNOWN)
    page.wrap(f"  {sign}", page.foreign(surprise.summary), head=style)
    if verbose and surprise.place is not None:
        add_snippet(page, surprise.place)
    if verbose:
        for note in surprise.notes:
            page.wrap("    = ", page.foreign(note), head=Style.DIM)
    for fact in surprise.unsure:
        page.wrap(
            "    not known: ", page.foreign(redactor.fact(fact)), head=Style.UNKNOWN, rest=" " * 6
        )
    for step in surprise.help if verbose else surprise.help[:1]:
        page.wrap("    right: ", page.foreign(step), head=Style.ALLOW, rest=" " * 6)
