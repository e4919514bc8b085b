"""One request as the policy engine sees it, and the policies that may bind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bedrock_doctor.model.missing import Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.principal import Principal
from bedrock_doctor.model.remembered import lowered, of_short_texts

Readable = PolicyDocument | Missing
"""A policy that was collected, or the value that says that it was not."""


def _alone(text: str) -> tuple[str, ...]:
    return (text,)


_single = of_short_texts(_alone, longest=256, most=4096)
"""A value by itself; requests that say the same share it."""


@dataclass(frozen=True, slots=True)
class Context:
    """The condition context of a request.

    A key is present (in `values`), unknown (in `unknown` or under one of `unknown_prefixes`), or
    absent: known not to be sent.

    Attributes:
        values: lower-case key to its values. Single-valued keys have one.
        unknown: lower-case keys of which neither presence nor value is known.
        unknown_prefixes: lower-case beginnings of further such keys, for example
            ``aws:principaltag/`` when the role's tags were not collected.
        spelling: lower-case key to AWS's spelling, for output.
    """

    values: Mapping[str, tuple[str, ...]]
    unknown: Mapping[str, UnknownFact] = field(default_factory=dict)
    unknown_prefixes: Mapping[str, UnknownFact] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        values: Mapping[str, str | Iterable[str]],
        *,
        unknown: Iterable[UnknownFact] = (),
        unknown_prefixes: Iterable[UnknownFact] = (),
    ) -> Context:
        """Builds a context from keys in AWS's spelling."""
        items = {k: _single(v) if isinstance(v, str) else tuple(v) for k, v in values.items()}
        told = {lowered(key): value for key, value in items.items()}
        facts = {fact.key.lower(): fact for fact in unknown}
        return cls(
            told,
            {key: fact for key, fact in facts.items() if key not in told},
            {fact.key.lower(): fact for fact in unknown_prefixes},
            {key.lower(): key for key in items} | {key: fact.key for key, fact in facts.items()},
        )

    def missing_fact(self, key: str) -> UnknownFact | None:
        """The unknown fact behind a lower-case key; None when present or known to be absent."""
        if key in self.values:
            return None
        if key in self.unknown:
            return self.unknown[key]
        for prefix, fact in self.unknown_prefixes.items():
            if key.startswith(prefix):
                return UnknownFact(fact.key + key[len(prefix) :], fact.settle)
        return None


@dataclass(frozen=True, slots=True)
class Request:
    """One authorization request.

    Attributes:
        principal: who signs.
        action: IAM action, for example ``bedrock:InvokeModel``.
        resource: ARN of the one resource that is checked, or ``*`` for actions without resource.
        resource_account: the account that owns the resource; None when it belongs to no account
            (foundation models), which counts as the caller's.
        context: condition context.
    """

    principal: Principal
    action: str
    resource: str
    resource_account: str | None
    context: Context


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an organization with the policies attached there.

    Attributes:
        target: root, organizational unit or account id.
        name: its friendly name, or empty.
        documents: the policies attached to it.
    """

    target: str
    name: str
    documents: tuple[Readable, ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies that may bind one request.

    Attributes:
        identity: policies attached to the principal, its inline policies, and those of its groups.
        resource: resource-based policy, for roles the trust policy; None: it has none.
        boundary: permissions boundary of the principal; None: it has none.
        session: session policies of the session, united; None: none were passed.
        scp: service control policies, root first and account last.
        rcp: resource control policies of the resource's account, root first; RCPFullAWSAccess
            may be left out.
        endpoint: policy of the VPC endpoint on the way; None: no endpoint.
    """

    identity: tuple[Readable, ...] = ()
    resource: Readable | None = None
    boundary: Readable | None = None
    session: tuple[Readable, ...] | None = None
    scp: tuple[Level, ...] | NotApplicable | Missing = NotApplicable("no organization")
    rcp: tuple[Level, ...] | NotApplicable | Missing = NotApplicable("no organization")
    endpoint: Readable | None = None
