"""Policies of roles and users, each with everybody who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bedrock_doctor.model.policy import Effect, Policy, PolicyDocument, Statement
from bedrock_doctor.model.snapshot import Account
from bedrock_doctor.surprises.ground import Ground, parsed


@dataclass(frozen=True, slots=True)
class Held:
    """A statement of an identity-based policy with its holders.

    Attributes:
        account: account of the holders.
        policy: the policy, as one of them has it.
        statement: the statement.
        holders: ARNs of the roles and users that have it, sorted.
    """

    account: str
    policy: Policy
    statement: Statement
    holders: tuple[str, ...]


def held_allows(ground: Ground, wanted: Callable[[Statement], bool]) -> Iterator[Held]:
    """The Allows of identity-based policies that are wanted, by account and policy.

    A managed policy is told once for each account, with all who have it there.

    Args:
        ground: where to look.
        wanted: asked once for each statement of each text.
    """
    chosen: dict[str, tuple[int, ...]] = {}
    for number, account in sorted(ground.snapshot.accounts.items()):
        for document, holders in _documents(account).values():
            text = document.source.text
            if text not in chosen:
                chosen[text] = tuple(
                    index
                    for index, statement in enumerate(parsed(document).statements)
                    if statement.effect is Effect.ALLOW and wanted(statement)
                )
            if chosen[text]:
                policy = parsed(document)
                for index in chosen[text]:
                    yield Held(number, policy, policy.statements[index], tuple(sorted(holders)))


def _documents(account: Account) -> dict[tuple[str, ...], tuple[PolicyDocument, list[str]]]:
    found: dict[tuple[str, ...], tuple[PolicyDocument, list[str]]] = {}
    for entity in (*account.roles.values(), *account.users.values()):
        for policy in entity.policies:
            if isinstance(policy, PolicyDocument):
                ref = policy.ref
                key = (ref.arn or ref.holder, ref.kind, ref.name, policy.source.text)
                found.setdefault(key, (policy, []))[1].append(entity.arn)
    return found
