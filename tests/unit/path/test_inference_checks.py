"""The checks of the inference hop, by kind of target and by operation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from path_world import (
    EU_SONNET,
    REGION,
    ROLE,
    SONNET,
    SOURCE,
    TARGET,
    USER,
    attempt,
    bedrock,
    context,
    document,
    eu_profile,
    invoke_checks,
    organization,
    snapshot,
    way,
)

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, Operation
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.snapshot import (
    EnforcedGuardrail,
    FoundationModel,
    InferenceProfile,
    Snapshot,
)
from bedrock_doctor.model.way import Purpose

PROFILE_ARN = f"arn:aws:bedrock:{REGION}:{TARGET}:inference-profile/{EU_SONNET}"
CATALOG_EU = ("eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")


def model_arn(region: str, model: str = SONNET) -> str:
    """ARN of a foundation model."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model}"


def own(resource: str) -> str:
    """ARN of a Bedrock resource of the target account."""
    return f"arn:aws:bedrock:{REGION}:{TARGET}:{resource}"


def test_a_geographic_profile_is_checked_with_every_destination() -> None:
    """AWS-documented: geographic-cross-region-inference.html; the profile comes first."""
    found = way()
    assert invoke_checks(found) == [
        (Purpose.PROFILE, PROFILE_ARN, REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        *((Purpose.DESTINATION_MODEL, model_arn(region), region) for region in CATALOG_EU),
    ]
    assert (found.target.source, found.target.dated) == ("catalog", bedrock_models.data_date())


def test_destinations_of_the_snapshot_win_over_the_catalog() -> None:
    """Our choice: evidence of the account is newer than the catalog."""
    found = way(held=snapshot(region=bedrock(profiles={EU_SONNET: eu_profile()})))
    assert invoke_checks(found) == [
        (Purpose.PROFILE, PROFILE_ARN, REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        (Purpose.DESTINATION_MODEL, model_arn("eu-west-1"), "eu-west-1"),
    ]
    assert (found.target.source, found.target.dated) == ("snapshot", "")


def test_a_profile_without_collected_models_falls_back_to_the_catalog() -> None:
    """Our choice: an empty model list is no evidence, and junk in it is skipped."""
    empty = replace(eu_profile(), model_arns=())
    found = way(held=snapshot(region=bedrock(profiles={EU_SONNET: empty})))
    assert found.target.source == "catalog"
    junk = replace(eu_profile(), model_arns=("junk", *eu_profile().model_arns))
    found = way(held=snapshot(region=bedrock(profiles={EU_SONNET: junk})))
    assert found.target.destinations == ("eu-central-1", "eu-west-1")


def test_the_call_region_is_checked_even_where_it_is_no_destination() -> None:
    """AWS-documented: the model in the source Region and in all destinations."""
    found = way(model="us.openai.gpt-5.4", region="ca-central-1")
    regions = [region for _, _, region in invoke_checks(found)]
    assert regions == ["ca-central-1", "ca-central-1", "us-east-1", "us-east-2", "us-west-2"]


def test_model_checks_carry_the_profile_and_their_own_region() -> None:
    """AWS-documented: bedrock:InferenceProfileArn stands on the model checks only."""
    checks = way().hops[-1].checks
    assert "bedrock:inferenceprofilearn" not in context(checks[0]).values
    for check in checks[1:]:
        assert context(check).values["bedrock:inferenceprofilearn"] == (PROFILE_ARN,)
        assert context(check).values["aws:requestedregion"] == (check.region,)
        assert check.request.resource_account is None
    assert checks[0].request.resource_account == TARGET


def test_a_global_profile_has_three_parts() -> None:
    """AWS-documented: global-cross-region-inference.html."""
    profile = f"global.{SONNET}"
    found = way(model=profile)
    assert invoke_checks(found) == [
        (Purpose.PROFILE, own(f"inference-profile/{profile}"), REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        (Purpose.GLOBAL_MODEL, model_arn(""), "unspecified"),
    ]
    assert context(found.hops[-1].checks[2]).values["aws:requestedregion"] == ("unspecified",)


def test_a_bare_model_id_is_checked_in_the_call_region() -> None:
    """AWS-documented: foundation models have no account."""
    found = way(model="amazon.titan-embed-text-v2:0")
    expected = model_arn(REGION, "amazon.titan-embed-text-v2:0")
    assert invoke_checks(found) == [(Purpose.MODEL, expected, REGION)]
    assert found.hops[-1].checks[0].request.resource_account is None


@pytest.mark.parametrize(
    "given",
    [
        EU_SONNET,
        f"bedrock/{EU_SONNET}",
        f"bedrock/converse/{EU_SONNET}",
        f"bedrock/{REGION}/{EU_SONNET}",
        f"converse/{EU_SONNET}",
        f" {EU_SONNET} ",
        PROFILE_ARN,
        f"bedrock/converse/{PROFILE_ARN}",
    ],
)
def test_model_arguments_are_read_as_people_write_them(given: str) -> None:
    """Observed in gateways' configurations; the argument is echoed as written."""
    found = way(model=given)
    assert found.target.arn == PROFILE_ARN
    assert found.target.given == given


@pytest.mark.parametrize(
    ("arn", "purpose"),
    [
        (own("provisioned-model/abc"), Purpose.PROVISIONED_MODEL),
        (own("custom-model-deployment/abc"), Purpose.CUSTOM_MODEL_DEPLOYMENT),
        (own("imported-model/abc"), Purpose.IMPORTED_MODEL),
        (f"arn:aws:bedrock:{REGION}:{SOURCE}:provisioned-model/abc", Purpose.PROVISIONED_MODEL),
    ],
)
def test_resources_of_an_account_are_checked_alone(arn: str, purpose: Purpose) -> None:
    """AWS-documented: resource types of InvokeModel; a foreign account stays foreign."""
    found = way(model=arn)
    assert invoke_checks(found) == [(purpose, arn, REGION)]
    request = found.hops[-1].checks[0].request
    assert request.resource_account == arn.split(":")[4]
    assert "aws:resourcetag/" in request.context.unknown_prefixes


def test_a_marketplace_endpoint_is_checked_on_one_resource_for_all() -> None:
    """AWS-documented: bedrock-marketplace-model-endpoint."""
    found = way(model=f"arn:aws:sagemaker:{REGION}:{TARGET}:endpoint/mine")
    expected = own("marketplace/model-endpoint/all-access")
    assert invoke_checks(found) == [(Purpose.MARKETPLACE_ENDPOINT, expected, REGION)]


def application(
    tags: dict[str, str] | None = None, regions: tuple[str, ...] = (REGION, "eu-west-1")
) -> InferenceProfile:
    """An application profile over some Regions."""
    arn = own("application-inference-profile/abc")
    models = tuple(model_arn(region) for region in regions)
    return InferenceProfile(arn, "abc", "APPLICATION", "ACTIVE", models, tags)


@pytest.mark.parametrize("given", ["abc", own("application-inference-profile/abc")])
def test_an_application_profile_is_checked_with_the_models_behind_it(given: str) -> None:
    """AWS-documented: the profile, and the models of all its destinations."""
    profile = application({"team": "rag"})
    held = snapshot(region=bedrock(profiles={"abc": profile, profile.arn: profile}))
    found = way(attempt(model=given), held)
    assert invoke_checks(found) == [
        (Purpose.APPLICATION_PROFILE, profile.arn, REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        (Purpose.DESTINATION_MODEL, model_arn("eu-west-1"), "eu-west-1"),
    ]
    first, second, _ = found.hops[-1].checks
    assert context(first).values["aws:resourcetag/team"] == ("rag",)
    assert context(second).values["bedrock:inferenceprofilearn"] == (profile.arn,)


def test_an_application_profile_is_not_checked_in_a_call_region_that_it_does_not_use() -> None:
    """Our choice: only the Regions that GetInferenceProfile lists."""
    profile = application(regions=("eu-west-1",))
    held = snapshot(region=bedrock(profiles={profile.arn: profile}))
    found = way(attempt(model=profile.arn), held)
    assert [purpose for purpose, _, _ in invoke_checks(found)] == [
        Purpose.APPLICATION_PROFILE,
        Purpose.DESTINATION_MODEL,
    ]


def test_an_application_profile_over_global_routing_has_the_global_part() -> None:
    """AWS-documented: the model list of such a profile holds the ARN without Region."""
    profile = application(regions=("", REGION, "eu-west-1"))
    held = snapshot(region=bedrock(profiles={profile.arn: profile}))
    found = way(attempt(model=profile.arn), held)
    assert [purpose for purpose, _, _ in invoke_checks(found)] == [
        Purpose.APPLICATION_PROFILE,
        Purpose.CALL_REGION_MODEL,
        Purpose.GLOBAL_MODEL,
    ]


@pytest.mark.parametrize(
    "model",
    [own("application-inference-profile/zzz"), f"us.{SONNET}"],
)
def test_unknown_destinations_leave_the_answer_open(model: str) -> None:
    """Our choice: a profile whose destinations nobody knows must not be called allowed."""
    last = way(model=model).hops[-1].checks[-1]
    assert last.purpose is Purpose.DESTINATION_MODEL
    assert isinstance(last.policies.identity[0], Missing)
    assert "get-inference-profile" in last.policies.identity[0].command
    assert isinstance(last.policies.scp, NotApplicable)


def test_a_govcloud_profile_is_accepted_although_the_catalog_does_not_cover_it() -> None:
    """AWS-documented prefix; our choice to leave its destinations open."""
    given = Attempt(
        "arn:aws-us-gov:iam::111122223333:role/x",
        (),
        "us-gov.anthropic.claude-opus-5",
        "us-gov-west-1",
    )
    found = way(given, Snapshot())
    first, model, last = found.hops[-1].checks
    assert first.request.resource.startswith("arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:")
    assert model.request.resource.startswith("arn:aws-us-gov:bedrock:us-gov-west-1::")
    assert isinstance(last.policies.identity[0], Missing)


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("eu.anthropic.claude-sonet-4-6", EU_SONNET),
        ("anthropic.claude-sonet-4-6", SONNET),
        (model_arn(REGION, "anthropic.claude-sonet-4-6"), SONNET),
        (f"arn:aws:bedrock:{REGION}:{TARGET}:foundation-model/{SONNET}", model_arn(REGION)),
        (own("custom-model/base/abc"), "deploy"),
        (own("agent/abc"), "foundation-model"),
        ("zzzz", "expected a model id"),
    ],
)
def test_unknown_model_arguments_are_usage_errors_with_help(model: str, hint: str) -> None:
    """Our choice: exit 2 and near matches."""
    with pytest.raises(UnknownName) as caught:
        way(model=model)
    assert caught.value.help is not None
    assert hint in caught.value.help


def test_near_matches_include_what_the_account_lists() -> None:
    """Our choice: models newer than the catalog are suggested from the snapshot."""
    listed = {"acme.future-model-1": FoundationModel("acme.future-model-1", ("ON_DEMAND",))}
    held = snapshot(region=bedrock(models=listed))
    with pytest.raises(UnknownName) as caught:
        way(attempt(model="acme.futur-model-1"), held)
    assert caught.value.help is not None
    assert "acme.future-model-1" in caught.value.help
    assert way(attempt(model="acme.future-model-1"), held).target.kind is Purpose.MODEL


ROUTER = own("prompt-router/abc")


def test_a_prompt_router_is_checked_with_every_model_that_it_can_pick() -> None:
    """AWS-documented: prompt-routing.html; bedrock:PromptRouterArn stands on the models."""
    details = {
        "models.0.modelArn": PROFILE_ARN,
        "models.1.modelArn": model_arn(REGION, "amazon.nova-lite-v1:0"),
        "fallbackModel.modelArn": PROFILE_ARN,
    }
    held = snapshot(region=bedrock(resources={ROUTER: details}, profiles={EU_SONNET: eu_profile()}))
    found = way(attempt(model=ROUTER), held)
    assert invoke_checks(found) == [
        (Purpose.PROMPT_ROUTER, ROUTER, REGION),
        (Purpose.PROFILE, PROFILE_ARN, REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        (Purpose.DESTINATION_MODEL, model_arn("eu-west-1"), "eu-west-1"),
        (Purpose.MODEL, model_arn(REGION, "amazon.nova-lite-v1:0"), REGION),
    ]
    for check in found.hops[-1].checks[1:]:
        assert context(check).values["bedrock:promptrouterarn"] == (ROUTER,)
    assert found.target.models == (SONNET, "amazon.nova-lite-v1:0")


def test_an_uncollected_prompt_router_leaves_its_models_open() -> None:
    """Our choice: the models are not known."""
    last = way(model=ROUTER).hops[-1].checks[-1]
    assert isinstance(last.policies.identity[0], Missing)
    assert "--prompt-router-arn" in last.policies.identity[0].command


PROMPT = own("prompt/PROMPT1234:1")


def prompt_checks(details: dict[str, str]) -> list[tuple[Purpose, str, str]]:
    """The checks of a prompt with these details."""
    held = snapshot(region=bedrock(resources={PROMPT: details}, profiles={EU_SONNET: eu_profile()}))
    return invoke_checks(way(attempt(model=PROMPT), held))


def test_a_prompt_needs_render_prompt_and_its_model() -> None:
    """AWS-documented: prompt-management-prereq.html; the default variant names the model."""
    details = {
        "defaultVariant": "b",
        "variants.0.name": "a",
        "variants.0.modelId": "amazon.nova-lite-v1:0",
        "variants.1.name": "b",
        "variants.1.modelId": EU_SONNET,
    }
    assert prompt_checks(details) == [
        (Purpose.PROMPT, PROMPT, REGION),
        (Purpose.PROFILE, PROFILE_ARN, REGION),
        (Purpose.CALL_REGION_MODEL, model_arn(REGION), REGION),
        (Purpose.DESTINATION_MODEL, model_arn("eu-west-1"), "eu-west-1"),
    ]


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"variants.0.name": "a", "variants.0.genAiResource.agent.agentIdentifier": "x"},
        {"variants.0.name": "a", "variants.0.modelId": "acme.newer-than-the-catalog"},
        {"variants.0.name": "a", "variants.0.modelId": SONNET, "variants.1.name": "b"},
        {"defaultVariant": "c", "variants.0.name": "a", "variants.0.modelId": SONNET},
    ],
)
def test_a_prompt_whose_model_is_not_known_stays_open(details: dict[str, str]) -> None:
    """Our choice: not collected, an agent, an unknown model, no one default variant."""
    (first, last) = prompt_checks(details)
    assert (first[0], last) == (Purpose.PROMPT, (Purpose.MODEL, "*", ""))


