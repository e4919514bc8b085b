"""What an audit shows that its owners would want to know: values."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.finding import Place


@dataclass(frozen=True, slots=True)
class Surprise:
    """One surprising thing.

    Attributes:
        kind: slug of its kind, a closed list (`bedrock_doctor.surprises.registry`).
        account: the account in which it stands.
        owner_account: the account that must change something; empty when not known.
        certain: False where it depends on what is listed under `unsure`.
        summary: one line, understandable alone; lower case, no final period.
        subject: ARN of the role or user, or the policy, that it is about.
        place: the deciding place in a policy, or None.
        concerned: principals that it lets in or that stand behind it, sorted.
        reached: models and profiles that are within reach because of it, sorted; empty where it is
            not about reach.
        unsure: what is not known, one thing each.
        notes: explanations, one thought each.
        help: what would make it right, one step each; never a broader grant.
    """

    kind: str
    account: str
    owner_account: str
    certain: bool
    summary: str
    subject: str
    place: Place | None = None
    concerned: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
