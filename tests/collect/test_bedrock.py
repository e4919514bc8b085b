"""Amazon Bedrock of one account and Region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.snapshot import (
    BedrockRegion,
    EnforcedGuardrail,
    FoundationModel,
    ModelAvailability,
    Quota,
)
from tests.collect.worlds import MANIFEST, REGION, TARGET, load, policy

FOLDER = f"accounts/{TARGET}/bedrock/{REGION}"
QUOTAS = f"accounts/{TARGET}/service-quotas/{REGION}/list-service-quotas.json"
MODEL = "anthropic.claude-sonnet-4-6"
PROFILE_ARN = f"arn:aws:bedrock:{REGION}:{TARGET}:inference-profile/eu.{MODEL}"


def region(root: Path, files: dict[str, Any]) -> BedrockRegion:
    """The Region of these files, which stand in its folder."""
    named = {
        name if "/" in name and name == QUOTAS else f"{FOLDER}/{name}": value
        for name, value in files.items()
    }
    return load(root, named).accounts[TARGET].bedrock[REGION]


def profile(*regions: str, **members: Any) -> dict[str, Any]:
    """An inference profile with the given destination Regions."""
    return {
        "inferenceProfileName": "EU",
        "inferenceProfileArn": PROFILE_ARN,
        "inferenceProfileId": f"eu.{MODEL}",
        "models": [{"modelArn": f"arn:aws:bedrock:{r}::foundation-model/{MODEL}"} for r in regions],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
        **members,
    }


def refusal(call: str, code: str = "AccessDeniedException", **members: str) -> dict[str, Any]:
    """A manifest with one refused read."""
    entry = {
        "account": TARGET,
        "region": REGION,
        "call": call,
        "code": code,
        "message": "",
        **members,
    }
    return {**MANIFEST, "missing": [entry]}


def test_models_are_read_with_their_life_cycle(tmp_path: Path) -> None:
    """AWS-documented: API_ListFoundationModels."""
    found = region(
        tmp_path,
        {
            "list-foundation-models.json": {
                "modelSummaries": [
                    {
                        "modelId": MODEL,
                        "inferenceTypesSupported": ["INFERENCE_PROFILE"],
                        "responseStreamingSupported": True,
                        "modelLifecycle": {
                            "status": "LEGACY",
                            "legacyTime": "2026-01-01T00:00:00+00:00",
                            "endOfLifeTime": "2026-12-01T00:00:00+00:00",
                        },
                    },
                    {"modelId": "amazon.nova-lite-v1:0"},
                ]
            }
        },
    )
    assert found.models == {
        MODEL: FoundationModel(
            MODEL,
            ("INFERENCE_PROFILE",),
            "LEGACY",
            "2026-12-01T00:00:00+00:00",
            "2026-01-01T00:00:00+00:00",
            True,
        ),
        "amazon.nova-lite-v1:0": FoundationModel("amazon.nova-lite-v1:0"),
    }


def test_a_profile_is_found_by_id_and_by_arn(tmp_path: Path) -> None:
    """AWS-documented: both identify a profile."""
    found = region(
        tmp_path, {"list-inference-profiles.json": {"inferenceProfileSummaries": [profile(REGION)]}}
    )
    assert found.profiles[PROFILE_ARN] is found.profiles[f"eu.{MODEL}"]
    assert found.profiles[PROFILE_ARN].model_arns == (
        f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}",
    )
    assert found.profiles_complete is True


@pytest.mark.parametrize(
    ("files", "complete"),
    [
        ({"get-inference-profile/x.json": profile("eu-west-1")}, False),
        (
            {
                "list-inference-profiles.json": {"inferenceProfileSummaries": [profile(REGION)]},
                "get-inference-profile/x.json": profile("eu-west-1"),
            },
            True,
        ),
        (
            {
                "list-inference-profiles.json": {"inferenceProfileSummaries": [], "nextToken": "x"},
                "get-inference-profile/x.json": profile("eu-west-1"),
            },
            False,
        ),
    ],
    ids=["get alone", "get and list", "list cut short"],
)
def test_the_single_read_of_a_profile_counts(
    tmp_path: Path, files: dict[str, Any], complete: bool
) -> None:
    """Our choice: GetInferenceProfile is more specific than ListInferenceProfiles."""
    found = region(tmp_path, files)
    assert found.profiles[PROFILE_ARN].model_arns[0].split(":")[3] == "eu-west-1"
    assert found.profiles_complete is complete


def test_a_broken_profile_leaves_the_list_incomplete(tmp_path: Path) -> None:
    """Our choice: the profile in the broken file may be one that the list lacks."""
    files = {
        f"{FOLDER}/list-inference-profiles.json": {"inferenceProfileSummaries": []},
        f"{FOLDER}/get-inference-profile/abc.json": "{",
    }
    account = load(tmp_path, files).accounts[TARGET]
    assert account.bedrock[REGION].profiles_complete is False
    assert [(m.call, m.absence, m.command) for m in account.missing] == [
        (
            "bedrock:GetInferenceProfile",
            Absence.MALFORMED,
            "aws bedrock get-inference-profile --inference-profile-identifier abc "
            f"--region {REGION}",
        )
    ]


@pytest.mark.parametrize("name", [PROFILE_ARN, PROFILE_ARN.replace(":", "%3A").replace("/", "%2F")])
def test_tags_of_a_profile_are_found_by_the_name_of_their_file(tmp_path: Path, name: str) -> None:
    """Our choice: ListTagsForResource does not repeat the ARN that it was asked for."""
    found = region(
        tmp_path,
        {
            "get-inference-profile/x.json": profile(REGION),
            f"list-tags-for-resource/{name}.json": {"tags": [{"key": "team", "value": "ai"}]},
        },
    )
    assert found.profiles[PROFILE_ARN].tags == {"team": "ai"}


def test_tags_that_were_not_collected_are_not_known(tmp_path: Path) -> None:
    """Our choice: None is not the same as no tags."""
    found = region(
        tmp_path,
        {
            "get-inference-profile/x.json": profile(REGION),
            f"list-tags-for-resource/{PROFILE_ARN}.json": "{",
        },
    )
    assert found.profiles[PROFILE_ARN].tags is None


def test_availability_and_offers_are_read_by_model(tmp_path: Path) -> None:
    """AWS-documented: API_GetFoundationModelAvailability, ListFoundationModelAgreementOffers."""
    name = f"get-foundation-model-availability/{MODEL}.json"
    found = region(
        tmp_path,
        {
            name: {
                "modelId": MODEL,
                "agreementAvailability": {"status": "ERROR", "errorMessage": "why"},
                "authorizationStatus": "NOT_AUTHORIZED",
                "entitlementAvailability": "NOT_AVAILABLE",
                "regionAvailability": "AVAILABLE",
            },
            "list-foundation-model-agreement-offers/a.json": {"modelId": MODEL, "offers": [{}, {}]},
            "list-foundation-model-agreement-offers/b%3A0.json": {"offers": []},
        },
    )
    assert found.availability == {
        MODEL: ModelAvailability(
            MODEL,
            "ERROR",
            "NOT_AUTHORIZED",
            "NOT_AVAILABLE",
            "AVAILABLE",
            "why",
            f"{FOLDER}/{name}",
        )
    }
    assert found.agreement_offers == {MODEL: 2, "b:0": 0}


def test_account_settings_are_read(tmp_path: Path) -> None:
    """AWS-documented: enforced guardrails, data retention, quotas."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/abc"
    found = region(
        tmp_path,
        {
            "list-enforced-guardrails-configuration.json": {
                "guardrailsConfig": [
                    {"guardrailArn": arn, "guardrailVersion": "1", "owner": "ACCOUNT"},
                    {
                        "guardrailArn": arn,
                        "guardrailVersion": "2",
                        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": [MODEL]},
                    },
                ]
            },
            "get-account-data-retention.json": {"mode": "none", "updatedAt": "x"},
            QUOTAS: {
                "Quotas": [
                    {"ServiceCode": "bedrock", "QuotaCode": "L-1", "QuotaName": "Q", "Value": 0.0},
                    {"ServiceCode": "ec2", "QuotaCode": "L-2", "QuotaName": "R", "Value": 1.0},
                ]
            },
        },
    )
    assert found.enforced_guardrails == (
        EnforcedGuardrail(arn, "1", "ACCOUNT"),
        EnforcedGuardrail(arn, "2", "", ("ALL",), (MODEL,)),
    )
    assert found.data_retention == "none"
    assert found.quotas == (Quota("L-1", "Q", 0.0),)


