"""The way of an attempt as a picture needs it: stations, the steps between them, branches."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.way import Purpose
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.document_words import layer_words

_MODELS = (Purpose.CALL_REGION_MODEL, Purpose.DESTINATION_MODEL, Purpose.GLOBAL_MODEL)
_WORST = ("deny", "unknown", "allow")
_GATES = {"closed": "deny", "probably closed": "unknown"}


@dataclass(frozen=True, slots=True)
class Station:
    """Who acts or what is called.

    Attributes:
        kind: the role that it plays, for example ``caller``.
        name: as people say it.
        title: the whole ARN.
        account: its account; empty where AWS owns it.
    """

    kind: str
    name: str
    title: str
    account: str


@dataclass(frozen=True, slots=True)
class Step:
    """From one station to the next.

    Attributes:
        action: what is asked of AWS.
        state: ``allow``, ``deny`` or ``unknown``.
        words: the layers that deny, or are not known.
        findings: ids of the findings that stand here.
    """

    action: str
    state: str
    words: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several things that the last station needs: a Region, a guardrail, a gate."""

    label: str
    state: str
    words: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """Stations in a row, one step fewer, and the branches behind the last station."""

    stations: tuple[Station, ...]
    steps: tuple[Step, ...]
    branches: tuple[Branch, ...]


def lanes(document: doc.ReportDocument) -> list[Lane]:
    """The way of the application, and for a batch job the one of its service role."""
    split = len(document.attempt.roles) + 1
    parts = [document.hops[:split], document.hops[split:]]
    return [_lane(hops, number, document) for number, hops in enumerate(parts) if hops]


def _lane(hops: list[doc.HopEntry], number: int, document: doc.ReportDocument) -> Lane:
    stations = [
        Station(_kind(number, position), name_of(hop.principal), hop.principal, hop.account)
        for position, hop in enumerate(hops)
    ]
    last = hops[-1]
    stations.append(_target(last, document, called=last.kind == "invoke" and number == 0))
    branches, told = _branches(last, document) if last.kind == "invoke" else ([], set())
    steps = [_step(hop, document, told if hop is last else set()) for hop in hops]
    return Lane(tuple(stations), tuple(steps), tuple(branches))


def _kind(lane: int, position: int) -> str:
    if lane:
        return "service" if position == 0 else "service role"
    return "caller" if position == 0 else "assumed role"


def _target(hop: doc.HopEntry, document: doc.ReportDocument, *, called: bool) -> Station:
    kind = document.target.kind.removeprefix("the ") if called else "role"
    if hop.kind == "invoke" and not called:
        kind = "model"
    name = document.target.id if called else name_of(hop.target)
    return Station(kind, name, hop.target, _account_of(hop.target))


def _account_of(arn: str) -> str:
    """The account in an ARN, which may be a pseudonym."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def _step(hop: doc.HopEntry, document: doc.ReportDocument, told: set[int]) -> Step:
    """The checks and findings of a hop that no branch shows."""
    checks = [check for check in hop.checks if hop.kind == "assume" or not _branches_off(check)]
    denied = {layer for check in checks for layer in check.blocked_by}
    findings = [
        finding
        for number, finding in enumerate(document.findings)
        if finding.blocking
        and _stands_at(finding, hop)
        and (number not in told or (finding.layer in denied and not _regional(finding, hop)))
    ]
    states = {check.verdict for check in checks} | ({"deny"} if findings or hop.problem else set())
    state = next((word for word in _WORST if word in states), "allow")
    layers = [layer for check in checks for layer in check.blocked_by]
    layers += [finding.layer for finding in findings]
    if state == "unknown":
        layers = _unknown_layers(checks)
    words = [layer_words(layer) for layer in dict.fromkeys(layers)] if state != "allow" else []
    actions = dict.fromkeys(check.action for check in checks or hop.checks)
    action = next(iter(actions), "sts:AssumeRole" if hop.kind == "assume" else "the call")
    return Step(action, state, tuple(words), tuple(dict.fromkeys(f.id for f in findings)))


def _stands_at(finding: doc.FindingEntry, hop: doc.HopEntry) -> bool:
    return finding.hop_index == hop.index or (finding.hop_index == 0 and hop.index == 1)


def _branches_off(check: doc.CheckEntry) -> bool:
    return check.purpose in _MODELS


def _branches(hop: doc.HopEntry, document: doc.ReportDocument) -> tuple[list[Branch], set[int]]:
    """The branches behind the last station, and the numbers of the findings that they show."""
    told: set[int] = set()
    found = []
    for check in hop.checks:
        if _branches_off(check):
            found.append(_model_branch(check, hop, document, told))
    for gate in document.gates:
        if gate.state in _GATES and hop.index == len(document.attempt.roles) + 1:
            found.append(_gate_branch(gate, document, told))
    return found, told


def _model_branch(
    check: doc.CheckEntry, hop: doc.HopEntry, document: doc.ReportDocument, told: set[int]
) -> Branch:
    names = []
    for number, finding in enumerate(document.findings):
        concerned = check.region in finding.subjects or check.resource in finding.subjects
        here = finding.hop_index == hop.index and finding.layer in check.blocked_by
        if finding.blocking and here and (concerned or not _regional(finding, hop)):
            told.add(number)
            names.append(finding.id)
    label = "global routing" if check.purpose == Purpose.GLOBAL_MODEL else check.region
    layers = check.blocked_by if check.verdict == "deny" else _unknown_layers([check])
    words = [layer_words(layer) for layer in layers] if check.verdict != "allow" else []
    return Branch(label, check.verdict, tuple(words), tuple(dict.fromkeys(names)))


def _regional(finding: doc.FindingEntry, hop: doc.HopEntry) -> bool:
    """Whether a finding names checks of the hop, by Region or resource."""
    named = {value for check in hop.checks for value in (check.region, check.resource)}
    return bool(named & set(finding.subjects))


def _gate_branch(gate: doc.GateEntry, document: doc.ReportDocument, told: set[int]) -> Branch:
    names = []
    for number, finding in enumerate(document.findings):
        if finding.blocking and finding.layer == gate.layer and finding.slug == gate.rule:
            told.add(number)
            names.append(finding.id)
    where = f" in {gate.region}" if gate.region else ""
    words = (gate.subject + where,)
    return Branch(layer_words(gate.layer), _GATES[gate.state], words, tuple(dict.fromkeys(names)))


def _unknown_layers(checks: list[doc.CheckEntry]) -> list[str]:
    found = [
        layer.layer for check in checks for layer in check.layers if layer.verdict == "unknown"
    ]
    return list(dict.fromkeys(found))
