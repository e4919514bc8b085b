"""A plan as what each person does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bedrock_doctor.diagnose.wording import policy_name
from bedrock_doctor.fix.people import person_of
from bedrock_doctor.model.fix import AddException, ChangedDocument, Edit, Fix, FixKind, Plan
from bedrock_doctor.model.policy import PolicyKind

_VERIFIED = (
    "re-evaluated with the whole plan: every check allows; without this change the attempt stays "
    "denied"
)


def document_fixes(
    documents: Iterable[ChangedDocument], edits: Iterable[Edit], *, proved: bool
) -> tuple[Fix, ...]:
    """One fix for each changed document; ids are given by `numbered`."""
    made = tuple(edits)
    return tuple(
        Fix(
            id="",
            kind=FixKind.POLICY,
            findings=document.findings,
            owner=document.owner,
            person=person_of(document.policy),
            summary=_summary(document, made),
            document=document,
            verified=_VERIFIED if proved else "",
            opens=document.opens,
        )
        for document in documents
    )


def _summary(document: ChangedDocument, edits: tuple[Edit, ...]) -> str:
    steps = [step for edit in edits if edit.policy == document.policy for step in edit.steps]
    spares = any(isinstance(step, AddException) for step in steps)
    name = policy_name(document.policy)
    if not document.before:
        return f"create {name}"
    if document.policy.kind is PolicyKind.SESSION:
        return f"pass another {name}"
    return f"add an exception to {name}" if spares else f"add a statement to {name}"


def numbered(plan: Plan) -> Plan:
    """The plan and its alternatives with ids for all fixes; the same fix has one id."""
    ids: dict[Fix, str] = {}

    def with_ids(option: Plan) -> Plan:
        fixes = []
        for fix in option.fixes:
            name = ids.setdefault(replace(fix, id=""), f"fix-{len(ids) + 1}")
            fixes.append(replace(fix, id=name))
        return replace(option, fixes=tuple(fixes))

    first = with_ids(plan)
    return replace(first, alternatives=tuple(with_ids(option) for option in plan.alternatives))
