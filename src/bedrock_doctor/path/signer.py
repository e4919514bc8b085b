"""Who signs the requests of a hop, with everything that is attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.catalog.spelling import near_matches
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.attempt import Attempt, HopOptions
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity, Snapshot
from bedrock_doctor.path import missing_evidence

CALLER_KINDS = frozenset(
    {PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.SESSION, PrincipalKind.ROOT}
)


class Mfa(StrEnum):
    """What is known of MFA in a signer's credentials."""

    ABSENT = "the key is not sent"
    FALSE = "false"
    TRUE = "true"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        principal: as the engine sees it.
        entity: the user or role behind it; a Missing where it was not collected; None for root.
        mfa: what its credentials say of MFA.
        assumed: True for the session of a role that this way assumes, False for the caller.
        session_tags: tags passed when the session was made, inherited ones included.
        transitive: keys of those that the next session inherits.
        source_identity: source identity of the session, or None.
        session_policies: policies passed when the session was made; None: none were.
    """

    principal: Principal
    entity: IamEntity | Missing | None
    mfa: Mfa
    assumed: bool = False
    session_tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None
    session_policies: tuple[Readable, ...] | None = None

    @property
    def identity(self) -> tuple[Readable, ...]:
        """Identity policies, or the one Missing that stands for them."""
        if isinstance(self.entity, Missing):
            return (self.entity,)
        return self.entity.policies if self.entity else ()

    @property
    def boundary(self) -> Readable | None:
        """Permissions boundary; Missing where nothing of the entity was collected."""
        if isinstance(self.entity, Missing):
            return self.entity
        return self.entity.boundary if self.entity else None


def find_role(snapshot: Snapshot, account: str, name: str) -> IamEntity | Missing | None:
    """A role by its name; Missing when it was not collected, None when it does not exist."""
    held = snapshot.accounts.get(account, Account(account))
    if name in held.roles:
        return held.roles[name]
    if held.iam_complete:
        return None
    return missing_evidence.iam_entity(snapshot, account, "role", name)


def _find_user(snapshot: Snapshot, account: str, name: str) -> IamEntity | Missing | None:
    held = snapshot.accounts.get(account, Account(account))
    if name in held.users:
        return held.users[name]
    if held.iam_complete:
        return None
    return missing_evidence.iam_entity(snapshot, account, "user", name)


def near_arns(snapshot: Snapshot, account: str, name: str, kind: str) -> tuple[str, ...]:
    """ARNs of the account's roles or users whose names are like `name`, best first."""
    held = snapshot.accounts.get(account, Account(account))
    entities = held.users if kind == "user" else held.roles
    return tuple(entities[match].arn for match in near_matches(name, entities))


def _unknown(snapshot: Snapshot, given: str, principal: Principal, kind: str) -> UnknownName:
    near = near_arns(snapshot, principal.account, principal.name, kind)
    return UnknownName(
        f"account {principal.account} has no {kind} `{given}`",
        help=f"did you mean {' or '.join(f'`{arn}`' for arn in near)}?" if near else None,
    )


def _caller_mfa(attempt: Attempt, kind: PrincipalKind) -> Mfa:
    """MFA of the caller's own credentials.

    Long-term keys send no MFA key at all, temporary ones send true or false.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
    """
    if attempt.mfa is None:
        return Mfa.UNKNOWN
    if attempt.mfa:
        return Mfa.TRUE
    return Mfa.ABSENT if kind is PrincipalKind.USER else Mfa.FALSE


def resolve_caller(attempt: Attempt, snapshot: Snapshot) -> Signer:
    """Finds the caller in the snapshot.

    Raises:
        UsageError: the caller is no user, role, role session or root.
        UnknownName: a complete account does not hold it.
    """
    given = attempt.caller
    principal = parse_principal(given)
    if principal.kind not in CALLER_KINDS:
        raise UsageError(
            f"`{given}` cannot be the caller",
            help="expected the ARN of a user, a role or a role session",
        )
    mfa = _caller_mfa(attempt, principal.kind)
    if principal.kind is PrincipalKind.ROOT:
        return Signer(principal, None, mfa)
    is_user = principal.kind is PrincipalKind.USER
    find = _find_user if is_user else find_role
    entity = find(snapshot, principal.account, principal.name)
    kind = "user" if is_user else "role"
    if entity is None:
        raise _unknown(snapshot, given, principal, kind)
    if isinstance(entity, Missing):
        return Signer(principal, entity, mfa)
    if principal.kind is not PrincipalKind.SESSION and entity.arn != given:
        raise _unknown(snapshot, given, principal, kind)
    role_arn = "" if is_user else entity.arn
    found = parse_principal(given, role_arn=role_arn, unique_id=entity.unique_id)
    return Signer(found, entity, mfa)


def _session_mfa(signer: Signer) -> Mfa:
    """MFA of a session made by AssumeRole.

    The documentation says that such credentials carry no MFA information; sessions made with an MFA
    code were seen with ``true`` all the same. So only a call without MFA gives a certain answer.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    return Mfa.UNKNOWN if signer.mfa in (Mfa.TRUE, Mfa.UNKNOWN) else Mfa.FALSE


def assume(signer: Signer, role_arn: str, entity: IamEntity | Missing, hop: HopOptions) -> Signer:
    """The session that `signer` gets by assuming a role.

    Transitive tags and the source identity stay with the sessions of a chain.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
    """
    arn = parse_arn(role_arn)
    name = arn.resource.rpartition("/")[2]
    session = hop.session_name
    unique_id = "" if isinstance(entity, Missing) else entity.unique_id
    signed = (
        f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{name}/{session}"
        if session
        else role_arn
    )
    inherited = {k: v for k, v in signer.session_tags.items() if k in signer.transitive}
    return Signer(
        principal=parse_principal(signed, role_arn=role_arn, unique_id=unique_id),
        entity=entity,
        # a chained call is signed with a session, whose own MFA is not asked for again
        mfa=Mfa.FALSE if signer.assumed else _session_mfa(signer),
        assumed=True,
        session_tags={**hop.session_tags, **inherited},
        transitive=tuple(dict.fromkeys((*signer.transitive, *hop.transitive_tags))),
        source_identity=signer.source_identity or hop.source_identity,
        session_policies=tuple(hop.session_policies) or None,
    )
