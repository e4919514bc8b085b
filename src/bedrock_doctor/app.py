"""The use cases: the only thing that the command line and other faces call."""

from __future__ import annotations

import os
from collections.abc import Sequence

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
    return _diagnose(way, hops, snapshot, denials)
