"""Whole trails and whole organizations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bedrock_doctor.app.diagnosing import diagnose
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.model.audit_change import AuditDifference
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trail import Diagnosis

if TYPE_CHECKING:
    from bedrock_doctor.audit.auditing import AuditQuestion, Run
    from bedrock_doctor.audit.batch import AccountAudit, Batch, Frame
    from bedrock_doctor.model.trail import TrailScan
    from bedrock_doctor.scan.log_files import Wanted
    from bedrock_doctor.scan.scanning import Progress, ReadGroup, ScanRequest


def scan(request: ScanRequest, progress: Progress, snapshot: Snapshot | None = None) -> TrailScan:
    """The denied calls of CloudTrail logs, grouped by what they share.

    Args:
        request: what to read.
        progress: told after each batch: files and events so far.
        snapshot: what each group is diagnosed against, or None.

    Raises:
        UsageError: a path does not exist.
    """
    from bedrock_doctor.scan.scanning import scan_trail

    found, groups = scan_trail(request, progress)
    return diagnosed_scan(found, groups, snapshot)


def diagnosed_scan(
    found: TrailScan, groups: Sequence[ReadGroup], snapshot: Snapshot | None
) -> TrailScan:
    """A scan whose groups are diagnosed against a snapshot, where there is one."""
    if snapshot is None:
        return found
    diagnosed = (
        replace(read.group, diagnosis=_diagnosis(read, groups, snapshot)) for read in groups
    )
    return replace(found, groups=tuple(diagnosed))


def _diagnosis(read: ReadGroup, groups: Sequence[ReadGroup], snapshot: Snapshot) -> Diagnosis:
    from bedrock_doctor.scan.attempts import Untold, attempt_of, diagnosis_of

    try:
        report = diagnose(attempt_of(read, groups), snapshot)
    except (Untold, UsageError) as error:
        return Diagnosis(why_not=str(error))
    return diagnosis_of(read.group, report)


def scan_query(table: str, kind: str, wanted: Wanted) -> str:
    """SQL whose rows are the groups of a scan, for Amazon Athena or CloudTrail Lake.

    Args:
        table: name of the table, or id of the event data store.
        kind: ``plain``, ``projected``, ``organization`` or ``lake``.
        wanted: times, accounts and Regions.

    Raises:
        UsageError: the name is no table name.
    """
    from bedrock_doctor.scan.queries import LogTable, denials_query

    return denials_query(table, LogTable(kind), wanted)


def audit(
    snapshot: Snapshot,
    question: AuditQuestion | None = None,
    *,
    jobs: int | None = 1,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    run: Run | None = None,
) -> Audit:
    """Who can reach which model from where, over a whole snapshot.

    Ctrl-C keeps what was done; `Audit.left` names the accounts that were not.

    Args:
        snapshot: what was collected.
        question: which routes, and how long chains may be; None: all, of usual length.
        jobs: processes; None: as many as there are cores.
        progress: told after each batch: accounts so far, and all of them.
        run: audits the batches in place of processes of this machine.

    Raises:
        UsageError: the snapshot holds no account, or several partitions.
        UnknownName: a model or Region of the question leads nowhere.
    """
    from bedrock_doctor.audit.auditing import AuditQuestion
    from bedrock_doctor.audit.auditing import audit as audit_all
    from bedrock_doctor.audit.batch import audit_batch
    from bedrock_doctor.model.garbage_collector import without_collector
    from bedrock_doctor.processes import cores, in_order

    def here(batches: Iterable[Batch], frame: Frame) -> Iterator[tuple[AccountAudit, ...]]:
        done = 0
        try:
            for found in in_order(audit_batch, batches, frame, jobs or cores()):
                yield found
                done += len(found)
                progress(done, len(snapshot.accounts))
        except KeyboardInterrupt:
            return

    with without_collector():
        return audit_all(snapshot, question or AuditQuestion(), run or here)


def surprises(snapshot: Snapshot, found: Audit) -> tuple[Surprise, ...]:
    """What is surprising about who can reach which model.

    Args:
        snapshot: what was collected.
        found: the audit of it.
    """
    from bedrock_doctor.surprises.registry import surprises_of

    return surprises_of(snapshot, found)


def audit_difference(before: Audit, after: Audit) -> AuditDifference:
    """Who gained and who lost access to which models between two audits."""
    from bedrock_doctor.audit.difference import difference

    return difference(before, after)
