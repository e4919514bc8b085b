"""Words that all findings share: how ARNs, Regions and policies are named."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.model.policy import PolicyRef
from bedrock_doctor.model.trace import PolicyLayer


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
    return f"allow {listed(barrier.actions)}{where} on exactly: {' '.join(barrier.resources)}"


_PLACES = {
    PolicyLayer.BOUNDARY: "the permissions boundary",
    PolicyLayer.SESSION: "the session policy",
    PolicyLayer.ENDPOINT: "the endpoint policy",
}


LAYER_WORDS = {
    PolicyLayer.IDENTITY: "identity-based policy",
    PolicyLayer.BOUNDARY: "permissions boundary",
    PolicyLayer.SESSION: "session policy",
    PolicyLayer.RESOURCE: "resource-based policy",
    PolicyLayer.SCP: "SCP",
    PolicyLayer.RCP: "RCP",
    PolicyLayer.ENDPOINT: "VPC endpoint policy",
}


def layer_words(barrier: Barrier) -> str:
    """The denying layer in words."""
    return LAYER_WORDS[barrier.layer]


def relief(barrier: Barrier) -> str:
    """What the owner of the deciding policy must change, whatever layer it is of.

    An Allow never outweighs a Deny, so that none is advised against one.
    """
    if barrier.deny is not None:
        ref = barrier.deny.policy.document.ref
        return f"have the owner of {policy_name(ref)} exempt {signer(barrier)} from this Deny"
    if barrier.level is not None:
        where = barrier.level.target
        return f"have the owner of the SCPs allow {listed(barrier.actions)} at {where}"
    if barrier.layer is PolicyLayer.RESOURCE:
        return f"have the owner of {target(barrier)} allow {listed(barrier.actions)} to this signer"
    return grant(barrier, to=_PLACES.get(barrier.layer, f"a policy of {signer(barrier)}"))
