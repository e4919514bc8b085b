"""Where botocore looks for credentials, in its own order, and what is configured there.

The order is read from the installed botocore, so that it is the one that really applies.
https://docs.aws.amazon.com/boto3/latest/guide/credentials.html
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedrock_doctor.model.signer import CredentialSource, SourceState

_POD_IDENTITY_HOSTS = ("169.254.170.23", "[fd00:ec2::23]")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the SDK is configured with.

    Attributes:
        environment: the environment variables.
        profile: the profile in effect.
        profile_is_explicit: whether it was given with ``--profile``: botocore then ignores
            credentials in the environment.
        merged: the settings of the profile, of both files.
        config: its settings in the config file.
        credentials: its settings in the credentials file.
    """

    environment: Mapping[str, str]
    profile: str
    profile_is_explicit: bool
    merged: Mapping[str, Any]
    config: Mapping[str, Any]
    credentials: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    where: str = ""
    broken: str = ""


def credential_sources(
    order: tuple[str, ...], settings: Settings, winner: str
) -> tuple[CredentialSource, ...]:
    """Every source that botocore asks, with its state.

    Args:
        order: botocore's names of the sources, in its order.
        settings: what is configured.
        winner: botocore's name of the source that answered; empty: none did, or nobody asked.
    """
    rows: list[CredentialSource] = []
    won = ""
    for method in order:
        if method not in _SOURCES:
            continue
        name, look = _SOURCES[method]
        found = look(settings)
        state, why = _state(method, found, winner, won)
        if state is SourceState.WINS:
            won = name
        rows.append(CredentialSource(name, found.where, state, why))
    return tuple(rows)


def first_configured(order: tuple[str, ...], settings: Settings) -> str:
    """The source that botocore will take, judged by the configuration alone; empty: none."""
    for method in order:
        if method in _SOURCES:
            found = _SOURCES[method][1](settings)
            if found.where and not found.broken:
                return method
    return ""


def _state(method: str, found: _Found, winner: str, won: str) -> tuple[SourceState, str]:
    if method == winner:
        return SourceState.WINS, ""
    if found.broken:
        return SourceState.BROKEN, found.broken
    if method == "iam-role" and not found.where:
        return SourceState.UNTRIED, f"{won} answers first" if won else "it did not answer"
    if not found.where:
        return SourceState.UNUSED, ""
    if won:
        return SourceState.SHADOWED, f"{won} come first" if won[-1] == "s" else f"{won} comes first"
    return SourceState.BROKEN, "it did not answer with credentials"


def _environment(s: Settings) -> _Found:
    key, secret = s.environment.get("AWS_ACCESS_KEY_ID"), s.environment.get("AWS_SECRET_ACCESS_KEY")
    token = s.environment.get("AWS_SESSION_TOKEN") or s.environment.get("AWS_SECURITY_TOKEN")
    if not key:
        leftover = [
            name
            for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
            if s.environment.get(name)
        ]
        if leftover:
            return _Found(" and ".join(leftover), "AWS_ACCESS_KEY_ID is not set")
        return _Found()
    if not secret:
        return _Found("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY is not set")
    if key.startswith("AKIA") and token:
        return _Found(
            "AWS_ACCESS_KEY_ID",
            "a long-term key with the session token of other credentials; AWS refuses the pair",
        )
    if key.startswith("ASIA") and not token:
        return _Found("AWS_ACCESS_KEY_ID", "a temporary key without AWS_SESSION_TOKEN")
    return _Found("AWS_ACCESS_KEY_ID")


def _in_profile(s: Settings, *names: str) -> str:
    present = [name for name in names if s.merged.get(name)]
    return f"{present[0]} of profile {s.profile}" if present else ""


def _assume_role(s: Settings) -> _Found:
    where = _in_profile(s, "role_arn")
    if not where or "web_identity_token_file" in s.merged:
        return _Found()
    both = "source_profile" in s.merged and "credential_source" in s.merged
    if both:
        return _Found(where, "source_profile and credential_source exclude each other")
    if "source_profile" not in s.merged and "credential_source" not in s.merged:
        return _Found(where, "neither source_profile nor credential_source is set")
    return _Found(where)


def _web_identity(s: Settings) -> _Found:
    path = s.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE", "") if not s.profile_is_explicit else ""
    role = s.environment.get("AWS_ROLE_ARN", "")
    where = "AWS_WEB_IDENTITY_TOKEN_FILE" if path else ""
    if not path and s.merged.get("web_identity_token_file"):
        path = str(s.merged["web_identity_token_file"])
        role = str(s.merged.get("role_arn", "")) or role
        where = f"web_identity_token_file of profile {s.profile}"
    if not path:
        return _Found()
    if not role:
        return _Found(where, "no role is named: AWS_ROLE_ARN or role_arn is missing")
    if not os.access(path, os.R_OK):
        return _Found(where, "the token file cannot be read")
    return _Found(where)


def _sso(s: Settings) -> _Found:
    where = _in_profile(s, "sso_account_id", "sso_role_name")
    if not where:
        return _Found()
    missing = [n for n in ("sso_account_id", "sso_role_name") if not s.merged.get(n)]
    if not s.merged.get("sso_session") and not s.merged.get("sso_start_url"):
        missing.append("sso_session")
    return _Found(where, f"{', '.join(missing)} is not set" if missing else "")


def _shared_credentials(s: Settings) -> _Found:
    return _file_keys(s, s.credentials, "the credentials file")


def _config_file(s: Settings) -> _Found:
    return _file_keys(s, s.config, "the config file")


def _file_keys(s: Settings, section: Mapping[str, Any], file: str) -> _Found:
    if not section.get("aws_access_key_id"):
        return _Found()
    where = f"profile {s.profile} of {file}"
    if not section.get("aws_secret_access_key"):
        return _Found(where, "aws_secret_access_key is not set")
    return _Found(where)


def _login(s: Settings) -> _Found:
    return _Found(_in_profile(s, "login_session"))


def _process(s: Settings) -> _Found:
    return _Found(_in_profile(s, "credential_process"))


def _container(s: Settings) -> _Found:
    if s.environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        return _Found("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (the role of the ECS task)")
    uri = s.environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    if not uri:
        return _Found()
    pod = any(host in uri for host in _POD_IDENTITY_HOSTS)
    what = "the pod's EKS Pod Identity association" if pod else "a container credential endpoint"
    token = s.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "")
    where = f"AWS_CONTAINER_CREDENTIALS_FULL_URI ({what})"
    if token and not Path(token).is_file():
        return _Found(where, "the file AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read")
    return _Found(where)


def _instance_metadata(s: Settings) -> _Found:
    if s.environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return _Found("AWS_EC2_METADATA_DISABLED", "switched off")
    return _Found()


_SOURCES: dict[str, tuple[str, Callable[[Settings], _Found]]] = {
    "env": ("environment variables", _environment),
    "assume-role": ("assumed role of the profile", _assume_role),
    "assume-role-with-web-identity": ("web identity (IRSA, OIDC)", _web_identity),
    "sso": ("IAM Identity Center (SSO)", _sso),
    "shared-credentials-file": ("shared credentials file", _shared_credentials),
    "login": ("aws login session", _login),
    "custom-process": ("credential_process", _process),
    "config-file": ("shared config file", _config_file),
    "container-role": ("container credentials (ECS, EKS Pod Identity)", _container),
    "iam-role": ("instance metadata (EC2 role)", _instance_metadata),
}
