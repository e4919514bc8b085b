"""Surprises as text and JSON."""

from __future__ import annotations

import json
from typing import Any

from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.render.page import Page
from bedrock_doctor.render.redact import Redaction, Redactor
from bedrock_doctor.render.surprises_json import surprise_trees
from bedrock_doctor.render.surprises_text import add_surprises
from bedrock_doctor.surprises.registry import surprises_of

from .world import HOME, ROLE, VENDOR, audit, organization, role, snapshot, statement


def vendor(**org: Any) -> tuple[Surprise, ...]:
    """A role that a vendor and Amazon Bedrock may assume."""
    principal = {"AWS": f"arn:aws:iam::{VENDOR}:root", "Service": "bedrock.amazonaws.com"}
    trust = [statement(Principal=principal, Action="sts:AssumeRole")]
    held = snapshot(role(trust=trust), org=organization(**org))
    return surprises_of(held, audit(held))


def text_of(told: tuple[Surprise, ...], level: Redaction, *, verbose: bool = False) -> str:
    """The text."""
    redactor = Redactor(level)
    page = Page(conceal=redactor.text)
    add_surprises(page, told, redactor, verbose=verbose)
    return page.text()


def test_the_text_tells_each_kind_with_what_makes_it_right() -> None:
    """Short: one line and one step; verbose: the policy lines as findings show them."""
    short = text_of(vendor(), Redaction.NONE)
    assert short.startswith("3 surprises\n\nAn account outside the organization can reach a model")
    assert f"! account {VENDOR} outside the organization may assume gateway" in short
    assert "right: add StringEquals aws:SourceAccount" in short
    assert "-->" not in short
    long = text_of(vendor(), Redaction.NONE, verbose=True)
    assert f"--> trust policy, statement 1, of {ROLE}" in long
    assert "^ an account outside the organization" in long


def test_what_may_be_is_told_apart() -> None:
    """Another sign, and what is not known."""
    text = text_of(vendor(members=False), Redaction.NONE)
    assert "1 may be" in text
    assert f"? account {VENDOR} outside the organization" in text
    assert "not known: whether account" in text


def test_json_tells_the_place_as_findings_do() -> None:
    """Statement, pointer, and the lines."""
    (tree, *_) = surprise_trees(vendor(), Redactor(Redaction.NONE))
    assert tree["kind"] == "foreign-account-with-access"
    assert tree["where"]["statement"] == 1
    assert tree["where"]["pointer"] == "/Statement/0/Principal/AWS"
    assert tree["reached"] == ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"]
    assert json.loads(json.dumps(tree)) == tree


def test_names_can_be_hidden() -> None:
    """--redact works on words, places and policy lines."""
    shown = [
        text_of(vendor(), Redaction.ALL, verbose=True),
        json.dumps(surprise_trees(vendor(), Redactor(Redaction.ALL))),
    ]
    for text in shown:
        for name in (HOME, VENDOR, "gateway"):
            assert name not in text
