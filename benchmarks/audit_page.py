"""How large the page of an audit is, and how long Chromium needs for it, by size of organization.

    .venv/bin/python -m benchmarks.audit_page [--roles 50000] [--keep DIR]

The audit is drawn from a seed: accounts of 50 roles, of which most share one of some forty sets of
policies; Region fences that leave profiles half-blocked; a platform account whose gateways the
others assume; administrators who can become every role of their account. Times are those of the
page itself: from the start of the navigation to the first paint, and from the input to the frame
that shows the filtered rows.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import sync_playwright

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions
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
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.render.html.audit_page import audit_page
from bedrock_doctor.render.redact import Redaction, Redactor

ACTIONS = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
ROLES = 50
TEAMS = ("search", "billing", "chat", "risk", "fraud", "docs", "ops", "data", "legal", "web")
EXTERNAL_ID = (UnknownFact("sts:ExternalId", "--external-id VALUE"),)
SOURCE_IP = (UnknownFact("aws:SourceIp", "--source-ip ADDRESS"),)


def routes() -> tuple[Route, ...]:
    """Every way to call a model that the catalog knows."""
    regions = frozenset(partitions.regions_of("aws"))
    found = [
        Route(model_id, region, destinations=(region,))
        for model_id, model in bedrock_models.models().items()
        for region in model.regions
        if model.runtime and region in regions
    ]
    for profile in inference_profiles.profile_ids():
        split = inference_profiles.split_profile_id(profile)
        for source in inference_profiles.sources(profile):
            if split is not None and source in regions:
                leads = inference_profiles.destinations(profile, source) or ("unspecified",)
                found.append(Route(split[1], source, profile, tuple(leads)))
    return tuple(found)


def sample(roles: int, seed: str = "audit") -> Audit:
    """The audit of an organization of about so many roles."""
    rng, ways = Random(seed), routes()
    granted = [_granted(rng, ways) for _ in range(40)]
    fences = [_fence(rng, ways) for _ in range(6)]
    accounts, principals, classes, edges = [], [], [], []
    for number in range(max(1, roles // ROLES)):
        account = f"{210000000000 + number:012}"
        accounts.append(AuditedAccount(account, f"{rng.choice(TEAMS)}-{number}", "999900001111"))
        first = len(principals)
        names = sorted(f"{rng.choice(TEAMS)}/{rng.choice(TEAMS)}-{n}" for n in range(ROLES))
        principals += [
            AuditedPrincipal(f"arn:aws:iam::{account}:role/{name}", account, PrincipalType.ROLE)
            for name in names
        ]
        groups: dict[int, list[int]] = {}
        for position in range(first, first + ROLES):
            groups.setdefault(rng.choice((-1, -1, *range(40))), []).append(position)
        fence = rng.choice(fences)
        for chosen, members in sorted(groups.items()):
            wanted = granted[chosen] if chosen >= 0 else 0
            classes += _classes(account, tuple(members), wanted, fence, len(ways))
        edges += _edges(rng, first)
    edges.sort(key=lambda edge: (edge.source, edge.role))
    return Audit(
        tuple(accounts), tuple(principals), ways, ACTIONS, tuple(classes), tuple(edges), 3,
        ("VPC endpoint policies are not part of an audit",), created="2026-11-20T08:00:00Z",
    )  # fmt: skip


def _granted(rng: Random, ways: tuple[Route, ...]) -> int:
    """The routes of a few models, or of all of some providers."""
    models = sorted({route.model for route in ways})
    if rng.random() < 0.3:
        chosen = {m for m in models if m.partition(".")[0] in rng.sample(("amazon", "meta"), 1)}
    else:
        chosen = set(rng.sample(models, rng.randint(1, 12)))
    return sum(1 << at for at, route in enumerate(ways) if route.model in chosen)


def _fence(rng: Random, ways: tuple[Route, ...]) -> tuple[int, int]:
    """The routes that a Region fence lets pass, and those that it half-blocks."""
    open_ = set(rng.sample(sorted({route.region for route in ways}), 8)) | {"unspecified"}
    whole = half = 0
    for at, route in enumerate(ways):
        leads = {route.region, *route.destinations}
        if leads <= open_:
            whole |= 1 << at
        elif leads & open_ and route.profile:
            half |= 1 << at
    return whole, half


def _classes(
    account: str, members: tuple[int, ...], wanted: int, fence: tuple[int, int], count: int
) -> list[AccessClass]:
    whole, half = fence
    every = (1 << count) - 1
    parts = [
        (wanted & whole, Access.ALLOWED, (), (), ()),
        (wanted & half, Access.HALF_BLOCKED, (PolicyLayer.SCP,), ("us-east-2",), ()),
        (wanted & every & ~(whole | half), Access.BLOCKED, (PolicyLayer.SCP,), (), ()),
        (every & ~wanted, Access.BLOCKED, (PolicyLayer.IDENTITY,), (), ()),
    ]
    return [
        AccessClass(account, members, action, bits, access, layers, regions, settle)
        for action in ACTIONS
        for bits, access, layers, regions, settle in parts
        if bits
    ]


def _edges(rng: Random, first: int) -> list[TrustEdge]:
    """Three administrators become every role; some roles one gateway of the first account."""
    found = [
        TrustEdge(first + admin, first + role, Access.ALLOWED)
        for admin in range(3)
        for role in range(ROLES)
        if role != admin
    ]
    for _ in range(5):
        source, gateway = first + rng.randrange(3, ROLES), rng.randrange(5)
        if source != gateway:
            sure = rng.random() < 0.7
            access = Access.ALLOWED if sure else Access.UNKNOWN
            found.append(TrustEdge(source, gateway, access, settle=() if sure else EXTERNAL_ID))
    return list({(edge.source, edge.role): edge for edge in found}.values())


def measured(page: str, folder: Path) -> dict[str, Any]:
    """What Chromium says of a page."""
    path = folder / "audit.html"
    path.write_text(page, encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1400, "height": 900})
        tab.set_default_timeout(120_000)
        tab.goto(path.as_uri())
        tab.locator("[data-ready]").wait_for(state="attached")
        paint = tab.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
        )
        ready = tab.evaluate("Number(document.querySelector('[data-ready]').dataset.ready)")
        filters = [_filtered(tab, text) for text in ("search-7", "nothing-like-this", "ops")]
        heap = tab.evaluate("performance.memory.usedJSHeapSize / 2 ** 20")
        browser.close()
    return {"first paint ms": paint, "usable ms": ready, "filter ms": max(filters), "heap MB": heap}


def _filtered(tab: Any, text: str) -> float:
    return float(
        tab.evaluate(
            """async text => {
              const field = document.querySelector('#filter-principal');
              const start = performance.now();
              field.value = text;
              field.dispatchEvent(new Event('input', {bubbles: true}));
              await new Promise(done => setTimeout(
                () => requestAnimationFrame(() => setTimeout(done)), 160));
              return performance.now() - start - 160;
            }""",
            text,
        )
    )


def main() -> None:
    """Prints one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roles", type=int, nargs="*", default=[1_000, 10_000, 50_000])
    parser.add_argument("--keep", help="leave the last page in this folder")
    given = parser.parse_args()
    for roles in given.roles:
        audit = sample(roles)
        start = time.perf_counter()
        page = audit_page(audit, (), Redactor(Redaction.NONE))
        made = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as name:
            folder = Path(given.keep or name)
            told = measured(page, folder)
        words = ", ".join(f"{name} {value:,.0f}" for name, value in told.items())
        print(f"{roles:>6} roles: {len(page) / 2**20:.1f} MB, made in {made:.1f} s; {words}")


if __name__ == "__main__":
    main()
