"""JUnit XML: one test case for each question, as CI systems read it.

There is no standard. The elements are those of the schema that Jenkins and GitLab document:
https://docs.gitlab.com/ci/testing/unit_test_reports/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from bedrock_doctor.model.expectation import Judgement, Outcome
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.render.annotations import failure_words
from bedrock_doctor.render.concise import finding_line, question
from bedrock_doctor.render.printable import printable, printable_lines


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its answer.

    Attributes:
        name: what is asked.
        file: where it is asked, or empty.
        line: the line there, or 0.
        outcome: the answer.
        message: what failed, one line; empty where nothing did.
        details: the findings, one a line.
    """

    name: str
    file: str
    line: int
    outcome: Outcome
    message: str = ""
    details: str = ""


def judgement_cases(
    judgements: Iterable[Judgement], conceal: Callable[[str], str] = str
) -> tuple[Case, ...]:
    """A test case for each expectation."""
    return tuple(_expected_case(entry, conceal) for entry in judgements)


def report_cases(
    reports: Iterable[Report], conceal: Callable[[str], str] = str
) -> tuple[Case, ...]:
    """A test case for each diagnosis; it passes when the call is allowed."""
    return tuple(_report_case(report, conceal) for report in reports)


def junit_text(suite: str, cases: Sequence[Case]) -> str:
    """The whole document.

    Args:
        suite: name of the suite, printable.
        cases: its test cases; their texts are concealed already.
    """
    counts = {outcome: sum(case.outcome is outcome for case in cases) for outcome in Outcome}
    numbers = (
        f'tests="{len(cases)}" failures="{counts[Outcome.NOT_MET]}" '
        f'errors="{counts[Outcome.CANNOT_TELL]}" skipped="{counts[Outcome.SILENCED]}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="bedrock-doctor" {numbers}>',
    ]
    lines.append(f"  <testsuite name={quoteattr(suite)} {numbers}>")
    for case in cases:
        lines += _lines(suite, case)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"]) + "\n"


def _lines(suite: str, case: Case) -> Iterable[str]:
    place = f" file={quoteattr(case.file)}" if case.file else ""
    place += f' line="{case.line}"' if case.line else ""
    head = f"    <testcase classname={quoteattr(suite)} name={quoteattr(case.name)}{place}"
    message = quoteattr(case.message)
    match case.outcome:
        case Outcome.MET:
            yield f"{head}/>"
            return
        case Outcome.SILENCED:
            inner = f"<skipped message={message}/>"
        case Outcome.NOT_MET:
            inner = f'<failure type="denied" message={message}>{escape(case.details)}</failure>'
        case Outcome.CANNOT_TELL:
            inner = f'<error type="unknown" message={message}>{escape(case.details)}</error>'
    yield f"{head}>"
    yield f"      {inner}"
    yield "    </testcase>"


def _expected_case(judgement: Judgement, conceal: Callable[[str], str]) -> Case:
    expected = judgement.expectation
    name = expected.name or f"{question(judgement.report)}: {expected.verdict.value}"
    message = "" if judgement.outcome is Outcome.MET else failure_words(judgement)
    if judgement.outcome is Outcome.SILENCED:
        message = "; ".join(
            dict.fromkeys(f"{s.finding.id}: {s.ignore.reason}" for s in judgement.silenced)
        )
    details = "\n".join(finding_line(finding) for finding in judgement.reasons)
    return Case(
        printable(conceal(name)),
        printable(conceal(expected.path)),
        expected.position.line,
        judgement.outcome,
        printable(conceal(message)),
        printable_lines(conceal(details)),
    )


def _report_case(report: Report, conceal: Callable[[str], str]) -> Case:
    outcomes = {
        Verdict.ALLOW: Outcome.MET,
        Verdict.DENY: Outcome.NOT_MET,
        Verdict.UNKNOWN: Outcome.CANNOT_TELL,
    }
    told = [f for f in report.findings if f.blocking or report.verdict is Verdict.UNKNOWN]
    ids = ", ".join(dict.fromkeys(finding.id for finding in told))
    message = f"{report.verdict.value}: {ids}" if ids else report.verdict.value
    details = "\n".join(finding_line(finding) for finding in told)
    return Case(
        printable(conceal(question(report))),
        "",
        0,
        outcomes[report.verdict],
        "" if report.verdict is Verdict.ALLOW else message,
        printable_lines(conceal(details)),
    )
