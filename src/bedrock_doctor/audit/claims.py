"""What conditions want of the ARN, the account and the organization of whoever asks.

Somebody who stands for a whole account, or for anybody, has none of its own: where a condition asks
for one, it cannot be told whether it has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bedrock_doctor.evaluate.policy_set import compile_document
from bedrock_doctor.evaluate.tristate import NO
from bedrock_doctor.model.arn import is_account_id
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.path.organization_policies import Levels

_ARN, _ACCOUNT = "aws:principalarn", "aws:principalaccount"
_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths")
_ACCOUNT_FIELD = 4


@dataclass(frozen=True, slots=True)
class Claims:
    """The callers that conditions of some policies name.

    Attributes:
        arns: accounts of the ARNs that are asked for; empty text: of any account.
        accounts: accounts that are asked for; empty text: some that are not named in full.
        organizations: ids or patterns of organizations that are asked for.
    """

    arns: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """All accounts that are named in full."""
        return (self.arns | self.accounts) - {""}

    def asks_arn(self, account: str) -> bool:
        """Whether an ARN of an account may be asked for."""
        return not self.arns.isdisjoint((account, ""))


NOTHING = Claims()


def claims_of(documents: Iterable[PolicyDocument]) -> Claims:
    """Those of all conditions of some policies."""
    found = NOTHING
    for document in documents:
        one = _claims(document)
        if one is not NOTHING:
            found = Claims(
                found.arns | one.arns,
                found.accounts | one.accounts,
                found.organizations | one.organizations,
            )
    return found


def in_levels(levels: Levels) -> Iterator[PolicyDocument]:
    """The readable policies of an organization that bind somebody or something."""
    for level in levels if isinstance(levels, tuple) else ():
        for document in level.documents:
            if isinstance(document, PolicyDocument):
                yield document


@lru_cache(maxsize=16384)
def _claims(document: PolicyDocument) -> Claims:
    arns: set[str] = set()
    accounts: set[str] = set()
    organizations: set[str] = set()
    for statement in compile_document(document, NO)[1]:
        for condition in statement.conditions:
            values = [text.value for text in condition.condition.values]
            if condition.key == _ARN:
                arns.update(map(_account_of, values))
            elif condition.key == _ACCOUNT:
                accounts.update(value if is_account_id(value) else "" for value in values)
            elif condition.key in _ORGANIZATION:
                organizations.update(value.partition("/")[0] for value in values)
    if not (arns or accounts or organizations):
        return NOTHING
    return Claims(frozenset(arns), frozenset(accounts), frozenset(organizations))


def _account_of(pattern: str) -> str:
    parts = pattern.split(":", 5)
    named = parts[_ACCOUNT_FIELD] if len(parts) > _ACCOUNT_FIELD + 1 else ""
    return named if is_account_id(named) else ""
