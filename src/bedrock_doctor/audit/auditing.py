"""A whole snapshot: cut into batches of accounts, audited, and joined in the order of accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from bedrock_doctor.audit.batch import AccountAudit, Batch, Frame, audit_batch
from bedrock_doctor.audit.doors import Door, Doors, named_by, roles_of
from bedrock_doctor.audit.offers import Wanted, offers_of
from bedrock_doctor.audit.outsiders import Held
from bedrock_doctor.audit.row_verdicts import ACTIONS
from bedrock_doctor.audit.trust_edges import Step
from bedrock_doctor.catalog import bedrock_models, partitions
from bedrock_doctor.catalog.spelling import near_matches
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.audit import (
    AccessClass,
    Audit,
    TrustEdge,
)
from bedrock_doctor.model.snapshot import Account, BedrockRegion, Snapshot
from bedrock_doctor.universe.viewpoint import Viewpoint

DEPTH = 3
BATCH = 50
"""Accounts in one batch."""

Run = Callable[[Iterable[Batch], Frame], Iterator[tuple[AccountAudit, ...]]]
"""Audits batches and answers in their order; it may stop early."""


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """What an audit is about.

    Attributes:
        wanted: which routes.
        depth: how many roles a chain may have.
    """

    wanted: Wanted = field(default_factory=Wanted)
    depth: int = DEPTH


def here(batches: Iterable[Batch], frame: Frame) -> Iterator[tuple[AccountAudit, ...]]:
    """Audits batches one after the other in this process."""
    for batch in batches:
        yield audit_batch(batch, frame)


def audit(snapshot: Snapshot, question: AuditQuestion, run: Run = here) -> Audit:
    """Audits everybody who is held.

    Args:
        snapshot: what was collected.
        question: what is asked.
        run: what audits the batches.

    Raises:
        UsageError: the snapshot holds several partitions, or nothing, or no model of its partition
            is known.
        UnknownName: no route leads to a model, or a Region is none.
    """
    frame, batches = plan(snapshot, question)
    done: list[AccountAudit] = []
    for found in run(batches, frame):
        done.extend(found)
    answer = joined(done, snapshot, frame, question)
    partition = frame.view.partition
    if not answer.routes and not offers_of(partition):
        raise UsageError(
            f"no model of partition {partition} is known: the catalog does not cover its Regions",
            help="collect what Amazon Bedrock lists there: bedrock-doctor collect --region REGION",
        )
    _check_names(question.wanted, answer, frame)
    return answer


def _check_names(wanted: Wanted, answer: Audit, frame: Frame) -> None:
    known = {
        name
        for route in (*(offer.route for offer in offers_of(frame.view.partition)), *answer.routes)
        for name in (route.model, route.profile)
    }
    for model in sorted(wanted.models - known):
        near = " or ".join(f"`{name}`" for name in near_matches(model, known, 3))
        raise UnknownName(
            f"`{model}` is no model or inference profile that can be called",
            help=f"did you mean {near}?" if near else "expected the id of a model or profile",
        )
    regions = {route.region for route in answer.routes}
    for region in sorted(wanted.regions - regions):
        if not partitions.is_region(region):
            near = " or ".join(f"`{name}`" for name in partitions.near_regions(region))
            raise UnknownName(
                f"`{region}` is no AWS Region that is known",
                help=f"did you mean {near}?" if near else None,
            )


def partition_of(snapshot: Snapshot) -> str:
    """The partition of all accounts.

    Raises:
        UsageError: there are several, or no account is held.
    """
    if not snapshot.accounts:
        raise UsageError("the snapshot holds no account", help="bedrock-doctor collect -o DIR")
    found = {
        partitions.partition_of_arn(entity.arn) or "aws"
        for account in snapshot.accounts.values()
        for entity in (*account.roles.values(), *account.users.values())
    }
    if len(found) > 1:
        raise UsageError(
            f"the snapshot holds accounts of several partitions: {', '.join(sorted(found))}",
            help="audit each on its own: no role of one can be assumed from another",
        )
    return found.pop() if found else "aws"


def plan(snapshot: Snapshot, question: AuditQuestion) -> tuple[Frame, Iterator[Batch]]:
    """What the batches have in common, and the batches.

    Raises:
        UsageError: the snapshot cannot be audited in one.
    """
    partition = partition_of(snapshot)
    view = Viewpoint(partition, region=_sts_region(partition))
    by_id = {
        entity.unique_id: number
        for number, account in snapshot.accounts.items()
        for entity in (*account.roles.values(), *account.users.values())
        if entity.unique_id
    }
    elsewhere: dict[str, list[Door]] = {number: [] for number in snapshot.accounts}
    open_doors: list[Door] = []
    doors = Doors(snapshot, view)
    for number, role in roles_of(snapshot):
        named = named_by(role.trust, number)
        accounts = named.accounts(by_id)
        if accounts is None:
            open_doors.append(doors.of(role, number))
            continue
        wanted = [found for found in accounts if found != number and found in elsewhere]
        if wanted:
            door = doors.of(role, number)
            for found in wanted:
                elsewhere[found].append(door)
    frame = Frame(
        snapshot.organizations,
        tuple(offer for offer in offers_of(partition) if question.wanted.holds(offer.route)),
        question.wanted,
        view,
        _held(snapshot),
        tuple(open_doors),
    )
    numbers = sorted(snapshot.accounts, key=lambda number: (_above(snapshot, number), number))
    batches = (
        Batch(
            tuple(_sendable(snapshot.accounts[number]) for number in numbers[at : at + BATCH]),
            {n: tuple(elsewhere[n]) for n in numbers[at : at + BATCH] if elsewhere[n]},
        )
        for at in range(0, len(numbers), BATCH)
    )
    return frame, batches


def _above(snapshot: Snapshot, account: str) -> tuple[str, ...]:
    """Where an account stands: those that the same SCPs bind are alike and audited together."""
    organization = snapshot.organization_of(account)
    return organization.chain(account)[0][:-1] if organization else ()


def _sendable(account: Account) -> Account:
    """What an audit needs of an account, all of it read: another process cannot open the file."""
    regions = {
        region: BedrockRegion(region, models=held.models, profiles=dict(held.profiles))
        for region, held in account.bedrock.items()
    }
    return Account(
        account.id,
        account.name,
        roles=dict(account.roles),
        users=dict(account.users),
        iam_complete=account.iam_complete,
        bedrock=regions,
        missing=account.missing,
        absent_roles=account.absent_roles,
    )


def _sts_region(partition: str) -> str:
    return {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}.get(partition, "us-east-1")


def _held(snapshot: Snapshot) -> Held:
    accounts = snapshot.accounts.values()
    return Held(
        frozenset(account.id for account in accounts if account.iam_complete),
        frozenset(
            entity.arn
            for account in accounts
            if not account.iam_complete
            for entity in (*account.roles.values(), *account.users.values())
        ),
    )


def joined(
    done: Iterable[AccountAudit], snapshot: Snapshot, frame: Frame, question: AuditQuestion
) -> Audit:
    """The parts of an audit as one.

    Args:
        done: what was found about each account.
        snapshot: what was audited.
        frame: what the batches had in common.
        question: what was asked.
    """
    parts = sorted(done, key=lambda part: part.account.id)
    principals = [principal for part in parts for principal in part.principals]
    outside = sorted(
        {principal for part in parts for principal in part.outsiders},
        key=lambda principal: (principal.type.value, principal.account, principal.arn),
    )
    places = {entry.arn: n for n, entry in enumerate(principals)}
    beyond = {principal: len(principals) + n for n, principal in enumerate(outside)}
    routes = {offer.route: n for n, offer in enumerate(frame.offers)}
    common = len(routes)
    classes: list[AccessClass] = []
    edges: list[TrustEdge] = []
    first = 0
    for part in parts:
        moved = [routes.setdefault(route, len(routes)) for route in part.access.routes]
        for entry in part.access.classes:
            classes.append(_moved(entry, first, common, moved))
        for step in part.steps:
            if step.role in places:
                edges.append(_edge(step, first + step.source, places[step.role]))
        for step in part.entries:
            source = beyond[part.outsiders[step.source]]
            edges.append(_edge(step, source, places[step.role]))
        first += len(part.principals)
    edges.sort(key=lambda edge: (edge.source, edge.role, edge.action))
    audited = {part.account.id for part in parts}
    left = tuple(sorted(set(snapshot.accounts) - audited))
    return Audit(
        accounts=tuple(part.account for part in parts),
        principals=(*principals, *outside),
        routes=tuple(routes),
        actions=ACTIONS,
        classes=tuple(classes),
        edges=tuple(edges),
        depth=question.depth,
        limits=tuple(_limits(parts, snapshot, frame.view.partition)),
        left=left,
        created=snapshot.created,
    )


def _moved(entry: AccessClass, first: int, common: int, places: list[int]) -> AccessClass:
    """A class of one account among all: its principals and its own routes have other positions."""
    own, routes = entry.routes >> common, entry.routes & (1 << common) - 1
    for position in positions(own):
        routes |= 1 << places[position]
    return replace(entry, principals=tuple(first + n for n in entry.principals), routes=routes)


def _edge(step: Step, source: int, role: int) -> TrustEdge:
    return TrustEdge(source, role, step.access, step.action, step.settle)


def _limits(parts: list[AccountAudit], snapshot: Snapshot, partition: str) -> Iterator[str]:
    if offers_of(partition):
        yield (
            f"models and profiles are those of the catalog of {bedrock_models.data_date()} and of "
            "the snapshot's own lists"
        )
    else:
        yield (
            "models and profiles are those of the snapshot's own lists: the catalog does not cover "
            f"the Regions of partition {partition}"
        )
    if snapshot.problems:
        some = snapshot.problems[0]
        yield (
            f"files of the snapshot that could not be read: {len(snapshot.problems)}, for example "
            f"{some.path}: {some.message}"
        )
    incomplete = [part.account.id for part in parts if not part.account.complete]
    if incomplete:
        yield f"roles and users were not collected, or not all, of {listed_ids(incomplete)}"
    members = {member for org in snapshot.organizations for member in org.members}
    absent = sorted(members - set(snapshot.accounts))
    if absent:
        yield f"members of the organization that are not held: {listed_ids(absent)}"
    for organization in snapshot.organizations:
        if not organization.members_complete:
            name = organization.id or "the organization"
            yield f"not all accounts of {name} are known: ListAccounts was not collected"
    unclear = sorted({name for part in parts for name in part.access.unclear})
    if unclear:
        yield f"profiles whose destinations are not known are no routes: {', '.join(unclear)}"
    yield (
        "policies of VPC endpoints, model access and other gates of accounts, and the service "
        "roles of batch jobs are not part of an audit: diagnose tells"
    )
    if any(part.outsiders for part in parts):
        yield (
            "of accounts that are not held, providers and services the trust policy alone is judged"
        )


_NAMED = 20


def listed_ids(ids: list[str]) -> str:
    """Account ids, all of a few, the number of many."""
    if len(ids) <= _NAMED:
        return ", ".join(ids)
    return f"{len(ids)} accounts ({', '.join(ids[:3])}, ...)"
