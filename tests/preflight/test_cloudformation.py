"""CloudFormation templates laid over the example organization, and their intrinsic functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from bedrock_doctor import app
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.report import Report, Verdict
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.preflight.template_nodes import Node, read_template_nodes
from bedrock_doctor.preflight.template_values import NotKnown, TemplateValues

ACME = Path(__file__).parents[2] / "examples" / "acme" / "snapshot"
CALLER = "arn:aws:iam::111122223333:role/rag-api"
ROLE = "arn:aws:iam::444455556666:role/rag-inference"
TRUST = """\
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: { AWS: !Sub "arn:${AWS::Partition}:iam::111122223333:role/${Caller}" }
            Action: sts:AssumeRole
"""
HEAD = "Parameters:\n  Caller: { Type: String, Default: rag-api }\nResources:\n"
RAG = f"  Rag:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: rag-inference\n{TRUST}"
ALLOW_NOVA = """\
      Policies:
        - PolicyName: AllowNova
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: bedrock:InvokeModel
                Resource: "*"
"""


@pytest.fixture(scope="module")
def acme() -> Snapshot:
    """The example organization."""
    return app.load_snapshot([ACME])


def asked(
    snapshot: Snapshot, text: str, role: str = ROLE, region: str = "", **parameters: str
) -> Report:
    """The diagnosis once the template is deployed."""
    planned = app.preflight(
        snapshot,
        templates=[("t.yaml", text.encode())],
        account="444455556666",
        region=region,
        parameters=parameters,
    )
    attempt = Attempt(CALLER, (role,), "eu.amazon.nova-lite-v1:0", "eu-central-1")
    return app.diagnose_planned(attempt, planned)


def ids(report: Report) -> list[str]:
    """What blocks."""
    return [finding.id for finding in report.findings if finding.blocking]


def test_a_template_that_describes_all_of_a_role_decides(acme: Snapshot) -> None:
    """Trust and permissions as written; the parameter's default holds."""
    assert asked(acme, HEAD + RAG + ALLOW_NOVA).verdict is Verdict.ALLOW


def test_the_line_that_breaks_the_way_is_named(acme: Snapshot) -> None:
    """File and line of the template, though the value comes from a parameter."""
    text = HEAD + RAG + ALLOW_NOVA
    report = asked(acme, text, Caller="rag-ap1")
    assert ids(report) == ["BD211"]
    place = report.findings[0].place
    assert place is not None
    at = place.source.file_position(place.marks[0].span.start)
    assert at is not None
    line = text.splitlines()[at.line - 1]
    assert line[at.column - 1 :].startswith('!Sub "arn:${AWS::Partition}')


def test_json_templates_say_the_same(acme: Snapshot) -> None:
    """The long forms of functions, and places in JSON."""
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": "rag-inference",
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {
                            "AWS": {"Fn::Join": ["", ["arn:aws:iam::", "9" * 12, ":root"]]}
                        },
                        "Action": "sts:AssumeRole",
                    }
                ]
            },
        },
    }
    text = json.dumps({"Resources": {"Rag": role}}, indent=1)
    report = asked(acme, text)
    assert ids(report) == ["BD210"]
    place = report.findings[0].place
    assert place is not None
    at = place.source.file_position(place.marks[0].span.start)
    assert at is not None
    assert text.splitlines()[at.line - 1].strip().startswith('"AWS": {')


def test_policies_that_a_template_does_not_name_may_be_removed(acme: Snapshot) -> None:
    """An earlier version of the template may have made them: the answer is unknown."""
    report = asked(acme, HEAD + RAG)
    assert report.verdict is Verdict.UNKNOWN
    assert any("keeps the policy `AllowNova`" in point.missing for point in report.unknowns)


def test_policies_that_do_not_matter_leave_the_answer(acme: Snapshot) -> None:
    """Kept or removed, the trust policy denies."""
    assert ids(asked(acme, HEAD + RAG, Caller="other")) == ["BD211"]


