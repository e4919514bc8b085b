"""The AWS config and credentials files: profiles, their roles and how each chain begins.

https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import dataclass

from bedrock_doctor.errors import BadInput
from bedrock_doctor.evidence.app_config.configuration import (
    ConfigFinding,
    Configuration,
    ConfiguredAttempt,
    Signing,
    profile_broken,
    role_dropped,
)

_LONGEST_CHAIN = 10


def read_aws_profiles(text: str) -> Configuration:
    """One attempt, without model, for each profile of an AWS config or credentials file.

    Raises:
        BadInput: the text is no file of sections.
    """
    parser = configparser.RawConfigParser(strict=False, default_section="\0", allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        raise BadInput(
            "the AWS config file cannot be read",
            line=line if isinstance(line, int) else None,
            help="expected sections such as [profile NAME] with lines of KEY = VALUE",
        ) from None
    profiles: dict[str, Mapping[str, str]] = {}
    for section in parser.sections():
        if section.startswith(("sso-session", "services")):
            continue
        settings = {key: value or "" for key, value in parser.items(section)}
        name = section.removeprefix("profile ").strip().strip("\"'")
        profiles[name] = {**profiles.get(name, {}), **settings}
    findings: list[ConfigFinding] = []
    attempts = tuple(_attempt(name, profiles, findings) for name in profiles)
    return Configuration("aws-config", attempts, tuple(dict.fromkeys(findings)))


@dataclass(slots=True)
class _Chain:
    roles: list[str]
    signing: Signing = Signing.CHAIN
    source: str = ""
    """The profile that holds the first credentials, where it is another one than asked for."""


def _attempt(
    name: str, profiles: Mapping[str, Mapping[str, str]], findings: list[ConfigFinding]
) -> ConfiguredAttempt:
    settings = profiles[name]
    chain = _follow(name, profiles, findings)
    _contradictions(name, settings, findings)
    return ConfiguredAttempt(
        where=f"profile {name}",
        region=settings.get("region", ""),
        roles=tuple(chain.roles),
        profile=name,
        external_id=settings.get("external_id") or None,
        session_name=settings.get("role_session_name") or None,
        signing=chain.signing,
        mfa=True if settings.get("mfa_serial") else None,
        endpoint_url=settings.get("endpoint_url", ""),
        first_profile=chain.source if chain.roles else "",
        assumes_itself=bool(chain.roles),
    )


def _follow(
    name: str, profiles: Mapping[str, Mapping[str, str]], findings: list[ConfigFinding]
) -> _Chain:
    """Walks source_profile back to the first credentials; roles come out in call order."""
    roles: list[str] = []
    visited: list[str] = []
    asked, where = name, f"profile {name}"
    while True:
        visited.append(name)
        settings = profiles[name]
        role, source = settings.get("role_arn", ""), settings.get("source_profile", "")
        if role:
            roles.insert(0, role)
        if role and source == name:
            # A profile may name itself as source when it holds static keys of its own.
            return _Chain(roles, _first_signing(settings))
        if not role or not source:
            plain = not role and name != asked
            return _Chain(roles, _first_signing(settings), name if plain else "")
        if source not in profiles:
            # The other file of the pair, config or credentials, may hold it.
            return _Chain(roles, Signing.PROFILE, source)
        if source in visited or len(visited) > _LONGEST_CHAIN:
            names = " -> ".join([*visited, source])
            findings.append(profile_broken(where, f"source_profile goes in a circle: {names}"))
            return _Chain(roles, Signing.PROFILE)
        name = source


def _first_signing(settings: Mapping[str, str]) -> Signing:
    if settings.get("web_identity_token_file"):
        return Signing.WEB_IDENTITY
    if settings.get("credential_source"):
        return Signing.MACHINE
    if settings.get("aws_access_key_id"):
        return Signing.STATIC_KEYS
    if settings.get("credential_process"):
        return Signing.PROCESS
    if any(key.startswith("sso_") for key in settings):
        return Signing.SSO
    return Signing.CHAIN


def _contradictions(name: str, settings: Mapping[str, str], findings: list[ConfigFinding]) -> None:
    where = f"profile {name}"
    begins = [
        key
        for key in ("source_profile", "credential_source", "web_identity_token_file")
        if settings.get(key)
    ]
    if settings.get("role_arn") and not begins:
        findings.append(
            role_dropped(
                where,
                "role_arn stands without source_profile, credential_source or "
                "web_identity_token_file: nothing can assume it",
            )
        )
    if "source_profile" in begins and "credential_source" in begins:
        findings.append(
            profile_broken(where, "source_profile and credential_source exclude each other")
        )
    if not settings.get("role_arn"):
        unused = [key for key in ("external_id", "mfa_serial", *begins) if settings.get(key)]
        if unused:
            findings.append(
                role_dropped(where, f"{', '.join(unused)} without role_arn: no role is assumed")
            )
    if settings.get("role_arn") and any(key.startswith("sso_") for key in settings):
        findings.append(
            role_dropped(where, "role_arn beside sso_ settings: SDKs differ in which of them wins")
        )
