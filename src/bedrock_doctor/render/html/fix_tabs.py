"""A fix in all the forms in which people put it in place."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.render import report_document as doc

_STYLES = {"+": "plus", "-": "minus", "@": "hunk"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One form.

    Attributes:
        key: a word for ids and classes.
        name: what people call it.
        lines: text and class of each line; the class may be empty.
    """

    key: str
    name: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its fixes.

    Attributes:
        entry: the plan.
        fixes: its fixes, without those of the plans before it.
        shown_before: ids of the others.
        remaining: findings that it does not mend.
    """

    entry: doc.PlanEntry
    fixes: tuple[doc.FixEntry, ...]
    shown_before: tuple[str, ...]
    remaining: tuple[doc.FindingEntry, ...]


def plan_views(document: doc.ReportDocument) -> list[PlanView]:
    """The plans, each fix in the first one that needs it."""
    fixes = {fix.id: fix for fix in document.fixes}
    told: set[str] = set()
    views = []
    for plan in document.plans:
        names = [name for name in plan.fixes if name in fixes]
        views.append(
            PlanView(
                entry=plan,
                fixes=tuple(fixes[name] for name in names if name not in told),
                shown_before=tuple(name for name in names if name in told),
                remaining=tuple(f for f in document.findings if f.id in plan.remaining),
            )
        )
        told.update(names)
    return views


def tabs(fix: doc.FixEntry) -> list[Tab]:
    """The forms of a fix that changes a policy."""
    found = []
    if fix.diff:
        lines = fix.diff.rstrip("\n").split("\n")
        head, body = lines[:2], lines[2:]
        styled = [*((line, "hunk") for line in head), *((x, _STYLES.get(x[:1], "")) for x in body)]
        found.append(Tab("diff", "Diff", tuple(styled)))
    held = fix.artifacts
    if held is not None:
        named = [
            ("json", "JSON", held.json),
            ("cli", "AWS CLI", held.cli),
            ("terraform", "Terraform", held.terraform),
            ("cloudformation", "CloudFormation", held.cloudformation),
        ]
        found += [
            Tab(key, name, tuple((line, "") for line in text.rstrip("\n").split("\n")))
            for key, name, text in named
            if text
        ]
    return found
