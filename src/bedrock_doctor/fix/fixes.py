"""A plan as what each person does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bedrock_doctor.diagnose.wording import counted, name_of, policy_name
from bedrock_doctor.fix.blast_radius import Universe, blast_radius
from bedrock_doctor.fix.limits import shortened
from bedrock_doctor.fix.people import person_of
from bedrock_doctor.fix.request_values import PRINCIPAL_ARN, PROFILE_ARN
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.fix import (
    AddException,
    AddStatement,
    AddValue,
    ChangedDocument,
    Edit,
    Fix,
    FixKind,
    Plan,
    Step,
)
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.universe.targets import COMPARED

_CLASSES = 6
"""More classes than this are counted instead of told."""
_SHORTENED = ", without the white space that AWS would count"
_VERIFIED = (
    "re-evaluated with the whole plan: every check allows; without this change the attempt stays "
    "denied"
)


def document_fixes(
    documents: tuple[ChangedDocument, ...],
    edits: Iterable[Edit],
    universe: Universe,
    *,
    proved: bool,
) -> tuple[Fix, ...]:
    """One fix for each changed document; ids are given by `numbered`."""
    made = tuple(edits)
    fixes = []
    for document in documents:
        given = tuple(other for other in documents if other is not document)
        radius = blast_radius(universe, (document,), given)
        fixes.append(
            Fix(
                id="",
                kind=FixKind.POLICY,
                findings=document.findings,
                owner=document.owner,
                person=person_of(document.policy),
                summary=_summary(document, made) + (_SHORTENED if shortened(document) else ""),
                document=document,
                verified=_VERIFIED if proved else "",
                opens=opened_words(radius, document, made),
                radius=radius,
            )
        )
    return tuple(fixes)


def opened_words(
    radius: BlastRadius, document: ChangedDocument, edits: tuple[Edit, ...]
) -> tuple[str, ...]:
    """What a change opens, one line for each of the largest classes."""
    words = [entry.words for entry in radius.opened[:_CLASSES]]
    rest = radius.opened[_CLASSES:]
    if rest:
        words.append(f"{counted(sum(entry.decisions for entry in rest), 'more decision')}")
    mine = [edit for edit in edits if edit.policy == document.policy]
    words += [edit.opens for edit in mine if edit.opens and not compared(edit)]
    return tuple(dict.fromkeys(words))


def compared(edit: Edit) -> bool:
    """Whether a grant can open nothing but what is compared."""
    if any(isinstance(step, AddException) for step in edit.steps):
        return False
    added = [s.statement for s in edit.steps if isinstance(s, AddStatement)]
    names = [name for statement in added for name in _listed(statement.get("Action", ()))]
    return bool(names) and all(name in COMPARED for name in names)


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


def _summary(document: ChangedDocument, edits: tuple[Edit, ...]) -> str:
    steps = [step for edit in edits if edit.policy == document.policy for step in edit.steps]
    name = policy_name(document.policy)
    if not document.before:
        return f"create {name}"
    if document.policy.kind is PolicyKind.SESSION:
        return f"pass another {name}"
    spared = next((step for step in steps if isinstance(step, AddException)), None)
    if spared is not None:
        rest = next((step for step in steps if isinstance(step, AddStatement)), None)
        return f"exempt {_spared(spared, rest)} in {name}"
    if any(isinstance(step, AddValue) for step in steps):
        return f"add the caller to a condition of {name}"
    return f"add a statement{_alone(steps)} to {name}"


def _alone(steps: list[Step]) -> str:
    """For whom a grant in a document that binds others too is, where it is for one."""
    added = [step.statement for step in steps if isinstance(step, AddStatement)]
    named = {
        statement.get("Condition", {}).get("ArnEquals", {}).get(PRINCIPAL_ARN)
        for statement in added
        if "Principal" not in statement
    }
    principal = named.pop() if len(named) == 1 else None
    return f" for {name_of(principal)} alone" if principal else ""


def _spared(step: AddException, rest: AddStatement | None) -> str:
    who = name_of(step.value)
    if step.key == PROFILE_ARN:
        return f"calls through {who}"
    held = rest.statement if rest else {}
    profile = held.get("Condition", {}).get("ArnNotEquals", {}).get(PROFILE_ARN)
    if profile:
        through = profile[-1] if isinstance(profile, list) else profile
        return f"{who} in calls through {name_of(through)}"
    if "NotResource" in held or "Resource" in held:
        return f"{who} on what it asks for"
    return f"{who} for these actions"


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


def part_of(plan: Plan, finding: str | None, owner: str | None) -> Plan:
    """The plan with some of its fixes."""
    kept = tuple(
        fix
        for fix in plan.fixes
        if (finding is None or finding in fix.findings) and (owner is None or fix.owner == owner)
    )
    remaining = tuple(
        entry
        for entry in plan.remaining
        if (finding is None or entry.id == finding)
        and (owner is None or entry.owner_account == owner)
    )
    return replace(
        plan,
        fixes=kept,
        documents=tuple(fix.document for fix in kept if fix.document),
        remaining=remaining,
        alternatives=tuple(part_of(option, finding, owner) for option in plan.alternatives),
    )
