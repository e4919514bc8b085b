"""Judged expectations as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bedrock_doctor.model.expectation import Judgement, Outcome
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.report_json import report_tree

SCHEMA_VERSION = "1.0"


def check_tree(
    path: str,
    judgements: Sequence[Judgement],
    stale: Sequence[str],
    redactor: Redactor,
    *,
    verbose: bool = False,
) -> dict[str, Any]:
    """All judgements, each with its whole report.

    Args:
        path: the file of expectations.
        judgements: in its order; their reports carry the level of redaction.
        stale: remarks on entries of the ignore file that silence nothing.
        redactor: of the reports.
        verbose: every layer and statement in the reports.
    """
    names = {outcome: outcome.value.replace(" ", "_") for outcome in Outcome}
    return {
        "schema_version": SCHEMA_VERSION,
        "file": redactor.text(path),
        "summary": {
            "expectations": len(judgements),
            **{
                name: sum(judgement.outcome is outcome for judgement in judgements)
                for outcome, name in names.items()
            },
            "silenced_findings": sum(len(judgement.silenced) for judgement in judgements),
        },
        "expectations": [
            {
                "name": redactor.text(judgement.expectation.name) or None,
                "line": judgement.expectation.position.line,
                "expected": judgement.expectation.verdict.value,
                "because": list(judgement.expectation.because),
                "verdict": judgement.report.verdict.value,
                "outcome": names[judgement.outcome],
                "reasons": list(dict.fromkeys(finding.id for finding in judgement.reasons)),
                "lacking": list(judgement.lacking),
                "silenced": _silenced(judgement, redactor.text),
                "report": redactor.tree(report_tree(judgement.report, verbose=verbose)),
            }
            for judgement in judgements
        ],
        "stale_ignores": [redactor.text(remark) for remark in stale],
    }


def _silenced(judgement: Judgement, conceal: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.finding.id,
            "reason": conceal(entry.ignore.reason),
            "expires": entry.ignore.expires.isoformat() if entry.ignore.expires else None,
        }
        for entry in judgement.silenced
    ]
