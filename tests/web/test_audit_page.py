"""The heat map of an audit in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from bedrock_doctor.audit.difference import difference
from bedrock_doctor.model.audit import (
    Access,
    AccessClass,
    Audit,
    AuditedAccount,
    AuditedPrincipal,
    PrincipalType,
    Route,
    TrustEdge,
)
from bedrock_doctor.model.finding import Mark, Place
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.policy import PolicyKind, PolicyRef
from bedrock_doctor.model.source import Source, Span
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.render.html.audit_difference_page import audit_difference_page
from bedrock_doctor.render.html.audit_page import audit_page
from bedrock_doctor.render.redact import Redaction, Redactor

from .accessibility import violations
from .conftest import Opener

HOSTILE = "</script></style><img src=x onerror=alert(1)><script>alert(2)</script>\u202e'\"{{7*7}}"
APPS, TOOLS, BOSS = "111122223333", "444455556666", "999900001111"
INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
LITE, SONNET = "amazon.nova-lite-v1:0", "anthropic.claude-sonnet-4-6"
ROUTES = (
    Route(LITE, "eu-central-1", destinations=("eu-central-1",)),
    Route(LITE, "us-east-1", destinations=("us-east-1",)),
    Route(SONNET, "eu-central-1", f"eu.{SONNET}", ("eu-central-1", "eu-north-1")),
)
EVERY = 0b111


def principal(
    account: str, name: str, kind: PrincipalType = PrincipalType.ROLE
) -> AuditedPrincipal:
    """A role, or a user."""
    word = "user" if kind is PrincipalType.USER else "role"
    return AuditedPrincipal(f"arn:aws:iam::{account}:{word}/{name}", account, kind)


def classes(account: str, people: tuple[int, ...], *parts: tuple[int, Access]) -> list[AccessClass]:
    """The access of some people to sets of routes by both actions; the rest is blocked."""
    rest = EVERY
    found = []
    for action in (INVOKE, STREAM):
        rest = EVERY
        for routes, access in parts:
            rest &= ~routes
            half = access is Access.HALF_BLOCKED
            found.append(
                AccessClass(
                    account, people, action, routes, access,
                    (PolicyLayer.SCP,) if half else (), ("eu-north-1",) if half else (),
                    (UnknownFact("aws:SourceIp"),) if access is Access.UNKNOWN else (),
                )
            )  # fmt: skip
        if rest:
            blocked = (account, people, action, rest, Access.BLOCKED, (PolicyLayer.IDENTITY,))
            found.append(AccessClass(*blocked))
    return found


def sample() -> Audit:
    """Two accounts: app -> gateway (certain), job -> gateway (external id), two alike, a user."""
    people = (
        principal(APPS, "app"),
        principal(APPS, "job"),
        principal(APPS, "twin-a"),
        principal(APPS, "twin-b"),
        principal(APPS, "ada", PrincipalType.USER),
        principal(TOOLS, "gateway"),
        AuditedPrincipal("arn:aws:iam::777788889999:root", "777788889999", PrincipalType.FOREIGN),
    )
    found = [
        *classes(APPS, (0, 1)),
        *classes(APPS, (2, 3), (0b010, Access.ALLOWED)),
        *classes(APPS, (4,), (0b001, Access.UNKNOWN), (0b100, Access.HALF_BLOCKED)),
        *classes(TOOLS, (5,), (0b101, Access.ALLOWED)),
    ]
    waits = (UnknownFact("sts:ExternalId"),)
    edges = (
        TrustEdge(0, 5, Access.ALLOWED),
        TrustEdge(1, 5, Access.UNKNOWN, settle=waits),
        TrustEdge(6, 5, Access.ALLOWED),
    )
    accounts = (AuditedAccount(APPS, "apps", BOSS), AuditedAccount(TOOLS, "tools", BOSS))
    return Audit(
        accounts, people, ROUTES, (INVOKE, STREAM), tuple(found), edges, 3, ("no endpoints",)
    )


def surprise(summary: str = "account 777788889999 may assume gateway") -> Surprise:
    """One with its policy text."""
    text = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "777788889999"}}]}'
    at = text.index('"777788889999"')
    place = Place(
        PolicyRef(PolicyKind.TRUST, "trust", TOOLS, holder=f"arn:aws:iam::{TOOLS}:role/gateway"),
        Source(text), 1, None, "/Statement/0", (Mark(Span(at, at + 14), "a stranger"),),
    )  # fmt: skip
    return Surprise(
        "foreign-account-with-access", TOOLS, TOOLS, True, summary, "gateway", place,
        ("arn:aws:iam::777788889999:root",), help=("take it out",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the sample."""
    file = tmp_path_factory.mktemp("audit") / "audit.html"
    page = audit_page(sample(), (surprise(),), Redactor(Redaction.NONE))
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