def test_a_deny_in_a_policy_of_its_own_reaches_the_role(acme: Snapshot) -> None:
    """AWS::IAM::Policy, RolePolicy and ManagedPolicy that name the role."""
    statement = '{ Effect: Deny, Action: "bedrock:*", Resource: "*" }'
    document = f"      PolicyDocument: {{ Statement: [{statement}] }}\n"
    for kind, holders in (
        ("Policy", "      PolicyName: no\n      Roles: [!Ref Rag]\n"),
        ("RolePolicy", "      PolicyName: no\n      RoleName: !Ref Rag\n"),
        ("ManagedPolicy", "      Roles: [rag-inference]\n"),
        ("ManagedPolicy", "      ManagedPolicyName: no\n      Roles: [rag-inference]\n"),
    ):
        own = f"  No:\n    Type: AWS::IAM::{kind}\n    Properties:\n{holders}{document}"
        assert ids(asked(acme, HEAD + RAG + ALLOW_NOVA + own)) == ["BD410"], kind


def test_boundaries_and_attachments_within_the_template(acme: Snapshot) -> None:
    """``!Ref`` of a managed policy is its ARN."""
    narrow = (
        "  Narrow:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n"
        "      ManagedPolicyName: narrow\n      PolicyDocument:\n"
        '        Statement: { Effect: Allow, Action: "s3:*", Resource: "*" }\n'
    )
    bounded = RAG + ALLOW_NOVA + "      PermissionsBoundary: !Ref Narrow\n"
    assert ids(asked(acme, HEAD + bounded + narrow)) == ["BD411"]
    attached = RAG + ALLOW_NOVA + "      ManagedPolicyArns: [!Ref Narrow, !ImportValue Other]\n"
    assert asked(acme, HEAD + attached + narrow).verdict is Verdict.UNKNOWN


def test_statements_that_are_not_known_leave_the_others(acme: Snapshot) -> None:
    """A Deny beside an imported value still denies; an Allow alone is not enough."""
    unknown = (
        '              - { Effect: Deny, Action: "bedrock:*", Resource: !ImportValue Models }\n'
    )
    assert asked(acme, HEAD + RAG + ALLOW_NOVA + unknown).verdict is Verdict.UNKNOWN
    denied = '              - { Effect: Deny, Action: "bedrock:*", Resource: "*" }\n'
    assert ids(asked(acme, HEAD + RAG + ALLOW_NOVA + unknown + denied)) == ["BD410"]


def test_names_that_cloudformation_makes_are_given_or_found(acme: Snapshot) -> None:
    """By logical id; or by the name of the stack, where one role of the account fits."""
    unnamed = RAG.replace("      RoleName: rag-inference\n", "")
    text = HEAD + unnamed.replace("${Caller}", "nobody") + ALLOW_NOVA
    report = asked(acme, text)
    assert any("--parameter Rag=NAME" in note for note in report.way.notes)
    assert report.verdict is Verdict.ALLOW
    assert ids(asked(acme, text, Rag="rag-inference")) == ["BD211"]


def test_organization_policies_and_endpoints(acme: Snapshot) -> None:
    """An SCP attached to the account of the platform."""
    scp = """\
  No:
    Type: AWS::Organizations::Policy
    Properties:
      Name: NoModels
      Type: SERVICE_CONTROL_POLICY
      TargetIds: [!Ref "AWS::AccountId"]
      Content: { Statement: [{ Effect: Deny, Action: "bedrock:*", Resource: "*" }] }
"""
    assert ids(asked(acme, "Resources:\n" + scp)) == ["BD311"]


