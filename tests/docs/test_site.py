"""What the site builder would refuse, without building the site: links, and pages out of reach."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|^````.*?^````|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[str]:
    """The relative links of a page, without anchors."""
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        if not target.startswith(("http:", "https:", "#", "mailto:")):
            yield target.partition("#")[0]


def test_links_lead_somewhere() -> None:
    """To a page, or to a file of the repository."""
    for page in DOCS.glob("**/*.md"):
        for target in links(page):
            found = (page.parent / target).resolve()
            assert found.is_file(), f"{page.relative_to(ROOT)}: {target}"
            assert ROOT in found.parents, f"{page.relative_to(ROOT)}: {target}"


def test_code_blocks_are_read_as_such() -> None:
    """The builder takes a second word behind the fence for text, unless it is NAME="VALUE"."""
    for page in DOCS.glob("**/*.md"):
        outside = re.sub(r"^````.*?^````", "", page.read_text("utf-8"), flags=re.M | re.S)
        for opening in re.findall(r"^```(\S.*)$", outside, re.M):
            assert re.fullmatch(r'\w+(?: \w+="[^"]*")*', opening), f"{page.name}: {opening}"


def _pages(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from _pages(value)


def test_the_navigation_leads_to_pages() -> None:
    """A page that it does not name is still built, and found by links and search."""
    settings = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))
    for page in _pages(settings["project"]["nav"]):
        assert (DOCS / page).is_file(), page
