"""Words that all findings share: how ARNs, Regions and policies are named."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.model.policy import PolicyRef


def name_of(arn: str) -> str:
    """The last part of an ARN, as people say it; for a session the role's name."""
    resource = arn.split(":", 5)[-1]
    if resource.startswith("assumed-role/"):
        return resource.split("/")[1]
    return resource.rpartition("/")[2] or resource


def listed(values: Sequence[str], most: int = 6) -> str:
    """``a``, ``a and b``, ``a, b and c``; long lists are counted."""
    if len(values) > most:
        return f"{', '.join(values[:most])} and {len(values) - most} more"
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} and {values[-1]}"


def counted(number: int, word: str) -> str:
    """``1 Region``, ``2 Regions``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def policy_name(ref: PolicyRef) -> str:
    """A policy as its owner knows it."""
    title = f' "{ref.title}"' if ref.title and ref.title != ref.name else ""
    return f"{ref.kind} {ref.name}{title}"


def signer(barrier: Barrier) -> str:
    """Who signs the hop, in one word."""
    return name_of(barrier.hop.hop.principal)


def target(barrier: Barrier) -> str:
    """What the hop reaches for, in one word."""
    return name_of(barrier.hop.hop.target)


def grant(barrier: Barrier, *, to: str = "") -> str:
    """The least Allow that is missing."""
    where = f" in {to}" if to else ""
    return f"allow {barrier.action}{where} on exactly: {' '.join(barrier.resources)}"
