"""From an attempt to its report: expanded, evaluated, explained."""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.diagnose.run import diagnose
from bedrock_doctor.evaluate.authorize import authorize
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import TracedCheck, TracedHop
from bedrock_doctor.path.expand import expand
from bedrock_doctor.path.marketplace import rights_gate


def examine(
    attempt: Attempt,
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
    passages: tuple[Passage, ...] = (),
) -> Report:
    """Names every barrier of one attempt.

    Raises:
        BadArn: the caller or a role is no ARN.
        UnknownName: the caller, the model or the Region does not exist.
        UsageError: the attempt cannot be made as asked.
    """
    way = expand(attempt, snapshot)
    if way.first_call:
        answers = [authorize(check.request, check.policies) for check in way.first_call]
        way = replace(way, gates=(*way.gates, rights_gate(way, answers)))
    hops = tuple(
        TracedHop(
            hop,
            tuple(TracedCheck(c, explain(c.request, c.policies)) for c in hop.checks),
        )
        for hop in way.hops
    )
    report = diagnose(way, hops, snapshot, denials, passages)
    return replace(report, account_names=_account_names(snapshot))


def _account_names(snapshot: Snapshot) -> dict[str, str]:
    names = {key: name for org in snapshot.organizations for key, name in org.members.items()}
    names.update((key, account.name) for key, account in snapshot.accounts.items() if account.name)
    return {key: name for key, name in sorted(names.items()) if name}
