"""Policy documents as a CloudFormation template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bedrock_doctor.fix.artifacts.policy_artifact import (
    Placement,
    PolicyArtifact,
    own_trust,
    unique,
    words_of,
)

_INLINE = {
    Placement.ROLE_POLICY: ("AWS::IAM::RolePolicy", "RoleName"),
    Placement.USER_POLICY: ("AWS::IAM::UserPolicy", "UserName"),
    Placement.GROUP_POLICY: ("AWS::IAM::GroupPolicy", "GroupName"),
}
_RETAIN = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def cloudformation(artifacts: Sequence[PolicyArtifact], description: str = "") -> str:
    """A YAML template with one resource for each artifact, in their order.

    Roles, VPC endpoints and policies that exist already must be imported into the stack; they are
    retained when the stack is deleted. The VPC of an endpoint is a parameter.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
    """
    import yaml  # only needed for this format

    taken: set[str] = set()
    names = [unique(_logical_id(artifact), taken) for artifact in artifacts]
    template: dict[str, Any] = {"AWSTemplateFormatVersion": "2010-09-09"}
    if description:
        template["Description"] = description
    if any(artifact.placement is Placement.ENDPOINT for artifact in artifacts):
        template["Parameters"] = {
            "VpcId": {"Type": "AWS::EC2::VPC::Id"},
            "EndpointServiceName": {"Type": "String"},
        }
    resources = template["Resources"] = {}
    for name, artifact in zip(names, artifacts, strict=True):
        resources[name] = _resource(artifact)
        trust = own_trust(artifact, artifacts)
        if trust is not None:
            resources[name]["Properties"]["RoleName"] = {"Ref": names[trust]}
    return yaml.dump(template, Dumper=_dumper(), sort_keys=False, width=1000, allow_unicode=True)


def _dumper() -> Any:
    """A dumper that writes shared values out, because CloudFormation takes no YAML aliases."""
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return Plain


def _logical_id(artifact: PolicyArtifact) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words_of(artifact))


def _resource(artifact: PolicyArtifact) -> dict[str, Any]:
    document = dict(artifact.document)
    kind: str
    match artifact.placement:
        case Placement.ROLE_POLICY | Placement.USER_POLICY | Placement.GROUP_POLICY as inline:
            kind, holder = _INLINE[inline]
            properties = {
                "PolicyName": artifact.name,
                holder: artifact.holder,
                "PolicyDocument": document,
            }
        case Placement.MANAGED_POLICY:
            kind = "AWS::IAM::ManagedPolicy"
            properties = {
                "ManagedPolicyName": artifact.name,
                "Path": artifact.path,
                "PolicyDocument": document,
            }
            if artifact.attach_to:
                properties[f"{artifact.attach_to.capitalize()}s"] = [artifact.holder]
        case Placement.TRUST:
            kind = "AWS::IAM::Role"
            properties = {
                "RoleName": artifact.holder,
                "Path": artifact.path,
                "AssumeRolePolicyDocument": document,
            }
        case Placement.SCP | Placement.RCP:
            kind = "AWS::Organizations::Policy"
            properties = {
                "Name": artifact.name,
                "Type": artifact.placement.value.replace(" ", "_").upper(),
                "Content": document,
            }
            if artifact.holder:
                properties["TargetIds"] = [artifact.holder]
        case Placement.ENDPOINT:
            kind = "AWS::EC2::VPCEndpoint"
            properties = {
                "VpcEndpointType": "Interface",
                "VpcId": {"Ref": "VpcId"},
                "ServiceName": {"Ref": "EndpointServiceName"},
                "PolicyDocument": document,
            }
    entry: dict[str, Any] = {"Type": kind}
    if artifact.existing_id or artifact.placement in (Placement.TRUST, Placement.ENDPOINT):
        entry |= _RETAIN
    return {**entry, "Properties": properties}