def test_a_prompt_with_one_variant_needs_no_default() -> None:
    """Our choice: there is nothing to choose from."""
    found = prompt_checks({"variants.0.name": "a", "variants.0.modelId": SONNET})
    assert found[1:] == [(Purpose.MODEL, model_arn(REGION), REGION)]


def test_an_uncollected_prompt_names_the_call_of_its_version() -> None:
    """AWS-documented: GetPrompt of bedrock-agent takes id and version."""
    (first, last) = way(model=PROMPT).hops[-1].checks
    assert (first.request.action, first.purpose) == ("bedrock:RenderPrompt", Purpose.PROMPT)
    (missing,) = last.policies.identity
    assert isinstance(missing, Missing)
    assert missing.command.endswith("--prompt-identifier PROMPT1234 --prompt-version 1")


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        (Operation.CONVERSE, "bedrock:InvokeModel"),
        (Operation.CONVERSE_STREAM, "bedrock:InvokeModelWithResponseStream"),
        (Operation.INVOKE_MODEL, "bedrock:InvokeModel"),
        (Operation.INVOKE_MODEL_STREAM, "bedrock:InvokeModelWithResponseStream"),
        (Operation.INVOKE_MODEL_BIDI, "bedrock:InvokeModel"),
    ],
)
def test_operations_map_to_the_actions_that_are_checked(operation: Operation, action: str) -> None:
    """AWS-documented: API_runtime_Converse.html and its neighbours."""
    found = way(operation=operation)
    assert {check.request.action for check in found.hops[-1].checks} == {action}


