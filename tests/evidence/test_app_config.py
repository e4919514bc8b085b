"""Configurations become attempts: one for every model named, with contradictions as findings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_doctor.errors import BadInput
from bedrock_doctor.evidence.app_config import Configuration, Signing, read_configuration

ROLE = "arn:aws:iam::444455556666:role/bedrock-gateway"
SONNET = "eu.anthropic.claude-sonnet-4-6"
TITAN = "amazon.titan-embed-text-v2:0"


def ids(read: Configuration) -> list[str]:
    return [finding.id for finding in read.findings]


def test_a_profile_chain_gives_its_roles_in_call_order() -> None:
    """AWS-documented: source_profile names the profile whose credentials make the call."""
    read = read_configuration(f"""
[profile gateway]
role_arn = {ROLE}
source_profile = hop
external_id = acme-7
role_session_name = rag
region = eu-central-1
mfa_serial = arn:aws:iam::111122223333:mfa/ana

[profile hop]
role_arn = arn:aws:iam::111122223333:role/hop
credential_source = EcsContainer
""")
    attempt = read.attempts[0]
    assert attempt.roles == ("arn:aws:iam::111122223333:role/hop", ROLE)
    assert (
        attempt.external_id, attempt.session_name, attempt.region, attempt.mfa,
    ) == ("acme-7", "rag", "eu-central-1", True)  # fmt: skip
    assert Signing.MACHINE is attempt.signing
    assert ids(read) == []


@pytest.mark.parametrize(("text", "expected"), [
    (f"[profile a]\nrole_arn = {ROLE}\n", ["BD128"]),
    (f"[profile a]\nrole_arn={ROLE}\nsource_profile=b\n[profile b]\nrole_arn={ROLE}\n"
     "source_profile=a\n", ["BD125", "BD125"]),
    (f"[profile a]\nrole_arn={ROLE}\nsource_profile=b\ncredential_source=Environment\n", ["BD125"]),
    ("[profile a]\nexternal_id = x\nregion = us-east-1\n", ["BD128"]),
    (f"[default]\nrole_arn={ROLE}\nweb_identity_token_file=/t\n", []),
    (f"[default]\nrole_arn={ROLE}\nsource_profile=default\naws_access_key_id=AKIAEXAMPLE\n", []),
    (f"[profile a]\nrole_arn={ROLE}\nsource_profile=elsewhere\n", []),
    ("[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n"
     "[sso-session corp]\nsso_region = eu-west-1\n", []),
    ("[profile a]\ncredential_process = /bin/broker\n", []),
])  # fmt: skip
def test_profiles_that_cannot_assume_what_they_name_are_findings(
    text: str, expected: list[str]
) -> None:
    """AWS-documented combinations of the shared config file."""
    assert expected == ids(read_configuration(text))


LITELLM = f"""
model_list:
  - model_name: chat
    litellm_params:
      model: bedrock/converse/{SONNET}
      aws_role_name: {ROLE}
      aws_session_name: litellm
      aws_external_id: acme-7
      aws_region_name: eu-central-1
      aws_session_tags: [{{Key: team, Value: rag}}]
  - model_name: embed
    litellm_params:
      model: bedrock/us-east-1/{TITAN}
  - model_name: other
    litellm_params: {{model: openai/gpt-x, api_key: sk-abcdefghijklmnopqrstuvwxyz}}
