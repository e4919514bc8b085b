"""Policy documents as AWS CLI commands for a POSIX shell.

https://docs.aws.amazon.com/cli/latest/reference/iam/
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from bedrock_doctor.fix.artifacts.json_document import json_document, json_line
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact, heading

_INLINE = {
    Placement.ROLE_POLICY: "role",
    Placement.USER_POLICY: "user",
    Placement.GROUP_POLICY: "group",
}


def aws_cli(artifacts: Sequence[PolicyArtifact]) -> str:
    """One commented command for each artifact; documents are quoted for the shell."""
    commands = []
    for artifact in artifacts:
        above = "".join(f"# {line}\n" for line in heading(artifact))
        commands.append(f"{above}{aws_cli_command(artifact)}\n")
    return "\n".join(commands)


def aws_cli_command(artifact: PolicyArtifact) -> str:
    """The command that puts one document into its place.

    An SCP or RCP that is created is attached as well, where its holder is known.
    """
    readable = shlex.quote(json_document(artifact.document).rstrip("\n"))
    # the organization's size limit counts blanks
    dense = shlex.quote(json_line(artifact.document))
    name, holder = shlex.quote(artifact.name), shlex.quote(artifact.holder)
    match artifact.placement:
        case Placement.ROLE_POLICY | Placement.USER_POLICY | Placement.GROUP_POLICY as inline:
            kind = _INLINE[inline]
            put = f"aws iam put-{kind}-policy --{kind}-name {holder} --policy-name {name}"
            return f"{put} --policy-document {readable}"
        case Placement.MANAGED_POLICY if artifact.existing_id:
            arn = shlex.quote(artifact.existing_id)
            return (
                f"aws iam create-policy-version --policy-arn {arn} --set-as-default "
                f"--policy-document {readable}"
            )
        case Placement.MANAGED_POLICY:
            path = shlex.quote(artifact.path)
            create = f"aws iam create-policy --policy-name {name} --path {path}"
            if not artifact.attach_to:
                return f"{create} --policy-document {readable}"
            kind = artifact.attach_to
            return (
                f"policy_arn=$({create} --query Policy.Arn --output text "
                f"--policy-document {readable})\n"
                f'aws iam attach-{kind}-policy --{kind}-name {holder} --policy-arn "$policy_arn"'
            )
        case Placement.TRUST:
            update = f"aws iam update-assume-role-policy --role-name {holder}"
            return f"{update} --policy-document {readable}"
        case Placement.SCP | Placement.RCP if artifact.existing_id:
            policy = shlex.quote(artifact.existing_id)
            return f"aws organizations update-policy --policy-id {policy} --content {dense}"
        case Placement.SCP | Placement.RCP:
            return _new_organization_policy(artifact, dense)
        case Placement.ENDPOINT:
            endpoint = holder if artifact.holder else '"$VPC_ENDPOINT_ID"'
            modify = f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {endpoint}"
            return f"{modify} --policy-document {readable}"


def _new_organization_policy(artifact: PolicyArtifact, content: str) -> str:
    kind = artifact.placement.value.replace(" ", "_").upper()
    create = (
        f"aws organizations create-policy --type {kind} --name {shlex.quote(artifact.name)} "
        f"--description {shlex.quote(artifact.comment or artifact.name)} --content {content}"
    )
    if not artifact.holder:
        return create
    return (
        f"policy_id=$({create} --query Policy.PolicySummary.Id --output text)\n"
        f'aws organizations attach-policy --policy-id "$policy_id" '
        f"--target-id {shlex.quote(artifact.holder)}"
    )
