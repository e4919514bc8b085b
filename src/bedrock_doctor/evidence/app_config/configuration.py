"""What a configuration of an application says about its way to Bedrock, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Signing(StrEnum):
    """Where the first credentials come from."""

    CHAIN = "credential chain"
    """Nothing is configured: the SDK's chain decides."""
    PROFILE = "profile"
    STATIC_KEYS = "static keys"
    API_KEY = "Bedrock API key"
    WEB_IDENTITY = "web identity"
    SSO = "Identity Center"
    PROCESS = "credential process"
    MACHINE = "machine identity"
    """credential_source: EC2 instance, ECS task or environment."""


@dataclass(frozen=True, slots=True)
class ConfiguredAttempt:
    """One model that a configuration would call, and how. Empty or None: not configured.

    Attributes:
        where: place in the file, for example ``model_list[1] "embed"``.
        purpose: what the model is for: ``main``, ``small``, ``embedding``, ``sub-agent`` or empty.
        model: model id, profile id or ARN without the library's prefix; empty for AWS profiles.
        region: Region of the endpoint.
        roles: role ARNs assumed, in order.
        profile: AWS profile used.
        external_id: ExternalId sent with the last role.
        session_name: RoleSessionName.
        session_tags: session tags as pairs.
        signing: where the first credentials come from.
        mfa: whether an MFA device is configured.
        endpoint_url: endpoint used in place of the Region's own.
        first_profile: profile whose credentials assume the first role, where profiles are chained.
        assumes_itself: whether the SDK assumes the roles for whoever names `profile`.
    """

    where: str
    purpose: str = ""
    model: str = ""
    region: str = ""
    roles: tuple[str, ...] = ()
    profile: str = ""
    external_id: str | None = None
    session_name: str | None = None
    session_tags: tuple[tuple[str, str], ...] = ()
    signing: Signing = Signing.CHAIN
    mfa: bool | None = None
    endpoint_url: str = ""
    first_profile: str = ""
    assumes_itself: bool = False


@dataclass(frozen=True, slots=True)
class ConfigFinding:
    """A contradiction or a dropped setting.

    Attributes:
        id: ``BD`` and three digits.
        slug: its name.
        where: place in the file.
        summary: one line; lower case, no final period. Holds no secret.
    """

    id: str
    slug: str
    where: str
    summary: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that one file tells.

    Attributes:
        kind: ``aws-config``, ``litellm``, ``claude-code``, ``environment`` or ``settings``.
        attempts: one for every model named, in order of the file; for AWS profiles one a profile.
        findings: contradictions, in order of the file.
    """

    kind: str
    attempts: tuple[ConfiguredAttempt, ...]
    findings: tuple[ConfigFinding, ...] = ()


def api_key_shadows(where: str, what: str) -> ConfigFinding:
    """A bearer token beside other credentials.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
    """
    return ConfigFinding(
        "BD110", "api-key-shadows-role", where,
        f"AWS_BEARER_TOKEN_BEDROCK is set beside {what}: the API key signs the calls to Bedrock",
    )  # fmt: skip


def role_dropped(where: str, summary: str) -> ConfigFinding:
    """A role setting that has no effect, or that one of several models lacks."""
    return ConfigFinding("BD128", "role-setting-dropped", where, summary)


def profile_broken(where: str, summary: str) -> ConfigFinding:
    """A profile that cannot work."""
    return ConfigFinding("BD125", "profile-not-found", where, summary)


def second_model(attempts: tuple[ConfiguredAttempt, ...]) -> tuple[ConfigFinding, ...]:
    """A remark when several models are named: each needs its own permissions."""
    models = tuple(dict.fromkeys(item.model for item in attempts if item.model))
    if len(models) < 2:
        return ()
    return (
        ConfigFinding(
            "BD102", "second-model-in-configuration", attempts[0].where,
            f"{len(models)} models are named and each needs its own permissions: "
            + ", ".join(models),
        ),
    )  # fmt: skip


def uneven_roles(attempts: tuple[ConfiguredAttempt, ...]) -> tuple[ConfigFinding, ...]:
    """Models without a role beside models with one: the forgotten ones sign as the host."""
    named = [item for item in attempts if item.model]
    with_role = [item for item in named if item.roles]
    if not with_role:
        return ()
    return tuple(
        role_dropped(
            item.where,
            f"{item.model} is called without a role while {with_role[0].model} uses "
            f"{with_role[0].roles[-1]}: it will be signed by the host's own identity",
        )
        for item in named
        if not item.roles and not item.profile and item.signing is Signing.CHAIN
    )
