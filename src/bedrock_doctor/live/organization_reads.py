"""The organization above accounts: their units up to the root, and the policies at each level.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads
    from bedrock_doctor.live.wanted import Wanted

_PLACE = ("organization",)
_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_AWS_OWNED = ("p-FullAWSAccess", "p-RCPFullAWSAccess")
# Five levels of units below a root:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
_LEVELS = 8


def read_organization(reads: AccountReads, wanted: Wanted) -> None:
    """Walks from each account to the root; every level's policies are read once on the way.

    Who may list the accounts may read above all of them: they are the wanted ones, or all where
    none is named.
    """
    one, whole = reads.caller.one, reads.caller.whole
    if not reads.keep(
        (*_PLACE, "describe-organization"), lambda: one("organizations", "DescribeOrganization")
    ):
        _effective_policy(reads, reads.account)
        return
    reads.keep((*_PLACE, "list-roots"), lambda: whole("organizations", "ListRoots"))
    lists = reads.keep((*_PLACE, "list-accounts"), lambda: whole("organizations", "ListAccounts"))
    if lists:
        reads.keep(
            (*_PLACE, "list-delegated-administrators"),
            lambda: whole("organizations", "ListDelegatedAdministrators"),
        )
    walked: set[str] = set()
    for account in _accounts(reads, wanted) if lists else [reads.account]:
        _effective_policy(reads, account)
        _walk(reads, account, walked)


def _accounts(reads: AccountReads, wanted: Wanted) -> list[str]:
    listed = reads.written(*_PLACE, "list-accounts").get("Accounts", [])
    members = [str(entry.get("Id", "")) for entry in listed]
    if not wanted.everything and wanted.accounts:
        members = [account for account in members if account in wanted.accounts]
    return list(dict.fromkeys((reads.account, *members)))


def _effective_policy(reads: AccountReads, account: str) -> None:
    own = reads.is_own_account and account == reads.account
    reads.keep(
        (*_PLACE, "describe-effective-policy", account, "BEDROCK_POLICY"),
        lambda: reads.caller.one(
            "organizations",
            "DescribeEffectivePolicy",
            PolicyType="BEDROCK_POLICY",
            **({} if own else {"TargetId": account}),
        ),
        account,
    )


def _walk(reads: AccountReads, account: str, walked: set[str]) -> None:
    child = account
    for _ in range(_LEVELS):
        if child in walked:
            return
        walked.add(child)
        for kind in _TYPES:
            _policies_of(reads, child, kind)
        parents = (*_PLACE, "list-parents", child)
        if child.startswith("r-") or not reads.keep(
            parents,
            lambda child=child: reads.caller.whole(  # type: ignore[misc]
                "organizations", "ListParents", ChildId=child
            ),
            child,
        ):
            return
        above = reads.written(*parents).get("Parents", [])
        if not above:
            return
        child = str(above[0].get("Id", ""))


def _policies_of(reads: AccountReads, target: str, kind: str) -> None:
    place = ("organization", "list-policies-for-target", target, kind)
    reads.keep(
        place,
        lambda: reads.caller.whole(
            "organizations", "ListPoliciesForTarget", TargetId=target, Filter=kind
        ),
        target,
    )
    for policy in reads.written(*place).get("Policies", []):
        name = str(policy.get("Id", ""))
        if name and name not in _AWS_OWNED:
            reads.keep(
                ("organization", "describe-policy", name),
                lambda name=name: reads.caller.one(  # type: ignore[misc]
                    "organizations", "DescribePolicy", PolicyId=name
                ),
                name,
            )
