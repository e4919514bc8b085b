"""A report as the JSON document that `report_document` describes."""

from __future__ import annotations

from typing import Any

import msgspec

from bedrock_doctor import __version__
from bedrock_doctor.catalog import bedrock_models
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.finding import Finding, Place
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.source import Source, Span
from bedrock_doctor.model.way import Gate, Target
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.excerpt_json import excerpt_entry
from bedrock_doctor.render.fix_json import fix_entries, plan_entries
from bedrock_doctor.render.policy_lines import statement_node
from bedrock_doctor.render.trace_json import hop_entry


def report_tree(report: Report, *, verbose: bool = False) -> dict[str, Any]:
    """The report as plain JSON values, keys in the order of the schema.

    Args:
        report: what to show.
        verbose: include every statement of every layer.
    """
    document = doc.ReportDocument(
        schema="report-1.schema.json",
        schema_version=doc.SCHEMA_VERSION,
        tool=doc.Tool(
            name="bedrock-doctor", version=__version__, catalog_date=bedrock_models.data_date()
        ),
        verdict=report.verdict.value,
        certainty=report.certainty.value,
        attempt=attempt_entry(report.way.attempt),
        target=_target(report.way.target),
        hops=[hop_entry(hop, verbose=verbose) for hop in report.hops],
        gates=[_gate(gate) for gate in report.way.gates],
        findings=[_finding(finding, report) for finding in report.findings],
        blocked_by=[layer.value for layer in report.blocked_by],
        unknowns=_unknowns(report),
        not_checked=[
            doc.NotCheckedEntry(layer=entry.layer.value, what=entry.what, how=entry.how)
            for entry in report.not_checked
        ],
        fixes=fix_entries(report.plan, names=report.redaction != "all"),
        plans=plan_entries(report.plan),
        contradictions=_contradictions(report),
        notes=list(report.way.notes),
        account_names=dict(report.account_names),
        collection=_collection(report),
        redaction=report.redaction,
        probes=_probes(report),
    )
    tree: dict[str, Any] = msgspec.to_builtins(document)
    return tree


def attempt_entry(attempt: Attempt) -> doc.AttemptEntry:
    """The question, as the JSON report tells it."""
    return doc.AttemptEntry(
        caller=attempt.caller,
        roles=list(attempt.roles),
        model=attempt.model,
        region=attempt.region,
        operation=attempt.operation.value,
        hops=[
            doc.HopOptionsEntry(
                external_id=options.external_id,
                session_name=options.session_name,
                session_tags=dict(options.session_tags),
                transitive_tags=list(options.transitive_tags),
                source_identity=options.source_identity,
                session_policies=[document.ref.name for document in options.session_policies],
            )
            for options in attempt.hops
        ],
        mfa=attempt.mfa,
        endpoints=list(attempt.endpoints),
        source_ip=attempt.source_ip,
        guardrail=attempt.guardrail,
        api_key=attempt.api_key.value if attempt.api_key else None,
        context={key: list(values) for key, values in attempt.context.items()},
        service_role=attempt.service_role,
        input_s3=attempt.input_s3,
        output_s3=attempt.output_s3,
        project=attempt.project,
        key_region=attempt.key_region,
    )


def _target(target: Target) -> doc.TargetEntry:
    return doc.TargetEntry(
        kind=target.kind.value,
        id=target.id,
        arn=target.arn,
        profile_arn=target.profile_arn or None,
        models=list(target.models),
        destinations=list(target.destinations),
        is_global=target.is_global,
        source=target.source or None,
        dated=target.dated or None,
    )


def _gate(gate: Gate) -> doc.GateEntry:
    return doc.GateEntry(
        layer=gate.layer.value,
        rule=gate.rule,
        state=gate.state.value,
        account=gate.account,
        region=gate.region or None,
        subject=gate.subject,
        detail=gate.detail or None,
        evidence=gate.source or None,
    )


