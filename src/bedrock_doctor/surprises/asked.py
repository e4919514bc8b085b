"""What the policies on a role's door ask of whoever comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bedrock_doctor.audit.claims import in_levels
from bedrock_doctor.model.policy import Policy
from bedrock_doctor.path.organization_policies import rcps
from bedrock_doctor.surprises.ground import Ground, Trust, parsed


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions of some policies, whatever their effects and operators.

    Attributes:
        values: by lower-case condition key, each value once, in document order.
    """

    values: Mapping[str, tuple[str, ...]]

    def of(self, key: str) -> tuple[str, ...]:
        """The values that conditions on a lower-case key have."""
        return self.values.get(key, ())

    def any_of(self, keys: Iterable[str]) -> bool:
        """Whether a condition is on one of some lower-case keys."""
        return any(key in self.values for key in keys)


def asked_of(ground: Ground, trust: Trust) -> Asked:
    """What the trust policy of a role asks, and the RCPs that bind its account."""
    bound = ground.once(_by_rcps)[trust.account]
    own = _conditions((trust.policy,))
    return Asked({
        key: tuple(dict.fromkeys((*own.get(key, ()), *bound.get(key, ()))))
        for key in (*own, *bound)
    })  # fmt: skip


def _by_rcps(ground: Ground) -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        account: _conditions(map(parsed, in_levels(rcps(ground.snapshot, account, "sts"))))
        for account in ground.snapshot.accounts
    }


def _conditions(policies: Iterable[Policy]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for policy in policies:
        for statement in policy.statements:
            for condition in statement.conditions:
                values = found.setdefault(condition.key.value.lower(), [])
                values += [text.value for text in condition.values]
    return {key: tuple(values) for key, values in found.items()}
