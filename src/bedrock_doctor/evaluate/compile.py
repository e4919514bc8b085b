"""All policies of a request, compiled once for any number of requests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.model.missing import Missing, NotApplicable
from bedrock_doctor.model.request import Level, Policies


@dataclass(frozen=True, slots=True)
class CompiledLevels:
    """A hierarchy of control policies; `whole` is set when it is missing or does not apply."""

    levels: tuple[Level, ...]
    sets: tuple[PolicySet, ...]
    whole: NotApplicable | Missing | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicies:
    """Policies ready for evaluation; each field as in `Policies`."""

    source: Policies
    identity: PolicySet
    resource: PolicySet | None
    boundary: PolicySet | None
    session: PolicySet | None
    scp: CompiledLevels
    rcp: CompiledLevels
    endpoint: PolicySet | None


def compile_levels(levels: tuple[Level, ...] | NotApplicable | Missing) -> CompiledLevels:
    """Compiles a hierarchy. No levels at all: the layer does not apply."""
    if isinstance(levels, NotApplicable | Missing):
        return CompiledLevels((), (), levels)
    if not levels:
        return CompiledLevels((), (), NotApplicable("no control policies apply"))
    return CompiledLevels(levels, tuple(PolicySet(level.documents) for level in levels))


@lru_cache(maxsize=1024)
def compile_policies(policies: Policies) -> CompiledPolicies:
    """Compiles all policies of a request."""

    def one(document: object) -> PolicySet | None:
        return None if document is None else PolicySet((document,))  # type: ignore[arg-type]

    return CompiledPolicies(
        policies,
        PolicySet(policies.identity),
        one(policies.resource),
        one(policies.boundary),
        None if policies.session is None else PolicySet(policies.session),
        compile_levels(policies.scp),
        compile_levels(policies.rcp),
        one(policies.endpoint),
    )
