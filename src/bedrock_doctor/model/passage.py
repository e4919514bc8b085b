"""What AWS let pass: proof that outranks evaluation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A hop that AWS was seen to let pass.

    Attributes:
        hop_index: number of the hop from 1.
        action: IAM action that passed, for example ``sts:AssumeRole``.
        target: ARN of the role, or of what is called.
        how: how it was seen, in words that fit behind "AWS let it pass:".
        session_name: RoleSessionName that was used where the attempt states none, else empty: a
            trust policy that asks for a name may refuse another one.
    """

    hop_index: int
    action: str
    target: str
    how: str
    session_name: str = ""
