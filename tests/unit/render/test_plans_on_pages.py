"""Plans, blast radius and alternatives in the shared forms."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.render.letters import letters
from bedrock_doctor.render.report_reading import document_of
from bedrock_doctor.render.shared import shared_report

ACME = str(Path(__file__).parents[3] / "examples" / "acme" / "snapshot")
RADIUS = {
    "decisions": 123_456,
    "principals": 22,
    "opened": [
        {
            "account": "444455556666", "principals": ["*"], "actions": ["bedrock:InvokeModel"],
            "resources": ["*"], "regions": ["eu-north-1"], "through": [], "before": "deny",
            "after": "allow", "decisions": 7, "words": "seven roles <b>may</b> call Nova",
        }
    ],
    "closed": [],
    "limits": ["principals of other organizations"],
}  # fmt: skip


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    """A report with one plan of policy changes and one of another call."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run([
            "diagnose", "--snapshot", ACME, "--region", "eu-central-1", "--format", "json",
            "--as", "arn:aws:iam::111122223333:role/service/checkout/orders-api",
            "--role", "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
            "--model", "eu.anthropic.claude-sonnet-4-6", "--external-id", "acme-gateway-orders",
        ])  # fmt: skip
    made: dict[str, Any] = json.loads(out.getvalue())
    first = next(fix for fix in made["fixes"] if fix["finding"] == "BD312")
    first["radius"] = RADIUS
    other = {
        **first, "id": "fix-other", "option": 9, "kind": "attempt", "owner_account": "111122223333",
        "summary": "call another profile", "policy": None, "diff": None, "artifacts": None,
        "commands": ["--model eu.amazon.nova-lite-v1:0"], "radius": None,
    }  # fmt: skip
    made["fixes"].append(other)
    plan = made["plans"][0]
    plan["radius"] = RADIUS
    other_plan = {**plan, "option": 9, "fixes": [plan["fixes"][-1], "fix-other"]}
    return {**made, "plans": [plan, other_plan]}


def test_a_page_shows_what_a_plan_opens_and_its_alternatives(tree: dict[str, Any]) -> None:
    """Every fix stands once; alternatives refer to it (our choice)."""
    page = shared_report(tree, "html")
    assert "123,456 decisions of 22 principals" in page
    assert "seven roles &lt;b&gt;may&lt;/b&gt; call Nova" in page
    assert "Not compared: principals of other organizations" in page
    assert "Option 9: another way" in page
    assert page.count('id="fix-other"') == 1
    assert "--model eu.amazon.nova-lite-v1:0" in page
    for fix in tree["plans"][0]["fixes"]:
        assert page.count(f'id="{fix}"') == 1
    assert f'href="#{tree["plans"][0]["fixes"][-1]}"' in page


def test_letters_and_markdown_tell_what_a_change_opens(tree: dict[str, Any]) -> None:
    """The owner decides with the consequences at hand (our choice)."""
    told = letters(document_of(tree))
    assert [letter.account for letter in told] == list(
        dict.fromkeys(
            fix["owner_account"] for fix in tree["fixes"] if fix["id"] in tree["plans"][0]["fixes"]
        )
    )
    management = next(letter for letter in told if letter.account == "999900001111")
    assert "also opens: seven roles" in management.text
    assert "BD404" not in management.text
    markdown = shared_report(tree, "markdown")
    assert "Also opens: seven roles \\<b\\>may" in markdown
    assert "1 other way: `bedrock-doctor fix`" in markdown
