"""Who can reach which model from where: everybody who is known against all that can be called.

Principals and routes are named by their positions in an `Audit`. A set of routes is an integer
whose bit n stands for the n-th route. What is alike is one value, so that the access of an
organization of 50,000 roles is told by some ten thousands of `AccessClass`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.trace import PolicyLayer


class PrincipalType(StrEnum):
    """The kinds of principal that an audit tells apart."""

    ROLE = "role"
    USER = "user"
    FOREIGN = "foreign account"
    """An account that is not held, or one of its principals, that a trust policy names."""
    FEDERATED = "federated provider"
    SERVICE = "AWS service"
    ANYBODY = "anybody"
    """Whoever has credentials in any other AWS account."""


class Access(StrEnum):
    """Whether something passes."""

    ALLOWED = "allowed"
    HALF_BLOCKED = "half-blocked"
    """Through a profile: some destination Regions are allowed and some are not. Calls fail."""
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    """It depends on what nobody collected or told; `settle` says on what."""


Settle = tuple[Missing | UnknownFact, ...]
"""What an unknown answer depends on: documents to collect, and keys that the request may carry."""


@dataclass(frozen=True, slots=True)
class AuditedAccount:
    """One account whose principals were audited, or that owns what blocks them.

    Attributes:
        id: 12 digits.
        name: friendly name, or empty.
        management: management account of its organization; empty when it has none or is not known.
        complete: whether all its roles and users are known.
    """

    id: str
    name: str = ""
    management: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class AuditedPrincipal:
    """Somebody who may call, or become a role.

    Attributes:
        arn: ARN of a role or user, ``arn:aws:iam::ID:root`` for a whole foreign account, ARN or
            host of a provider, name of a service, or ``*``.
        account: 12 digits; empty for services, providers of no account and anybody.
        type: what it is.
        known: whether its own policies were collected. Those of others than roles and users never
            are.
    """

    arn: str
    account: str
    type: PrincipalType
    known: bool = True

    @property
    def held(self) -> bool:
        """Whether it is a role or user of an audited account, whose own access was decided."""
        return self.type in (PrincipalType.ROLE, PrincipalType.USER)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to call a model.

    Attributes:
        model: model id.
        region: Region from which the call is made.
        profile: id of the inference profile, or its ARN for an application profile; empty: the
            model is called by its own id.
        destinations: Regions in which the call may run and for each of which AWS checks the model,
            the Region of the call among them; ``unspecified`` stands for global routing. Empty
            where `profile` is.
        account: owner of an application profile: only its principals have this route. Empty for
            what AWS offers to all.
    """

    model: str
    region: str
    profile: str = ""
    destinations: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class AccessClass:
    """Principals of one account that stand alike to some routes: each of them to each.

    Attributes:
        account: 12 digits.
        principals: positions, ascending; roles and users of the account.
        action: IAM action.
        routes: set of positions.
        access: what they get.
        blocked_by: layers that would have to change, in the order of `PolicyLayer`; for BLOCKED and
            HALF_BLOCKED. `Audit.owner` tells whose they are.
        blocked_regions: destination Regions that are not allowed, sorted; for HALF_BLOCKED.
        settle: what would tell, found for one member of the class; for UNKNOWN.
    """

    account: str
    principals: tuple[int, ...]
    action: str
    routes: int
    access: Access
    blocked_by: tuple[PolicyLayer, ...] = ()
    blocked_regions: tuple[str, ...] = ()
    settle: Settle = ()

    @property
    def cells(self) -> int:
        """The number of answers that it stands for."""
        return len(self.principals) * self.routes.bit_count()


@dataclass(frozen=True, slots=True)
class TrustEdge:
    """Who can become which role by one call of AWS STS. What is not an edge is denied.

    Attributes:
        source: position of who asks.
        role: position of the role.
        access: ALLOWED or UNKNOWN. Of principals that are not held the trust policy alone is
            judged, as if they allowed themselves everything.
        action: ``sts:AssumeRole``, ``sts:AssumeRoleWithSAML`` or ``sts:AssumeRoleWithWebIdentity``.
        settle: what would tell, for UNKNOWN: what the call passes (``sts:ExternalId``), claims of a
            token, documents that are missing.
    """

    source: int
    role: int
    access: Access
    action: str = "sts:AssumeRole"
    settle: Settle = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Roles that somebody assumes one after the other. The last one's permissions count alone.

    Attributes:
        principal: position of who starts.
        roles: positions, in order; none twice.
        access: ALLOWED where every step is, UNKNOWN where one is not certain.
        settle: what the steps depend on, in order, each once.
    """

    principal: int
    roles: tuple[int, ...]
    access: Access
    settle: Settle = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found about a whole snapshot.

    Attributes:
        accounts: sorted by id.
        principals: those of accounts before all others; by account and ARN.
        routes: all ways to call a model, those that AWS offers to all first.
        actions: IAM actions that were asked for.
        classes: the own access of roles and users, by account, action and first principal.
            Everybody against every route and action, but for the application profiles of other
            accounts.
        edges: by source and role.
        depth: how many roles a chain may have.
        limits: what the answer does not cover, in words.
        left: accounts that were not audited because of an interruption, sorted.
        created: when the snapshot was taken, ISO 8601, or empty.
    """

    accounts: tuple[AuditedAccount, ...]
    principals: tuple[AuditedPrincipal, ...]
    routes: tuple[Route, ...]
    actions: tuple[str, ...]
    classes: tuple[AccessClass, ...]
    edges: tuple[TrustEdge, ...]
    depth: int
    limits: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    created: str = ""

    @property
    def interrupted(self) -> bool:
        """Whether accounts were left out."""
        return bool(self.left)

    @property
    def cells(self) -> int:
        """The number of answers: principals, actions and routes."""
        return sum(entry.cells for entry in self.classes)

    def owner(self, account: str, layer: PolicyLayer) -> str:
        """Who must change a layer that blocks principals of an account; empty: not known."""
        if layer not in (PolicyLayer.SCP, PolicyLayer.RCP):
            return account
        return next((entry.management for entry in self.accounts if entry.id == account), "")

    def unknowns(self) -> Iterator[Missing]:
        """Documents that are missing for some answer, each once."""
        seen: dict[Missing, None] = {}
        for settle in (entry.settle for entries in (self.classes, self.edges) for entry in entries):
            seen.update(dict.fromkeys(fact for fact in settle if isinstance(fact, Missing)))
        yield from seen