def test_asynchronous_calls_are_checked_on_the_job_as_well() -> None:
    """AWS-documented: resource types of InvokeModel."""
    found = way(operation=Operation.START_ASYNC_INVOKE)
    assert invoke_checks(found)[-1] == (Purpose.ASYNC_INVOKE, own("async-invoke/*"), REGION)


def test_count_tokens_asks_for_both_actions_on_the_model() -> None:
    """AWS-documented: count-tokens.html."""
    found = way(operation=Operation.COUNT_TOKENS)
    checks = found.hops[-1].checks
    assert [(check.request.action, check.request.resource) for check in checks] == [
        ("bedrock:CountTokens", model_arn(REGION)),
        ("bedrock:InvokeModel", model_arn(REGION)),
    ]


@pytest.mark.parametrize("resource", ["imported-model/abc", "provisioned-model/abc", "prompt/A:1"])
def test_count_tokens_takes_foundation_models_alone(resource: str) -> None:
    """AWS-documented: the only resource type of the action; API_runtime_CountTokens.html."""
    with pytest.raises(UsageError, match="cannot count"):
        way(operation=Operation.COUNT_TOKENS, model=own(resource))


def test_count_tokens_of_an_uncollected_application_profile_stays_open() -> None:
    """Our choice: the model behind it is not known."""
    found = way(operation=Operation.COUNT_TOKENS, model=own("application-inference-profile/abc"))
    assert invoke_checks(found) == [(Purpose.MODEL, "*", "")]


