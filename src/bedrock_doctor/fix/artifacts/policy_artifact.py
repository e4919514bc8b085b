"""One policy document and the place where AWS keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
"""A policy document as JSON values, with AWS's element names."""


class Placement(StrEnum):
    """Where a document is kept; it decides which resource and which call carry it."""

    ROLE_POLICY = "inline policy of a role"
    USER_POLICY = "inline policy of a user"
    GROUP_POLICY = "inline policy of a group"
    MANAGED_POLICY = "customer managed policy"
    TRUST = "trust policy of a role"
    SCP = "service control policy"
    RCP = "resource control policy"
    ENDPOINT = "VPC endpoint policy"


@dataclass(frozen=True, slots=True)
class PolicyArtifact:
    """One policy document and its place.

    Attributes:
        placement: which kind of place.
        document: the whole policy, ``Version`` and ``Statement``.
        name: policy name; not used for trust and endpoint policies.
        holder: what carries it: name of the role, user or group; id of the VPC endpoint (empty: a
            variable of the template); root, unit or account id for SCPs and RCPs (empty: it is not
            attached).
        path: IAM path of a role or managed policy, with slashes at both ends.
        existing_id: id of a policy that is replaced: ARN of a managed policy, ``p-…`` id of an
            organization policy. Empty: it is created.
        comment: one line that stands above it.
        account: the account in which it is applied, or empty.
        attach_to: ``role`` or ``user``: a managed policy that is created is attached to its holder.
    """

    placement: Placement
    document: Document
    name: str = ""
    holder: str = ""
    path: str = "/"
    existing_id: str = ""
    comment: str = ""
    account: str = ""
    attach_to: str = ""

    @property
    def title(self) -> str:
        """What it is, for comments and headings."""
        named = self.name if self.placement not in (Placement.TRUST, Placement.ENDPOINT) else ""
        parts = [self.placement.value, named, f"({self.holder})" if self.holder else ""]
        return " ".join(part for part in parts if part)


def heading(artifact: PolicyArtifact) -> list[str]:
    """The comment lines above an artifact: what it is and in which account; its comment."""
    where = f", in account {artifact.account}" if artifact.account else ""
    lines = (f"{artifact.title}{where}", artifact.comment)
    return [" ".join(line.split()) for line in lines if line.strip()]


def own_trust(artifact: PolicyArtifact, artifacts: Sequence[PolicyArtifact]) -> int | None:
    """Position of the trust policy of the role that carries an inline policy; None: no such."""
    if artifact.placement is not Placement.ROLE_POLICY:
        return None
    for position, other in enumerate(artifacts):
        apart = artifact.account and other.account and artifact.account != other.account
        if other.placement is Placement.TRUST and other.holder == artifact.holder and not apart:
            return position
    return None


def listed(value: Any) -> list[str]:
    """An element that may be one text or a list, as a list of texts as IAM compares them."""
    values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


def statements(document: Document) -> list[Mapping[str, Any]]:
    """The statements of a document; a single one may stand without a list."""
    found = document.get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Operator, key and values of every condition."""
    for operator, block in statement.get("Condition", {}).items():
        for key, values in block.items():
            yield operator, key, listed(values)


def words_of(artifact: PolicyArtifact) -> list[str]:
    """The words that name an artifact inside a template."""
    suffix = {
        Placement.TRUST: "trust",
        Placement.SCP: "scp",
        Placement.RCP: "rcp",
        Placement.ENDPOINT: "endpoint",
    }.get(artifact.placement, "")
    plain = artifact.placement not in (Placement.TRUST, Placement.ENDPOINT)
    text = f"{artifact.name if plain else artifact.holder} {suffix}"
    return [word for word in re.split(r"[^A-Za-z0-9]+", text) if word] or ["policy"]


def unique(name: str, taken: set[str], joint: str = "") -> str:
    """`name`, or the name with the first number that is free; it is taken from now on."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}{joint}{number}", number + 1
    taken.add(found)
    return found
