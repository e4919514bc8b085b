"""The difference of two audits as text, JSON, CSV and a page."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from bedrock_doctor.audit.difference import difference
from bedrock_doctor.model.audit import Access, Audit, AuditedAccount
from bedrock_doctor.model.audit_change import AuditDifference, ChangeKind
from bedrock_doctor.render.audit_difference_data import (
    audit_difference_csv,
    audit_difference_tree,
)
from bedrock_doctor.render.audit_difference_text import audit_difference_text
from bedrock_doctor.render.html.audit_difference_page import audit_difference_page
from bedrock_doctor.render.page import Page
from bedrock_doctor.render.redact import Redaction, Redactor
from tests.audit.small import HOME, ROUTES, audit_of

A, U, B = Access.ALLOWED, Access.UNKNOWN, Access.BLOCKED
HOSTILE = "<script>alert(1)</script>\u202e=x"
TEXT = f"""\
3 principals gained access, 1 lost it, of 1 it cannot be told any more
compared: 1 account, 2026-11-01T08:00:00Z and 2026-11-20T08:00:00Z

Gained access: 2 changes
  + r0 and r3 of apps ({HOME})
    m0 by InvokeModel from eu-west-1
    by their own permissions
  + r1 of apps ({HOME})
    m0 by InvokeModel from eu-west-1
    through r0

Lost access: 1 change
  - r2 of apps ({HOME})
    m1 by InvokeModel from eu-west-1
    by their own permissions

Newly unknown: 1 change
  ? r2 of apps ({HOME})
    m0 by InvokeModel from eu-west-1
    through r0
    not allowed before, unknown now

1 account only in the second snapshot, not compared: 555566667777
"""


def two() -> tuple[Audit, Audit]:
    """r0 and r3 gain m0, r1 through r0; r2 loses m1, and may reach m0 through r0."""
    accounts = (AuditedAccount(HOME, "apps"),)
    then = audit_of([[B] * ROUTES, [B] * ROUTES, [B, A, B], [B] * ROUTES], {})
    gain = [A, B, B]
    now = audit_of([gain, [B] * ROUTES, [B] * ROUTES, gain], {(1, 0): A, (2, 0): U})
    more = (*accounts, AuditedAccount("555566667777"))
    return (
        replace(then, accounts=accounts, created="2026-11-01T08:00:00Z"),
        replace(now, accounts=more, created="2026-11-20T08:00:00Z"),
    )


def found() -> AuditDifference:
    """Their difference."""
    return difference(*two())


def told(changes: AuditDifference, level: Redaction = Redaction.NONE) -> str:
    """The text."""
    redactor = Redactor(level)
    return audit_difference_text(changes, Page(conceal=redactor.text), redactor)


def test_the_text_tells_who_what_and_how() -> None:
    """Gained first, then lost, then what is open; what was not compared at the end."""
    assert told(found()) == TEXT


def test_nothing_different_is_one_line() -> None:
    """And says how much was compared."""
    one = two()[0]
    text = told(difference(one, one))
    assert text.startswith("nobody gained or lost access to a model\ncompared: 1 account")


def test_json_tells_the_same_with_whole_lists() -> None:
    """Numbers of principals by kind; every change with its words."""
    tree = audit_difference_tree(found(), Redactor(Redaction.NONE))
    assert (tree["gained"], tree["lost"], tree["doubted"], tree["settled"]) == (3, 1, 1, 0)
    assert tree["changes"][1]["via"] == [f"arn:aws:iam::{HOME}:role/r0"]
    assert tree["changes"][0]["words"].startswith(f"r0 and r3 of apps ({HOME}): m0 by InvokeModel")
    assert json.loads(json.dumps(tree)) == tree


def test_csv_has_a_row_for_each_principal_and_change() -> None:
    """Lists in one cell; read back by the standard library."""
    text = "".join(audit_difference_csv(found(), Redactor(Redaction.NONE)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["change"], row["principal"][-2:]) for row in rows] == [
        ("gained", "r0"), ("gained", "r3"), ("gained", "r1"), ("lost", "r2"),
        ("newly unknown", "r2"),
    ]  # fmt: skip
    assert rows[0]["models"] == "m0"


def test_names_can_be_hidden() -> None:
    """--redact works in every form."""
    shown = [
        told(found(), Redaction.ALL),
        json.dumps(audit_difference_tree(found(), Redactor(Redaction.ALL))),
        "".join(audit_difference_csv(found(), Redactor(Redaction.ALL))),
        audit_difference_page(found(), Redactor(Redaction.ALL)),
    ]
    for text in shown:
        assert HOME not in text
        assert "r3" not in text
        assert "apps" not in text


def test_nothing_foreign_becomes_markup() -> None:
    """Names are text on the page, and no formula in a cell."""
    changes = tuple(
        replace(change, principals=(HOSTILE,), models=(HOSTILE,), account="", depends_on=(HOSTILE,))
        for change in found().changes
    )
    poisoned = replace(found(), changes=changes, added=(HOSTILE,), names=((HOME, HOSTILE),))
    page = audit_difference_page(poisoned, Redactor(Redaction.NONE))
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    cell = replace(changes[0], kind=ChangeKind.GAINED, principals=("=1+1",))
    text = "".join(
        audit_difference_csv(replace(poisoned, changes=(cell,)), Redactor(Redaction.NONE))
    )
    assert ",'=1+1," in text
