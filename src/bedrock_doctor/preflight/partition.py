"""The partition of a snapshot: an organization, and so all of its accounts, lies in one."""

from __future__ import annotations

from bedrock_doctor.model.snapshot import Snapshot


def partition_of(snapshot: Snapshot, account: str = "") -> str:
    """The partition that an ARN of the account tells, else one of any account; ``aws`` if none."""
    held = [snapshot.accounts[account]] if account in snapshot.accounts else []
    for each in (*held, *snapshot.accounts.values()):
        for entities in (each.roles, each.users):
            for name in entities:
                return entities[name].arn.split(":")[1]
    return "aws"
