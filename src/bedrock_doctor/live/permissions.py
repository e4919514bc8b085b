"""The least policy that lets somebody collect: the granted actions of the table, no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.live.reads import READS, Group, Read
from bedrock_doctor.live.resource_reads import KINDS, kind_of
from bedrock_doctor.live.wanted import Wanted, wanted_of
from bedrock_doctor.model.arn import is_arn, parse_arn

_COMMENT = "what bedrock-doctor collect reads; nothing here writes"
_NAME = "BedrockDoctorRead"
_WHOLE = "GetAccountAuthorizationDetails"


def read_policy(groups: Collection[Group]) -> PolicyArtifact:
    """A customer managed policy that allows all reads of some groups, whatever they are about."""
    statements = []
    for group in Group:
        actions = sorted(read.action for read in READS if read.group is group and read.granted)
        if group in groups:
            statements.append(_statement(group.value.capitalize(), actions, ["*"]))
    return _artifact(statements, "")


def attempt_policies(
    groups: Collection[Group],
    principals: Sequence[str],
    models: Sequence[str],
    regions: Sequence[str],
    account: str | None = None,
) -> list[PolicyArtifact]:
    """The policy of each account on a way, for what one attempt needs there.

    Resources are named where IAM can tell them apart, and Regions where a read has one.

    Args:
        groups: kinds of reads.
        principals: ARNs of the caller and of the roles.
        models: models and other resources, as ids or ARNs.
        regions: Region codes; empty: any.
        account: only this account; None: each that a principal belongs to.
    """
    accounts = dict.fromkeys(parse_arn(principal).account for principal in principals)
    return [
        _artifact(list(_narrowed(groups, principals, models, tuple(regions), one)), one)
        for one in ([account] if account else accounts)
    ]


def _narrowed(
    groups: Collection[Group],
    principals: Sequence[str],
    models: Sequence[str],
    regions: tuple[str, ...],
    account: str,
) -> Iterator[dict[str, Any]]:
    partition = parse_arn(principals[0]).partition if principals else "aws"
    wanted = wanted_of(account, groups, regions, models, principals)
    for group in (group for group in Group if group in groups):
        by_place: defaultdict[tuple[tuple[str, ...], bool], list[str]] = defaultdict(list)
        for read in READS:
            if read.group is group and read.granted:
                resources = _resources(read, wanted, account, partition)
                if resources:
                    by_place[tuple(resources), read.regional and bool(regions)].append(read.action)
        for number, ((named, regional), actions) in enumerate(sorted(by_place.items()), 1):
            sid = f"{group.value.capitalize()}{number if len(by_place) > 1 else ''}"
            yield _statement(sid, sorted(actions), named, regions if regional else ())


def _resources(read: Read, wanted: Wanted, account: str, partition: str) -> list[str]:
    """What a read may name; empty: the attempt does not make it."""
    if read.group is Group.IAM or read.operation == "SimulatePrincipalPolicy":
        return _of_iam(read, wanted, account, partition)
    if read.group is not Group.BEDROCK:
        return ["*"]
    region = wanted.regions[0] if len(wanted.regions) == 1 else "*"
    arn = f"arn:{partition}:bedrock:{region}:{account}:"
    if read.operation == "GetInferenceProfile":
        return [p if is_arn(p) else f"{arn}inference-profile/{p}" for p in wanted.profiles]
    if read.operation == "ListTagsForResource":
        return [p for p in wanted.profiles if "application-inference-profile/" in p]
    if read.operation == "GetBucketPolicy":
        return [f"arn:{partition}:s3:::{bucket}" for bucket in wanted.buckets]
    guardrails = f"{arn}guardrail/*"  # which ones the account enforces is not known before
    if read.operation == "GetGuardrail":
        return [guardrails]
    if read.operation == "GetResourcePolicy":
        return [*(r for r in wanted.resources if kind_of(r) == "custom-model"), guardrails]
    for kind, how in KINDS.items():
        if read.operation == how.get:
            return [r for r in wanted.resources if kind_of(r) == kind]
        if read.operation == how.list:
            return []
    return ["*"]


def _of_iam(read: Read, wanted: Wanted, account: str, partition: str) -> list[str]:
    if read.operation == _WHOLE:
        return ["*"] if wanted.whole else []
    arn = f"arn:{partition}:iam::{account}:"
    roles = [one for kind, name in wanted.principals if kind == "role" for one in _named(arn, name)]
    users = [f"{arn}user/{name}" for kind, name in wanted.principals if kind == "user"]
    users += [f"{arn}user/*/{name}" for kind, name in wanted.principals if kind == "user"]
    if read.operation == "SimulatePrincipalPolicy":
        return roles + users
    if "Role" in read.operation:
        return roles
    if "User" in read.operation and "Group" not in read.operation:
        return users
    if "Group" in read.operation:
        if read.operation == "ListGroupsForUser":
            return users
        return [f"{arn}group/*"] if users else []
    return [f"{arn}policy/*", f"arn:{partition}:iam::aws:policy/*"] if roles or users else []


def _named(arn: str, name: str) -> list[str]:
    """A role by its name, below any path: a session's ARN does not tell it."""
    return [f"{arn}role/{name}", f"{arn}role/*/{name}"]


def _statement(
    sid: str, actions: list[str], resources: Sequence[str], regions: Sequence[str] = ()
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": f"BedrockDoctor{sid}",
        "Effect": "Allow",
        "Action": actions,
        "Resource": "*" if list(resources) == ["*"] else list(resources),
    }
    if regions:
        statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": list(regions)}}
    return statement


def _artifact(statements: list[dict[str, Any]], account: str) -> PolicyArtifact:
    return PolicyArtifact(
        Placement.MANAGED_POLICY,
        {"Version": "2012-10-17", "Statement": statements},
        name=_NAME,
        comment=_COMMENT,
        account=account,
    )
