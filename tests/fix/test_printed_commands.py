"""What a shell makes of the printed commands is what the operations take, and the whole change."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import hcl2
import pytest
import yaml
from botocore import xform_name
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from bedrock_doctor import app
from bedrock_doctor.cli.fix_files import answer
from bedrock_doctor.fix.artifacts.aws_cli import aws_cli
from bedrock_doctor.fix.artifacts.cloudformation import cloudformation
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.fix.artifacts.terraform import terraform
from tests.fix.organizations import organization

Call = tuple[str, dict[str, Any]]
"""Operation and parameters."""
MADE = "arn:aws:iam::444455556666:policy/Made"
AWS = f"""aws() {{
  printf '%s\\0' "$#" "$@" >> arguments
  printf '{MADE}'
}}
"""
"""Keeps the arguments of each call; what a caller reads from it is the id of what it made."""
DOCUMENTS = ("PolicyDocument", "Content")
HOSTILE = (
    "it's",
    'a "quoted" name',
    "$(touch owned)",
    "`touch owned`",
    "x; touch owned #",
    "two\nlines",
    "back\\slash\\",
    "${HOME}%{if}&&",
    "Zürich-ÿ",
)


def calls_of(script: str, folder: Path) -> list[Call]:
    """The operations that a POSIX shell would call; every call is accepted by botocore."""
    subprocess.run(["sh", "-euc", AWS + script], cwd=folder, check=True, capture_output=True)
    assert sorted(path.name for path in folder.iterdir()) == ["arguments"]
    words = iter((folder / "arguments").read_bytes().decode().split("\0")[:-1])
    (folder / "arguments").unlink()
    return [_call([next(words) for _ in range(int(count))]) for count in words]


def _call(words: list[str]) -> Call:
    service, command, *rest = words
    model = _operations(service)[command]
    assert model.input_shape is not None
    members = {f"--{xform_name(name, '-')}": name for name in model.input_shape.members}
    given: dict[str, Any] = {}
    options = iter(rest)
    for option in options:
        if option == "--set-as-default":
            given["SetAsDefault"] = True
        elif option in members:
            given[members[option]] = next(options)
        else:
            assert option in ("--query", "--output"), option
            next(options)
    assert ParamValidator().validate(given, model.input_shape).generate_report() == ""
    return command, given


@cache
def _operations(service: str) -> dict[str, OperationModel]:
    model = botocore.session.Session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def documents_of(calls: list[Call]) -> list[Any]:
    """The documents that the calls put, in their order."""
    return [json.loads(g[name]) for _, g in calls for name in DOCUMENTS if name in g]


def test_every_plan_is_put_by_operations_that_take_it(tmp_path: Path) -> None:
    """Every option for some generated organizations: each changed document, once and whole."""
    used = set()
    for seed in range(12):
        attempt, snapshot, names = organization(seed)
        report = app.diagnose(attempt, snapshot)
        plan = app.fix(report, snapshot)
        for number, option in enumerate(plan.options, 1):
            calls = calls_of(answer(plan, report, number, "cli"), tmp_path)
            wanted = [json.loads(document.after) for document in option.documents]
            assert documents_of(calls) == wanted, (seed, names, number)
            used |= {command for command, _ in calls}
    assert used == {
        "put-role-policy",
        "update-assume-role-policy",
        "create-policy-version",
        "update-policy",
    }


def hostile(name: str) -> Iterator[tuple[PolicyArtifact, Call]]:
    """An artifact for every command with a name in it, and the call without its document."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": name,
                "Effect": "Deny",
                "Action": "bedrock:*",
                "Resource": name,
                "Condition": {"StringEquals": {"sts:ExternalId": name}},
            }
        ],
    }
    inline = {
        "role": Placement.ROLE_POLICY,
        "user": Placement.USER_POLICY,
        "group": Placement.GROUP_POLICY,
    }
    for kind, place in inline.items():
        parameters = {f"{kind.title()}Name": name, "PolicyName": name}
        artifact = PolicyArtifact(place, document, name, name, comment=name)
        yield artifact, (f"put-{kind}-policy", parameters)
    trust = PolicyArtifact(Placement.TRUST, document, name, name)
    yield trust, ("update-assume-role-policy", {"RoleName": name})
    arn = f"{MADE}/{name}"
    version = PolicyArtifact(Placement.MANAGED_POLICY, document, name, existing_id=arn)
    yield version, ("create-policy-version", {"PolicyArn": arn, "SetAsDefault": True})
    made = PolicyArtifact(Placement.MANAGED_POLICY, document, name, path=f"/{name}/")
    yield made, ("create-policy", {"PolicyName": name, "Path": f"/{name}/"})
    scp = PolicyArtifact(Placement.SCP, document, name, existing_id=name)
    yield scp, ("update-policy", {"PolicyId": name})
    rcp = PolicyArtifact(Placement.RCP, document, name, comment=name)
    parameters = {"Type": "RESOURCE_CONTROL_POLICY", "Name": name, "Description": name}
    yield rcp, ("create-policy", parameters)
    endpoint = PolicyArtifact(Placement.ENDPOINT, document, holder=name)
    yield endpoint, ("modify-vpc-endpoint", {"VpcEndpointId": name})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_shell_gives_back_every_value(name: str, tmp_path: Path) -> None:
    """Whatever stands in a name, a Sid or a condition: it arrives, and nothing of it is run."""
    pairs = list(hostile(name))
    calls = calls_of(aws_cli([artifact for artifact, _ in pairs]), tmp_path)
    assert documents_of(calls) == [artifact.document for artifact, _ in pairs]
    rest = [
        (command, {key: value for key, value in given.items() if key not in DOCUMENTS})
        for command, given in calls
    ]
    assert rest == [call for _, call in pairs]


def test_a_new_managed_policy_is_attached_by_the_arn_that_it_got(tmp_path: Path) -> None:
    """The ARN is read from the answer; the holder's name is quoted in the second command too."""
    document = {"Version": "2012-10-17", "Statement": []}
    artifact = PolicyArtifact(
        Placement.MANAGED_POLICY, document, "Made", "$(touch owned)", attach_to="role"
    )
    made, attached = calls_of(aws_cli([artifact]), tmp_path)
    assert made[0] == "create-policy"
    assert attached == ("attach-role-policy", {"RoleName": "$(touch owned)", "PolicyArn": MADE})


def _terraform_text(value: str) -> str:
    """A quoted text of HCL as Terraform reads it."""
    text: str = json.loads(value)
    return text.replace("$${", "${").replace("%%{", "%{")


@pytest.mark.parametrize("name", HOSTILE)
def test_templates_give_back_every_name(name: str) -> None:
    """Policy and role names of an inline policy, and the Sid, read by python-hcl2 and as YAML."""
    artifact, _ = next(hostile(name))
    blocks = hcl2.loads(terraform([artifact]))
    ((_, named),) = blocks["resource"][0].items()
    ((_, resource),) = named.items()
    assert [_terraform_text(resource[key]) for key in ("name", "role")] == [name, name]
    ((_, sources),) = blocks["data"][0].items()
    ((_, source),) = sources.items()
    assert _terraform_text(source["statement"][0]["sid"]) == name
    ((_, made),) = yaml.safe_load(cloudformation([artifact]))["Resources"].items()
    properties = made["Properties"]
    assert (properties["PolicyName"], properties["RoleName"]) == (name, name)
    assert properties["PolicyDocument"] == artifact.document
