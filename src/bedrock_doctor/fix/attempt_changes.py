"""Calling otherwise: what the application changes where no policy should.

Every change is proved by diagnosing the changed attempt: the finding is gone.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.claiming import Claimed, claimed_barriers
from bedrock_doctor.diagnose.examine import examine
from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.errors import BedrockDoctorError
from bedrock_doctor.fix.people import DEVELOPER
from bedrock_doctor.model.attempt import Attempt, HopOptions
from bedrock_doctor.model.fix import Fix, FixKind
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Reason

_VERIFIED = "diagnosed again with this change: {} is gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an attempt.

    Attributes:
        attempt: as it is made with the change.
        summary: what to do.
        commands: lines for the AWS CLI, an AWS profile or code.
    """

    attempt: Attempt
    summary: str
    commands: tuple[str, ...]


Maker = Callable[[Barrier, Attempt], Iterator[Change]]
Put = Callable[[HopOptions, str], HopOptions]


def attempt_changes(report: Report, snapshot: Snapshot) -> tuple[Report, tuple[Fix, ...]]:
    """The attempt with every change that takes a finding away which no policy should mend.

    Returns:
        The diagnosis of the changed attempt, and the changes.
    """
    fixes: list[Fix] = []
    for _ in range(_MOST):
        found = next(_helpful(report, snapshot), None)
        if found is None:
            break
        report, fix = found
        fixes.append(fix)
    return report, tuple(fixes)


def _helpful(report: Report, snapshot: Snapshot) -> Iterator[tuple[Report, Fix]]:
    attempt = report.way.attempt
    for entry in claimed_barriers(report.way, report.hops, snapshot):
        maker = _MAKERS.get(entry.finding.id)
        for change in maker(entry.barrier, attempt) if maker else ():
            after = examined(change.attempt, snapshot)
            if after is not None and not _still(entry, after):
                yield after, change_fix(change, entry.finding.id, report)
    for hop in report.hops:
        problem = hop.hop.problem
        if problem and problem.rule == "role-does-not-exist":
            for change in _near_roles(hop.hop.index, problem.facts.get("near", ""), attempt):
                after = examined(change.attempt, snapshot)
                if after is not None and "BD207" not in {f.id for f in after.findings}:
                    yield after, change_fix(change, "BD207", report)


def examined(attempt: Attempt, snapshot: Snapshot) -> Report | None:
    """The diagnosis of another attempt; None where it cannot be made at all."""
    try:
        return examine(attempt, snapshot)
    except BedrockDoctorError:
        return None


def _still(entry: Claimed, after: Report) -> bool:
    told = entry.finding
    return any((f.id, f.hop_index) == (told.id, told.hop_index) for f in after.findings)


def change_fix(change: Change, finding: str, report: Report) -> Fix:
    """A change of the attempt as a fix."""
    return Fix(
        id="",
        kind=FixKind.ATTEMPT,
        findings=(finding,),
        owner=report.way.hops[0].account,
        person=DEVELOPER,
        summary=change.summary,
        commands=change.commands,
        verified=_VERIFIED.format(finding),
    )


def with_hop(attempt: Attempt, index: int, options: HopOptions) -> Attempt:
    """The attempt with other options of one AssumeRole, counted from 1."""
    hops = [attempt.hop_options(n) for n in range(len(attempt.roles))]
    hops[index - 1] = options
    return replace(attempt, hops=tuple(hops))


def _literal(values: tuple[str, ...]) -> Iterator[str]:
    """Values of a policy that a caller can pass as they are."""
    return (v for v in values if v and "${" not in v and "*" not in v and "?" not in v)


def _fitting(values: tuple[str, ...], name: str) -> Iterator[str]:
    """Values that the patterns of a policy admit: themselves, or their beginning with a name."""
    yield from _literal(values)
    for value in values:
        start = value.rstrip("*?")
        if start != value and start == next(_literal((start,)), ""):
            yield f"{start}{name}"


def _values(reason: Reason | None) -> tuple[str, ...]:
    """What a failing condition admits."""
    condition = reason.condition if reason else None
    if condition is None or "not" in condition.operator.value.lower():
        return ()
    return tuple(text.value for text in condition.values)


def _assume_role(attempt: Attempt, index: int, name: str, value: str) -> str:
    role = shlex.quote(attempt.roles[index - 1])
    session = shlex.quote(attempt.hop_options(index - 1).session_name or "NAME")
    if name == "--role-session-name":
        return f"aws sts assume-role --role-arn {role} --role-session-name {shlex.quote(value)}"
    return (
        f"aws sts assume-role --role-arn {role} --role-session-name {session} "
        f"{name} {shlex.quote(value)}"
    )


