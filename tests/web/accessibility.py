"""What axe-core says of a page. https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """Rules that are broken, each with the elements that break it."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{entry['id']}: {', '.join(str(node['target'][0]) for node in entry['nodes'][:5])}"
        for entry in found
    ]
