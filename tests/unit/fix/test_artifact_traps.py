"""Traps of the formats: what each reader would change if it were not told otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import hcl2
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.fix.artifacts.aws_cli import aws_cli, aws_cli_command
from bedrock_doctor.fix.artifacts.cloudformation import cloudformation
from bedrock_doctor.fix.artifacts.json_document import json_document, json_line
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.fix.artifacts.terraform import terraform

GRANT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Model",
            "Effect": "Allow",
            "Action": "bedrock:InvokeModel",
            "Resource": "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalTag/group}"}},
        }
    ],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": 'a"b\\c%{x}'}},
        }
    ],
}
FENCE = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Fence", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}
    ],
}
ACCOUNT = "444455556666"
ARTIFACTS = (
    PolicyArtifact(Placement.ROLE_POLICY, GRANT, "CallModel", "gateway", account=ACCOUNT),
    PolicyArtifact(Placement.TRUST, TRUST, holder="gateway", path="/team/", account=ACCOUNT),
    PolicyArtifact(Placement.USER_POLICY, GRANT, "CallModel", "ana", account=ACCOUNT),
    PolicyArtifact(Placement.GROUP_POLICY, GRANT, "CallModel", "devs", account=ACCOUNT),
    PolicyArtifact(Placement.MANAGED_POLICY, GRANT, "Shared", account=ACCOUNT),
    PolicyArtifact(Placement.SCP, FENCE, "Fence", "ou-ab12-cdefghij", account="999900001111"),
    PolicyArtifact(Placement.RCP, FENCE, "Perimeter", account="999900001111"),
    PolicyArtifact(Placement.ENDPOINT, GRANT, comment="one\nline"),
)


def unquoted(value: Any) -> str:
    """What a quoted HCL text stands for, after Terraform and then the data source have read it."""
    text = json.loads(str(value))
    return text.replace("$${", "\0").replace("%%{", "%{").replace("&{", "${").replace("\0", "${")


def texts(values: Any) -> list[str]:
    return [unquoted(value) for value in values]


def read_back(source: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a data source, in one normal form."""
    names = {
        "actions": "Action",
        "not_actions": "NotAction",
        "resources": "Resource",
        "not_resources": "NotResource",
    }
    found = []
    for block in source["statement"]:
        entry: dict[str, Any] = {"Effect": unquoted(block["effect"])}
        if "sid" in block:
            entry["Sid"] = unquoted(block["sid"])
        entry |= {name: texts(block[key]) for key, name in names.items() if key in block}
        for principal in block.get("principals", []):
            kinds = entry.setdefault("Principal", {})
            kinds[unquoted(principal["type"])] = texts(principal["identifiers"])
        for condition in block.get("condition", []):
            keys = entry.setdefault("Condition", {}).setdefault(unquoted(condition["test"]), {})
            keys[unquoted(condition["variable"])] = texts(condition["values"])
        found.append(entry)
    return found


def normal(document: Any) -> list[dict[str, Any]]:
    """The statements of a document in the form of `read_back`."""

    def lists(value: Any) -> list[str]:
        return [value] if isinstance(value, str) else list(value)

    found = []
    for statement in document["Statement"]:
        entry = dict(statement)
        for name in ("Action", "NotAction", "Resource", "NotResource"):
            if name in entry:
                entry[name] = lists(entry[name])
        if "Principal" in entry:
            entry["Principal"] = {k: lists(v) for k, v in entry["Principal"].items()}
        if "Condition" in entry:
            entry["Condition"] = {
                operator: {key: lists(value) for key, value in block.items()}
                for operator, block in entry["Condition"].items()
            }
        found.append(entry)
    return found


def data_sources(text: str) -> list[dict[str, Any]]:
    blocks = hcl2.loads(text)["data"]
    return [source for block in blocks for kind in block.values() for source in kind.values()]


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).filter(
    # python-hcl2 does not read escaped templates back where their brace stays open
    lambda text: not any(sign in text for sign in ("&{", "${", "%{"))
)
_VALUES = st.one_of(_TEXT, st.lists(_TEXT, min_size=1, max_size=3))


