"""What a change of policies changes beside the attempt: decisions before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.trace import Outcome


@dataclass(frozen=True, slots=True)
class DecisionClass:
    """Decisions that change in the same way, told together.

    Attributes:
        account: account of the principals; empty for principals of other accounts than those held.
        principals: their ARNs, sorted.
        actions: IAM actions, sorted.
        resources: model ids, profile ids or role ARNs that are asked for, sorted.
        regions: requested Regions, sorted; empty where the Region plays no part.
        through: ids of the inference profiles that route the requests, sorted; empty: none does.
        before: outcome without the change.
        after: outcome with it; UNKNOWN: it depends on facts of the request that nobody told.
        decisions: how many they are.
        words: the class in one line for people: what, where, who.
    """

    account: str
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    regions: tuple[str, ...]
    through: tuple[str, ...]
    before: Outcome
    after: Outcome
    decisions: int
    words: str


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """All decisions that a change makes different, over everybody who is known.

    Attributes:
        decisions: how many decisions were compared: principals, actions and targets, all with all.
        principals: how many principals ask, with those that stand for other accounts.
        opened: what passes, or may pass, with the change and did not before, beyond the attempt
            itself; the largest class first.
        closed: what passed before and does not any more.
        limits: whose decisions could not be compared, in words.
    """

    decisions: int
    principals: int
    opened: tuple[DecisionClass, ...] = ()
    closed: tuple[DecisionClass, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def opened_decisions(self) -> int:
        """How many decisions open beyond the attempt."""
        return sum(entry.decisions for entry in self.opened)

    @property
    def closed_decisions(self) -> int:
        """How many decisions close."""
        return sum(entry.decisions for entry in self.closed)