def test_batch_jobs_are_checked_on_model_and_job_and_pass_a_role() -> None:
    """AWS-documented: batch-inference-permissions.html; the service role is not in the attempt."""
    found = way(operation=Operation.BATCH)
    checks = found.hops[-1].checks
    assert [(check.purpose, check.request.action) for check in checks] == [
        (Purpose.MODEL, "bedrock:CreateModelInvocationJob"),
        (Purpose.BATCH_JOB, "bedrock:CreateModelInvocationJob"),
        (Purpose.PASS_ROLE, "iam:PassRole"),
    ]
    assert isinstance(checks[-1].policies.identity[0], Missing)


def test_mantle_checks_the_project_with_the_model_as_condition_key() -> None:
    """AWS-documented: bedrock-mantle's own namespace."""
    found = way(operation=Operation.MANTLE_INFERENCE, model=SONNET)
    (check,) = found.hops[-1].checks
    assert check.request.action == "bedrock-mantle:CreateInference"
    expected = f"arn:aws:bedrock-mantle:{REGION}:{TARGET}:project/default"
    assert check.request.resource == expected
    assert context(check).values["bedrock-mantle:model"] == (SONNET,)
    assert "bedrock-mantle:servicetier" in context(check).unknown


def test_mantle_takes_no_profiles() -> None:
    """AWS-documented: no cross-Region profiles on bedrock-mantle."""
    with pytest.raises(UsageError, match="cannot call"):
        way(operation=Operation.MANTLE_INFERENCE)


