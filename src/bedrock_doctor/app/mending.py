"""What mends an attempt, whether it was done, and what a change would open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    from bedrock_doctor.authoring.draft import Draft
    from bedrock_doctor.model.verification import SavedPlan, Verification


def fix(report: Report, snapshot: Snapshot, *, alternatives: bool = True) -> Plan:
    """What turns a diagnosed attempt to allow, proved by evaluation.

    Args:
        report: what `diagnose` answered.
        snapshot: what it was asked of.
        alternatives: whether other plans are looked for as well.
    """
    from bedrock_doctor.fix.plan import plan

    return plan(report, snapshot, alternatives=alternatives)


def with_plan(report: Report, snapshot: Snapshot, *, alternatives: bool = True) -> Report:
    """The same report with what mends it: `Report.plan` and the fixes of every finding."""
    return replace(report, plan=fix(report, snapshot, alternatives=alternatives))


def read_plan(data: bytes, path: str, option: int = 1) -> SavedPlan:
    """One option of a plan that `bedrock-doctor fix --format json` printed.

    Raises:
        BadInput: it is no such plan.
        UsageError: it has no such option.
    """
    from bedrock_doctor.render.saved_plan import read_saved_plan

    return read_saved_plan(data, path, option)


def verify(plan: SavedPlan, snapshot: Snapshot, before: Snapshot | None = None) -> Verification:
    """Whether a plan was carried out, and what else is different.

    Args:
        plan: what was planned.
        snapshot: what was collected after the change.
        before: what the plan was made from; None: only its own documents are compared.
    """
    from bedrock_doctor.fix.verification import verify as hold

    return hold(plan, snapshot, before)


def part_of_plan(plan: Plan, *, finding: str | None = None, owner: str | None = None) -> Plan:
    """A plan that shows the fixes of one finding or one account only; what is proved stays.

    Args:
        plan: the whole plan.
        finding: ``BDnnn``; None: of all.
        owner: account id; None: of all.
    """
    from bedrock_doctor.fix.fixes import part_of

    return part_of(plan, finding, owner)


def policies_of(report: Report) -> tuple[PolicyDocument, ...]:
    """The policy documents that bind the checks of an attempt, each once."""
    from bedrock_doctor.fix.what_if import policies_of as documents

    return tuple(documents(report))


def what_if(
    report: Report,
    snapshot: Snapshot,
    policy: PolicyRef,
    text: str,
    given: Sequence[ChangedDocument] = (),
) -> tuple[Report, ChangedDocument, BlastRadius]:
    """The diagnosis that the attempt would get with one policy document replaced by a text, the
    change itself, and every other decision of the snapshot that it makes different.

    Args:
        report: the diagnosis.
        snapshot: what it was asked of.
        policy: one of `policies_of`.
        text: the whole new document.
        given: documents that were replaced in `report` already.

    Raises:
        UsageError: the policy binds no check of this attempt.
        BadInput: the text is no policy document.
    """
    from bedrock_doctor.fix import what_if as trial

    change = trial.proposed(report, policy, text)
    radius = trial.opened_by(report, snapshot, change, given)
    return trial.what_if(report, snapshot, change), change, radius


def policies(attempt: Attempt, snapshot: Snapshot, *, named: bool = True) -> Draft:
    """The least policies that let an attempt pass, proved by evaluation.

    Args:
        attempt: the way.
        snapshot: what was collected; it tells destinations that the catalog does not know.
        named: False where the caller of the attempt only stands for its account.

    Raises:
        BadArn: the caller or the role is no ARN.
        UnknownName: the model or the Region does not exist.
        UsageError: the way cannot be written as policies, with the reason.
    """
    from bedrock_doctor.authoring.write import write_policies

    return write_policies(attempt, snapshot, named=named)
