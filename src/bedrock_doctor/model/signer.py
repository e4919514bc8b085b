"""Who signs a call to Amazon Bedrock from here, and what that identity rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SourceState(Enum):
    """What became of one source of credentials."""

    WINS = "wins"
    SHADOWED = "shadowed"
    """Configured, but an earlier source answers first."""
    BROKEN = "broken"
    """Configured, but cannot be used as it stands."""
    UNUSED = "not configured"
    UNTRIED = "not tried"
    """Asked only when no earlier source answers; whether it would is not known."""


@dataclass(frozen=True, slots=True)
class CredentialSource:
    """One place where the SDK looks for credentials, in its order.

    Attributes:
        name: AWS's name of it, for example ``environment variables``.
        where: the variable, file or profile that configures it; empty when it is not configured.
        state: what became of it.
        why: why, where the state alone does not say it.
    """

    name: str
    where: str
    state: SourceState
    why: str = ""


@dataclass(frozen=True, slots=True)
class ProfileHop:
    """A role that a profile assumes.

    Attributes:
        profile: the profile that names the role.
        role_arn: the role.
        source: where the credentials for AssumeRole come from, in words.
        session_name: ``role_session_name``; empty: the SDK makes one up.
        external_id: whether an external id is sent. Its value is never kept.
        mfa_serial: the MFA device that is asked for, or empty.
    """

    profile: str
    role_arn: str
    source: str
    session_name: str = ""
    external_id: bool = False
    mfa_serial: str = ""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An Amazon Bedrock API key, as far as it may be shown.

    Attributes:
        kind: ``short-term``, ``long-term``, or ``unrecognized``.
        region: the Region that a short-term key is bound to, or empty.
        account: the account of a long-term key's user, or empty.
        minutes_left: of a short-term key, negative when it has expired; None: not known.
    """

    kind: str
    region: str = ""
    account: str = ""
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """What GetCallerIdentity answered.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """

    arn: str
    account: str


class Level(Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class SignerCheck:
    """One line of the answer.

    Attributes:
        name: what was checked, one or two words.
        level: how it ended.
        text: the outcome in one sentence.
        details: what stands behind it.
        fixes: commands or changes that mend it.
        finding: id of the finding that explains it, or empty.
    """

    name: str
    level: Level
    text: str
    details: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs here.

    Attributes:
        identity: what AWS says, or None when it was not asked or did not answer.
        method: botocore's name of the source that won, or empty.
        profile: the profile in effect.
        region: the Region in effect, or empty.
        minutes_left: lifetime of temporary credentials; None: they do not expire, or not known.
        api_key: the API key that signs in place of the credentials, or None.
        sources: where credentials were looked for, in the SDK's order.
        hops: the roles that the profile assumes, the first one first.
        checks: the outcome.
        usable: whether credentials were found that AWS accepts or that could not be tried.
    """

    identity: CallerIdentity | None
    method: str
    profile: str
    region: str
    minutes_left: int | None
    api_key: ApiKey | None
    sources: tuple[CredentialSource, ...]
    hops: tuple[ProfileHop, ...]
    checks: tuple[SignerCheck, ...]
    usable: bool
