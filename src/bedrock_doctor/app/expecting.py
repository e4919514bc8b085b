"""What must hold, and whether it does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from bedrock_doctor.app.diagnosing import diagnose, diagnose_planned
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.expectation import Expectation, Ignore, Judgement
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.expectations.access_file import AccessFile, KeyKind
    from bedrock_doctor.preflight.overlay import Planned


def read_expectations(data: bytes, path: str, kinds: Mapping[str, KeyKind]) -> AccessFile:
    """Reads a file of expectations (``access.toml``).

    Args:
        data: its bytes.
        path: its name, for errors.
        kinds: the keys of an attempt, and what each holds.

    Raises:
        BadInput: it is not as described, with line and column.
    """
    from bedrock_doctor.diagnose.registry import BY_ID
    from bedrock_doctor.expectations.access_file import read_access_file

    return read_access_file(data, path, kinds, BY_ID)


def read_ignores(data: bytes, path: str) -> tuple[Ignore, ...]:
    """Reads an ignore file: findings that are put up with, each with its reason.

    Raises:
        BadInput: it is not as described, with line and column.
    """
    from bedrock_doctor.diagnose.registry import BY_ID
    from bedrock_doctor.expectations.ignore_file import read_ignore_file

    return read_ignore_file(data, path, BY_ID)


def check(
    expectation: Expectation,
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
    policies: tuple[EvaluatedPolicy, ...] = (),
    *,
    planned: Planned | None = None,
    ignores: Collection[Ignore] = (),
    day: date | None = None,
) -> Judgement:
    """Diagnoses the attempt of an expectation, and says whether the answer is the expected one.

    Args:
        expectation: what must hold.
        snapshot: what was collected.
        denials: what messages and events of AWS say about the attempt.
        policies: what AWS's own evaluation shows.
        planned: the snapshot as it will be; then it is asked of this.
        ignores: entries that silence findings.
        day: the day of the question; None: today.

    Raises:
        UsageError: the attempt cannot be made as asked.
    """
    from bedrock_doctor.expectations.judge import judge

    if planned is not None:
        report = diagnose_planned(expectation.attempt, planned)
    else:
        report = diagnose(expectation.attempt, snapshot, denials, policies)
    return judge(expectation, report, ignores, day or date.today())
