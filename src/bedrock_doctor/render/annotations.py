"""What machines are told about files: findings and failed expectations, each with its place.

SARIF, GitHub annotations and JUnit are written from these values, so that they cannot differ.
The same cause is told once, however many calls it stops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bedrock_doctor.model.expectation import Expectation, Judgement, Outcome, Silenced
from bedrock_doctor.model.finding import Finding, Place, Severity
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.source import Position, Span
from bedrock_doctor.render.concise import counts, finding_line, question
from bedrock_doctor.render.policy_lines import statement_node
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.snippet import place_words

FAILED = "expectation-not-met"
"""Stands for the id of a finding where an expectation fails and nothing denies."""


class Level(StrEnum):
    """How much an annotation weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file.

    Attributes:
        path: the file, as far as it is known from where the command ran.
        start: first character; None: the file as a whole.
        end: behind the last one.
        resource: address or logical id of the resource that holds it, or empty.
        pointer: JSON pointer in the file, where a line says little, or empty.
        words: what stands there.
    """

    path: str
    start: Position | None = None
    end: Position | None = None
    resource: str = ""
    pointer: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One message about a place.

    Attributes:
        rule: id of the finding, or `FAILED`.
        level: its weight.
        message: one line.
        help: what to do, one step each.
        locations: the place that it is shown at, then those that take part.
        fingerprint: the same for the same cause, wherever lines move to.
        suppressed: why it does not count, or empty.
    """

    rule: str
    level: Level
    message: str
    help: tuple[str, ...]
    locations: tuple[Location, ...]
    fingerprint: str
    suppressed: str = ""


def report_annotations(
    reports: Sequence[Report], conceal: Callable[[str], str] = str
) -> tuple[Annotation, ...]:
    """The findings of diagnoses."""
    found = []
    for report in reports:
        for finding in report.findings:
            if counts(finding):
                level = _level(report, finding)
                places = [_policy_location(finding.place, report)] if finding.place else []
                found.append(_of_finding(report, finding, level, places or _origins(report)))
        if report.verdict is Verdict.UNKNOWN and not report.findings:
            missing = ", ".join(point.missing for point in report.unknowns if point.decisive)
            message = f"{question(report)}: cannot tell: {missing}"
            found.append(_failed(message, Level.WARNING, _origins(report)))
    return _shown(found, conceal)


def judgement_annotations(
    judgements: Iterable[Judgement], conceal: Callable[[str], str] = str
) -> tuple[Annotation, ...]:
    """What stands against expectations: what denies them, or that nothing does."""
    found: list[Annotation] = []
    for judgement in judgements:
        found += _of_judgement(judgement)
        found += (_silenced(judgement, entry) for entry in judgement.silenced)
    return _shown(found, conceal)


def _of_judgement(judgement: Judgement) -> Iterator[Annotation]:
    report = judgement.report
    expected = judgement.expectation
    if judgement.outcome in (Outcome.MET, Outcome.SILENCED):
        return
    denied = expected.verdict is Verdict.ALLOW or judgement.outcome is Outcome.CANNOT_TELL
    for finding in judgement.reasons if denied else ():
        yield _of_finding(report, finding, _level(report, finding), _places(judgement, finding))
    if not (denied and judgement.reasons):
        level = Level.WARNING if judgement.outcome is Outcome.CANNOT_TELL else Level.ERROR
        message = f"{question(report)}: {failure_words(judgement)}"
        yield _failed(message, level, [_expectation_location(expected)])


def failure_words(judgement: Judgement) -> str:
    """What was expected and what is: ``expected allow, is deny (BD220, BD312)``."""
    report, expected = judgement.report, judgement.expectation
    ids = ", ".join(dict.fromkeys(finding.id for finding in judgement.reasons))
    if judgement.lacking and report.verdict is expected.verdict:
        reasons = f"because of {ids}" if ids else "for another reason"
        return f"{report.verdict.value} as expected, but {reasons}, not of " + ", ".join(
            judgement.lacking
        )
    found = f" ({ids})" if ids else ""
    return f"expected {expected.verdict.value}, is {report.verdict.value}{found}"


def _silenced(judgement: Judgement, entry: Silenced) -> Annotation:
    report, finding = judgement.report, entry.finding
    places = _places(judgement, finding)
    told = _of_finding(report, finding, _level(report, finding), places)
    return replace(told, suppressed=entry.ignore.reason)