def test_what_is_not_considered_is_told(acme: Snapshot) -> None:
    """Nested stacks and guardrails; other services are not."""
    text = "Resources:\n" + "".join(
        f"  {name}: {{ Type: {kind} }}\n"
        for name, kind in (
            ("Nested", "AWS::CloudFormation::Stack"),
            ("Rail", "AWS::Bedrock::Guardrail"),
            ("Bucket", "AWS::S3::Bucket"),
        )
    )
    notes = " ".join(asked(acme, text).way.notes)
    assert "Nested (AWS::CloudFormation::Stack) is not considered" in notes
    assert "Rail (AWS::Bedrock::Guardrail) is not considered" in notes
    assert "Bucket" not in notes


def test_resources_behind_conditions(acme: Snapshot) -> None:
    """Made, not made, or not known."""
    conditional = HEAD + RAG.replace("${Caller}", "nobody").replace(
        "    Properties:", "    Condition: Wanted\n    Properties:"
    )
    yes = "Conditions: { Wanted: !Equals [!Ref Caller, rag-api] }\n"
    assert ids(asked(acme, yes + conditional)) == ["BD211"]
    assert asked(acme, yes + conditional, Caller="other").verdict is Verdict.ALLOW
    unknown = "Conditions: { Wanted: !Equals [!Ref AWS::StackName, a] }\n"
    notes = asked(acme, unknown + conditional).way.notes
    assert any("Rag is not considered: AWS::StackName is not known" in note for note in notes)


FUNCTIONS = """
Parameters:
  Text: { Type: String, Default: a-b-c }
  List: { Type: CommaDelimitedList, Default: "x, y" }
  Stored: { Type: "AWS::SSM::Parameter::Value<String>", Default: /path }
  Open: { Type: String }
Mappings:
  Stages: { prod: { name: production, hosts: [h1, h2] } }
Conditions:
  IsYes: !Equals [!Ref Text, a-b-c]
  IsNo: !Not [{ Condition: IsYes }]
  Both: !And [{ Condition: IsYes }, { Condition: IsNo }]
  Either: !Or [!Equals [!Ref Open, x], { Condition: IsYes }]
  Loop: !Not [{ Condition: Loop }]
Resources:
  Role: { Type: "AWS::IAM::Role", Properties: { RoleName: r, Path: /p/ } }
  Bucket: { Type: "AWS::S3::Bucket" }
Outputs:
  value: VALUE
"""


def resolved(value: str) -> object:
    """A value resolved, as plain data; the words of `NotKnown` where it cannot be."""
    text = FUNCTIONS.replace("VALUE", value)
    planned = read_template_nodes(text, "t.yaml")
    from bedrock_doctor.preflight.cloudformation import TemplateTarget, _Template

    values: TemplateValues = _Template(planned, "t.yaml", TemplateTarget("1" * 12)).values
    outputs = planned.member("Outputs")
    node = outputs.member("value") if outputs else None
    assert node is not None
    try:
        return plain(values.node(node))
    except NotKnown as unknown:
        return f"unknown: {unknown.what}"


