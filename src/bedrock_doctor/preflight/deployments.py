"""Reads plans and templates for the accounts of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bedrock_doctor.catalog.partitions import partition_of_region
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.snapshot import Account, Snapshot
from bedrock_doctor.preflight.cloudformation import TemplateTarget, read_template
from bedrock_doctor.preflight.declarations import Deployment
from bedrock_doctor.preflight.partition import partition_of
from bedrock_doctor.preflight.terraform import read_plan

File = tuple[str, bytes]
"""A file: its name, and what it holds."""


def read_deployments(
    snapshot: Snapshot,
    plans: Sequence[File],
    templates: Sequence[File],
    account: str,
    region: str,
    parameters: Mapping[str, str],
) -> tuple[Deployment, ...]:
    """All deployments, plans first.

    Args:
        snapshot: the accounts that they change.
        plans: outputs of ``terraform show -json``.
        templates: CloudFormation templates.
        account: of the templates, and of what plans do not say; empty: not given.
        region: of the templates; empty: not known.
        parameters: of the templates.

    Raises:
        BadInput: a file is none of these, or says too little.
        UsageError: a template is given without its account.
    """
    partition = partition_of(snapshot, account)
    found = [read_plan(data, path, account or None, partition) for path, data in plans]
    if templates and not account:
        raise UsageError("--template does not tell where it is deployed", help="add --account ID")
    held = snapshot.accounts.get(account, Account(account))
    target = TemplateTarget(
        account,
        region,
        partition_of_region(region) or partition,
        parameters,
        tuple(held.roles),
    )
    found += [read_template(_text(data, path), path, target) for path, data in templates]
    return tuple(found)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise BadInput("is not UTF-8 text", path=path, line=line) from None
