"""IAM's policy simulator as a cross-check: where it says otherwise, both answers are shown.

It knows identity policies, boundaries and SCPs; no RCPs, session, endpoint or trust policies.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bedrock_doctor.live.caller import ReadFailed
from bedrock_doctor.live.sessions import Opened
from bedrock_doctor.model.finding import Contradiction, Layer
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.model.way import TracedCheck

_SEEN = (PolicyLayer.IDENTITY, PolicyLayer.BOUNDARY, PolicyLayer.SCP)
_WORDS = {
    "allowed": "allowed",
    "explicitDeny": "denied explicitly",
    "implicitDeny": "not allowed",
}
_MOST = 20
"""Checks that are simulated; a profile with more destinations has no more to tell."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the simulator said.

    Attributes:
        contradictions: where it decides otherwise.
        note: how many checks it agreed in, or why it was not asked.
    """

    contradictions: tuple[Contradiction, ...] = ()
    note: str = ""


def simulate(report: Report, snapshot: Snapshot, readers: Mapping[str, Opened]) -> Simulated:
    """Asks about every check whose layers are all known."""
    against: list[Contradiction] = []
    asked = agreed = 0
    for check in list(_checks(report))[:_MOST]:
        request = check.check.request
        reader = readers.get(request.principal.account)
        source = _source(snapshot, request.principal.arn)
        expected = _expected(check)
        if reader is None or not source or expected is None:
            continue
        try:
            said = _decision(reader, source, check)
        except ReadFailed as gone:
            return Simulated(
                tuple(against), f"the policy simulator was not asked: {gone.failed.code}"
            )
        if said is None:
            continue
        asked += 1
        if said == expected:
            agreed += 1
            continue
        against.append(
            Contradiction(
                Layer.IDENTITY,
                f"IAM's policy simulator says that {request.action} on {request.resource} is "
                f"{_WORDS[said]} for {source}",
                f"the evaluation says {_WORDS[expected]}",
                "compare the policies of that account with what was collected, and report a defect "
                "of bedrock-doctor if they are the same",
            )
        )
    note = f"IAM's policy simulator agrees in {agreed} of {asked} checks" if asked else ""
    return Simulated(tuple(against), note or "IAM's policy simulator could not be asked anything")


def _checks(report: Report) -> Iterator[TracedCheck]:
    for hop in report.hops:
        yield from hop.checks


def _source(snapshot: Snapshot, arn: str) -> str:
    """The IAM ARN, with its path, of who signs; empty where it is not known."""
    principal = parse_principal(arn)
    account = snapshot.accounts.get(principal.account)
    if account is None:
        return ""
    held = account.users.get(principal.name) if ":user/" in arn else None
    found = held or account.roles.get(principal.name)
    return found.arn if found else ""


def _expected(check: TracedCheck) -> str | None:
    """What the simulator should say; None where a layer is not known."""
    outcomes = {layer.outcome for layer in check.trace.layers if layer.layer in _SEEN} - {
        Outcome.NOT_APPLICABLE
    }
    if Outcome.UNKNOWN in outcomes:
        return None
    if Outcome.EXPLICITLY_DENIED in outcomes:
        return "explicitDeny"
    return "implicitDeny" if Outcome.IMPLICITLY_DENIED in outcomes else "allowed"


def _decision(reader: Opened, source: str, check: TracedCheck) -> str | None:
    request = check.check.request
    entries = [
        {
            "ContextKeyName": request.context.spelling.get(key, key),
            "ContextKeyValues": list(values),
            "ContextKeyType": "stringList" if len(values) > 1 else "string",
        }
        for key, values in sorted(request.context.values.items())
        if values
    ]
    answer = reader.caller.whole(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=source,
        ActionNames=[request.action],
        ResourceArns=[request.resource],
        ContextEntries=entries,
    )
    for result in answer["EvaluationResults"]:
        if result.get("MissingContextValues"):
            return None
        if result.get("EvalDecision") in _WORDS:
            return str(result["EvalDecision"])
    return None
