"""The use cases: the only thing that the command line and other faces call."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.model.audit_change import AuditDifference
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.comparison import Comparison
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.expectation import Expectation, Ignore, Judgement
from bedrock_doctor.model.fix import ChangedDocument, Plan
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import Trace
from bedrock_doctor.model.trail import Diagnosis

if TYPE_CHECKING:
    from bedrock_doctor.audit.auditing import AuditQuestion, Run
    from bedrock_doctor.audit.batch import AccountAudit, Batch, Frame
    from bedrock_doctor.authoring.draft import Draft
    from bedrock_doctor.collect.merge import Joined
    from bedrock_doctor.diagnose.base import Rule
    from bedrock_doctor.evidence import Explanation
    from bedrock_doctor.expectations.access_file import AccessFile, KeyKind
    from bedrock_doctor.live.collecting import Collected, CollectRequest
    from bedrock_doctor.live.last_denials import DeniedCall
    from bedrock_doctor.live.live_diagnosis import LiveQuestion
    from bedrock_doctor.live.looking import LiveOptions
    from bedrock_doctor.model.probe import Hypothesis
    from bedrock_doctor.model.signer import Signer
    from bedrock_doctor.model.trail import TrailScan
    from bedrock_doctor.model.verification import SavedPlan, Verification
    from bedrock_doctor.path.callable_models import ModelListing
    from bedrock_doctor.preflight.overlay import Planned
    from bedrock_doctor.scan.log_files import Wanted
    from bedrock_doctor.scan.scanning import Progress, ReadGroup, ScanRequest
    from bedrock_doctor.surprises.base import SurpriseKind


def load_snapshot(paths: Sequence[str | os.PathLike[str]]) -> Snapshot:
    """Reads directories and zip files of AWS CLI output, merged into one snapshot.

    Raises:
        UsageError: a path is no snapshot.
        UnsafeSnapshot: it reaches outside itself or expands beyond the limits.
        BadInput: a path is a file, but no zip that can be read.
    """
    from bedrock_doctor.collect.load_snapshot import load_snapshot as load

    return load(paths)


def diagnose(
    attempt: Attempt,
    snapshot: Snapshot,
    denials: tuple[Denial, ...] = (),
    policies: tuple[EvaluatedPolicy, ...] = (),
    passages: tuple[Passage, ...] = (),
) -> Report:
    """Names every barrier of one attempt.

    Args:
        attempt: the question.
        snapshot: what was collected.
        denials: what messages and events of AWS say about it.
        policies: what AWS's own evaluation shows; they are added to the snapshot.
        passages: what AWS was seen to let pass.

    Raises:
        BadArn: the caller or a role is no ARN.
        UnknownName: the caller, the model or the Region does not exist.
        UsageError: the attempt cannot be made as asked.
    """
    from bedrock_doctor.diagnose.examine import examine

    if policies:
        from bedrock_doctor.path.evaluated_policies import with_policies

        snapshot = with_policies(snapshot, policies)
    return examine(attempt, snapshot, denials, passages)


def diagnose_live(
    question: LiveQuestion, progress: Callable[[str], None], *, with_plans: bool = False
) -> Report:
    """Names every barrier of one attempt, with AWS at hand.

    The roles are assumed for real, both accounts are read as far as they let themselves be read,
    and what AWS let pass outranks the evaluation. Nothing is written.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who they are.
        UsageError: the attempt cannot be made as asked.
    """
    from bedrock_doctor.live.live_diagnosis import diagnose_live as look_and_diagnose

    report, snapshot = look_and_diagnose(question, diagnose, progress)
    return with_plan(report, snapshot) if with_plans else report


def probes_of(attempt: Attempt) -> tuple[Hypothesis, ...]:
    """The calls that a live diagnosis may make to learn what passes, the attempt itself first."""
    from bedrock_doctor.live.probe import planned

    return planned(attempt)


def last_denials(options: LiveOptions, region: str | None) -> tuple[DeniedCall, ...]:
    """The last denied calls that CloudTrail knows of, newest first.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: CloudTrail does not answer.
        UsageError: no Region is configured.
    """
    from bedrock_doctor.live.last_denials import last_denials as look_up
    from bedrock_doctor.live.live_diagnosis import opened_for_events

    opened = opened_for_events(options, region)
    return look_up(opened, opened.regions[0])


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


def preflight(
    snapshot: Snapshot,
    *,
    plans: Sequence[tuple[str, bytes]] = (),
    templates: Sequence[tuple[str, bytes]] = (),
    account: str | None = None,
    region: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Planned:
    """The accounts of a snapshot as they will be once plans and templates are deployed.

    Args:
        snapshot: what was collected.
        plans: names and bytes of outputs of ``terraform show -json``.
        templates: names and bytes of CloudFormation templates.
        account: where the templates are deployed, and where what plans do not say is.
        region: where the templates are deployed; None: not known.
        parameters: of the templates.

    Raises:
        BadInput: a file is none of these, or says too little, with line and column.
        UsageError: a template is given without its account.
    """
    from bedrock_doctor.preflight.deployments import read_deployments
    from bedrock_doctor.preflight.overlay import overlay

    deployments = read_deployments(
        snapshot, plans, templates, account or "", region or "", parameters or {}
    )
    return overlay(snapshot, deployments)


def diagnose_planned(attempt: Attempt, planned: Planned) -> Report:
    """Names every barrier of one attempt in accounts as they will be.

    Where the answer depends on policies that a template does not name, it is unknown: an earlier
    version of the template may have made them, and then the deployment removes them.
    """
    report = diagnose(attempt, planned.snapshot)
    if planned.dropped is not None and planned.open is not None:
        other = diagnose(attempt, planned.dropped)
        if other.verdict is not report.verdict:
            report = diagnose(attempt, planned.open)
    notes = (*report.way.notes, *planned.notes)
    return replace(report, way=replace(report.way, notes=notes))


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


def compare(left: Report, right: Report) -> Comparison:
    """Two diagnosed attempts side by side, with the first layer at which they part."""
    from bedrock_doctor.diagnose.comparing import compare as put_side_by_side

    return put_side_by_side(left, right)


def evaluate(request: Request, policies: Policies) -> Trace:
    """Decides one request against the policies that may bind it, and says why."""
    from bedrock_doctor.evaluate.explain import explain as trace

    return trace(request, policies)


def explain(text: str | bytes) -> Explanation:
    """Explains every denial in a message, traceback, log or event, without policies."""
    from bedrock_doctor.evidence import explain as read

    return read(text)


def models(
    region: str,
    *,
    snapshots: Sequence[str | os.PathLike[str]] = (),
    account: str | None = None,
    day: date | None = None,
) -> ModelListing:
    """Which models can be called from a Region, and how.

    Args:
        region: Region code.
        snapshots: directories and zip files of AWS CLI output; none: the catalog alone.
        account: the account that calls, where the snapshots hold several.
        day: the day of the question; None: today.

    Raises:
        UnknownName: no such Region or account.
        UsageError: a path is no snapshot, or no account is named where there are several.
    """
    from bedrock_doctor.path.callable_models import list_models

    snapshot = load_snapshot(snapshots) if snapshots else Snapshot()
    return list_models(region, snapshot, account, (day or date.today()).isoformat())


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


def whoami(
    *,
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    offline: bool = False,
) -> Signer:
    """Which identity signs a call to Amazon Bedrock from this process, and what it shadows.

    Args:
        profile: of the AWS config files; None: as the environment says.
        region: in place of the configured one.
        endpoint_url: where AWS STS is asked, in place of AWS's own endpoint.
        offline: read the configuration only; run nothing and call nobody.

    Raises:
        BadInput: an AWS config file cannot be read.
    """
    from bedrock_doctor.signing.resolve import resolve_signer

    return resolve_signer(
        profile=profile, region=region, endpoint_url=endpoint_url, offline=offline
    )


def rules() -> tuple[Rule, ...]:
    """All findings that can be reported, in the order of their ids."""
    from bedrock_doctor.diagnose.registry import RULES

    return RULES


def rule(name: str) -> Rule:
    """The finding with this id or slug, in any case.

    Raises:
        UnknownName: there is none.
    """
    from bedrock_doctor.diagnose.registry import BY_ID, BY_SLUG, find_rule

    found = find_rule(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name.lower(), BY_SLUG, 1) or difflib.get_close_matches(
        name.upper(), BY_ID, 1
    )
    meant = f"did you mean `{near[0]}`?" if near else "bedrock-doctor rule --list"
    raise UnknownName(f"no such finding `{name}`", help=meant)


def surprise_kinds() -> tuple[SurpriseKind, ...]:
    """All kinds of surprise that an audit can tell, in the order in which it tells them."""
    from bedrock_doctor.surprises.registry import KINDS

    return KINDS


def collect(request: CollectRequest, progress: Callable[[str], None]) -> Collected:
    """Reads one account into a snapshot, with read-only calls alone.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who reads.
        UsageError: profile, Region or output cannot be used.
    """
    from bedrock_doctor.live.collecting import collect as read

    return read(request, progress)


def merge(
    snapshots: Sequence[str | os.PathLike[str]],
    out: str,
    redact: str = "none",
    redact_key: str | None = None,
    pseudonyms: str | None = None,
) -> Joined:
    """Joins snapshots into one directory or zip, redacted where that is asked for.

    Args:
        snapshots: directories and zips; where they contradict each other, the last one counts.
        out: a new directory, or a file that ends in ``.zip``.
        redact: ``none``, ``accounts`` or ``all``.
        redact_key: what pseudonyms are made with; None: the content.
        pseudonyms: a file for who is who, or None.

    Raises:
        UsageError: a path is no snapshot, snapshots were redacted apart, pseudonyms would change
            what a policy matches, or the output holds something.
        BadInput: a file cannot be read or written.
    """
    from bedrock_doctor.collect.merge import join_snapshots
    from bedrock_doctor.collect.save_joined import RedactOptions, save_joined
    from bedrock_doctor.collect.write_snapshot import check_target

    options = RedactOptions(redact, redact_key, pseudonyms)
    options.check()
    check_target(out)
    joined = join_snapshots(snapshots)
    save_joined(joined, out, options)
    return joined


def read_permissions(
    groups: Collection[str],
    format_: str,
    *,
    principals: Sequence[str] = (),
    models: Sequence[str] = (),
    regions: Sequence[str] = (),
    account: str | None = None,
) -> str:
    """The least policy for collecting some groups of reads, as ``json`` and its like.

    Args:
        groups: kinds of reads.
        format_: ``json``, ``terraform`` or ``cloudformation``.
        principals: ARNs of the caller and of the roles of an attempt: with them, the policy of each
            of their accounts for this attempt alone; in JSON by account where there are several.
        models: models and resources of the attempt.
        regions: Region codes; empty: any.
        account: only the policy of this account.
    """
    from bedrock_doctor.fix.artifacts.cloudformation import cloudformation
    from bedrock_doctor.fix.artifacts.json_document import json_document
    from bedrock_doctor.fix.artifacts.terraform import terraform
    from bedrock_doctor.live.permissions import attempt_policies, read_policy
    from bedrock_doctor.live.reads import Group

    kinds = [Group(group) for group in groups]
    policies = [read_policy(kinds)]
    if principals:
        policies = attempt_policies(kinds, principals, models, regions, account)
    match format_:
        case "terraform":
            return terraform(policies)
        case "cloudformation":
            return cloudformation(policies)
    if len(policies) == 1:
        return json_document(policies[0].document)
    return json_document({policy.account: policy.document for policy in policies})


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
