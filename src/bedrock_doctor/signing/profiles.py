"""The roles that a profile of the AWS config files assumes, one after the other.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_doctor.model.signer import ProfileHop

Profiles = Mapping[str, Mapping[str, Any]]
_LONGEST_CHAIN = 10


def role_hops(profile: str, profiles: Profiles) -> tuple[ProfileHop, ...]:
    """The roles from the first that is assumed to the one that signs.

    A chain that comes back to a profile ends there; the SDK refuses it, which the resolution
    reports.
    """
    return tuple(reversed(list(_upwards(profile, profiles))))


def _upwards(profile: str, profiles: Profiles) -> Iterator[ProfileHop]:
    seen: set[str] = set()
    while profile not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(profile)
        settings = profiles.get(profile, {})
        role = settings.get("role_arn")
        if not role:
            return
        yield ProfileHop(
            profile,
            str(role),
            _source(settings, profile),
            str(settings.get("role_session_name", "")),
            bool(settings.get("external_id")),
            str(settings.get("mfa_serial", "")),
        )
        source = settings.get("source_profile")
        if not source or source == profile or "web_identity_token_file" in settings:
            return
        profile = str(source)


def _source(settings: Mapping[str, Any], profile: str) -> str:
    if "web_identity_token_file" in settings:
        return "a web identity token file"
    if settings.get("source_profile") == profile:
        return "the static keys of the same profile"
    if "source_profile" in settings:
        return f"profile {settings['source_profile']}"
    if "credential_source" in settings:
        return f"credential_source {settings['credential_source']}"
    return "nothing: neither source_profile nor credential_source is set"