def test_responses_are_checked_on_target_and_project() -> None:
    """AWS-documented: bedrock:ProjectArn on the target, bedrock:ModelArn on the project."""
    checks = way(operation=Operation.RESPONSES).hops[-1].checks
    project = own("project/default")
    for check in checks[:-1]:
        assert context(check).values["bedrock:projectarn"] == (project,)
    assert (checks[-1].purpose, checks[-1].request.resource) == (Purpose.PROJECT, project)
    assert context(checks[-1]).values["bedrock:modelarn"] == (model_arn(REGION),)


def test_responses_without_known_model_have_no_model_key() -> None:
    """Our choice: nothing is made up for a provisioned model."""
    found = way(operation=Operation.RESPONSES, model=own("provisioned-model/abc"))
    assert "bedrock:modelarn" not in context(found.hops[-1].checks[-1]).values


def test_responses_take_no_application_profiles() -> None:
    """AWS-documented: endpoints.html."""
    with pytest.raises(UsageError, match="Responses"):
        way(operation=Operation.RESPONSES, model=own("application-inference-profile/abc"))


@pytest.mark.parametrize(
    ("operation", "model", "action", "key"),
    [
        (Operation.CONVERSE, SONNET, "bedrock:CallWithBearerToken", "bedrock:bearertokentype"),
        (
            Operation.MANTLE_INFERENCE,
            SONNET,
            "bedrock-mantle:CallWithBearerToken",
            "bedrock-mantle:bearertokentype",
        ),
    ],
)
def test_an_api_key_is_checked_first_in_the_namespace_that_is_called(
    operation: Operation, model: str, action: str, key: str
) -> None:
    """AWS-documented: api-keys-permissions.html."""
    found = way(operation=operation, model=model, api_key=ApiKey.SHORT)
    first = found.hops[-1].checks[0]
    assert (first.purpose, first.request.action) == (Purpose.BEARER_TOKEN, action)
    assert first.request.resource == "*"
    assert context(first).values[key] == ("SHORT_TERM",)


def test_a_long_term_key_is_that_of_a_user() -> None:
    """AWS-documented: long-term keys belong to IAM users."""
    found = way(caller=USER, roles=(), api_key=ApiKey.LONG)
    assert context(found.hops[0].checks[0]).values["bedrock:bearertokentype"] == ("LONG_TERM",)
    with pytest.raises(UsageError, match="IAM user"):
        way(api_key=ApiKey.LONG)