def ready(page: Page) -> Page:
    """The page, when its script is done."""
    page.locator("[data-ready]").wait_for(state="attached")
    return page


def opened_rows(page: Page) -> None:
    """Opens everything that is closed; a small organization begins with its accounts open."""
    closed = page.locator("#grid tbody tr.level2 th[aria-expanded=false]")
    while closed.count():
        closed.first.click()


def line(page: Page, name: str) -> Locator:
    """The row of somebody."""
    return page.locator("#grid tbody tr").filter(has=page.locator(f"th[title='{name}']"))


def letters(page: Page, name: str) -> list[str]:
    """The cells of somebody's row."""
    return line(page, name).locator("td").all_inner_texts()


def test_the_page_asks_for_nothing_and_complains_of_nothing(address: str, opened: Opener) -> None:
    """One file, no network, no errors, no violation of its own policy (our choice)."""
    watched = opened(address)
    ready(watched.page)
    assert watched.asked == [address]
    assert watched.said == []


def test_starting_batch_jobs_is_no_call_of_a_model(tmp_path: Path, opened: Opener) -> None:
    """A batch job calls by its service role; the map shows who may start one when it is asked."""
    batch = "bedrock:CreateModelInvocationJob"
    audit = sample()
    starts = AccessClass(TOOLS, (5,), batch, EVERY, Access.ALLOWED)
    file = tmp_path / "batch.html"
    audit = replace(audit, actions=(*audit.actions, batch), classes=(*audit.classes, starts))
    page = audit_page(audit, (), Redactor(Redaction.NONE))
    file.write_text(page, encoding="utf-8")
    shown = ready(opened(file.as_uri()).page)
    shown.select_option("#filter-region", label="us-east-1")
    opened_rows(shown)
    assert letters(shown, "gateway") == ["·", "·"]
    shown.select_option("#filter-action", label="any")
    assert letters(shown, "gateway") == ["D 1", "·"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_meets_wcag_aa(scheme: str, address: str, opened: Opener) -> None:
    """Contrast, names, roles and order, by axe-core in both schemes, with all rows and details."""
    page = ready(opened(address, scheme=scheme).page)
    opened_rows(page)
    for fold in page.locator("#grid .fold").all():
        fold.click()
    line(page, "app").locator("td").nth(1).click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert violations(page) == []


def test_cells_tell_the_best_access_by_letter(address: str, opened: Opener) -> None:
    """Direct, through a chain, unknown, half-blocked, none; by provider with a number."""
    page = ready(opened(address).page)
    opened_rows(page)
    assert letters(page, "app") == ["C 1", "C 1"]
    assert letters(page, "job") == ["? 1", "? 1"]
    assert letters(page, "ada") == ["? 1", "H 1"]
    assert letters(page, "twin-a") == ["D 1", "·"]
    assert letters(page, "gateway") == ["D 1", "D 1"]
    assert letters(page, f"apps {APPS}") == ["D 3", "C 1"]
    label = line(page, "app").locator("td").first.get_attribute("aria-label")
    assert label == "amazon (1): through a chain of roles, 1 model"


def test_principals_that_stand_alike_are_one_band(address: str, opened: Opener) -> None:
    """Their number and their names; opened, each of them."""
    page = ready(opened(address).page)
    band = page.locator("#grid tr.level2 th").filter(has_text="2 alike: twin-a, twin-b")
    assert band.count() == 1
    assert page.locator("th[title=twin-a]").count() == 0
    band.click()
    assert page.locator("th[title=twin-a]").count() == 1


def test_region_action_and_names_narrow_the_map(address: str, opened: Opener) -> None:
    """Every filter alone, and Clear takes them back."""
    page = ready(opened(address).page)
    page.select_option("#filter-region", label="us-east-1")
    opened_rows(page)
    assert letters(page, "twin-a") == ["D 1", "·"]
    assert letters(page, "gateway") == ["·", "·"]
    page.select_option("#filter-region", label="any")
    page.fill("#filter-principal", "ADA")
    page.locator("th[title=app]").wait_for(state="detached")
    assert page.locator("#status").inner_text() == "1 principal in 1 account, 2 models"
    page.fill("#filter-principal", "")
    page.fill("#filter-account", "tools")
    page.locator(f"th[title='apps {APPS}']").wait_for(state="detached")
    page.fill("#filter-account", "")
    page.select_option("#filter-access", label="H half-blocked")
    page.locator("th[title=gateway]").wait_for(state="detached")
    assert page.locator("th[title=ada]").count() == 1
    page.get_by_role("button", name="Clear").click()
    page.locator("th[title=gateway]").wait_for()
    page.fill("#filter-model", "nova")
    page.locator("#grid thead .model").wait_for()
    assert page.locator("#grid thead .fold").count() == 1
    page.fill("#filter-principal", "nobody")
    page.get_by_text("Nobody fits these filters.").wait_for()


def test_details_tell_ways_chains_and_what_blocks(address: str, opened: Opener) -> None:
    """Regions, destinations, the blocking layer with its owner, and what a doubt depends on."""
    page = ready(opened(address).page)
    opened_rows(page)
    line(page, "ada").locator("td").nth(1).click()
    told = page.locator("#details").inner_text()
    assert "half-blocked" in told
    assert f"eu.{SONNET}" in told
    assert "blocked in\neu-north-1" in told
    assert f"SCP, management account {BOSS}" in told
    line(page, "ada").locator("td").first.click()
    assert "depends on\naws:SourceIp" in page.locator("#details").inner_text()
    line(page, "app").locator("td").first.click()
    told = page.locator("#details").inner_text()
    assert f"→ gateway in {TOOLS}" in told
    assert "identity-based policy" in told
    assert f"diagnose --as arn:aws:iam::{APPS}:role/app --model {LITE}" in told
    line(page, "job").locator("td").first.click()
    assert "depends on\nsts:ExternalId" in page.locator("#details").inner_text()
    line(page, "arn:aws:iam::777788889999:root").locator("td").first.click()
    assert "are not in the snapshot" in page.locator("#details").inner_text()


def test_a_certain_chain_is_shown_also_where_it_is_longer(tmp_path: Path, opened: Opener) -> None:
    """As the letter says: job -> app -> gateway is certain, job -> gateway is not."""
    audit = sample()
    edges = tuple(sorted((*audit.edges, TrustEdge(1, 0, Access.ALLOWED)), key=lambda e: e.source))
    file = tmp_path / "longer.html"
    page = audit_page(replace(audit, edges=edges), (), Redactor(Redaction.NONE))
    file.write_text(page, encoding="utf-8")
    shown = ready(opened(file.as_uri()).page)
    opened_rows(shown)
    assert letters(shown, "job") == ["C 1", "C 1"]
    line(shown, "job").locator("td").first.click()
    told = shown.locator("#details").inner_text()
    assert f"→ app → gateway in {TOOLS}" in told
    assert "sts:ExternalId" not in told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_difference_meets_wcag_aa(
    scheme: str, tmp_path: Path, opened: Opener
) -> None:
    """Its tables and lists, opened; it asks for nothing and has no words for the console."""
    before = replace(sample(), edges=())
    file = tmp_path / "difference.html"
    found = difference(before, sample())
    page = audit_difference_page(found, Redactor(Redaction.NONE))
    file.write_text(page, encoding="utf-8")
    watched = opened(file.as_uri(), scheme=scheme)
    watched.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert violations(watched.page) == []
    assert (watched.said, watched.asked) == ([], [file.as_uri()])
    assert watched.page.locator("h1").inner_text().startswith("2 principals gained access")


def test_the_map_is_worked_by_keyboard(address: str, opened: Opener) -> None:
    """Arrows move one focus over names and cells, + and - fold, Enter shows details."""
    page = ready(opened(address).page)
    page.locator("#grid tbody [tabindex='0']").focus()
    focused = "document.activeElement.dataset.row + ' ' + document.activeElement.dataset.column"
    page.keyboard.press("-")
    assert page.locator("th[title=app]").count() == 0
    page.keyboard.press("+")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "1 1"
    page.keyboard.press("End")
    assert page.evaluate(focused) == "1 2"
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Home")
    assert page.evaluate(focused) == "0 0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert "principal" in page.locator("#details").inner_text()
    assert page.locator("#grid tbody [tabindex='0']").count() == 1


def test_only_rows_in_sight_are_in_the_document(tmp_path: Path, opened: Opener) -> None:
    """Hundreds of accounts scroll: rows at the end appear when they come into sight."""
    audit = sample()
    more = tuple(AuditedAccount(f"{500000000000 + n}") for n in range(600))
    people = tuple(principal(account.id, "one") for account in more)
    file = tmp_path / "many.html"
    large = replace(
        audit, accounts=(*audit.accounts, *more), principals=(*audit.principals, *people)
    )
    file.write_text(audit_page(large, (), Redactor(Redaction.NONE)), encoding="utf-8")
    page = ready(opened(file.as_uri()).page)
    assert page.locator("#grid tbody tr").count() < 80
    assert page.locator("th[title='500000000599']").count() == 0
    page.locator("#frame").evaluate("frame => { frame.scrollTop = frame.scrollHeight; }")
    page.locator("th[title='500000000599']").wait_for()
    assert page.locator("#grid tbody tr").count() < 80


def test_tables_and_surprises_stay_without_script(address: str, opened: Opener) -> None:
    """The summary, accounts, models, surprises and limits are plain HTML."""
    page = opened(address, script=False).page
    assert page.locator("#map").is_hidden()
    row = page.locator("#accounts tr").filter(has_text=APPS)
    assert row.locator("td").all_inner_texts() == ["apps", "2", "1", "2", "·", "·"]
    row = page.locator("#models tr").filter(has_text=SONNET)
    assert row.locator("td").all_inner_texts() == ["anthropic", "1", "2", "1", "1", "2"]
    assert page.get_by_text("account 777788889999 may assume gateway").is_visible()
    assert page.locator("pre.policy mark").inner_text() == '"777788889999"'
    assert "^ a stranger" in page.locator("pre.policy").inner_text()
    assert page.get_by_text("no endpoints").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_its_window(width: int, address: str, opened: Opener) -> None:
    """What is wider scrolls in its own region, never the page (WCAG 1.4.10)."""
    page = ready(opened(address, width=width).page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_are_never_markup(tmp_path: Path, opened: Opener) -> None:
    """Names of accounts, roles, models, Regions and policies are text, in tables and in cells."""
    audit = sample()
    poisoned = replace(
        audit,
        accounts=(replace(audit.accounts[0], name=HOSTILE), audit.accounts[1]),
        principals=tuple(replace(one, arn=one.arn + HOSTILE) for one in audit.principals),
        routes=tuple(
            replace(route, model=route.model + HOSTILE, profile=HOSTILE) for route in audit.routes
        ),
        limits=(HOSTILE,),
    )
    file = tmp_path / "hostile.html"
    page = audit_page(poisoned, (surprise(HOSTILE),), Redactor(Redaction.NONE))
    assert "\u202e" not in page
    file.write_text(page, encoding="utf-8")
    watched = opened(file.as_uri())
    ready(watched.page)
    opened_rows(watched.page)
    for cell in watched.page.locator("#grid tbody td.cell").all()[:6]:
        cell.click()
    assert watched.said == []
    assert watched.asked == [file.as_uri()]
    assert watched.page.locator("img").count() == 0


def test_names_can_be_hidden() -> None:
    """--redact works on tables and on the data of the map."""
    audit = sample()
    accounts = (replace(audit.accounts[0], name="hush"), audit.accounts[1])
    page = audit_page(replace(audit, accounts=accounts), (surprise(),), Redactor(Redaction.ALL))
    for name in (APPS, TOOLS, BOSS, "777788889999", "gateway", "twin-a", "hush"):
        assert name not in page
