"""A plan as unified diffs, and as JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.render.printable import printable, printable_lines


def plan_text(plan: Plan) -> str:
    """The answer in words, and each changed document as a unified diff."""
    lines = [*_verdict(plan)]
    for number, document in enumerate(plan.documents, 1):
        owner = document.owner or "(not known)"
        lines += ["", f"{number}. account {owner} changes the {policy_title(document.policy)}"]
        lines += [f"   mends: {', '.join(document.findings)}"]
        lines += [f"   also opens: {text}" for text in document.opens]
        lines += diff_lines(document)
    for finding in plan.remaining:
        lines += ["", f"no policy change is offered for {finding.id}: {finding.summary}"]
        lines += [f"   {step}" for step in finding.help]
    lines += ["", *(f"not proved: {doubt}" for doubt in plan.doubts)] if plan.doubts else []
    return printable_lines("\n".join(lines)) + "\n"


def _verdict(plan: Plan) -> Iterator[str]:
    if not plan.needed:
        yield "nothing to mend: no policy of this snapshot is known to refuse the attempt"
    elif plan.proved:
        others = sorted({e.owner for e in plan.edits} - {d.owner for d in plan.documents})
        where = f"below and those of account {', '.join(others)}" if others else "below"
        yield f"proved: with all changes {where} every check allows"
        yield "without any one of the edits the attempt stays denied"
        yield "nothing was applied"
    elif plan.documents:
        yield "not proved: the changes below mend a part; the rest needs what is said under them"
    else:
        yield "no policy change is offered that would let this attempt pass"


def document_lines(document: ChangedDocument) -> list[str]:
    """One changed document: its title and its diff."""
    return [policy_title(document.policy), *diff_lines(document)]


def policy_title(ref: PolicyRef) -> str:
    """Which policy it is, for people."""
    named = f'{ref.name} "{ref.title}"' if ref.title else ref.name
    return " ".join(part for part in (ref.kind.value, named, ref.holder) if part)


def diff_lines(document: ChangedDocument) -> list[str]:
    """A changed document as a unified diff."""
    name = printable(f"{document.owner}/{document.policy.kind}/{document.policy.name}")
    lines = difflib.unified_diff(
        document.before.splitlines(),
        document.after.splitlines(),
        f"a/{name}" if document.before else "/dev/null",
        f"b/{name}",
        lineterm="",
    )
    return list(lines)


def plan_tree(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values; documents are the whole texts, before and after."""
    return {
        "schema_version": "1.0",
        "needed": plan.needed,
        "proved": plan.proved,
        "fixes": [
            {
                "findings": list(document.findings),
                "owner_account": document.owner,
                "policy": {
                    "kind": document.policy.kind.value,
                    "name": document.policy.name,
                    "title": document.policy.title,
                    "arn": document.policy.arn,
                    "holder": document.policy.holder,
                    "account": document.policy.account,
                },
                "before": document.before or None,
                "after": document.after,
                "also_opens": list(document.opens),
            }
            for document in plan.documents
        ],
        "remaining": [
            {
                "id": finding.id,
                "owner_account": finding.owner_account,
                "summary": finding.summary,
                "help": list(finding.help),
            }
            for finding in plan.remaining
        ],
        "doubts": list(plan.doubts),
    }
