"""Environments: ``KEY=VALUE`` dumps, dotenv files, ``env`` blocks of tools and of containers.

Order of the credential chain: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
Settings of Claude Code on Bedrock: https://code.claude.com/docs/en/amazon-bedrock
"""

from __future__ import annotations

import re
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
)
from bedrock_doctor.evidence.app_config.model_names import bedrock_model, purpose_of

_LINE = re.compile(
    r"(?m)^[ \t]*(?:export[ \t]+|set[ \t]+|\$env:|declare -x[ \t]+|-?[ \t]*-e[ \t]+)?"
    r"([A-Za-z_][A-Za-z0-9_]{1,80})[ \t]*=[ \t]*(.*?)[ \t]*$"
)
_ROLE = ("AWS_ROLE_ARN", "BEDROCK_ROLE_ARN", "BEDROCK_ASSUME_ROLE_ARN", "AWS_ASSUME_ROLE_ARN")
_REGIONS = ("AWS_REGION", "BEDROCK_AWS_DEFAULT_REGION", "AWS_DEFAULT_REGION", "BEDROCK_REGION")
_PROFILES = ("AWS_PROFILE", "BEDROCK_AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_ENDPOINTS = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "ANTHROPIC_BEDROCK_BASE_URL", "AWS_ENDPOINT_URL")
_KEYS = ("AWS_ACCESS_KEY_ID", "BEDROCK_AWS_ACCESS_KEY_ID")


def environment_lines(text: str) -> dict[str, str]:
    """Variables of a dump or dotenv file, in order."""
    return {match[1]: match[2].strip("\"'") for match in _LINE.finditer(text)}


def environment_list(value: Any) -> dict[str, str]:
    """Variables of a container definition: a list of objects with name and value, or a mapping."""
    if isinstance(value, Mapping):
        return {str(key): "" if item is None else str(item) for key, item in value.items()}
    if not isinstance(value, list):
        return {}
    found: dict[str, str] = {}
    for item in value:
        if isinstance(item, Mapping) and "name" in item:
            found[str(item["name"])] = str(item.get("value") or "")
        elif isinstance(item, str) and "=" in item:
            name, _, text = item.partition("=")
            found[name] = text
    return found


def read_environment(
    variables: Mapping[str, str], *, kind: str = "environment", where: str = "environment"
) -> Configuration:
    """One attempt for each model that a variable names; one without model when none does."""
    base = _base(variables, where)
    attempts = tuple(_models(variables, base))
    if not attempts and (base.roles or base.profile or base.region or _has_key(variables)):
        attempts = (base,)
    findings = tuple(_contradictions(variables, where)) + second_model(attempts)
    return Configuration(kind, attempts, findings)


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((variables[name] for name in names if variables.get(name)), "")


def _has_key(variables: Mapping[str, str]) -> bool:
    return bool(variables.get("AWS_BEARER_TOKEN_BEDROCK"))


def _base(variables: Mapping[str, str], where: str) -> ConfiguredAttempt:
    role = _first(variables, _ROLE)
    return ConfiguredAttempt(
        where=where,
        region=_first(variables, _REGIONS),
        roles=(role,) if role else (),
        profile=_first(variables, _PROFILES),
        external_id=variables.get("AWS_EXTERNAL_ID") or None,
        session_name=variables.get("AWS_ROLE_SESSION_NAME") or None,
        signing=_signing(variables),
        endpoint_url=_first(variables, _ENDPOINTS),
    )


def _signing(variables: Mapping[str, str]) -> Signing:
    if _has_key(variables):
        return Signing.API_KEY
    if _first(variables, _KEYS):
        return Signing.STATIC_KEYS
    if variables.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return Signing.WEB_IDENTITY
    if variables.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") or variables.get(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    ):
        return Signing.MACHINE
    return Signing.PROFILE if _first(variables, _PROFILES) else Signing.CHAIN


def _models(variables: Mapping[str, str], base: ConfiguredAttempt) -> Iterator[ConfiguredAttempt]:
    for name, value in variables.items():
        if "MODEL" not in name.upper() or name.upper().endswith("_REGION"):
            continue
        for part in re.split(r"[,\s]+", value):
            model = bedrock_model(part)
            if model is None:
                continue
            region = variables.get(f"{name}_AWS_REGION") or model[1] or base.region
            yield ConfiguredAttempt(
                where=f"{base.where}: {name}",
                purpose=purpose_of(name, model[0]),
                model=model[0],
                region=region,
                roles=base.roles,
                profile=base.profile,
                external_id=base.external_id,
                session_name=base.session_name,
                signing=base.signing,
                endpoint_url=base.endpoint_url,
            )


def _contradictions(variables: Mapping[str, str], where: str) -> Iterator[ConfigFinding]:
    keys, role = _first(variables, _KEYS), _first(variables, _ROLE)
    profile = _first(variables, _PROFILES)
    if _has_key(variables) and (keys or profile or role):
        yield api_key_shadows(where, "a profile, a role or keys")
    if keys and profile:
        yield role_dropped(
            where,
            f"static keys stand beside the profile `{profile}`: in botocore the keys of the "
            "environment win over AWS_PROFILE",
        )
    if keys and role:
        yield role_dropped(
            where, f"static keys stand beside {role}: SDKs sign with the keys and assume nothing"
        )
    if (
        role
        and variables.get("AWS_ROLE_ARN") == role
        and not (variables.get("AWS_WEB_IDENTITY_TOKEN_FILE") or keys)
    ):
        yield role_dropped(
            where,
            "AWS_ROLE_ARN has an effect only together with AWS_WEB_IDENTITY_TOKEN_FILE: "
            "the role is not assumed",
        )
