"""IAM actions, resource types, condition keys, RCP support."""

from __future__ import annotations

import pytest

from bedrock_doctor.catalog import service_authorization as sa

DOCUMENTED_RCP_SERVICES = (
    "appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity "
    "cognito-idp comprehend comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public "
    "gamelift inspector-scan kendra kinesisvideo memorydb aoss personalize polly s3 swf sqs "
    "textract timestream-influxdb transcribe translate workspaces appconfig autoscaling-plans "
    "budgets servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline "
    "compute-optimizer cost-optimization-hub events fms fis health rolesanywhere kms opensearch "
    "pricing pca-connector-ad resource-groups secretsmanager sts signin support transfer "
    "notifications wafv2 xray"
)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("bedrock:InvokeModel", True),
        ("BEDROCK:invokemodel", True),
        ("bedrock:InvokeModelWithResponseStream", True),
        ("bedrock:CallWithBearerToken", True),
        ("bedrock-mantle:CreateInference", True),
        ("bedrock-mantle:CallWithBearerToken", True),
        ("sts:AssumeRole", True),
        ("sts:TagSession", True),
        ("sts:SetSourceIdentity", True),
        ("aws-marketplace:Subscribe", True),
        ("iam:PassRole", True),
        ("bedrock:Converse", False),
        ("bedrock:ConverseStream", False),
        ("bedrock:StartAsyncInvoke", False),
        ("bedrock:InvokeModelWithBidirectionalStream", False),
        ("bedrock-runtime:InvokeModel", False),
        ("bedrock", False),
        ("ec2:RunInstances", None),
    ],
)
def test_tells_iam_actions_from_api_operations(action: str, expected: bool | None) -> None:
    """AWS-documented: service authorization reference; None where only the prefix is held."""
    assert sa.is_action(action) is expected


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("bedrock:Converse", "bedrock:InvokeModel"),
        ("bedrock:conversestream", "bedrock:InvokeModelWithResponseStream"),
        ("bedrock-runtime:Converse", "bedrock:InvokeModel"),
        ("bedrock-runtime:InvokeModel", "bedrock:InvokeModel"),
        ("bedrock:InvokeModelWithResponseStreams", "bedrock:InvokeModelWithResponseStream"),
        ("sts:AssumeRol", "sts:AssumeRole"),
    ],
)
def test_suggests_what_was_meant(written: str, first: str) -> None:
    """AWS-documented (Converse checks InvokeModel) and our choice (likeness)."""
    assert sa.near_actions(written)[0] == first


def test_suggests_nothing_for_services_it_does_not_hold() -> None:
    """Our choice: no guess across services."""
    assert sa.near_actions("ec2:RunInstance") == ()


def test_invoke_model_can_be_checked_on_profiles_and_models_but_not_on_custom_models() -> None:
    """AWS-documented: resource types of InvokeModel."""
    types = sa.resource_types("bedrock:invokemodel")
    assert {"foundation-model", "inference-profile", "application-inference-profile"} <= set(types)
    assert "custom-model" not in types


def test_actions_without_resource_types_have_none() -> None:
    """AWS-documented: CallWithBearerToken and ListFoundationModels are checked on ``*``."""
    assert sa.resource_types("bedrock:CallWithBearerToken") == ()
    assert sa.resource_types("bedrock:NoSuchAction") == ()


def test_action_details_hold_access_level_and_condition_keys() -> None:
    """AWS-documented: the condition keys of InvokeModel."""
    found = sa.action("bedrock:InvokeModel")
    assert found is not None
    assert found.access == "Read"
    assert {"bedrock:InferenceProfileArn", "bedrock:GuardrailIdentifier"} <= set(found.keys)


def test_condition_keys_carry_their_types() -> None:
    """AWS-documented: InferenceProfileArn is an ARN, mantle's Model a string."""
    assert sa.condition_keys("bedrock")["bedrock:InferenceProfileArn"] == "ARN"
    assert sa.condition_keys("bedrock-mantle")["bedrock-mantle:Model"] == "String"
    assert "sts:ExternalId" in sa.condition_keys("sts")
    assert sa.condition_keys("ec2") == {}


def test_foundation_model_arns_have_no_account() -> None:
    """AWS-documented: AWS owns foundation models."""
    template = sa.resource_arn_template("bedrock", "foundation-model")
    assert template is not None
    assert "::foundation-model/" in template
    assert sa.resource_arn_template("bedrock", "no-such-type") is None
    assert sa.resource_arn_template("ec2", "instance") is None


def test_rcp_support_is_exactly_what_the_organizations_guide_lists() -> None:
    """AWS-documented: orgs_manage_policies_rcps.html, list of October 2026."""
    assert sa.rcp_services() == frozenset(DOCUMENTED_RCP_SERVICES.split())


@pytest.mark.parametrize(
    ("service", "expected"),
    [("sts", True), ("STS", True), ("bedrock", False), ("bedrock-mantle", False), ("iam", False)],
)
def test_rcps_reach_sts_but_not_bedrock(service: str, expected: bool) -> None:
    """AWS-documented: RCPs can stop AssumeRole, never InvokeModel."""
    assert sa.rcp_supported(service) is expected


def test_service_prefixes_are_known_beyond_the_services_held_in_full() -> None:
    """AWS-documented: ec2 is a prefix, bedrock-runtime is an endpoint name only."""
    assert sa.is_service("ec2")
    assert not sa.is_service("bedrock-runtime")
    assert set(sa.services_in_full()) >= {"bedrock", "bedrock-mantle", "sts", "aws-marketplace"}


def test_actions_are_listed_in_awss_spelling() -> None:
    """AWS-documented: canonical names."""
    assert "bedrock:InvokeModel" in sa.actions("Bedrock")
    assert sa.actions("ec2") == ()
    assert sa.canonical_action("bedrock:INVOKEMODEL") == "bedrock:InvokeModel"
    assert sa.canonical_action("bedrock:Nothing") is None


def test_data_is_dated() -> None:
    """Our choice: the report shows the date."""
    assert sa.data_date() >= "2026-10-27"
