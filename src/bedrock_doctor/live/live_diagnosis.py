"""A diagnosis with AWS at hand: what it let pass, and what could be read of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.evidence import evaluated_policies, evidence_of
from bedrock_doctor.live.authorization_ids import fetch_details
from bedrock_doctor.live.looking import LiveOptions, Look, look
from bedrock_doctor.live.probe import Probed, probe
from bedrock_doctor.live.sessions import Opened, open_session
from bedrock_doctor.live.simulation import simulate
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.finding import Unknown
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot

Diagnose = Callable[
    [
        Attempt,
        Snapshot,
        tuple[Denial, ...],
        tuple[EvaluatedPolicy, ...],
        tuple[Passage, ...],
    ],
    Report,
]
_ORIGIN = "AWS, read now"


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """What is asked of AWS.

    Attributes:
        options: how it is looked at.
        attempt: states the attempt, given the ARN of the identity that starts.
        snapshots: directories and zips that are read as well.
        denials: what messages and events say.
        policies: policies that AWS evaluated.
        region: Region to ask for identities in; None: the configured one.
    """

    options: LiveOptions
    attempt: Callable[[str], Attempt]
    snapshots: Sequence[str | os.PathLike[str]] = ()
    denials: tuple[Denial, ...] = ()
    policies: tuple[EvaluatedPolicy, ...] = ()
    region: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    denials: tuple[Denial, ...]
    policies: tuple[EvaluatedPolicy, ...]
    passages: tuple[Passage, ...]
    notes: tuple[str, ...]


def diagnose_live(
    question: LiveQuestion, diagnose: Diagnose, progress: Callable[[str], None]
) -> tuple[Report, Snapshot]:
    """Looks at AWS, then diagnoses.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who they are.
        UsageError: the attempt cannot be made as asked.
    """
    options = question.options
    regions = (question.region,) if question.region else ()
    start = open_session(options.profile, regions, options.endpoint_url)
    attempt = question.attempt(start.arn)
    with look(attempt, start, options, progress) as seen:
        snapshot = load_snapshot([*question.snapshots, *seen.folders])
    given = tuple(os.fspath(path) for path in question.snapshots)
    snapshot = replace(snapshot, origins=(*given, _ORIGIN))
    known = _known(question, attempt, seen, progress)
    probed = Probed()
    if options.probe:
        probed = probe(seen.last, attempt, options.endpoint_url, progress)
        known = _with_probes(known, probed)
    report = diagnose(attempt, snapshot, known.denials, known.policies, known.passages)
    against, notes = report.contradictions, [*_passed(known.passages), *known.notes]
    if options.simulate:
        simulated = simulate(report, snapshot, seen.readers)
        against, notes = (*against, *simulated.contradictions), [*notes, simulated.note]
    way = replace(report.way, notes=(*report.way.notes, *notes))
    return replace(
        report,
        way=way,
        contradictions=against,
        unknowns=tuple(_with_reader(point, attempt, seen) for point in report.unknowns),
        collection={**report.collection, "calls": seen.calls + len(probed.probes)},
        probes=probed.probes,
    ), snapshot


def _known(
    question: LiveQuestion, attempt: Attempt, seen: Look, progress: Callable[[str], None]
) -> _Known:
    denials, policies, notes = [*question.denials], [*question.policies], [*seen.notes]
    for error in seen.errors:
        told = [replace(d, source="sts:AssumeRole, called now") for d in evidence_of(error)]
        denials += [denial for denial in told if denial.is_access_problem]
        if not any(denial.is_access_problem for denial in told):
            notes.append(f"sts:AssumeRole failed for another reason than access: {error}")
    for denial in tuple(denials):
        if not denial.authorization_id:
            continue
        progress(f"iam:GetRequestAuthorizationDetails {denial.authorization_id}")
        reader = seen.readers.get(denial.account, seen.start)
        region = denial.call_region or denial.region or attempt.region
        fetched = fetch_details(reader, denial.authorization_id, region)
        notes += [fetched.note] if fetched.note else []
        denials += [replace(d, source="authorization details") for d in evidence_of(fetched.text)]
        policies += evaluated_policies(fetched.text)
    return _Known(tuple(denials), tuple(policies), seen.passages, tuple(notes))


def _with_probes(known: _Known, probed: Probed) -> _Known:
    told = [replace(d, source="the probe") for d in evidence_of(probed.error)]
    return replace(
        known,
        denials=(*known.denials, *(denial for denial in told if denial.is_access_problem)),
        passages=(*known.passages, *([probed.passage] if probed.passage else [])),
        notes=(*known.notes, *probed.notes),
    )


def _passed(passages: Sequence[Passage]) -> list[str]:
    """What AWS let pass, in words."""
    told = []
    for passage in passages:
        named = (
            f" (session name {passage.session_name}: a trust policy may ask for another)"
            if passage.session_name
            else ""
        )
        told.append(f"AWS let {passage.target} pass: {passage.how}{named}")
    return told


_OPTION_HELP: Mapping[str, str] = {
    "--org-profile": "read it with a profile of the management account or of a delegated "
    "administrator: --org-profile NAME",
    "--target-profile": "read it with a profile of that account: --target-profile NAME",
    "--profile": "read it with another profile of that account: --profile NAME",
}


def _with_reader(point: Unknown, attempt: Attempt, seen: Look) -> Unknown:
    """Says, before what was known to settle it, which option and which command would."""
    if not isinstance(point.cause, Missing):
        return point
    group = point.cause.call.partition(":")[0]
    kinds = {"organizations": "organizations", "iam": "iam", "ec2": "network"}
    account = point.cause.account
    start = parse_arn(attempt.caller).account
    if group == "organizations":
        option = "--org-profile"
    else:
        option = "--profile" if account == start else "--target-profile"
    only = f" --only {kinds[group]}" if group in kinds else ""
    send = f"have its owner run and send: bedrock-doctor collect{only} -o {group}.zip"
    reader = seen.readers.get(account)
    words = f" ({reader.words} may not)" if reader and point.cause.code else ""
    return replace(point, settle=(_OPTION_HELP[option] + words, send, *point.settle))


def opened_for_events(options: LiveOptions, region: str | None) -> Opened:
    """The session that CloudTrail is asked with: of the account in which calls were denied."""
    regions = (region,) if region else ()
    return open_session(options.target_profile or options.profile, regions, options.endpoint_url)