"""


def test_every_bedrock_model_of_litellm_becomes_an_attempt() -> None:
    """Observed: embeddings without role settings are signed by the host (BerriAI/litellm#25884)."""
    read = read_configuration(LITELLM, "config.yaml")
    chat, embed = read.attempts
    assert (chat.model, chat.region, chat.roles) == (SONNET, "eu-central-1", (ROLE,))
    assert chat.session_tags == (("team", "rag"),)
    assert (
        embed.model, embed.region, embed.roles, embed.purpose,
    ) == (TITAN, "us-east-1", (), "embedding")  # fmt: skip
    assert ids(read) == ["BD128", "BD102"]
    assert read.findings[0].where == 'model_list[1] "embed"'
    assert "sk-" not in repr(read)


@pytest.mark.parametrize(("parameters", "expected"), [
    ({"aws_role_name": ROLE}, ["BD128"]),
    ({"aws_role_name": ROLE, "aws_session_name": "s", "api_key": "ABSKsecretsecret"}, ["BD110"]),
    ({"aws_external_id": "x"}, ["BD128"]),
    ({"aws_profile_name": "p", "aws_access_key_id": "AKIAEXAMPLE"}, ["BD128"]),
    ({"aws_web_identity_token": "os.environ/TOKEN"}, ["BD128"]),
    ({"aws_role_name": ROLE, "aws_session_name": "s"}, []),
])  # fmt: skip
def test_contradictory_role_settings_of_litellm_are_findings(
    parameters: dict[str, str], expected: list[str]
) -> None:
    """Observed: litellm assumed a role only when both name and session were given."""
    tree = {"model_list": [
        {"model_name": "m", "litellm_params": {"model": f"bedrock/{SONNET}", **parameters}}
    ]}  # fmt: skip
    read = read_configuration(json.dumps(tree))
    assert expected == ids(read)
    assert "ABSK" not in repr(read)


def test_claude_code_settings_name_a_main_a_small_and_a_subagent_model() -> None:
    """AWS-documented variables of Claude Code on Bedrock."""
    read = read_configuration(json.dumps({
        "awsAuthRefresh": "aws sso login --profile gateway",
        "env": {
            "CLAUDE_CODE_USE_BEDROCK": "1", "AWS_REGION": "eu-central-1", "AWS_PROFILE": "gateway",
            "ANTHROPIC_MODEL": f"{SONNET}[1m]",
            "ANTHROPIC_SMALL_FAST_MODEL": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION": "us-east-1",
            "CLAUDE_CODE_SUBAGENT_MODEL": "arn:aws:bedrock:eu-central-1:444455556666:"
            "application-inference-profile/abc123def456",
        },
    }))  # fmt: skip
    assert read.kind == "claude-code"
    assert [(item.purpose, item.model, item.region) for item in read.attempts] == [
        ("main", SONNET, "eu-central-1"),
        ("small", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1"),
        ("sub-agent", "arn:aws:bedrock:eu-central-1:444455556666:"
         "application-inference-profile/abc123def456", "eu-central-1"),
    ]  # fmt: skip
    assert ids(read) == ["BD102"]
    assert {Signing.PROFILE} == {item.signing for item in read.attempts}


def test_a_bearer_token_beside_a_profile_is_a_finding_and_its_value_is_not_kept() -> None:
    """AWS-documented: the API key is used when AWS_BEARER_TOKEN_BEDROCK is set."""
    read = read_configuration(
        f"export AWS_PROFILE=gateway\nexport AWS_BEARER_TOKEN_BEDROCK=ABSKabcdefghijkl\n"
        f"export AWS_REGION=us-east-1\nexport BEDROCK_MODEL_ID={TITAN}\n"
    )
    assert ids(read) == ["BD110"]
    assert Signing.API_KEY is read.attempts[0].signing
    assert "ABSK" not in repr(read)


@pytest.mark.parametrize(("lines", "expected"), [
    (["AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_PROFILE=gateway"], ["BD128"]),
    (["AWS_ROLE_ARN=" + ROLE], ["BD128"]),
    (["AWS_ROLE_ARN=" + ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/token"], []),
    (["AWS_ROLE_ARN=" + ROLE, "AWS_ACCESS_KEY_ID=AKIAEXAMPLE"], ["BD128"]),
    (["AWS_PROFILE=gateway", "AWS_REGION=us-east-1"], []),
])  # fmt: skip
def test_environments_whose_role_has_no_effect_are_findings(
    lines: list[str], expected: list[str]
) -> None:
    """AWS-documented order of the credential chain."""
    assert expected == ids(read_configuration("\n".join(lines)))


def test_container_definitions_are_environments() -> None:
    """AWS-documented: ECS lists variables as objects with name and value."""
    read = read_configuration(json.dumps([
        {"name": "AWS_REGION", "value": "eu-west-1"}, {"name": "CHAT_MODEL", "value": SONNET},
    ]))  # fmt: skip
    assert [(item.model, item.region) for item in read.attempts] == [(SONNET, "eu-west-1")]


@pytest.mark.parametrize("text", [
    json.dumps({"chat": {"provider": "bedrock", "model_id": SONNET, "region_name": "eu-central-1",
                         "credentials_profile_name": "gateway"},
                "embeddings": {"model_id": TITAN, "region_name": "eu-central-1",
                               "credentials_profile_name": "gateway"}}),
    f"models:\n  - name: chat\n    provider: bedrock\n    model: {SONNET}\n    env:\n"
    f"      region: eu-central-1\n      profile: gateway\n  - name: embed\n    provider: bedrock\n"
    f"    model: {TITAN}\n    env:\n      region: eu-central-1\n      profile: gateway\n",
    f"endpoints:\n  bedrock:\n    region: eu-central-1\n    profile: gateway\n"
    f"    models:\n      default: [{SONNET}, '{TITAN}']\n",
])  # fmt: skip
def test_settings_of_other_tools_give_an_attempt_for_each_model(text: str) -> None:
    """Our choice: any object that names a Bedrock model is one."""
    read = read_configuration(text)
    assert [(item.model, item.region, item.profile) for item in read.attempts] == [
        (SONNET, "eu-central-1", "gateway"),
        (TITAN, "eu-central-1", "gateway"),
    ]


@pytest.mark.parametrize("text", [
    '{"a": ', "model_list: [", "just some prose without settings", "", "\x00\x01\x02",
    "[profile a\nrole_arn", "a: &a [*a", "{" * 3_000,
])  # fmt: skip
def test_what_is_no_configuration_is_refused_in_words(text: str) -> None:
    """STYLE: user errors never show a traceback."""
    with pytest.raises(BadInput) as caught:
        read_configuration(text, "x.cfg")
    assert caught.value.path == "x.cfg"
    assert not caught.value.message.endswith(".")


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but BadInput is raised."""
    try:
        read_configuration(text)
    except BadInput:
        return