def plain(node: object) -> object:
    """A node as data."""
    if not isinstance(node, Node):
        return "no value"
    if node.items is not None:
        return [plain(item) for item in node.items]
    if node.table is not None:
        return {key: plain(value) for key, value in node.table.items()}
    return node.scalar


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Text", "a-b-c"),
        ("!Ref List", ["x", "y"]),
        ("!Ref Stored", "unknown: the parameter Stored"),
        ("!Ref Open", "unknown: the parameter Open"),
        ("!Ref Role", "r"),
        ("!Ref Bucket", "unknown: Ref Bucket"),
        ("!Ref AWS::AccountId", "111111111111"),
        ("!Ref AWS::Region", "unknown: AWS::Region"),
        ("[a, !Ref AWS::NoValue]", ["a"]),
        ("{ a: !Ref AWS::NoValue, b: 1 }", {"b": 1}),
        ("!GetAtt Role.Arn", "arn:aws:iam::111111111111:role/p/r"),
        ("{ 'Fn::GetAtt': [Role, Arn] }", "arn:aws:iam::111111111111:role/p/r"),
        ("!GetAtt Role.RoleId", "unknown: Fn::GetAtt Role.RoleId"),
        (
            "!Sub '${Text}/${Role.Arn}/${!Literal}'",
            "a-b-c/arn:aws:iam::111111111111:role/p/r/${Literal}",
        ),
        ("!Sub ['${Own}-${Text}', { Own: !Ref Role }]", "r-a-b-c"),
        ("!Sub '${Bucket.Arn}/*'", "unknown: Fn::GetAtt Bucket.Arn"),
        ("!Join ['-', [a, !Ref Text]]", "a-a-b-c"),
        ("!Join ['+', !Ref List]", "x+y"),
        ("!Select [1, !Split ['-', !Ref Text]]", "b"),
        ("!Select [9, [a]]", "unknown: Fn::Select outside of its list"),
        ("!FindInMap [Stages, prod, name]", "production"),
        ("!FindInMap [Stages, prod, hosts]", ["h1", "h2"]),
        ("!FindInMap [Stages, none, name]", "unknown: Fn::FindInMap outside of its map"),
        ("{ 'Fn::FindInMap': [Stages, none, name, { DefaultValue: d }] }", "d"),
        ("!If [IsYes, 1, 2]", 1),
        ("!If [IsNo, 1, 2]", 2),
        ("!If [Both, 1, 2]", 2),
        ("!If [Either, 1, 2]", 1),
        ("!If [Loop, 1, 2]", "unknown: the condition Loop"),
        ("!ImportValue Other", "unknown: Fn::ImportValue Other"),
        ("!Base64 x", "unknown: Fn::Base64 x"),
        ("'{{resolve:ssm:/path}}'", "unknown: {{resolve:ssm:/path}}"),
        ("!Sub '{{resolve:ssm:/${Text}}}'", "unknown: {{resolve:ssm:/a-b-c}}"),
    ],
)
def test_functions_are_resolved_as_far_as_possible(value: str, expected: object) -> None:
    """What the template alone does not tell is unknown, never a guess."""
    assert resolved(value) == expected


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("Resources: [", "t.yaml:1:13", "is no YAML"),
        ("a: 1\nb: [\n}\n", "t.yaml:3:1", "is no YAML"),
        ('{"Resources": {}, }', "t.yaml:1:17", "is no JSON"),
        ("", "t.yaml:1:1", "is empty"),
        ("Resources: {}\n", "t.yaml:1:1", "is no CloudFormation template"),
        ("- a\n", "t.yaml:1:1", "is no CloudFormation template"),
        ("A: 1\nA: 2\n", "t.yaml:2:1", "the key `A` stands twice"),
        ("a: &a [*a]\nResources: {}\n", "t.yaml:1:4", "nested too deeply"),
    ],
)
def test_what_is_no_template_is_an_error_with_its_place(
    acme: Snapshot, text: str, place: str, words: str
) -> None:
    """YAML, JSON, and values that refer to themselves."""
    with pytest.raises(BadInput, match=words) as failure:
        asked(acme, text)
    assert failure.value.place == place


def test_a_template_needs_its_account_and_its_own_parameters(acme: Snapshot) -> None:
    """A parameter that the template lacks is a mistake of the command line."""
    with pytest.raises(UsageError, match="where it is deployed"):
        app.preflight(acme, templates=[("t.yaml", HEAD.encode() + RAG.encode())])
    with pytest.raises(BadInput, match="no parameter `Calller`"):
        asked(acme, HEAD + RAG, Calller="x")


def test_templates_that_this_program_writes_can_be_read_back(acme: Snapshot) -> None:
    """`permissions --format cloudformation` is a template of a role's policy."""
    text = app.read_permissions(["iam"], "cloudformation")
    assert yaml.compose(text) is not None
    planned = app.preflight(acme, templates=[("own.yaml", text.encode())], account="444455556666")
    assert planned.snapshot.accounts["444455556666"].roles
