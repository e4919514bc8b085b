"""What is printed parses back to the same policy, and the tools of its readers accept it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import hcl2
import pytest
import yaml
from botocore.validate import ParamValidator
from cfnlint.api import lint_all

from bedrock_doctor.fix.artifacts.aws_cli import aws_cli
from bedrock_doctor.fix.artifacts.cloudformation import cloudformation
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact, listed
from bedrock_doctor.fix.artifacts.terraform import terraform

ODD = 'arn:aws:s3:::it\'s "%{b}" $(c) `d`'
PERMISSIONS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Models",
            "Effect": "Allow",
            "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            "Resource": "arn:aws:bedrock:*::foundation-model/${aws:PrincipalTag/model}",
            "Condition": {
                "ArnLike": {
                    "bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/*"
                },
                "Bool": {"aws:SecureTransport": True},
            },
        },
        {"Effect": "Deny", "NotAction": "bedrock:*", "NotResource": ["arn:aws:s3:::a", ODD]},
    ],
}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Id": "trust",
    "Statement": {
        "Effect": "Allow",
        "Principal": {
            "AWS": ["arn:aws:iam::111122223333:role/app"],
            "Service": "bedrock.amazonaws.com",
        },
        "Action": "sts:AssumeRole",
    },
}
ENDPOINT: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
SCP_ID, RCP_ID = "p-12345678", "ou-ab12-prod0001"
MANAGED = "arn:aws:iam::444455556666:policy/platform/Guard"
ARTIFACTS = [
    PolicyArtifact(Placement.ROLE_POLICY, PERMISSIONS, "Call", "gateway", account="444455556666"),
    PolicyArtifact(Placement.TRUST, TRUST, holder="gateway", path="/team/"),
    PolicyArtifact(Placement.USER_POLICY, PERMISSIONS, "Call", "ana"),
    PolicyArtifact(Placement.GROUP_POLICY, PERMISSIONS, "3rd-party", "devs"),
    PolicyArtifact(Placement.MANAGED_POLICY, PERMISSIONS, "Guard", path="/platform/"),
    PolicyArtifact(Placement.MANAGED_POLICY, PERMISSIONS, "Guard", existing_id=MANAGED),
    PolicyArtifact(Placement.SCP, PERMISSIONS, "Fence", existing_id=SCP_ID, comment="an exception"),
    PolicyArtifact(Placement.SCP, PERMISSIONS, "Fence", comment="new"),
    PolicyArtifact(Placement.RCP, ENDPOINT, "Perimeter", RCP_ID),
    PolicyArtifact(Placement.ENDPOINT, ENDPOINT, holder="vpce-0a51f0c2d3e4b5a69"),
]
NAMES = [f"{number}-{artifact.placement.name.lower()}" for number, artifact in enumerate(ARTIFACTS)]


def meaning(document: Any) -> Any:
    """A policy with every element that may be one text or a list as a list of texts."""
    found = document["Statement"]
    return [
        {
            name: _values(name, value) if name != "Sid" else value
            for name, value in statement.items()
        }
        for statement in (found if isinstance(found, list) else [found])
    ]


def _values(name: str, value: Any) -> Any:
    if name == "Condition":
        return {op: {key: listed(v) for key, v in block.items()} for op, block in value.items()}
    if name in ("Principal", "NotPrincipal"):
        entries = value if isinstance(value, dict) else {"*": value}
        return {kind: listed(names) for kind, names in entries.items()}
    return value if name == "Effect" else listed(value)


def _plain(text: str) -> str:
    """An HCL string as Terraform reads it; ``&{`` becomes IAM's ``${`` in a document."""
    return text.replace("%%{", "%{").replace("$${", "${").replace("&{", "${")


def _unquoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {_unquoted(key): _unquoted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unquoted(item) for item in value]
    if isinstance(value, str) and value[:1] == value[-1:] == '"':
        return json.loads(value)
    return value


def from_terraform(source: dict[str, Any]) -> Any:
    """The policy that an aws_iam_policy_document stands for."""
    statements = []
    for block in source["statement"]:
        entry: dict[str, Any] = {"Sid": block["sid"]} if "sid" in block else {}
        entry["Effect"] = block["effect"]
        for element, name in (
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ):
            if name in block:
                entry[element] = [_plain(text) for text in block[name]]
        for principal in block.get("principals", []):
            entry.setdefault("Principal", {})[principal["type"]] = principal["identifiers"]
        for condition in block.get("condition", []):
            keys = entry.setdefault("Condition", {}).setdefault(condition["test"], {})
            keys[condition["variable"]] = [_plain(text) for text in condition["values"]]
        statements.append(entry)
    return {"Statement": statements}


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=NAMES)
def test_terraform_holds_the_same_policy(artifact: PolicyArtifact) -> None:
    """Parsed back with python-hcl2, as Terraform would read it."""
    parsed = _unquoted(hcl2.loads(terraform([artifact])))
    ((_, named),) = parsed["data"][0].items()
    ((_, source),) = named.items()
    assert meaning(from_terraform(source)) == meaning(artifact.document)
    if artifact.existing_id:
        assert parsed["import"][0]["id"] == artifact.existing_id


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=NAMES)
def test_cloudformation_holds_the_same_policy(artifact: PolicyArtifact, tmp_path: Path) -> None:
    """Parsed back as YAML, and without an error of cfn-lint."""
    text = cloudformation([artifact], "one policy")
    ((_, resource),) = yaml.safe_load(text)["Resources"].items()
    keys = ("PolicyDocument", "AssumeRolePolicyDocument", "Content")
    (document,) = [resource["Properties"][key] for key in keys if key in resource["Properties"]]
    assert document == artifact.document
    assert [str(m) for m in lint_all(text) if m.rule.id.startswith("E")] == []


