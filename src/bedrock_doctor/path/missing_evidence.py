"""The reads that a way would need, as `Missing` values with the AWS CLI command that makes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, BedrockRegion, Organization, Snapshot

NOT_IN_USE = "AWSOrganizationsNotInUseException"
DESCRIBE_ORGANIZATION = "organizations:DescribeOrganization"


def as_refused(missing: Missing, recorded: Iterable[Missing]) -> Missing:
    """`missing` with the reason that the snapshot recorded for the same read, if it did.

    A record without Region speaks for all Regions.
    """
    for record in recorded:
        same_region = not record.region or record.region == missing.region
        if record.call == missing.call and same_region:
            return replace(missing, absence=record.absence, code=record.code)
    return missing


def iam_entity(snapshot: Snapshot, account: str, kind: str, name: str) -> Missing:
    """Policies of a role or user (`kind`) that no file of the snapshot holds."""
    missing = Missing(
        what=f"policies of {kind} {name} in account {account}",
        call="iam:GetAccountAuthorizationDetails",
        account=account,
        command="aws iam get-account-authorization-details",
        path=f"accounts/{account}/iam/get-account-authorization-details.json",
    )
    held = snapshot.accounts.get(account, Account(account)).missing
    single = replace(missing, call="iam:GetRole" if kind == "role" else "iam:GetUser")
    found = as_refused(single, held)
    if found == single:
        return as_refused(missing, held)
    return replace(found, call=missing.call)


def organization(snapshot: Snapshot, account: str) -> Missing:
    """The organization of an account of which nothing is known."""
    held = snapshot.accounts.get(account, Account(account)).missing
    missing = Missing(
        what=f"the organization of account {account}",
        call=DESCRIBE_ORGANIZATION,
        account=account,
        command="aws organizations describe-organization",
        path="organization/describe-organization.json",
    )
    return as_refused(missing, held)


def management_account(org: Organization, account: str) -> Missing:
    """Whether `account` is the management account of its organization."""
    missing = Missing(
        what=f"the management account of organization {org.id}".rstrip(),
        call=DESCRIBE_ORGANIZATION,
        account=account,
        command="aws organizations describe-organization",
        path="organization/describe-organization.json",
    )
    return as_refused(missing, org.missing)


def parents(org: Organization, child: str) -> Missing:
    """The units above an account or unit."""
    missing = Missing(
        what=f"the parent of {child}",
        call="organizations:ListParents",
        account=org.management_account,
        command=f"aws organizations list-parents --child-id {child}",
        path=f"organization/list-parents/{child}.json",
    )
    return as_refused(missing, org.missing)


def attached_policies(org: Organization, target: str, kind: str) -> Missing:
    """Organization policies of type `kind` attached to a root, unit or account."""
    short = "SCPs" if kind == "SERVICE_CONTROL_POLICY" else "RCPs"
    missing = Missing(
        what=f"{short} attached to {target}",
        call="organizations:ListPoliciesForTarget",
        account=org.management_account,
        command=(
            f"aws organizations list-policies-for-target --target-id {target} --filter {kind}"
        ),
        path=f"organization/list-policies-for-target/{target}/{kind}.json",
    )
    return as_refused(missing, org.missing)


def policy_types(org: Organization) -> Missing:
    """Which types of organization policy are enabled in the root."""
    missing = Missing(
        what="the policy types that are enabled in the organization's root",
        call="organizations:ListRoots",
        account=org.management_account,
        command="aws organizations list-roots",
        path="organization/list-roots.json",
    )
    return as_refused(missing, org.missing)


def vpc_endpoint(endpoint: str, region: str) -> Missing:
    """Service, VPC and policy of a VPC endpoint; its owner's account is not known."""
    return Missing(
        what=f"VPC endpoint {endpoint} and its policy",
        call="ec2:DescribeVpcEndpoints",
        region=region,
        command=f"aws ec2 describe-vpc-endpoints --region {region}",
        path=f"accounts/ACCOUNT/ec2/{region}/describe-vpc-endpoints.json",
    )


def bedrock(
    snapshot: Snapshot,
    account: str,
    region: str,
    *,
    operation: str,
    what: str,
    argument: str = "",
    name: str = "",
) -> Missing:
    """A read of Amazon Bedrock in one account and Region.

    Args:
        operation: CLI spelling, for example ``get-inference-profile``.
        what: the thing in words.
        argument: further command-line arguments.
        name: name of the single thing read, for files that hold one thing each.
    """
    call = "bedrock:" + "".join(part.capitalize() for part in operation.split("-"))
    file = f"{operation}/{name.replace(':', '%3A')}.json" if name else f"{operation}.json"
    missing = Missing(
        what=what,
        call=call,
        account=account,
        region=region,
        command=f"aws bedrock {operation} --region {region} {argument}".rstrip(),
        path=f"accounts/{account}/bedrock/{region}/{file}",
    )
    return as_refused(missing, snapshot.accounts.get(account, Account(account)).missing)


def bedrock_region(snapshot: Snapshot, account: str, region: str) -> BedrockRegion:
    """What was collected of Amazon Bedrock there; an empty collection where nothing was."""
    held = snapshot.accounts.get(account, Account(account))
    return held.bedrock.get(region, BedrockRegion(region))
