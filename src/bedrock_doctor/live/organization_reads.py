"""The organization above one account: its units up to the root, and the policies at each level.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads

_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_AWS_OWNED = ("p-FullAWSAccess", "p-RCPFullAWSAccess")
# Five levels of units below a root:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
_LEVELS = 8


def read_organization(reads: AccountReads) -> None:
    """Walks from the account to the root; every level's policies are read on the way."""
    one, whole = reads.caller.one, reads.caller.whole
    place = ("organization",)
    reads.keep(
        (*place, "describe-effective-policy", reads.account, "BEDROCK_POLICY"),
        lambda: one("organizations", "DescribeEffectivePolicy", PolicyType="BEDROCK_POLICY"),
        reads.account,
    )
    if not reads.keep(
        (*place, "describe-organization"), lambda: one("organizations", "DescribeOrganization")
    ):
        return
    reads.keep((*place, "list-roots"), lambda: whole("organizations", "ListRoots"))
    reads.keep((*place, "list-accounts"), lambda: whole("organizations", "ListAccounts"))
    child = reads.account
    for _ in range(_LEVELS):
        for kind in _TYPES:
            _policies_of(reads, child, kind)
        parents = (*place, "list-parents", child)
        if child.startswith("r-") or not reads.keep(
            parents,
            lambda child=child: whole(  # type: ignore[misc]
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
