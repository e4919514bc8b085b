"""A snapshot as JSON trees that can be browsed: accounts, organizations, policy documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bedrock_doctor.errors import UnknownName
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import (
    Account,
    IamEntity,
    InferenceProfile,
    Organization,
    Snapshot,
)


class Shelf:
    """The policy documents of a snapshot, each with a number that stays the same."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.documents: list[PolicyDocument] = []
        self._numbers: dict[int, int] = {}
        for readable in _readables(snapshot):
            if isinstance(readable, PolicyDocument) and id(readable) not in self._numbers:
                self._numbers[id(readable)] = len(self.documents)
                self.documents.append(readable)

    def overview(self) -> dict[str, Any]:
        """All accounts and organizations, and what could not be read."""
        found = self.snapshot
        return {
            "origins": list(found.origins),
            "created": found.created,
            "accounts": [_account_line(found.accounts[key]) for key in sorted(found.accounts)],
            "organizations": [self._organization(entry) for entry in found.organizations],
            "problems": [
                {"file": problem.path, "message": problem.message} for problem in found.problems
            ],
            "ignored": list(found.ignored),
        }

    def account(self, name: str) -> dict[str, Any]:
        """One account: its roles and users with their policies, and what is missing.

        Raises:
            UnknownName: the snapshot does not hold it.
        """
        account = self.snapshot.accounts.get(name)
        if account is None:
            known = ", ".join(sorted(self.snapshot.accounts))
            raise UnknownName(f"the snapshot holds no account `{name}`", help=f"it holds {known}")
        return {
            **_account_line(account),
            "iam_complete": account.iam_complete,
            "principals": [
                self._principal(entity, kind)
                for kind, held in (("role", account.roles), ("user", account.users))
                for _, entity in sorted(held.items())
            ],
            "profiles": [
                {"region": region, "id": profile.id, "arn": profile.arn, "status": profile.status}
                for region, held in sorted(account.bedrock.items())
                for profile in sorted({p.arn: p for p in held.profiles.values()}.values(), key=_arn)
            ],
            "endpoints": [
                {
                    "id": endpoint.id,
                    "service": endpoint.service,
                    "region": endpoint.region,
                    "policy": self._policy(endpoint.policy),
                }
                for _, endpoint in sorted(account.endpoints.items())
            ],
            "missing": [
                {"what": gap.what, "absence": gap.absence.value, "call": gap.call}
                for gap in account.missing
            ],
        }

    def document(self, number: str) -> dict[str, Any]:
        """One policy document with its text.

        Raises:
            UnknownName: there is no document with this number.
        """
        count = len(self.documents)
        if not (number.isascii() and number.isdecimal() and int(number) < count):
            raise UnknownName(
                f"no policy document has the number `{number}`", help=f"there are {count}, from 0"
            )
        found = self.documents[int(number)]
        return {**self._policy(found), "file": found.source.path, "text": found.source.text}

    def callers(self) -> list[str]:
        """ARNs of all roles and users."""
        return sorted(
            entity.arn
            for account in self.snapshot.accounts.values()
            for entity in (*account.roles.values(), *account.users.values())
        )

    def models(self) -> list[str]:
        """Ids of models and profiles that some account lists."""
        found: set[str] = set()
        for account in self.snapshot.accounts.values():
            for held in account.bedrock.values():
                found |= {profile.id for profile in held.profiles.values()}
                found |= set(held.models) if isinstance(held.models, dict) else set()
        return sorted(found)

    def regions(self) -> list[str]:
        """Regions in which something of Amazon Bedrock was read."""
        accounts = self.snapshot.accounts.values()
        return sorted({region for account in accounts for region in account.bedrock})

    def _principal(self, entity: IamEntity, kind: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "arn": entity.arn,
            "name": entity.name,
            "policies": [self._policy(policy) for policy in entity.policies],
            "boundary": self._policy(entity.boundary) if entity.boundary else None,
            "trust": self._policy(entity.trust) if entity.trust else None,
        }

    def _organization(self, organization: Organization) -> dict[str, Any]:
        targets = sorted({*organization.parents, *organization.parents.values()})
        return {
            "id": organization.id,
            "management_account": organization.management_account,
            "targets": [
                {
                    "id": target,
                    "name": organization.names.get(target) or organization.members.get(target, ""),
                    "parent": organization.parents.get(target),
                    "scps": self._attached(organization.scps.get(target)),
                    "rcps": self._attached(organization.rcps.get(target)),
                }
                for target in targets
            ],
        }

    def _attached(self, policies: tuple[Readable, ...] | None) -> list[dict[str, Any]] | None:
        return None if policies is None else [self._policy(policy) for policy in policies]

    def _policy(self, readable: Readable) -> dict[str, Any]:
        if not isinstance(readable, PolicyDocument):
            return {"number": None, "name": readable.what, "kind": readable.absence.value}
        ref = readable.ref
        return {
            "number": self._numbers.get(id(readable)),
            "name": ref.name,
            "title": ref.title or None,
            "kind": ref.kind.value,
            "account": ref.account or None,
            "attached_to": ref.holder or None,
        }


def _arn(profile: InferenceProfile) -> str:
    return profile.arn


def _account_line(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "roles": len(account.roles),
        "users": len(account.users),
        "regions": sorted(account.bedrock),
        "not_read": len(account.missing),
    }


def _readables(snapshot: Snapshot) -> Iterator[Readable | None]:
    for _, account in sorted(snapshot.accounts.items()):
        for held in (account.roles, account.users):
            for _, entity in sorted(held.items()):
                yield from (*entity.policies, entity.boundary, entity.trust)
        yield from (endpoint.policy for _, endpoint in sorted(account.endpoints.items()))
    for organization in snapshot.organizations:
        for attached in (organization.scps, organization.rcps):
            for _, policies in sorted(attached.items()):
                yield from policies