def test_the_bidirectional_stream_takes_no_api_keys() -> None:
    """AWS-documented: api-keys-supported.html."""
    with pytest.raises(UsageError, match="no API keys"):
        way(operation=Operation.INVOKE_MODEL_BIDI, api_key=ApiKey.SHORT)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("gr1:2", own("guardrail/gr1:2")),
        ("gr1:DRAFT", own("guardrail/gr1")),
        (own("guardrail/gr1:3"), own("guardrail/gr1:3")),
        ("gr1", None),
    ],
)
def test_a_guardrail_sent_with_the_call_is_a_key_and_a_check(given: str, value: str | None) -> None:
    """AWS-documented: guardrails-permissions-id.html; DRAFT has no version in the key."""
    checks = way(guardrail=given).hops[-1].checks
    for check in checks[:-1]:
        found = context(check).values.get("bedrock:guardrailidentifier")
        assert found == ((value,) if value else None)
        assert ("bedrock:guardrailidentifier" in context(check).unknown) is (value is None)
    last = checks[-1]
    assert (last.purpose, last.request.action) == (Purpose.GUARDRAIL, "bedrock:ApplyGuardrail")
    assert last.request.resource == own("guardrail/gr1")
    assert isinstance(last.policies.resource, Missing)


@pytest.mark.parametrize("name", ["gr1", own("guardrail/gr1")])
def test_a_collected_resource_policy_of_the_guardrail_is_used(name: str) -> None:
    """AWS-documented: guardrails have resource-based policies."""
    policy = document("guardrail policy")
    held = snapshot(region=bedrock(resource_policies={name: policy}))
    assert way(attempt(guardrail="gr1:1"), held).hops[-1].checks[-1].policies.resource == policy


@pytest.mark.parametrize(("guardrail", "model"), [("gr1:1", EU_SONNET), (None, "gr1")])
def test_apply_guardrail_checks_the_guardrail_alone(guardrail: str | None, model: str) -> None:
    """AWS-documented: ApplyGuardrail calls no model."""
    found = way(operation=Operation.APPLY_GUARDRAIL, guardrail=guardrail, model=model)
    assert invoke_checks(found) == [(Purpose.GUARDRAIL, own("guardrail/gr1"), REGION)]
    with pytest.raises(UsageError, match="needs a guardrail"):
        way(operation=Operation.APPLY_GUARDRAIL, model="")


@pytest.mark.parametrize(
    "given",
    ["x y", "gr1:two", "gr1:", "GR1", "arn:aws:s3:::x", own("prompt/P"), own("guardrail/gr1:x")],
)
@pytest.mark.parametrize("operation", [Operation.CONVERSE, Operation.APPLY_GUARDRAIL])
def test_what_is_no_guardrail_is_refused(operation: Operation, given: str) -> None:
    """AWS-documented: the pattern of guardrailIdentifier; versions are numbers or DRAFT."""
    with pytest.raises(UsageError, match="is no guardrail"):
        way(operation=operation, guardrail=given)


FOREIGN = f"arn:aws:bedrock:{REGION}:999900001111:guardrail/org1"


@pytest.mark.parametrize(
    ("included", "excluded", "applies"),
    [
        ((), (), True),
        (("ALL",), (), True),
        ((SONNET,), (), True),
        (("amazon.nova-pro-v1:0",), (), False),
        (("ALL",), (SONNET,), False),
    ],
)
def test_an_enforced_guardrail_must_be_applied_where_it_covers_the_model(
    included: tuple[str, ...], excluded: tuple[str, ...], applies: bool
) -> None:
    """AWS-documented: guardrails-enforcements.html, model_enforcement."""
    entry = EnforcedGuardrail(f"{FOREIGN}:1", "1", "ORGANIZATION", included, excluded)
    found = way(held=snapshot(region=bedrock(enforced_guardrails=(entry,))))
    purposes = [check.purpose for check in found.hops[-1].checks]
    assert (Purpose.ENFORCED_GUARDRAIL in purposes) is applies


