"""With which credentials an attempt of a configuration starts where AWS is asked.

Secrets and credential processes of the file are never used: a file may come from somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bedrock_doctor.evidence.app_config.configuration import ConfiguredAttempt, Signing

_OWN = (Signing.STATIC_KEYS, Signing.API_KEY, Signing.WEB_IDENTITY, Signing.MACHINE)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an attempt begins.

    Attributes:
        item: the attempt, without roles that the credentials are already a session of.
        profile: AWS profile of this machine; empty: the default credentials.
        notes: how the credentials differ from those of the configuration, in words.
    """

    item: ConfiguredAttempt
    profile: str = ""
    notes: tuple[str, ...] = ()


def beginning(item: ConfiguredAttempt) -> Beginning:
    """The credentials of this machine that stand for those of the configuration."""
    if item.first_profile:
        return Beginning(item, item.first_profile)
    if item.profile and item.roles and item.assumes_itself:
        note = (
            f"the profile {item.profile} gets the session of {item.roles[-1]} by itself "
            f"({item.signing.value}): that it does is proof of the role, and only the call with "
            "the session is looked at"
        )
        bare = replace(item, roles=(), external_id=None, session_name=None, session_tags=())
        return Beginning(bare, item.profile, (note,))
    if item.signing in _OWN and not item.assumes_itself:
        instead = f"profile {item.profile}" if item.profile else "the credentials of this shell"
        note = (
            f"the configuration signs with credentials of its own ({item.signing.value}), which "
            f"are not used here: {instead} took their place"
        )
        return Beginning(item, item.profile, (note,))
    return Beginning(item, item.profile)