def test_a_region_in_which_nothing_was_collected_knows_nothing(tmp_path: Path) -> None:
    """Our choice: None everywhere, no empty lists."""
    found = region(tmp_path, {"get-account-data-retention.json": {"mode": "default"}})
    assert (found.models, found.enforced_guardrails, found.use_case, found.quotas) == (None,) * 4
    assert found.profiles_complete is False


FIELDS = [
    ("list-foundation-models", "bedrock:ListFoundationModels", "models"),
    (
        "list-enforced-guardrails-configuration",
        "bedrock:ListEnforcedGuardrailsConfiguration",
        "enforced_guardrails",
    ),
    ("get-account-data-retention", "bedrock:GetAccountDataRetention", "data_retention"),
    ("get-use-case-for-model-access", "bedrock:GetUseCaseForModelAccess", "use_case"),
]


@pytest.mark.parametrize(("name", "call", "field"), FIELDS)
def test_a_broken_file_is_missing_in_its_place(
    tmp_path: Path, name: str, call: str, field: str
) -> None:
    """Our choice: a malformed answer is not the same as none."""
    missing = getattr(region(tmp_path, {f"{name}.json": "{"}), field)
    assert isinstance(missing, Missing)
    assert (missing.call, missing.absence, missing.path) == (
        call,
        Absence.MALFORMED,
        f"{FOLDER}/{name}.json",
    )