def _places(judgement: Judgement, finding: Finding) -> list[Location]:
    """The line that is being changed, where there is one; else the line of the expectation."""
    stated = _expectation_location(judgement.expectation)
    if finding.place is None:
        return [stated]
    policy = _policy_location(finding.place, judgement.report)
    declared = finding.place.source.declared is not None and policy.start is not None
    return [policy, stated] if declared else [stated, policy]


def _expectation_location(expected: Expectation) -> Location:
    words = expected.name or f"expects {expected.verdict.value}"
    return Location(expected.path, expected.position, words=words)


def _policy_location(place: Place, report: Report) -> Location:
    source = place.source
    primary = next((mark for mark in place.marks if mark.primary), next(iter(place.marks), None))
    node = None if primary else statement_node(place)
    span = primary.span if primary else node.span if node else Span(0, 0)
    start = source.file_position(span.start)
    end = source.file_position(span.end) if source.verbatim else None
    declared = source.declared
    own = declared is not None or place.policy.kind is PolicyKind.SESSION
    return Location(
        source.path if own and source.path else _from_here(source.path, report),
        start,
        end,
        declared.resource if declared else "",
        declared.pointer if declared else "",
        place_words(place),
    )


def _from_here(path: str | None, report: Report) -> str:
    """A file of a snapshot as seen from where the command ran; of a zip, the zip."""
    origins = report.collection.get("snapshot")
    names = [str(name) for name in origins] if isinstance(origins, list) else []
    if len(names) != 1:
        return path or next(iter(names), "")
    origin = names[0].rstrip("/\\")
    return f"{origin}/{path}" if path and not origin.lower().endswith(".zip") else origin


def _origins(report: Report) -> list[Location]:
    path = _from_here(None, report)
    return [Location(path, words="the snapshot")] if path else []


def _of_finding(
    report: Report, finding: Finding, level: Level, places: Sequence[Location]
) -> Annotation:
    text = f"{question(report)}: {finding_line(finding)}"
    declared = finding.place.source.declared if finding.place else None
    if declared:
        text += f" (in {declared.resource})"
    about = f": {', '.join(finding.subjects)}" if finding.id in ("BD021", "BD022") else ""
    return Annotation(
        finding.id, level, text + about, finding.help, tuple(places), _fingerprint(finding)
    )


def _failed(message: str, level: Level, places: Sequence[Location]) -> Annotation:
    return Annotation(FAILED, level, message, (), tuple(places), _digest(FAILED, message))


def _level(report: Report, finding: Finding) -> Level:
    if finding.blocking:
        return Level.ERROR
    if finding.severity is Severity.NOTE:
        return Level.NOTE
    return Level.WARNING if report.verdict is not Verdict.DENY else Level.NOTE


def _fingerprint(finding: Finding) -> str:
    """Names the cause: the finding, its owner, and the policy and value that decide."""
    place = finding.place
    if place is None:
        return _digest(finding.id, finding.owner_account, finding.summary)
    ref = place.policy
    named = (ref.kind.value, ref.arn or ref.name, ref.holder, place.pointer)
    return _digest(finding.id, finding.owner_account, *named, *finding.subjects)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _shown(
    annotations: Iterable[Annotation], conceal: Callable[[str], str]
) -> tuple[Annotation, ...]:
    """Each cause once, with the places of all; concealed and printable."""
    found: dict[tuple[str, bool], Annotation] = {}
    again: dict[tuple[str, bool], int] = {}
    for entry in annotations:
        key = (entry.fingerprint, bool(entry.suppressed))
        known = found.get(key)
        if known is None:
            found[key] = entry
            continue
        again[key] = again.get(key, 0) + 1
        others = [place for place in entry.locations if place not in known.locations]
        found[key] = replace(known, locations=(*known.locations, *others))

    def safe(text: str) -> str:
        return printable(conceal(text))

    def shown(key: tuple[str, bool], entry: Annotation) -> Annotation:
        more = again.get(key, 0)
        calls = "1 more call" if more == 1 else f"{more} more calls"
        return replace(
            entry,
            message=safe(entry.message) + (f" (and {calls})" if more else ""),
            help=tuple(safe(step) for step in entry.help),
            suppressed=safe(entry.suppressed),
            locations=tuple(
                replace(
                    place,
                    path=safe(place.path),
                    words=safe(place.words),
                    resource=safe(place.resource),
                )
                for place in entry.locations
            ),
        )

    return tuple(shown(key, entry) for key, entry in found.items())
