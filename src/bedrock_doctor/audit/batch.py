"""One batch of accounts: a function of values that can be sent to another process.

    done = audit_batch(batch, frame)

It reads nothing else and remembers only what makes the next batch faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bedrock_doctor.audit.doors import Door, Doors
from bedrock_doctor.audit.offers import Offer, Wanted
from bedrock_doctor.audit.outsiders import Held, Outsiders
from bedrock_doctor.audit.own_access import AccessTable, OwnAccess
from bedrock_doctor.audit.stand_in import Documents
from bedrock_doctor.audit.trust_edges import Callers, Step
from bedrock_doctor.model.audit import AuditedAccount, AuditedPrincipal, PrincipalType
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from bedrock_doctor.universe.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class Frame:
    """What all batches of an audit have in common.

    Attributes:
        organizations: those of the snapshot.
        offers: routes that AWS offers to all accounts.
        wanted: which routes are asked for.
        view: from where everybody calls.
        held: whose principals are held at all.
        open_doors: roles that may trust any account.
    """

    organizations: tuple[Organization, ...]
    offers: tuple[Offer, ...]
    wanted: Wanted
    view: Viewpoint
    held: Held
    open_doors: tuple[Door, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Some accounts to audit.

    Attributes:
        accounts: the accounts.
        doors: by account the roles of other accounts that may trust its principals.
    """

    accounts: tuple[Account, ...]
    doors: Mapping[str, tuple[Door, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountAudit:
    """What was found about one account.

    Attributes:
        account: the account.
        principals: its roles and users, by ARN.
        access: what they may call.
        steps: which roles they can assume.
        outsiders: others who can become its roles.
        entries: how, with positions among these.
    """

    account: AuditedAccount
    principals: tuple[AuditedPrincipal, ...]
    access: OwnAccess
    steps: tuple[Step, ...]
    outsiders: tuple[AuditedPrincipal, ...]
    entries: tuple[Step, ...]


def audit_batch(batch: Batch, frame: Frame) -> tuple[AccountAudit, ...]:
    """Audits some accounts, each on its own."""
    table, documents = _tools(frame.offers, frame.view.partition, frame.wanted)
    accounts = {account.id: account for account in batch.accounts}
    snapshot = Snapshot(accounts=accounts, organizations=frame.organizations)
    return tuple(
        _audit(account, batch.doors.get(account.id, ()), snapshot, frame, table, documents)
        for account in batch.accounts
    )


@lru_cache(maxsize=1)
def _tools(
    offers: tuple[Offer, ...], partition: str, wanted: Wanted
) -> tuple[AccessTable, Documents]:
    documents = Documents()
    return AccessTable(offers, partition, wanted, documents), documents


def _audit(
    account: Account,
    elsewhere: tuple[Door, ...],
    snapshot: Snapshot,
    frame: Frame,
    table: AccessTable,
    documents: Documents,
) -> AccountAudit:
    entities = sorted((*account.roles.values(), *account.users.values()), key=lambda e: e.arn)
    maker = Doors(snapshot, frame.view)
    roles = sorted(account.roles.values(), key=lambda role: role.arn)
    doors = [maker.of(role, account.id) for role in roles]
    callers = Callers(account, snapshot, frame.view, documents)
    strangers = [door for door in frame.open_doors if door.account != account.id]
    outsiders = Outsiders(snapshot, frame.view, frame.held)
    steps = tuple(callers.steps((*doors, *elsewhere, *strangers)))
    entries = tuple(step for door in doors for step in outsiders.steps(door))
    organization = snapshot.organization_of(account.id)
    return AccountAudit(
        AuditedAccount(
            account.id,
            account.name or (organization.members.get(account.id, "") if organization else ""),
            organization.management_account if organization else "",
            account.iam_complete,
        ),
        tuple(_principal(entity, account) for entity in entities),
        table.access(account, snapshot),
        steps,
        tuple(outsiders.principals),
        entries,
    )


def _principal(entity: IamEntity, account: Account) -> AuditedPrincipal:
    kind = PrincipalType.USER if entity.name in account.users else PrincipalType.ROLE
    if ":role/" in entity.arn:
        kind = PrincipalType.ROLE
    known = not any(isinstance(one, Missing) for one in (*entity.policies, entity.boundary))
    return AuditedPrincipal(entity.arn, account.id, kind, known)
