"""The models that can be called from a Region: as a table, line by line, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bedrock_doctor.catalog.bedrock_models import Offer
from bedrock_doctor.path.callable_models import CallableModel, CallableProfile, ModelListing
from bedrock_doctor.render.page import Page, Piece, Style, columns

_WORDS = {Offer.YES: "yes", Offer.NO: "no", Offer.UNKNOWN: "?"}


def models_text(
    rows: Sequence[CallableModel], listing: ModelListing, region: str, page: Page, *, verbose: bool
) -> str:
    """The table.

    Args:
        rows: the models to show.
        listing: what they were chosen from.
        region: the Region from which they are called.
        page: an empty page.
        verbose: also list the destination Regions of every profile.
    """
    sources = ", ".join(f"{name} of {date}" for name, date in listing.sources.items())
    count = f"{len(rows)} model{'' if len(rows) == 1 else 's'}"
    page.line(f"{count} that can be called from {region} ({sources})")
    if not listing.is_complete:
        page.blank()
        page.wrap("", f"What else {region} offers is not known: the catalog does not cover it.")
        command = f"aws bedrock list-foundation-models --region {region}"
        page.wrap("help: ", f"collect it and give --snapshot: {command}", head=Style.SPAN)
    if not rows:
        return page.text()
    page.blank()
    cells = [_cells(row) for row in rows]
    table = [("model", "direct", "mantle", "lifecycle", "profiles (destination Regions)"), *cells]
    widths = columns(table)
    for number, line in enumerate(table):
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        style = Style.BOLD if number == 0 else Style.PLAIN
        page.line(Piece(page.foreign("  ".join([*padded, line[-1]])), style))
        if number and verbose:
            for profile in rows[number - 1].profiles:
                routes = ", ".join(profile.destinations) or "not known"
                page.wrap("    ", page.foreign(f"{profile.id}: {routes}"), rest="      ")
    page.blank()
    page.line('direct: the bare model id is accepted by bedrock-runtime. "?": not known.')
    return page.text()


def _cells(row: CallableModel) -> tuple[str, ...]:
    life = (row.lifecycle or "?").lower()
    if row.end_of_life:
        life += f" (end {row.end_of_life})"
    profiles = ", ".join(_profile(profile) for profile in row.profiles) or "none"
    return row.id, _WORDS[row.direct], _WORDS[row.mantle], life, profiles


def _profile(profile: CallableProfile) -> str:
    if profile.is_global:
        return f"{profile.id} (any)"
    return f"{profile.id} ({len(profile.destinations) or '?'})"


def models_lines(rows: Sequence[CallableModel]) -> str:
    """One id a line that a call can be made with: bare ids that are accepted, and profile ids."""
    ids = []
    for row in rows:
        ids += [row.id] if row.direct is Offer.YES else []
        ids += [profile.id for profile in row.profiles]
    return "".join(f"{name}\n" for name in ids)


def models_tree(rows: Sequence[CallableModel], listing: ModelListing, region: str) -> Any:
    """The JSON form."""
    return {
        "schema_version": "1.0",
        "region": region,
        "sources": listing.sources,
        "complete": listing.is_complete,
        "models": [
            {**asdict(row), "direct": _WORDS[row.direct], "mantle": _WORDS[row.mantle]}
            for row in rows
        ],
    }