CALLS = {"iam": "iam", "organizations": "organizations", "ec2": "ec2"}


@pytest.mark.parametrize("artifact", ARTIFACTS, ids=NAMES)
def test_the_command_line_holds_the_same_policy(artifact: PolicyArtifact) -> None:
    """Split as a shell does it, and held against botocore's model of the operation."""
    session = botocore.session.Session()
    lines = aws_cli([artifact]).replace("policy_id=$(", "").replace(" --query Policy", "\nX")
    words = shlex.split("\n".join(line for line in lines.split("\n") if not line.startswith("#")))
    service, operation, *rest = words[1:]
    arguments = dict(zip(rest[::2], rest[1::2], strict=False))
    model = session.get_service_model(service)
    name = next(n for n in model.operation_names if _cli_name(n) == operation)
    shape = model.operation_model(name).input_shape
    assert shape is not None
    given = {
        member: arguments[f"--{_cli_name(member)}"]
        for member in shape.members
        if f"--{_cli_name(member)}" in arguments
    }
    if "SetAsDefault" in shape.members:
        given["PolicyDocument"] = rest[-1]
        given["SetAsDefault"] = True
    report = ParamValidator().validate(given, shape)
    assert report.generate_report() == ""
    text = given.get("PolicyDocument") or given["Content"]
    assert json.loads(text) == artifact.document


def _cli_name(name: str) -> str:
    from botocore import xform_name

    return xform_name(name, "-")


def test_all_of_them_in_one_text_have_names_of_their_own() -> None:
    """Names repeat; a policy of a role that stands beside it refers to the role."""
    parsed = _unquoted(hcl2.loads(terraform(ARTIFACTS)))
    labels = [label for block in parsed["data"] for named in block.values() for label in named]
    assert len(set(labels)) == len(ARTIFACTS)
    assert "role   = aws_iam_role.gateway_trust.name" in terraform(ARTIFACTS)
    resources = yaml.safe_load(cloudformation(ARTIFACTS))["Resources"]
    assert len(resources) == len(ARTIFACTS)
    assert resources["Call"]["Properties"]["RoleName"] == {"Ref": "GatewayTrust"}


def test_a_new_organization_policy_is_attached_where_its_target_is_known() -> None:
    """Created and attached in two commands; without a target only created."""
    assert f"--target-id {RCP_ID}" in aws_cli([ARTIFACTS[8]])
    assert "attach-policy" not in aws_cli([ARTIFACTS[7]])
    assert "aws_organizations_policy_attachment" in terraform([ARTIFACTS[8]])


def test_old_versions_and_odd_names_survive() -> None:
    """A version that Terraform would replace, a name that is no identifier, nothing but signs."""
    old = {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    text = terraform(
        [
            PolicyArtifact(Placement.USER_POLICY, old, "3", "u"),
            PolicyArtifact(Placement.USER_POLICY, old, "--", "u"),
        ]
    )
    parsed = _unquoted(hcl2.loads(text))
    sources = [
        source for block in parsed["data"] for named in block.values() for source in named.items()
    ]
    assert [label for label, _ in sources] == ["policy_3", "policy"]
    assert sources[0][1]["version"] == "2008-10-17"
