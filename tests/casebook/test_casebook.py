"""Every page of the casebook, asked of the real command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .audited import assert_audits_what_is_expected
from .conftest import Ask
from .page import NOT_RECORDED, Case, read_page, record
from .shared_forms import assert_forms_agree

PAGES = sorted((Path(__file__).parent / "pages").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]

WORST_FIRST = ("deny", "unknown", "allow")
WITHOUT_PAGE = {
    "BD000": "a failing rule; no input is known that makes one fail",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_finds_exactly_the_expected_barriers(case: Case, ask: Ask) -> None:
    """Verdict, ids and their order are those written down from the facts (our choice)."""
    result = ask(case, "--format", "json")
    assert case.exit_code == result.exit_code, result.output
    if case.arguments[0] == "audit" and result.stdout:
        assert_audits_what_is_expected(case, json.loads(result.stdout))
        return
    if case.verdict == "none":
        return
    answer = json.loads(result.stdout)
    if case.arguments[0] == "fix":
        assert_plans_what_is_expected(case, answer)
        return
    reports = [entry["report"] for entry in answer["attempts"]] if "attempts" in answer else []
    found = [finding["id"] for part in (answer, *reports) for finding in part["findings"]]
    verdicts = [report["verdict"] for report in reports or [answer]]
    assert case.verdict == next(word for word in WORST_FIRST if word in verdicts)
    assert list(case.expects) == found
    for report in reports or [answer]:
        assert_forms_agree(report)


def assert_plans_what_is_expected(case: Case, plan: dict[str, Any]) -> None:
    """The first plan mends the expected findings, in order, or names them as those that remain."""
    assert case.verdict == ("proved" if plan["proved"] else "unproved")
    mended = [name for fix in plan["fixes"] if fix["option"] == 1 for name in fix["findings"]]
    remaining = [finding["id"] for finding in plan["remaining"]]
    assert list(case.expects) == list(dict.fromkeys((*mended, *remaining)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_prints_the_recorded_text(case: Case, ask: Ask, update_cases: bool) -> None:
    """The page shows what people see, to the letter (our choice)."""
    result = ask(case)
    if update_cases:
        record(case, result.output)
        return
    assert case.output != NOT_RECORDED, "record it with `pytest --update-cases` and review it"
    assert case.output == result.output
    assert case.exit_code == result.exit_code


def told_by_messages() -> set[str]:
    """Findings that the texts of tests/evidence/corpus are explained with."""
    from bedrock_doctor.app import explain

    corpus = sorted((Path(__file__).parents[1] / "evidence" / "corpus").glob("*.jsonl"))
    texts = [
        json.loads(line)["text"]
        for path in corpus
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    messages = [message for text in texts for message in explain(text).messages]
    return {candidate.id for message in messages for candidate in message.candidates}


def test_every_rule_has_a_page() -> None:
    """A rule that neither a page nor a message shows is not proved to fire (our choice)."""
    from bedrock_doctor.diagnose.registry import RULES

    shown = {finding for case in CASES for finding in case.expects if finding.startswith("BD")}
    rules = {rule.id for rule in RULES}
    assert sorted(rules - shown - told_by_messages()) == sorted(WITHOUT_PAGE)
    assert sorted(shown - rules) == []


def test_every_kind_of_surprise_has_a_page() -> None:
    """A surprise that no page shows is not proved to be told (our choice)."""
    from bedrock_doctor.surprises.registry import KINDS

    told = {name for case in CASES for name in case.expects if not name.startswith("BD")}
    shown = {name.removesuffix("?") for name in told}
    assert sorted(shown) == sorted(kind.slug for kind in KINDS)


def test_names_of_cases_are_unique() -> None:
    """Two cases of one name would hide each other in a test report (our choice)."""
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_the_casebook_is_large_enough() -> None:
    """The issue behind the casebook asks for 45 situations at least (our choice)."""
    assert len(PAGES) >= 45
