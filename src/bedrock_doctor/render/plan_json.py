"""A plan as one JSON document: all options, the attempt, and the decisions that it foresees.

`bedrock-doctor verify` reads it again.
"""

from __future__ import annotations

from typing import Any

import msgspec

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.report import Report
from bedrock_doctor.render.fix_json import fix_entries, plan_entries
from bedrock_doctor.render.report_json import attempt_entry

PLAN_VERSION = "1.0"


def plan_tree(plan: Plan, report: Report) -> dict[str, Any]:
    """The plan as JSON values; documents are the whole texts, before and after."""
    fixes: list[dict[str, Any]] = msgspec.to_builtins(fix_entries(plan))
    documents = {
        fix.id: fix.document for option in plan.options for fix in option.fixes if fix.document
    }
    for entry in fixes:
        changed = documents.get(entry["id"])
        entry["before"], entry["after"] = _texts(changed)
    options = [
        {**msgspec.to_builtins(entry), "attempt": _changed_attempt(option)}
        for entry, option in zip(plan_entries(plan), plan.options, strict=False)
    ]
    return {
        "schema_version": PLAN_VERSION,
        "needed": plan.needed,
        "proved": plan.proved,
        "attempt": _attempt(report.way.attempt),
        "plans": options,
        "fixes": fixes,
        "remaining": [
            {
                "id": finding.id,
                "owner_account": finding.owner_account or None,
                "summary": finding.summary,
                "help": list(finding.help),
            }
            for finding in plan.remaining
        ],
        "doubts": list(plan.doubts),
    }


def _texts(changed: ChangedDocument | None) -> tuple[str | None, str | None]:
    return (changed.before or None, changed.after) if changed else (None, None)


def _changed_attempt(option: Plan) -> Any:
    return _attempt(option.attempt) if option.attempt else None


def _attempt(attempt: Attempt) -> dict[str, Any]:
    """The attempt with everything that asking it again needs."""
    tree: dict[str, Any] = msgspec.to_builtins(attempt_entry(attempt))
    for entry, options in zip(tree["hops"], attempt.hops, strict=True):
        entry["session_policy_documents"] = [
            {"name": d.ref.name, "account": d.ref.account, "text": d.source.text}
            for d in options.session_policies
        ]
    return {**tree, "service_role": attempt.service_role}
