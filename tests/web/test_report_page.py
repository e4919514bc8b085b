"""The page of a report in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.render.shared import shared_report

from .accessibility import violations
from .conftest import Opener
from .reports import ORDERS, RAG, SECURITY, report_tree

HOSTILE = "</script></style><img src=x onerror=alert(1)><script>alert(2)</script>\u202e'\"{{7*7}}"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of a denied, an undecided and an allowed report."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, attempt in (("deny", ORDERS), ("unknown", SECURITY), ("allow", RAG)):
        file = folder / f"{name}.html"
        file.write_text(shared_report(report_tree(*attempt), "html"), encoding="utf-8")
        found[name] = file.as_uri()
    return found


@pytest.mark.parametrize("name", ["deny", "unknown", "allow"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(
    name: str, pages: dict[str, str], opened: Opener
) -> None:
    """One file, no network, no errors, no violation of its own policy (our choice)."""
    watched = opened(pages[name])
    assert watched.asked == [pages[name]]
    assert watched.said == []
    assert watched.page.locator("h1").count() == 1


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("deny", "light"), ("deny", "dark"), ("unknown", "light"), ("allow", "dark")],
)
def test_a_page_meets_wcag_aa(
    name: str, scheme: str, pages: dict[str, str], opened: Opener
) -> None:
    """Contrast, labels, landmarks, order of headings, by axe-core in both schemes."""
    page = opened(pages[name], scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert violations(page) == []


def test_a_blocked_step_says_so_by_word_and_shape(pages: dict[str, str], opened: Opener) -> None:
    """The drawing is understood without colour, and without being seen (WCAG 1.4.1, 1.1.1)."""
    page = opened(pages["deny"]).page
    assert page.locator("svg.way text", has_text="BLOCKED").count() == 4
    assert page.locator("svg.way g.mark.deny").count() == 4
    described = page.locator("svg.way desc").text_content() or ""
    assert "sts:AssumeRole to assumed role bedrock-gateway: BLOCKED trust policy" in described
    assert "eu-south-1: BLOCKED: identity policy (BD404)" in described


def test_tabs_show_one_form_each_by_keyboard_and_without_script(
    pages: dict[str, str], opened: Opener
) -> None:
    """Arrow keys move between the forms of a fix; no script takes part (our choice)."""
    page = opened(pages["deny"], script=False).page
    assert page.locator("button").count() == 0
    tabs = page.locator(".tabs").first
    assert tabs.locator(".panel:visible").count() == 1
    tabs.locator("input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "aws organizations update-policy" in (tabs.locator(".panel:visible").inner_text())
    page.locator("summary", has_text="About BD220").press("Enter")
    assert page.get_by_text("Why AWS does this").first.is_visible()


def test_everything_is_reached_by_keyboard(pages: dict[str, str], opened: Opener) -> None:
    """Tab goes through all controls and scrolled regions, each with a visible focus."""
    page = opened(pages["deny"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached, hidden = set(), []
    for _ in range(400):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            const label = e.matches('input') ? getComputedStyle(e.nextElementSibling) : s;
            return [e.tagName, e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40),
                    label.outlineStyle !== 'none']; }"""
        )
        if told[0] == "BODY":
            break
        reached.add((told[0], told[1]))
        if not told[2]:
            hidden.append(told)
    assert hidden == []
    assert any(name.startswith("Copy the Diff of fix-") for _, name in reached)
    assert ("DIV", "The way of the call: denied") in reached
    assert any(tag == "SUMMARY" for tag, _ in reached)


def test_a_copy_button_copies_what_stands_beside_it(pages: dict[str, str], opened: Opener) -> None:
    """The clipboard holds the message as it is shown (our choice)."""
    page = opened(pages["deny"]).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the message to acme-management").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Subject: orders-api as bedrock-gateway cannot call")
    assert '+        "ArnNotEquals": {' in copied


def test_paper_shows_what_is_open_and_no_controls(pages: dict[str, str], opened: Opener) -> None:
    """The chosen form of each fix under its name, opened details, no buttons (our choice)."""
    page = opened(pages["deny"]).page
    page.locator("summary", has_text="About BD220").click()
    page.emulate_media(media="print")
    assert page.locator(".panel:visible").count() == page.locator(".tabs:visible").count() > 0
    assert page.locator(".panel:visible h4").first.is_visible()
    assert page.locator("button:visible").count() == 0
    assert page.get_by_text("Why AWS does this").first.is_visible()
    assert page.locator("summary:visible").count() == 1
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_page_fits_its_window(width: int, pages: dict[str, str], opened: Opener) -> None:
    """What is wider scrolls in its own region, never the page (WCAG 1.4.10)."""
    page = opened(pages["deny"], width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _poisoned(value: Any, key: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        yield {name: next(_poisoned(item, name)) for name, item in value.items()}
    elif isinstance(value, list):
        yield [next(_poisoned(item, key)) for item in value]
    elif isinstance(value, str) and key not in _WORDS:
        yield f"{value}{HOSTILE}"
    else:
        yield value


_WORDS = (
    "schema_version", "verdict", "certainty", "redaction", "state", "severity", "kind", "mark",
    "operation", "id", "finding", "findings", "fixes",
)  # fmt: skip


def test_hostile_names_are_shown_and_never_run(tmp_path: Path, opened: Opener) -> None:
    """Every text of the report is an attack; the page shows it as text (our choice)."""
    tree = next(_poisoned(report_tree(*ORDERS)))
    file = tmp_path / "hostile.html"
    file.write_text(shared_report(tree, "html"), encoding="utf-8")
    watched = opened(file.as_uri())
    assert watched.said == []
    assert watched.asked == [file.as_uri()]
    page = watched.page
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    shown = page.locator("h1").inner_text()
    assert "<script>alert(2)</script>\\u202e" in shown
    assert "{{7*7}}" in shown
    carried = page.locator("#bedrock-doctor-report").text_content() or ""
    assert json.loads(carried) == tree