def test_an_enforced_guardrail_applies_where_the_model_is_not_known() -> None:
    """Our choice: without model nothing excludes it."""
    entry = EnforcedGuardrail(f"{FOREIGN}:1", "1", included_models=(SONNET,))
    held = snapshot(region=bedrock(enforced_guardrails=(entry,)))
    found = way(attempt(model=own("imported-model/abc")), held)
    last = found.hops[-1].checks[-1]
    assert last.purpose is Purpose.ENFORCED_GUARDRAIL
    assert (last.request.resource, last.request.resource_account) == (FOREIGN, "999900001111")


POLICY = (
    '{"bedrock":{"guardrail_inference":{"%s":{"config_1":{"identifier":%s,'
    '"model_enforcement":{"included_models":%s}}}}}}'
)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (POLICY % (REGION, f'{{"@@assign":"{FOREIGN}:1"}}', '{"@@assign":["ALL"]}'), 1),
        (POLICY % (REGION, f'"{FOREIGN}:1"', '["ALL"]'), 1),
        (POLICY % (REGION, f'"{FOREIGN}:1"', '["amazon.nova-pro-v1:0"]'), 0),
        (POLICY % ("us-east-1", f'"{FOREIGN}:1"', '["ALL"]'), 0),
        (POLICY % (REGION, "5", "5"), 0),
        ("[]", 0),
        ("no json", 0),
    ],
)
def test_the_effective_bedrock_policy_enforces_guardrails(content: str, count: int) -> None:
    """AWS-documented: orgs_manage_policies_bedrock_syntax.html."""
    held = snapshot(org=organization(bedrock_policies={TARGET: content}))
    purposes = [check.purpose for check in way(held=held).hops[-1].checks]
    assert purposes.count(Purpose.ENFORCED_GUARDRAIL) == count


def test_a_guardrail_enforced_twice_is_checked_once() -> None:
    """Our choice: the listed configuration and the organization's policy may name the same one."""
    entry = EnforcedGuardrail(f"{FOREIGN}:1", "1")
    content = POLICY % (REGION, f'"{FOREIGN}:1"', '["ALL"]')
    held = snapshot(
        region=bedrock(enforced_guardrails=(entry,)),
        org=organization(bedrock_policies={TARGET: content}),
    )
    purposes = [check.purpose for check in way(held=held).hops[-1].checks]
    assert purposes.count(Purpose.ENFORCED_GUARDRAIL) == 1


def test_guardrails_do_not_apply_to_mantle() -> None:
    """AWS-documented: no guardrails on bedrock-mantle."""
    found = way(operation=Operation.MANTLE_INFERENCE, model=SONNET, guardrail="gr1:1")
    assert [check.purpose for check in found.hops[-1].checks] == [Purpose.PROJECT]


@pytest.mark.sweep
def test_every_profile_of_the_catalog_expands_from_every_source_region() -> None:
    """AWS-documented: profile, source Region and every destination are checked."""
    held = snapshot()
    expanded = 0
    for profile in inference_profiles.profile_ids():
        for source in inference_profiles.sources(profile):
            destinations = inference_profiles.destinations(profile, source)
            assert destinations is not None
            checks = invoke_checks(way(attempt(model=profile, region=source), held))
            assert checks[0][0] is Purpose.PROFILE
            assert checks[0][1] == (
                f"arn:aws:bedrock:{source}:{TARGET}:inference-profile/{profile}"
            )
            regions = {region for _, _, region in checks[1:]}
            routed = {"unspecified"} if profile.startswith("global.") else set(destinations)
            assert regions == routed | {source}
            assert len(checks) == 1 + len(regions)
            expanded += 1
    assert expanded > 1000


@pytest.mark.sweep
def test_every_model_of_the_catalog_expands_in_every_region_that_lists_it() -> None:
    """Our choice: expansion never fails for what the catalog knows."""
    held = snapshot()
    for name, model in bedrock_models.models().items():
        for region in model.regions:
            found = way(attempt(model=name, region=region), held)
            assert invoke_checks(found) == [(Purpose.MODEL, model_arn(region, name), region)]
    assert ROLE in found.attempt.roles


def test_unknown_destinations_stay_open_for_a_root_user() -> None:
    """AWS-documented: only SCPs limit a root user, so they carry what is not known."""
    found = way(caller=f"arn:aws:iam::{SOURCE}:root", roles=(), model=f"us.{SONNET}")
    assert isinstance(found.hops[-1].checks[-1].policies.scp, Missing)
