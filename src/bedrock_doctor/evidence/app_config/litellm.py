"""LiteLLM proxy configurations (YAML).

https://docs.litellm.ai/docs/providers/bedrock lists the settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_doctor.evidence.app_config.configuration import (
    ConfigFinding,
    Configuration,
    ConfiguredAttempt,
    Signing,
    api_key_shadows,
    role_dropped,
    second_model,
    uneven_roles,
)
from bedrock_doctor.evidence.app_config.model_names import bedrock_model, purpose_of


def is_litellm(tree: Any) -> bool:
    """Whether a YAML tree is a LiteLLM configuration."""
    models = tree.get("model_list") if isinstance(tree, Mapping) else None
    return isinstance(models, list) and any(
        isinstance(item, Mapping) and "litellm_params" in item for item in models
    )


def read_litellm(tree: Mapping[str, Any]) -> Configuration:
    """One attempt for each Bedrock entry of ``model_list``."""
    findings: list[ConfigFinding] = []
    attempts = tuple(_attempts(tree, findings))
    findings += uneven_roles(attempts)
    findings += second_model(attempts)
    return Configuration("litellm", attempts, tuple(findings))


def _attempts(
    tree: Mapping[str, Any], findings: list[ConfigFinding]
) -> Iterator[ConfiguredAttempt]:
    for number, item in enumerate(tree["model_list"]):
        parameters = item.get("litellm_params") if isinstance(item, Mapping) else None
        if not isinstance(parameters, Mapping):
            continue
        model = bedrock_model(str(parameters.get("model") or ""))
        if model is None:
            continue
        where = f'model_list[{number}] "{item.get("model_name", "")}"'
        yield _attempt(where, model, parameters)
        findings += _contradictions(where, parameters)


def _attempt(
    where: str, model: tuple[str, str], parameters: Mapping[str, Any]
) -> ConfiguredAttempt:
    told = str(parameters.get("model_id") or "")
    name = told if told.startswith("arn:") else model[0]
    role = plain_value(parameters.get("aws_role_name"))
    return ConfiguredAttempt(
        where=where,
        purpose=purpose_of(where, name),
        model=name,
        region=plain_value(parameters.get("aws_region_name")) or model[1],
        roles=(role,) if role else (),
        profile=plain_value(parameters.get("aws_profile_name")),
        external_id=plain_value(parameters.get("aws_external_id")) or None,
        session_name=plain_value(parameters.get("aws_session_name")) or None,
        session_tags=_tags(parameters.get("aws_session_tags")),
        signing=_signing(parameters),
        endpoint_url=plain_value(parameters.get("aws_bedrock_runtime_endpoint")),
    )


def plain_value(value: Any) -> str:
    """A setting as text; references to the environment are not known and count as empty."""
    text = "" if value is None else str(value)
    return "" if text.startswith(("os.environ/", "${")) else text


def _signing(parameters: Mapping[str, Any]) -> Signing:
    if parameters.get("api_key"):
        return Signing.API_KEY
    if parameters.get("aws_web_identity_token"):
        return Signing.WEB_IDENTITY
    if parameters.get("aws_access_key_id"):
        return Signing.STATIC_KEYS
    return Signing.PROFILE if parameters.get("aws_profile_name") else Signing.CHAIN


def _tags(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(key), str(text)) for key, text in value.items())
    if isinstance(value, list):
        return tuple(
            (str(tag.get("Key", "")), str(tag.get("Value", "")))
            for tag in value
            if isinstance(tag, Mapping)
        )
    return ()


def _contradictions(where: str, parameters: Mapping[str, Any]) -> Iterator[ConfigFinding]:
    role = parameters.get("aws_role_name")
    if parameters.get("api_key") and (role or parameters.get("aws_profile_name")):
        yield api_key_shadows(where, "a role or profile")
    if role and not parameters.get("aws_session_name"):
        yield role_dropped(
            where,
            "aws_role_name stands without aws_session_name: releases of LiteLLM that ask for both "
            "ignore the role and sign as the host",
        )
    if not role and (parameters.get("aws_external_id") or parameters.get("aws_session_name")):
        yield role_dropped(where, "aws_external_id or aws_session_name without aws_role_name")
    if parameters.get("aws_web_identity_token") and not role:
        yield role_dropped(where, "aws_web_identity_token without aws_role_name: nothing assumed")
    if parameters.get("aws_profile_name") and parameters.get("aws_access_key_id"):
        yield role_dropped(where, "aws_profile_name beside static keys: only one of them is used")
