"""What each address answers: a JSON tree, and the page made from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bedrock_doctor import app
from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.errors import BedrockDoctorError, UnknownName
from bedrock_doctor.evidence import Explanation
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.render.comparison_json import comparison_tree
from bedrock_doctor.render.html.comparison_page import comparison_page
from bedrock_doctor.render.html.pages import render_page
from bedrock_doctor.render.html.report_page import report_page
from bedrock_doctor.render.manual import HEADINGS, manual_json
from bedrock_doctor.render.report_json import report_tree
from bedrock_doctor.render.report_reading import shown
from bedrock_doctor.web.asked import Asked, attempt_of
from bedrock_doctor.web.browsing import Shelf

Page = Callable[..., str]
"""Renders a page; it is given what all live pages show."""
_SUGGESTED = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers.

    Attributes:
        tree: as JSON.
        page: as HTML.
        twin: the address of the JSON; empty where only a form leads to it.
        status: HTTP status.
    """

    tree: Any
    page: Page
    twin: str = ""
    status: int = 200


class Desk:
    """A snapshot, and the questions that can be asked of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.shelf = Shelf(snapshot)

    def home(self, asked: Asked) -> Answer:
        """Where to begin."""
        tree = self.shelf.overview()
        page = partial(
            render_page, "live/home.html", told=shown(tree), asked=Asked(), **self._form()
        )
        return Answer(tree, page)

    def explain(self, asked: Asked) -> Answer:
        """A pasted text; it is read, answered and forgotten."""
        text = asked.text("text")
        if not text:
            page = partial(render_page, "live/explain.html", told=None)
            return Answer({"messages": []}, page, "/explain.json")
        tree = _explanation_tree(app.explain(text))
        return Answer(tree, partial(render_page, "live/explain.html", told=shown(tree)))

    def diagnose(self, asked: Asked) -> Answer:
        """One attempt; with a pasted message as evidence where there is one."""
        twin = "" if asked.text("error") else asked.address("/diagnose.json")
        if not asked.fields:
            page = partial(render_page, "live/ask.html", asked=Asked(), error=None, **self._form())
            return Answer({"fields": {}}, page, twin)
        try:
            tree = report_tree(self._report(asked))
        except BedrockDoctorError as error:
            page = partial(render_page, "live/ask.html", asked=asked, error=error, **self._form())
            return Answer(error_tree(error), page, twin, 400)
        page = partial(
            report_page, tree, template="live/report.html", asked=asked, error=None, **self._form()
        )
        return Answer(tree, page, twin)

    def compare(self, asked: Asked) -> Answer:
        """Two attempts: fields of the other one begin with ``other.``."""
        twin = asked.address("/compare.json")
        form = {"asked": asked, "other": asked.part("other."), **self._form()}
        if not asked.fields:
            page = partial(render_page, "live/compare.html", error=None, **form)
            return Answer({"fields": {}}, page, twin)
        try:
            left = app.diagnose(attempt_of(asked), self.snapshot)
            right = app.diagnose(attempt_of(asked.part("other.")), self.snapshot)
        except BedrockDoctorError as error:
            page = partial(render_page, "live/compare.html", error=error, **form)
            return Answer(error_tree(error), page, twin, 400)
        tree = comparison_tree(app.compare(left, right))
        page = partial(comparison_page, tree, template="live/comparison.html", error=None, **form)
        return Answer(tree, page, twin)

    def snapshot_page(self, asked: Asked) -> Answer:
        """The whole snapshot, one account, or one policy document."""
        account, number = asked.text("account"), asked.text("policy")
        if account:
            tree, template = self.shelf.account(account), "live/account.html"
        elif number:
            tree, template = self.shelf.document(number), "live/policy.html"
        else:
            tree, template = self.shelf.overview(), "live/snapshot.html"
        page = partial(render_page, template, told=shown(tree))
        return Answer(tree, page, asked.address("/snapshot.json"))

    def findings(self, asked: Asked) -> Answer:
        """The manual: all findings, those of a layer, or one."""
        name = asked.text("id")
        twin = asked.address("/findings.json")
        if name:
            rule = app.rule(name)
            tree: Any = manual_json(rule)
            parts = [(heading, getattr(rule.manual, key)) for heading, key in HEADINGS]
            return Answer(
                tree, partial(render_page, "live/finding.html", told=tree, parts=parts), twin
            )
        layer = asked.text("layer")
        rules = [rule for rule in app.rules() if not layer or rule.layer.value == layer]
        if not rules:
            raise UnknownName(f"no finding belongs to a layer `{layer}`")
        tree = [manual_json(rule) for rule in rules]
        layers = dict.fromkeys(rule.layer.value for rule in app.rules())
        page = partial(
            render_page, "live/findings.html", told=tree, layers=list(layers), layer=layer,
            count=counted(len(rules), "finding"),
        )  # fmt: skip
        return Answer(tree, page, twin)

    def _report(self, asked: Asked) -> Report:
        text = asked.text("error")
        denials: tuple[Denial, ...] = ()
        if text:
            from bedrock_doctor.evidence import evidence_of

            denials = tuple(denial for denial in evidence_of(text) if denial.is_access_problem)
        report = app.diagnose(attempt_of(asked), self.snapshot, denials)
        return app.with_plan(report, self.snapshot)

    def page_to_send(self, asked: Asked) -> str:
        """The report of an attempt as a file that hides account ids."""
        from dataclasses import replace

        from bedrock_doctor.render.redact import Redaction, Redactor

        level = Redaction.ACCOUNTS
        report = replace(self._report(asked), redaction=level.value)
        return report_page(Redactor(level, report).document(report_tree(report)))

    def _form(self) -> dict[str, Any]:
        """What the fields of forms suggest."""
        return {
            "callers": shown(self.shelf.callers()[:_SUGGESTED]),
            "models": shown(self.shelf.models()[:_SUGGESTED]),
            "regions": shown(self.shelf.regions()),
            "operations": [(operation.value, operation.value) for operation in Operation],
        }


def refused(error: BedrockDoctorError, status: int) -> Answer:
    """The answer to a question that cannot be answered."""
    return Answer(
        error_tree(error), partial(render_page, "live/error.html", error=error), "", status
    )


def error_tree(error: BedrockDoctorError) -> dict[str, Any]:
    """An error as the command line writes it with ``--format json``."""
    told = {"code": "usage", "message": error.message, "help": error.help}
    return {"schema_version": "1.0", "error": told}


def _explanation_tree(explanation: Explanation) -> dict[str, Any]:
    from bedrock_doctor.evidence.explanation import to_json

    tree: dict[str, Any] = json.loads(json.dumps(to_json(explanation)))
    return tree
