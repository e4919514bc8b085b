"""The live pages in a real browser, and what the guard lets through."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from bedrock_doctor import app
from bedrock_doctor.web.server import pages_server

from .accessibility import violations
from .conftest import Opener
from .reports import ACME

TOKEN = "the-token-of-this-run"
CALLER = "arn:aws:iam::111122223333:role/service/checkout/orders-api"
GATEWAY = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
SONNET = "eu.anthropic.claude-sonnet-4-6"
QUESTION = {"as": CALLER, "role": GATEWAY, "model": SONNET, "region": "eu-central-1"}
MESSAGE = (
    "An error occurred (AccessDeniedException) when calling the Converse operation: User: "
    "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/s is not authorized to perform: "
    "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::foundation-model/"
    "anthropic.claude-sonnet-4-6 with an explicit deny in a service control policy"
)


@dataclass(frozen=True)
class Served:
    """Where the pages are."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def entry(self) -> str:
        return f"{self.origin}/?token={TOKEN}"

    def client(self, **headers: str) -> httpx.Client:
        """A program that carries the token."""
        given = {"Authorization": f"Bearer {TOKEN}", **headers}
        return httpx.Client(base_url=self.origin, headers=given, trust_env=False)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The pages over the example organization."""
    from pytest_socket import enable_socket

    enable_socket()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(16)
        port = bound.getsockname()[1]
        server = pages_server(app.load_snapshot([ACME]), port, TOKEN)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        yield Served(port)
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


PAGES = ("/", "/diagnose", "/explain", "/compare", "/snapshot", "/findings", "/findings?id=BD312")


def test_nobody_without_the_token_is_answered(served: Served) -> None:
    """Not by address, not by cookie, not with a wrong token (our choice)."""
    with httpx.Client(base_url=served.origin, trust_env=False) as client:
        for path in (*PAGES, "/index.json", "/report.html"):
            assert client.get(path).status_code == 403
        assert client.get("/?token=wrong").status_code == 403
        wrong = {"Cookie": f"bedrock-doctor-{served.port}=wrong"}
        assert client.get("/", headers=wrong).status_code == 403
        entered = client.get(f"/findings?id=BD312&token={TOKEN}")
        assert entered.status_code == 200
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert 'url=/findings?id=BD312"' in entered.text
        assert TOKEN not in entered.text
        assert client.get("/").status_code == 200


def test_other_names_of_the_machine_are_not_served(served: Served) -> None:
    """A rebound name reaches the port, and gets nothing (DNS rebinding)."""
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1", "0.0.0.0"):
        with served.client(Host=host) as client:
            assert client.get("/snapshot.json").status_code == 421


def test_forms_of_other_sites_are_refused(served: Served) -> None:
    """The cookie alone is no proof that the person sent the form (CSRF)."""
    cookie = {"Cookie": f"bedrock-doctor-{served.port}={TOKEN}"}
    with httpx.Client(base_url=served.origin, headers=cookie, trust_env=False) as client:
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = client.post("/explain", data={"text": MESSAGE}, headers=headers)
            assert answer.status_code == 403
        own = client.post("/explain", data={"text": MESSAGE}, headers={"Origin": served.origin})
        assert own.status_code == 200


def test_every_page_has_a_twin_and_its_headers(served: Served) -> None:
    """The same as JSON at the same address with .json (datasette's habit)."""
    with served.client() as client:
        for path in PAGES:
            page = client.get(path)
            assert page.status_code == 200
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert page.headers["cache-control"] == "no-store"
            name, _, query = path.partition("?")
            twin = ("/index" if name == "/" else name) + ".json" + (f"?{query}" if query else "")
            assert f'href="{twin}"' in page.text
            assert client.get(twin).json() is not None
        told = client.get("/diagnose.json", params=QUESTION).json()
        assert [finding["id"] for finding in told["findings"]] == ["BD220", "BD312", "BD404"]


def test_mistakes_are_told_on_page_and_twin(served: Served) -> None:
    """With a status, in the form that was asked for, with the fields kept (our choice)."""
    with served.client() as client:
        page = client.get("/diagnose", params={**QUESTION, "model": "no.such-model"})
        assert page.status_code == 400
        assert 'role="alert"' in page.text
        assert CALLER in page.text
        twin = client.get("/diagnose.json", params={**QUESTION, "as": "nobody"})
        assert twin.status_code == 400
        assert "nobody" in twin.json()["error"]["message"]
        for path, status in (
            ("/findings?id=BD999", 404), ("/snapshot?account=1", 404), ("/snapshot?policy=-1", 404),
            ("/nothing", 404), ("/findings?layer=x", 404),
        ):  # fmt: skip
            assert client.get(path).status_code == status
        assert client.post("/findings").status_code == 405
        assert client.post("/explain", content=b"text=\xff").status_code == 400
        assert client.post("/explain.json", content=b"x" * (9 << 20)).status_code == 400


def test_what_is_pasted_is_in_no_address_and_no_log(
    served: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither stored nor logged; a pasted text in an address is not even read (our choice)."""
    with served.client() as client:
        secret = "SECRET-IN-A-MESSAGE"
        client.post("/explain", data={"text": f"{MESSAGE} {secret}"})
        asked = client.post("/diagnose", data={**QUESTION, "error": f"{MESSAGE} {secret}"})
        assert asked.status_code == 200
        assert secret not in asked.text
        assert client.get("/explain.json", params={"text": MESSAGE}).json() == {"messages": []}
        moved = client.post("/diagnose", data=QUESTION)
        assert moved.status_code == 303
        assert moved.headers["location"] == f"/diagnose?{urlencode(QUESTION)}"
    told = capfd.readouterr()
    assert told.out + told.err == ""


def test_a_question_is_asked_in_a_form(served: Served, opened: Opener) -> None:
    """From the first page to the drawing, then on from the filled form (our choice)."""
    watched = opened(served.entry)
    page = watched.page
    page.wait_for_url(f"{served.origin}/")
    for name, value in QUESTION.items():
        page.locator(f"#ask [name={name}]").fill(value)
    page.get_by_role("button", name="Ask").press("Enter")
    page.wait_for_url(f"{served.origin}/diagnose?**")
    assert "wants an ExternalId" in page.locator("h1").inner_text()
    page.locator("#ask summary").click()
    page.get_by_label("ExternalId").fill("acme-gateway-orders")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**external-id=acme-gateway-orders**")
    assert "blocks 2 Regions" in page.locator("h1").inner_text()
    page.get_by_role("link", name="JSON").click()
    assert json.loads(page.locator("body").inner_text())["verdict"] == "deny"
    assert watched.said == []
    assert {address.split("/")[2] for address in watched.asked if "://" in address} == {
        f"127.0.0.1:{served.port}"
    }


def test_an_error_is_pasted(served: Served, opened: Opener) -> None:
    """The pasted message leads to findings, and those to their manual pages."""
    watched = opened(served.entry)
    page = watched.page
    page.wait_for_url(f"{served.origin}/")
    page.get_by_label("Message, traceback, log").fill(MESSAGE)
    page.get_by_role("button", name="Explain").click()
    page.wait_for_url(f"{served.origin}/explain")
    page.get_by_role("link", name="BD3").first.click()
    assert "BD3" in page.locator("h1").inner_text()
    assert watched.said == []


def test_two_attempts_are_compared_and_the_snapshot_is_browsed(
    served: Served, opened: Opener
) -> None:
    """The same layer as the command finds; documents are reached from the account."""
    page = opened(served.entry).page
    page.wait_for_url(f"{served.origin}/")
    other = {f"other.{key}": value for key, value in QUESTION.items() if key != "role"}
    asked = {**QUESTION, **other, "other.as": GATEWAY}
    page.goto(f"{served.origin}/compare?{urlencode(asked)}")
    assert "part at 1 sts:AssumeRole, trust policy" in page.locator("h1").inner_text()
    page.get_by_role("link", name="Snapshot").click()
    page.get_by_role("link", name="acme-ai-platform").first.click()
    page.get_by_role("link", name="AllowEuInference").first.click()
    assert "ModelThroughProfile" in page.locator("pre").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_live_pages_meet_wcag_aa(scheme: str, served: Served, opened: Opener) -> None:
    """By axe-core, on every kind of page, and none is wider than a small window."""
    page = opened(served.entry, scheme=scheme, width=390).page
    page.wait_for_url(f"{served.origin}/")
    other = {f"other.{key}": value for key, value in QUESTION.items()}
    asked = ["/", "/diagnose?as=x&model=y&region=z", "/findings?id=BD312"]
    if scheme == "light":
        compared = f"/compare?{urlencode(QUESTION | other)}"
        asked += [compared, "/explain", "/findings", "/snapshot", "/snapshot?account=444455556666"]
    for path in asked:
        page.goto(served.origin + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_hostile_files_and_fields_do_not_run(
    tmp_path: Path, served: Served, opened: Opener
) -> None:
    """What is typed or read is shown as text (our choice)."""
    watched = opened(served.entry)
    page = watched.page
    page.wait_for_url(f"{served.origin}/")
    attack = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
    page.goto(f"{served.origin}/diagnose?{urlencode({**QUESTION, 'as': attack})}")
    assert "<script>alert(2)</script>" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("Who calls").first.input_value() == attack
    page.goto(f"{served.origin}/?token={TOKEN}&x={attack}")
    page.wait_for_url(f"{served.origin}/?x=**")
    assert page.locator("img").count() == 0
    assert [text for text in watched.said if "400" not in text] == []
