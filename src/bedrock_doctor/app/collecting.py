"""Snapshots: made, joined, and what it takes to make them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedrock_doctor.collect.merge import Joined
    from bedrock_doctor.live.collecting import Collected, CollectRequest


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