@pytest.mark.parametrize(
    ("call", "field"),
    [(call, field) for _, call, field in FIELDS]
    + [
        ("servicequotas:ListServiceQuotas", "quotas"),
        ("service-quotas:ListServiceQuotas", "quotas"),
    ],
)
def test_a_refused_read_is_missing_in_its_place(tmp_path: Path, call: str, field: str) -> None:
    """CONTRACTS: snapshot.json lists refused reads with AWS's code."""
    snapshot = load(tmp_path, {"snapshot.json": refusal(call)})
    missing = getattr(snapshot.accounts[TARGET].bedrock[REGION], field)
    assert isinstance(missing, Missing)
    assert (missing.absence, missing.code) == (Absence.REFUSED, "AccessDeniedException")
    assert missing.command.endswith(f"--region {REGION}")


def test_a_refusal_in_one_region_says_nothing_of_another(tmp_path: Path) -> None:
    """Our choice: reads are refused one by one."""
    snapshot = load(
        tmp_path,
        {
            "snapshot.json": refusal("bedrock:ListFoundationModels", region="us-east-1"),
            f"{FOLDER}/get-account-data-retention.json": {"mode": "default"},
        },
    )
    assert snapshot.accounts[TARGET].bedrock[REGION].models is None


@pytest.mark.parametrize(
    "name", ["get-foundation-model-availability", "list-foundation-model-agreement-offers"]
)
def test_a_broken_file_about_one_model_is_recorded(tmp_path: Path, name: str) -> None:
    """Our choice: what belongs to one model only stands among the account's gaps."""
    account = load(tmp_path, {f"{FOLDER}/{name}/m.json": {"modelId": 1}}).accounts[TARGET]
    assert [(m.absence, m.path) for m in account.missing] == [
        (Absence.MALFORMED, f"{FOLDER}/{name}/m.json")
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"{FOLDER}/get-use-case-for-model-access.json": {"formData": "c2VjcmV0"}}, True),
        ({f"{FOLDER}/get-use-case-for-model-access.json": {}}, True),
        (
            {
                "snapshot.json": refusal(
                    "bedrock:GetUseCaseForModelAccess", "ResourceNotFoundException"
                )
            },
            False,
        ),
    ],
)
def test_of_the_use_case_only_its_presence_is_kept(
    tmp_path: Path, files: dict[str, Any], expected: bool
) -> None:
    """CONTRACTS: presence only, never the form; ResourceNotFoundException: none was submitted."""
    snapshot = load(tmp_path, files)
    account = snapshot.accounts[TARGET]
    assert account.bedrock[REGION].use_case is expected
    assert account.missing == ()
    assert "c2VjcmV0" not in repr(snapshot)


def test_a_broken_use_case_file_is_not_an_answer(tmp_path: Path) -> None:
    """Our choice: the file says that there was an answer, so the refusal does not count."""
    files = {
        "snapshot.json": refusal("bedrock:GetUseCaseForModelAccess", "ResourceNotFoundException"),
        f"{FOLDER}/get-use-case-for-model-access.json": "{",
    }
    missing = load(tmp_path, files).accounts[TARGET].bedrock[REGION].use_case
    assert isinstance(missing, Missing)
    assert missing.absence is Absence.MALFORMED


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        (
            f"{FOLDER}/list-enforced-guardrails-configuration.json",
            {"guardrailsConfig": [], "nextToken": "x"},
            "enforced_guardrails",
        ),
        (QUOTAS, {"Quotas": [], "NextToken": "x"}, "quotas"),
    ],
)
def test_settings_cut_short_are_missing(tmp_path: Path, name: str, value: Any, field: str) -> None:
    """AWS-documented: a token says that more follows, and the next entry may decide."""
    found = load(tmp_path, {name: value}).accounts[TARGET].bedrock[REGION]
    assert isinstance(getattr(found, field), Missing)