def _passes(
    put: Put, option: str, setting: str, argument: str, what: str, *, named: bool = False
) -> Maker:
    """A maker that passes one value of the failing condition with AssumeRole.

    Args:
        put: writes the value into the options of the call.
        option: option of the AWS CLI.
        setting: setting of an AWS profile, or empty.
        argument: argument of AssumeRole.
        what: the value in words.
        named: whether the caller may choose a name that fits a pattern.
    """

    def make(barrier: Barrier, attempt: Attempt) -> Iterator[Change]:
        index = barrier.hop.hop.index
        admitted = _values(barrier.reason)
        caller = name_of(attempt.caller)
        for value in _fitting(admitted, caller) if named else _literal(admitted):
            options = put(attempt.hop_options(index - 1), value)
            lines = [_assume_role(attempt, index, option, value)]
            if setting and value.isprintable():
                lines.append(f"{setting} = {value}")
            lines.append(f"sts.assume_role(..., {argument}={value!r})")
            yield Change(
                with_hop(attempt, index, options),
                f"pass the {what} that the trust policy {'admits' if named else 'names'}",
                tuple(lines),
            )

    return make


def _tag(barrier: Barrier, attempt: Attempt) -> Iterator[Change]:
    """The session tag that a trust policy demands."""
    index = barrier.hop.hop.index
    condition = barrier.reason.condition if barrier.reason else None
    prefix, _, key = condition.key.value.partition("/") if condition else ("", "", "")
    if prefix.lower() != "aws:requesttag" or not key:
        return
    options = attempt.hop_options(index - 1)
    for value in _literal(_values(barrier.reason)):
        tags = {**options.session_tags, key: value}
        yield Change(
            with_hop(attempt, index, replace(options, session_tags=tags)),
            f"pass the session tag {key} that the trust policy demands",
            (
                _assume_role(attempt, index, "--tags", f"Key={key},Value={value}"),
                f"sts.assume_role(..., Tags=[{{'Key': {key!r}, 'Value': {value!r}}}])",
            ),
        )


def _mfa(barrier: Barrier, attempt: Attempt) -> Iterator[Change]:
    """MFA helps where the user itself signs: sessions of roles carry none."""
    signer = barrier.first.check.request.principal
    if signer.kind is PrincipalKind.USER and attempt.mfa is not True:
        command = _assume_role(attempt, barrier.hop.hop.index, "--serial-number", "MFA_DEVICE")
        yield Change(
            replace(attempt, mfa=True),
            "assume the role with the MFA device of the user",
            (f"{command} --token-code CODE", "mfa_serial = MFA_DEVICE"),
        )


def _network(barrier: Barrier, attempt: Attempt) -> Iterator[Change]:
    """The VPC endpoint that a trust policy names."""
    condition = barrier.reason.condition if barrier.reason else None
    if condition is None or condition.key.value.lower() != "aws:sourcevpce":
        return
    for value in _literal(_values(barrier.reason)):
        yield Change(
            replace(attempt, endpoints=(value, *attempt.endpoints)),
            f"call AWS STS through the VPC endpoint {value}",
            (f"aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {shlex.quote(value)}",),
        )


def _guardrail(barrier: Barrier, attempt: Attempt) -> Iterator[Change]:
    """The guardrail that a policy demands, whether an Allow names it or a Deny spares it."""
    entry = barrier.deny or barrier.nearest
    key = "bedrock:guardrailidentifier"
    for condition in entry.statement.conditions if entry else ():
        if condition.key.value.lower() != key:
            continue
        for value in _fitting(tuple(text.value for text in condition.values), ""):
            arn, _, version = (
                value.rpartition(":") if value.count(":") > 5 else (value, "", "DRAFT")
            )
            guardrail = f"{arn}:{version}"
            yield Change(
                replace(attempt, guardrail=guardrail),
                "pass the guardrail that the policy demands",
                (
                    "guardrailConfig={'guardrailIdentifier': "
                    f"{arn!r}, 'guardrailVersion': {version!r}}}",
                ),
            )


def _near_roles(index: int, near: str, attempt: Attempt) -> Iterator[Change]:
    for arn in near.split():
        roles = tuple(arn if n == index - 1 else r for n, r in enumerate(attempt.roles))
        yield Change(
            replace(attempt, roles=roles),
            f"assume {arn}",
            (
                f"aws sts assume-role --role-arn {shlex.quote(arn)} --role-session-name NAME",
                f"role_arn = {arn}",
            ),
        )


_EXTERNAL_ID = _passes(
    lambda options, value: replace(options, external_id=value),
    "--external-id",
    "external_id",
    "ExternalId",
    "ExternalId",
)
_MAKERS: dict[str, Maker] = {
    "BD220": _EXTERNAL_ID,
    "BD221": _EXTERNAL_ID,
    "BD222": _EXTERNAL_ID,
    "BD224": _mfa,
    "BD225": _network,
    "BD226": _passes(
        lambda options, value: replace(options, session_name=value),
        "--role-session-name",
        "role_session_name",
        "RoleSessionName",
        "session name",
        named=True,
    ),
    "BD227": _tag,
    "BD228": _passes(
        lambda options, value: replace(options, source_identity=value),
        "--source-identity",
        "",
        "SourceIdentity",
        "source identity",
        named=True,
    ),
    "BD702": _guardrail,
}
_MOST = 8
"""More changes of one attempt than this are not looked for."""
