"""The axes of a matrix: who asks, for what, and of which target."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.principal import Principal
from bedrock_doctor.model.request import Context, Level, Policies, Readable, Request


@dataclass(frozen=True, slots=True)
class Subject:
    """A caller with everything that goes with it to every target.

    Attributes:
        principal: who signs.
        policies: the caller's side: identity, boundary, session, SCPs, endpoint. The resource-based
            policy and the RCPs belong to the target and stay out.
        context: the keys that the caller brings (``aws:PrincipalArn``, tags, account, organization,
            source address).

    Raises:
        ValueError: `policies` holds a resource-based policy or RCPs.
    """

    principal: Principal
    policies: Policies
    context: Context

    def __post_init__(self) -> None:
        if self.policies.resource is not None or not isinstance(self.policies.rcp, NotApplicable):
            raise ValueError("a resource-based policy and RCPs belong to the target")


@dataclass(frozen=True, slots=True)
class Target:
    """A resource, asked for in one way.

    Attributes:
        resource: its ARN, or ``*``.
        account: the account that owns it; None when it belongs to no account.
        context: the keys that go with it (``aws:RequestedRegion``,
            ``bedrock:InferenceProfileArn``). A key that the caller brings too has this value.
        policy: its resource-based policy; None: it has none.
        rcp: the RCPs of its account, root first.
    """

    resource: str
    account: str | None
    context: Context
    policy: Readable | None = None
    rcp: tuple[Level, ...] | NotApplicable | Missing = NotApplicable("no organization")


@dataclass(frozen=True, slots=True)
class Axes:
    """What a matrix is over: every subject asks every action of every target."""

    subjects: tuple[Subject, ...]
    actions: tuple[str, ...]
    targets: tuple[Target, ...]

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.subjects) * len(self.actions) * len(self.targets)

    def request(self, subject: int, action: int, target: int) -> Request:
        """The request of one cell."""
        return request_of(self.subjects[subject], self.actions[action], self.targets[target])

    def policies(self, subject: int, target: int) -> Policies:
        """The policies that bind one cell."""
        return policies_of(self.subjects[subject].policies, self.targets[target])


def request_of(subject: Subject, action: str, target: Target) -> Request:
    """The request that a subject sends to a target."""
    context = merged(subject.context, target.context)
    return Request(subject.principal, action, target.resource, target.account, context)


def policies_of(policies: Policies, target: Target) -> Policies:
    """The policies of both sides."""
    return replace(policies, resource=target.policy, rcp=target.rcp)


def merged(caller: Context, target: Context) -> Context:
    """One context of both sides' keys; where both give a value, the target's."""
    return Context(
        {**caller.values, **target.values},
        {**caller.unknown, **target.unknown},
        {**caller.unknown_prefixes, **target.unknown_prefixes},
        {**caller.spelling, **target.spelling},
    )


Reading = tuple[tuple[str, ...] | None, bool] | tuple[str, ...] | None
"""What a context says of a key: its values, None when absent, and whether it is unknown."""


def readings(context: Context, keys: tuple[str, ...]) -> tuple[Reading, ...]:
    """What a context says of some keys."""
    values = context.values
    if not context.unknown and not context.unknown_prefixes:
        return tuple(map(values.get, keys))
    return tuple((values.get(key), context.missing_fact(key) is not None) for key in keys)