def test_resource_policies_are_documents(tmp_path: Path) -> None:
    """AWS-documented: API_GetResourcePolicy returns the policy as a string."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/abc"
    files = {
        f"get-resource-policy/{arn.replace(':', '%3A').replace('/', '%2F')}.json": {
            "resourcePolicy": '{"Statement": []}'
        },
        "get-resource-policy/b.json": {"resourcePolicy": policy("bedrock:ApplyGuardrail")},
        "get-resource-policy/c.json": {},
    }
    found = region(tmp_path, files).resource_policies
    first, second, third = found[arn], found["b"], found["c"]
    assert isinstance(first, PolicyDocument)
    assert (first.source.text, first.source.verbatim) == ('{"Statement": []}', False)
    assert isinstance(second, PolicyDocument)
    assert second.source.verbatim is True
    assert isinstance(third, Missing)
    assert third.command == f"aws bedrock get-resource-policy --resource-arn c --region {REGION}"


def test_other_resources_keep_their_details(tmp_path: Path) -> None:
    """Our choice: names are those of AWS, with dots between levels."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:default-prompt-router/r"
    found = region(
        tmp_path,
        {
            "get-prompt-router/r.json": {
                "promptRouterArn": arn,
                "models": [{"modelArn": "a"}, {"modelArn": "b"}],
                "routingCriteria": {"responseQualityDifference": 0.5},
                "custom": True,
                "description": None,
            },
            "get-guardrail/bad.json": "{",
        },
    )
    assert found.resources == {
        arn: {
            "promptRouterArn": arn,
            "models.0.modelArn": "a",
            "models.1.modelArn": "b",
            "routingCriteria.responseQualityDifference": "0.5",
            "custom": "true",
        }
    }


def test_guardrails_are_kept_by_version(tmp_path: Path) -> None:
    """AWS-documented: GetGuardrail describes one version; the ARN does not tell which."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/abc"
    files = {
        "get-guardrail/abc.json": {"guardrailArn": arn, "version": "DRAFT"},
        "get-guardrail/abc-1.json": {"guardrailArn": arn, "version": "1"},
    }
    assert set(region(tmp_path, files).resources) == {f"{arn}:DRAFT", f"{arn}:1"}


@pytest.mark.parametrize(
    ("identity", "version", "key"),
    [
        ("prompt/P:1", "1", "prompt/P:1"),
        ("prompt/P", "1", "prompt/P:1"),
        ("prompt/P", "DRAFT", "prompt/P"),
    ],
)
def test_prompts_are_kept_by_version(tmp_path: Path, identity: str, version: str, key: str) -> None:
    """AWS-documented: the ARN of a version ends with it, that of the draft does not."""
    place = f"arn:aws:bedrock:{REGION}:{TARGET}:"
    files = {"get-prompt/P.json": {"arn": place + identity, "version": version}}
    assert set(region(tmp_path, files).resources) == {place + key}


def test_an_answer_that_there_is_no_policy_is_one_for_the_resource_that_it_names(
    tmp_path: Path,
) -> None:
    """Our choice: AWS's message names it; another resource of the Region may have a policy."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/abc"
    message = f"No resource policy was found for '{arn}'."
    manifest = refusal("bedrock:GetResourcePolicy", "ResourceNotFoundException", message=message)
    account = load(tmp_path, {"snapshot.json": manifest}).accounts[TARGET]
    found = account.bedrock[REGION]
    assert found.has_no_policy(arn)
    assert not found.has_no_policy(f"{arn}d")
    assert account.missing == ()


def test_a_refused_policy_is_no_such_answer(tmp_path: Path) -> None:
    """Our choice: who may not read the policy does not know whether there is one."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:guardrail/abc"
    manifest = refusal("bedrock:GetResourcePolicy", message=f"not authorized on {arn}")
    account = load(tmp_path, {"snapshot.json": manifest}).accounts[TARGET]
    assert not account.bedrock[REGION].has_no_policy(arn)
    assert [missing.call for missing in account.missing] == ["bedrock:GetResourcePolicy"]


def test_form_data_never_enters_a_message(tmp_path: Path) -> None:
    """CONTRACTS: never the form, not even when its file is broken."""
    (tmp_path / "snapshot.json").write_text("{}")
    path = tmp_path / FOLDER / "get-use-case-for-model-access.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"formData": "secret words", }')
    assert "secret words" not in repr(load_snapshot([tmp_path]))
