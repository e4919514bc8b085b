"""Settings of accounts, and everything else that no policy mends, as fixes."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from bedrock_doctor.diagnose.registry import BY_ID
from bedrock_doctor.fix.mending import mending_of
from bedrock_doctor.fix.people import ACCOUNT_ADMINISTRATOR, DEVELOPER
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.fix import Fix, FixKind
from bedrock_doctor.model.report import Report


def other_fixes(findings: Iterable[Finding], report: Report) -> Iterator[Fix]:
    """What somebody can do about findings that no policy mends; nothing of it is proved."""
    for finding in findings:
        mending = mending_of(finding.id)
        if mending.kind in (FixKind.ATTEMPT, FixKind.ACCOUNT):
            settings = mending.kind is FixKind.ACCOUNT
            yield Fix(
                id="",
                kind=mending.kind,
                findings=(finding.id,),
                owner=finding.owner_account,
                person=ACCOUNT_ADMINISTRATOR if settings else DEVELOPER,
                summary=finding.help[0] if finding.help else BY_ID[finding.id].advice,
                commands=tuple(_filled(text, finding, report) for text in mending.commands),
            )


def _filled(template: str, finding: Finding, report: Report) -> str:
    way = report.way
    gate = next((g for g in way.gates if g.rule == finding.slug), None)
    models = way.target.models
    words = {
        "account": finding.owner_account or way.call.account,
        "region": (gate.region if gate else "") or way.attempt.region,
        "model": models[0] if models else way.target.id,
        "subject": next(iter(finding.subjects), way.call.target),
        "code": (gate.facts.get("code", "") if gate else "") or "CODE",
    }
    return template.format(**{name: shlex.quote(word) for name, word in words.items()})
