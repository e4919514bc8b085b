"""One Chromium for a module, and pages that watch what a page does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The server of these tests and the browser talk over loopback."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system; its absence is a failure where CI says that it is CI.

    It ends with its module: as long as it runs, its event loop runs in this thread, and no other
    test could run one.
    """
    from pytest_socket import enable_socket

    enable_socket()
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium: apt-get install chromium"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass
class Watched:
    """A page and everything that it said or asked for.

    Attributes:
        page: the page.
        said: messages of the console, and errors.
        asked: addresses of requests.
    """

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Opener = Callable[..., Watched]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """Opens pages: ``opened(address, script=False, scheme="dark", width=400)``."""
    contexts = []

    def open_page(
        address: str, *, script: bool = True, scheme: str = "light", width: int = 1280
    ) -> Watched:
        context = browser.new_context(
            java_script_enabled=script,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.on("console", lambda message: watched.said.append(message.text))
        watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
        watched.page.on("dialog", lambda dialog: watched.said.append(f"dialog {dialog.message}"))
        watched.page.on("request", lambda request: watched.asked.append(request.url))
        watched.page.goto(address)
        return watched

    yield open_page
    for context in contexts:
        context.close()
