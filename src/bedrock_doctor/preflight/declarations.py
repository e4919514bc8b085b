"""What a deployment will change, whichever tool makes it.

Names are those that the objects will have. A document that is not known before the deployment is a
`Missing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyKind
from bedrock_doctor.model.request import Readable


class EntityKind(StrEnum):
    """What policies are attached to."""

    ROLE = "role"
    USER = "user"


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """A role or user: names are unique in an account, whatever the path."""

    kind: EntityKind
    account: str
    name: str

    @property
    def words(self) -> str:
        """As it is spoken of: ``role `gateway` of account 444455556666``."""
        return f"{self.kind.value} `{self.name}` of account {self.account}"


@dataclass(frozen=True, slots=True)
class PutEntity:
    """A role or user as it will be, apart from its policies.

    Attributes:
        holder: which one.
        arn: its ARN.
        fresh: it is made anew: nothing is attached to it but what the deployment attaches.
        trust: trust policy of a role.
        boundary: ARN of its permissions boundary; None: none; Missing: not known before.
        tags: its tags; None: not known.
        max_session_duration: seconds; None: not known.
    """

    holder: Holder
    arn: str
    fresh: bool
    trust: Readable | None
    boundary: str | Missing | None
    tags: Mapping[str, str] | None = None
    max_session_duration: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveEntity:
    """A role or user that will be gone."""

    holder: Holder


@dataclass(frozen=True, slots=True)
class SetInline:
    """An inline policy as it will be; None: gone."""

    holder: Holder
    name: str
    document: Readable | None


@dataclass(frozen=True, slots=True)
class SetTrust:
    """The trust policy of a role as it will be."""

    holder: Holder
    document: Readable


@dataclass(frozen=True, slots=True)
class SetManaged:
    """The default version of a managed policy as it will be; None: the policy will be gone."""

    arn: str
    document: Readable | None


@dataclass(frozen=True, slots=True)
class Attach:
    """A managed policy that will be attached, or will no longer be.

    Attributes:
        holder: to what.
        arn: of the policy; a Missing where that is not known before.
        attached: whether it will be attached.
    """

    holder: Holder
    arn: str | Missing
    attached: bool


@dataclass(frozen=True, slots=True)
class KeepOnly:
    """All other inline or attached policies will be removed.

    Attributes:
        holder: of what.
        inline: names of the inline policies that stay; None: inline policies are not concerned.
        attached: ARNs of the managed policies that stay; None: those are not concerned.
    """

    holder: Holder
    inline: frozenset[str] | None = None
    attached: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """Something not known before may change the policies of a role or user."""

    holder: Holder
    missing: Missing


@dataclass(frozen=True, slots=True)
class TouchUsers:
    """A change of groups may change the policies of any user of an account."""

    account: str
    missing: Missing


@dataclass(frozen=True, slots=True)
class SetOrganizationPolicy:
    """The content of an SCP or RCP as it will be; None: the policy will be gone."""

    id: str
    kind: PolicyKind
    name: str
    document: Readable | None


@dataclass(frozen=True, slots=True)
class AttachOrganizationPolicy:
    """An SCP or RCP that will be attached to a root, unit or account, or will no longer be.

    Attributes:
        id: of the policy.
        kind: SCP or RCP; None where only the snapshot knows.
        target: id of the root, unit or account.
        attached: whether it will be attached.
    """

    id: str
    kind: PolicyKind | None
    target: str
    attached: bool


@dataclass(frozen=True, slots=True)
class PutEndpoint:
    """A VPC endpoint as it will be.

    Attributes:
        id: ``vpce-…``, or for one that does not exist yet the address of its resource.
        account: that owns it.
        region: where it stands.
        service: service name.
        vpc: VPC id, or empty.
        policy: its policy.
    """

    id: str
    account: str
    region: str
    service: str
    vpc: str
    policy: Readable


@dataclass(frozen=True, slots=True)
class SetEndpointPolicy:
    """The policy of a VPC endpoint as it will be; None: the endpoint will be gone."""

    id: str
    policy: Readable | None


Operation = (
    PutEntity
    | RemoveEntity
    | SetInline
    | SetTrust
    | SetManaged
    | Attach
    | KeepOnly
    | Touch
    | TouchUsers
    | SetOrganizationPolicy
    | AttachOrganizationPolicy
    | PutEndpoint
    | SetEndpointPolicy
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """All that one plan or template will change.

    Attributes:
        path: the file, as the user named it.
        operations: what it does to what is evaluated.
        notes: what was not considered, in words.
        exact: whether it says all that it changes. A template does not: what an earlier version of
            it held is removed without a word.
    """

    path: str
    operations: tuple[Operation, ...]
    notes: tuple[str, ...] = ()
    exact: bool = True
    holders: frozenset[Holder] = field(default_factory=frozenset)
    """Roles and users that it describes."""
