"""The command that asks a report's question again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from bedrock_doctor.render import report_document as doc


def command_lines(document: doc.ReportDocument) -> list[str]:
    """One option a line, quoted for a POSIX shell."""
    options = [*_snapshots(document), *_attempt(document.attempt), *_hops(document.attempt)]
    words = [f"{name} {shlex.quote(value)}" if value else name for name, value in options]
    return ["bedrock-doctor diagnose", *(f"  {word}" for word in words)]


def _snapshots(document: doc.ReportDocument) -> Iterator[tuple[str, str]]:
    for path in document.collection.snapshot:
        yield "--snapshot", path


def _attempt(attempt: doc.AttemptEntry) -> Iterator[tuple[str, str]]:
    yield "--as", attempt.caller
    for role in attempt.roles:
        yield "--role", role
    yield "--model", attempt.model
    yield "--region", attempt.region
    if attempt.operation != "converse":
        yield "--operation", attempt.operation
    if attempt.mfa is not None:
        yield "--mfa" if attempt.mfa else "--no-mfa", ""
    for endpoint in attempt.endpoints:
        yield "--vpce", endpoint
    single = {
        "--source-ip": attempt.source_ip,
        "--guardrail": attempt.guardrail,
        "--api-key": attempt.api_key,
        "--api-key-region": attempt.key_region,
        "--project": attempt.project,
        "--service-role": attempt.service_role,
        "--input-s3": attempt.input_s3,
        "--output-s3": attempt.output_s3,
    }
    yield from ((name, value) for name, value in single.items() if value)
    for key, values in attempt.context.items():
        yield from (("--context", f"{key}={value}") for value in values)


def _hops(attempt: doc.AttemptEntry) -> Iterator[tuple[str, str]]:
    for number, hop in enumerate(attempt.hops, 1):
        sent = [
            ("external-id", hop.external_id),
            ("session-name", hop.session_name),
            ("source-identity", hop.source_identity),
            *(("session-tag", f"{key}={value}") for key, value in hop.session_tags.items()),
            *(("transitive-tag", key) for key in hop.transitive_tags),
            *(("session-policy", name) for name in hop.session_policies),
        ]
        for name, value in sent:
            if value:
                alone = len(attempt.hops) == 1
                yield (f"--{name}", value) if alone else ("--hop", f"{number}:{name}={value}")
