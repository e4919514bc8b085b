"""The use cases: the only thing that the command line and other faces call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from bedrock_doctor.collect.load_snapshot import load_snapshot as _load_snapshot
from bedrock_doctor.diagnose.run import diagnose as _diagnose
from bedrock_doctor.evaluate.explain import explain as _explain
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import TracedCheck, TracedHop
from bedrock_doctor.path.expand import expand


def load_snapshot(paths: Sequence[str | os.PathLike[str]]) -> Snapshot:
    """Reads directories and zip files of AWS CLI output, merged into one snapshot.

    Raises:
        UsageError: a path is no snapshot.
        UnsafeSnapshot: it reaches outside itself or expands beyond the limits.
    """
    return _load_snapshot(paths)


def diagnose(attempt: Attempt, snapshot: Snapshot, denials: tuple[Denial, ...] = ()) -> Report:
    """Names every barrier of one attempt.

    Args:
        attempt: the question.
        snapshot: what was collected.
        denials: what messages and events of AWS say about it.

    Raises:
        UnknownName: the caller, the model or the Region does not exist.
    """
    way = expand(attempt, snapshot)
    hops = tuple(
        TracedHop(
            hop,
            tuple(TracedCheck(c, _explain(c.request, c.policies)) for c in hop.checks),
        )
        for hop in way.hops
    )
    report = _diagnose(way, hops, snapshot, denials)
    return replace(report, account_names=_account_names(snapshot))


def _account_names(snapshot: Snapshot) -> dict[str, str]:
    names = {key: name for org in snapshot.organizations for key, name in org.members.items()}
    names.update((key, account.name) for key, account in snapshot.accounts.items() if account.name)
    return {key: name for key, name in sorted(names.items()) if name}
