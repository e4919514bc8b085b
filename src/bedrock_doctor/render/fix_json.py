"""Plans and their fixes as the JSON that `report_document` describes."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.fix.artifacts.aws_cli import aws_cli
from bedrock_doctor.fix.artifacts.changed import changed_artifacts
from bedrock_doctor.fix.artifacts.cloudformation import cloudformation
from bedrock_doctor.fix.artifacts.policy_artifact import PolicyArtifact
from bedrock_doctor.fix.artifacts.terraform import terraform
from bedrock_doctor.model.blast_radius import BlastRadius, DecisionClass
from bedrock_doctor.model.fix import ChangedDocument, Fix, Plan
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.fix_text import diff_lines
from bedrock_doctor.render.layer_names import verdict_of


def plan_entries(plan: Plan | None) -> list[doc.PlanEntry]:
    """The plan and its alternatives."""
    if plan is None or not plan.needed:
        return []
    return [
        doc.PlanEntry(
            option=number,
            proved=option.proved,
            fixes=[fix.id for fix in option.fixes],
            remaining=[finding.id for finding in option.remaining],
            doubts=list(option.doubts),
            smallest=option.smallest,
            radius=radius_entry(option.radius),
        )
        for number, option in enumerate(plan.options, 1)
    ]


def fix_entries(plan: Plan | None, *, names: bool = True) -> list[doc.FixEntry]:
    """All fixes of the plan and its alternatives, each once.

    Args:
        plan: the plan, or None.
        names: False leaves artifacts out: templates spell names in ways that no redaction finds.
    """
    found: dict[str, doc.FixEntry] = {}
    for number, option in enumerate(plan.options if plan else (), 1):
        for fix in option.fixes:
            found.setdefault(fix.id, _fix(fix, number, names))
    return list(found.values())


def _fix(fix: Fix, option: int, names: bool) -> doc.FixEntry:
    changed = fix.document
    return doc.FixEntry(
        id=fix.id,
        option=option,
        kind=fix.kind.value,
        finding=fix.findings[0],
        findings=list(fix.findings),
        owner_account=fix.owner or None,
        person=fix.person,
        summary=fix.summary,
        policy=_policy(changed.policy) if changed else None,
        diff="\n".join((*diff_lines(changed), "")) if changed else None,
        commands=list(fix.commands),
        artifacts=_artifacts(changed) if changed and names else None,
        verified=fix.verified or None,
        also_opens=list(fix.opens),
        radius=radius_entry(fix.radius),
    )


def _policy(ref: PolicyRef) -> doc.PolicyEntry:
    return doc.PolicyEntry(
        name=ref.name,
        title=ref.title or None,
        kind=ref.kind.value,
        account=ref.account or None,
        arn=ref.arn or None,
        attached_to=ref.holder or None,
        file=None,
    )


def _artifacts(document: ChangedDocument) -> doc.ArtifactsEntry:
    kept = changed_artifacts([document])
    return doc.ArtifactsEntry(
        json=document.after,
        cli=aws_cli(kept) if kept else None,
        terraform=_terraform(kept) if kept else None,
        cloudformation=cloudformation(kept) if kept else None,
    )


def _terraform(kept: Sequence[PolicyArtifact]) -> str | None:
    """The data source cannot express every text that IAM can."""
    try:
        return terraform(kept)
    except ValueError:
        return None


def radius_entry(radius: BlastRadius | None) -> doc.RadiusEntry | None:
    """All decisions that a change makes different."""
    if radius is None:
        return None
    return doc.RadiusEntry(
        decisions=radius.decisions,
        principals=radius.principals,
        opened=[_class(entry) for entry in radius.opened],
        closed=[_class(entry) for entry in radius.closed],
        limits=list(radius.limits),
    )


def _class(entry: DecisionClass) -> doc.DecisionClassEntry:
    return doc.DecisionClassEntry(
        account=entry.account or None,
        principals=list(entry.principals),
        actions=list(entry.actions),
        resources=list(entry.resources),
        regions=list(entry.regions),
        through=list(entry.through),
        before=verdict_of(entry.before),
        after=verdict_of(entry.after),
        decisions=entry.decisions,
        words=entry.words,
    )