def _finding(finding: Finding, report: Report) -> doc.FindingEntry:
    return doc.FindingEntry(
        id=finding.id,
        slug=finding.slug,
        hop=finding.stage.value,
        hop_index=finding.hop_index,
        layer=finding.layer.value,
        owner_account=finding.owner_account or None,
        severity=finding.severity.value,
        blocking=finding.blocking,
        reported_first=finding is report.reported_first,
        summary=finding.summary,
        where=where_entry(finding.place) if finding.place else None,
        evidence=[where_entry(place) for place in finding.evidence],
        notes=list(finding.notes),
        help=list(finding.help),
        subjects=list(finding.subjects),
        fixes=list(dict.fromkeys(fix.id for fix in report.fixes_of(finding))),
    )


def where_entry(place: Place) -> doc.WhereEntry:
    """A place with the lines that show it."""
    primary = next((mark for mark in place.marks if mark.primary), next(iter(place.marks), None))
    node = None if primary else statement_node(place)
    span = primary.span if primary else node.span if node else Span(0, len(place.source.text))
    ref = place.policy
    declared = place.source.declared
    at = place.source.file_position(span.start) if declared else None
    return doc.WhereEntry(
        policy=ref.name,
        title=ref.title or None,
        kind=ref.kind.value,
        account=ref.account or None,
        attached_to=ref.holder or None,
        arn=ref.arn or None,
        statement=place.statement,
        sid=place.sid,
        pointer=(primary.pointer if primary else "") or place.pointer,
        span=span_entry(place.source, span),
        file=place.source.path,
        verbatim=place.source.verbatim,
        resource=declared.resource if declared else None,
        resource_pointer=declared.pointer or None if declared else None,
        resource_position=doc.PositionEntry(line=at.line, column=at.column) if at else None,
        label=primary.label if primary else None,
        excerpt=excerpt_entry(place),
    )


def span_entry(source: Source, span: Span) -> doc.SpanEntry:
    """A span as line and column."""
    start, end = source.position(span.start), source.position(span.end)
    return doc.SpanEntry(
        start=doc.PositionEntry(line=start.line, column=start.column),
        end=doc.PositionEntry(line=end.line, column=end.column),
    )


def _unknowns(report: Report) -> list[doc.UnknownEntry]:
    return [
        doc.UnknownEntry(
            hop=point.stage.value,
            hop_index=point.hop_index,
            layer=point.layer.value,
            account=point.account or None,
            decisive=point.decisive,
            missing=point.missing,
            settle=list(point.settle),
            if_denied=point.if_denied or None,
        )
        for point in report.unknowns
    ]


def _contradictions(report: Report) -> list[doc.ContradictionEntry]:
    return [
        doc.ContradictionEntry(
            layer=entry.layer.value,
            evidence=entry.evidence,
            snapshot=entry.snapshot,
            meaning=entry.meaning,
        )
        for entry in report.contradictions
    ]


def _probes(report: Report) -> list[doc.ProbeEntry]:
    return [
        doc.ProbeEntry(
            question=probe.hypothesis.question,
            operation=probe.hypothesis.operation,
            model=probe.hypothesis.model,
            region=probe.hypothesis.region,
            guardrail=probe.hypothesis.guardrail,
            signed_by="api-key" if probe.hypothesis.by_key else "session",
            is_attempt=probe.hypothesis.is_attempt,
            outcome=probe.outcome.value,
            said=probe.said,
        )
        for probe in report.probes
    ]


def _collection(report: Report) -> doc.CollectionEntry:
    def texts(key: str) -> list[str]:
        value = report.collection.get(key)
        return [str(item) for item in value] if isinstance(value, list) else []

    created, calls = report.collection.get("created"), report.collection.get("calls")
    return doc.CollectionEntry(
        snapshot=texts("snapshot"),
        created=str(created) if created else None,
        calls=calls if isinstance(calls, int) else 0,
        unreadable=texts("unreadable"),
        ignored=texts("ignored"),
        redaction=str(report.collection.get("redaction") or "none"),
    )