@given(_VALUES, _VALUES, st.dictionaries(_TEXT, _VALUES, min_size=1, max_size=2))
def test_any_text_survives_terraform(resource: Any, action: Any, keys: dict[str, Any]) -> None:
    """Quotes, backslashes, templates: nothing in a policy is read as HCL."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Condition": {"StringLike": keys}}],
    }
    artifact = PolicyArtifact(Placement.MANAGED_POLICY, document, "P")
    assert [read_back(s) for s in data_sources(terraform([artifact]))] == [normal(document)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("x${a}", '"x$${a}"'), ("%{", '"%%{"'), ("%{ if", '"%%{ if"'), ("a$${b", '"a$$${b"')],
)
def test_templates_are_escaped(text: str, quoted: str) -> None:
    """https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1"""
    old = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": text, "Principal": "*"}}
    assert quoted in terraform([PolicyArtifact(Placement.MANAGED_POLICY, old, "P")])


def test_the_version_that_terraform_would_change_is_written_out() -> None:
    """IAM's default is 2008-10-17, in which ``${…}`` is plain text; the data source's is not."""
    old = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "x${a}", "Principal": "*"}}
    text = terraform([PolicyArtifact(Placement.MANAGED_POLICY, old, "P")])
    assert 'version = "2008-10-17"' in text
    assert '"x$${a}"' in text
    assert 'type = "*"' in text
    with pytest.raises(ValueError, match="literal"):
        terraform(
            [
                PolicyArtifact(
                    Placement.ENDPOINT, {"Statement": {**GRANT["Statement"][0], "Resource": "&{x}"}}
                )
            ]
        )


def test_an_inline_policy_follows_its_role() -> None:
    """Where the role is in the same text it is referred to, so that it is made first."""
    assert "role   = aws_iam_role.gateway_trust.name" in terraform(ARTIFACTS)
    assert 'role   = "gateway"' in terraform(ARTIFACTS[:1])
    stack = yaml.safe_load(cloudformation(ARTIFACTS[:2]))["Resources"]
    assert stack["CallModel"]["Properties"]["RoleName"] == {"Ref": "GatewayTrust"}


def test_commands_name_existing_policies() -> None:
    """New versions and contents replace what is there."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Shared"
    managed = aws_cli_command(replace(ARTIFACTS[4], existing_id=arn))
    assert managed.startswith(f"aws iam create-policy-version --policy-arn {arn} --set-as-default")
    scp = aws_cli_command(replace(ARTIFACTS[5], existing_id="p-8f3k2q1m"))
    assert scp.startswith("aws organizations update-policy --policy-id p-8f3k2q1m --content")
    assert '--vpc-endpoint-id "$VPC_ENDPOINT_ID"' in aws_cli_command(ARTIFACTS[7])


def test_terraform_writes_organization_policies_without_blanks() -> None:
    """Organizations counts every character; IAM counts no white space."""
    assert "= data.aws_iam_policy_document.fence_scp.minified_json" in terraform(ARTIFACTS[5:6])
    assert "minified_json" not in terraform(ARTIFACTS[:5])


def test_comments_stay_on_their_lines() -> None:
    """A line break in a comment would start a command."""
    assert "# VPC endpoint policy\n# one line\naws ec2" in aws_cli([ARTIFACTS[7]])
    assert "# one line\ndata " in terraform([ARTIFACTS[7]])


def test_json_keeps_the_order_of_elements() -> None:
    """Readable for people, dense where AWS counts blanks."""
    assert json.loads(json_document(GRANT)) == json.loads(json_line(GRANT)) == GRANT
    assert json_document(GRANT).startswith('{\n  "Version"')
    assert " " not in json_line(GRANT)
