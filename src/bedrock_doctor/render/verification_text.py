"""The answer of `verify`, as text and as JSON."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.verification import Verification
from bedrock_doctor.render.fix_text import policy_title, radius_line
from bedrock_doctor.render.printable import printable_lines

_WORDS = {
    Verdict.ALLOW: "fixed: every check allows the attempt now",
    Verdict.DENY: "not fixed: the attempt is still denied",
    Verdict.UNKNOWN: "cannot tell: the answer depends on what was not collected",
}


def verification_text(found: Verification) -> str:
    """The answer in words."""
    report = found.report
    lines = [_WORDS[report.verdict]]
    lines += [f"   {f.id}: {f.summary}" for f in report.findings if f.blocking]
    lines += [f"   missing: {p.missing}" for p in report.unknowns if p.decisive]
    lines += ["", "the plan:"] if found.documents else []
    for document, state in found.documents:
        lines.append(f"   {document.fix} {policy_title(document.policy)}: {state.value}")
    radius = found.unplanned
    over = "against the older snapshot with the plan" if found.whole else "in these documents"
    if radius.opened or radius.closed:
        lines += ["", f"not as planned, {over}: {radius_line(radius)}"]
        lines += [f"   opens {entry.words}" for entry in radius.opened]
        lines += [f"   closes {entry.words}" for entry in radius.closed]
    else:
        lines += ["", f"nothing else is different, {over}"]
    lines += [f"   not compared: {text}" for text in radius.limits]
    if not found.whole:
        lines += ["   with --before OLD everything else that changed is compared as well"]
    return printable_lines("\n".join(lines)) + "\n"


def verification_tree(found: Verification) -> dict[str, Any]:
    """The answer as JSON values."""
    import msgspec

    from bedrock_doctor.render.fix_json import radius_entry

    report = found.report
    return {
        "schema_version": "1.0",
        "fixed": found.fixed,
        "verdict": report.verdict.value,
        "as_planned": found.as_planned,
        "findings": [f.id for f in report.findings if f.blocking],
        "documents": [
            {
                "fix": document.fix,
                "kind": document.policy.kind.value,
                "name": document.policy.name,
                "owner_account": document.owner or None,
                "state": state.value,
            }
            for document, state in found.documents
        ],
        "compared": "everything" if found.whole else "planned documents",
        "unplanned": msgspec.to_builtins(radius_entry(found.unplanned)),
    }
