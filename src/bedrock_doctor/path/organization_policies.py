"""The SCPs and RCPs that may bind a request, level by level from the root to the account.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Mapping

from bedrock_doctor.catalog import service_authorization
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.request import Level, Readable
from bedrock_doctor.model.snapshot import Account, Organization, Snapshot
from bedrock_doctor.path import missing_evidence

SCP = "SERVICE_CONTROL_POLICY"
RCP = "RESOURCE_CONTROL_POLICY"
Levels = tuple[Level, ...] | NotApplicable | Missing


def is_outside_organizations(snapshot: Snapshot, account: str) -> bool:
    """Whether AWS said that the account belongs to no organization."""
    held = snapshot.accounts.get(account, Account(account))
    return any(
        missing.call == missing_evidence.DESCRIBE_ORGANIZATION
        and missing.code == missing_evidence.NOT_IN_USE
        for missing in held.missing
    )


def _exemption(org: Organization, account: str, kind: str) -> NotApplicable | Missing | None:
    """Why no policy of this kind binds the account, or what tells; None when they do bind."""
    short = "SCPs" if kind == SCP else "RCPs"
    if org.feature_set == "CONSOLIDATED_BILLING":
        return NotApplicable("the organization has consolidated billing only")
    if org.policy_types is not None and kind not in org.policy_types:
        return NotApplicable(f"{short} are not enabled in the organization")
    if not org.management_account:
        return missing_evidence.management_account(org, account)
    if org.management_account == account:
        return NotApplicable(f"{short} do not bind the management account")
    return None


def _levels(org: Organization, account: str, kind: str) -> tuple[Level, ...]:
    held: Mapping[str, tuple[Readable, ...]] = org.scps if kind == SCP else org.rcps
    chain, complete = org.chain(account)
    levels = []
    if not complete:
        above = missing_evidence.parents(org, chain[0])
        levels.append(Level(f"parents of {chain[0]}", "", (above,)))
    for target in chain:
        documents = held.get(target)
        if documents is None:
            documents = (missing_evidence.attached_policies(org, target, kind),)
        elif not documents and kind == SCP and org.policy_types is None:
            # where SCPs are enabled at least one is attached everywhere: are they enabled at all?
            documents = (missing_evidence.policy_types(org),)
        name = org.names.get(target) or org.members.get(target, "")
        levels.append(Level(target, name, documents))
    return tuple(levels)


def _policies(snapshot: Snapshot, account: str, kind: str) -> Levels:
    if is_outside_organizations(snapshot, account):
        return NotApplicable("the account belongs to no organization")
    org = snapshot.organization_of(account)
    if org is None:
        return missing_evidence.organization(snapshot, account)
    return _exemption(org, account, kind) or _levels(org, account, kind)


def scps(snapshot: Snapshot, account: str) -> Levels:
    """SCPs that bind the principals of an account."""
    return _policies(snapshot, account, SCP)


def rcps(snapshot: Snapshot, account: str | None, service: str) -> Levels:
    """RCPs that bind the resources of an account.

    Args:
        account: the resource's account; None for resources that AWS owns.
        service: service prefix of the action.
    """
    if not service_authorization.rcp_supported(service):
        dated = service_authorization.data_date()
        return NotApplicable(f"RCPs do not cover {service} (data of {dated})")
    if account is None:
        return NotApplicable("the resource belongs to no account")
    return _policies(snapshot, account, RCP)
