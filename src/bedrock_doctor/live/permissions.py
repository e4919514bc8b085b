"""The least policy that lets somebody collect: the granted actions of the table, no more."""

from __future__ import annotations

from collections.abc import Collection

from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.live.reads import READS, Group

ACCOUNT_GROUPS = tuple(group for group in Group if group is not Group.ORGANIZATIONS)


def read_policy(groups: Collection[Group]) -> PolicyArtifact:
    """A customer managed policy that allows the reads of some groups.

    The reads name things that are not known before they are made, so they are allowed on ``*``.
    """
    statements = []
    for group in Group:
        actions = sorted(read.action for read in READS if read.group is group and read.granted)
        if group in groups:
            sid = f"BedrockDoctor{group.value.capitalize()}"
            statements.append({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"})
    return PolicyArtifact(
        Placement.MANAGED_POLICY,
        {"Version": "2012-10-17", "Statement": statements},
        name="BedrockDoctorRead",
        comment="what bedrock-doctor collect reads; nothing here writes",
    )
