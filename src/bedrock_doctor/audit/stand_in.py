"""Accounts under an id that stands for any, so that those that do the same are one.

The engine compares account ids and never looks into them. Written in place of an account's own id
wherever that stands, another id that occurs nowhere leaves every comparison as it was. Only a
pattern that names part of one of them (``1111*``) could tell the two apart: `can_stand_in` finds
those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Account, IamEntity, Organization, Snapshot
from bedrock_doctor.model.source import Source

STAND_IN = "797979797979"
"""Of few digits, and none with which the version of a model begins: ``:0*`` names no part of it."""

_HEAD = re.compile(r"(\d+)[*?]")
_TAIL = re.compile(r"[*?](\d+)")
_OWN_HEAD = re.compile(r'[:"](\d{1,11})[*?]')
_OWN_TAIL = re.compile(r'[*?](\d{1,11})[:"]')
_MIDDLE = re.compile(r"[*?](\d{1,11})(?=[*?])")


@dataclass(frozen=True, slots=True)
class _Parts:
    """Numbers beside wildcards in one text.

    Attributes:
        heads: before a wildcard, where an id can begin.
        tails: behind one, where an id can end.
        middles: between two.
        any_heads: before a wildcard, wherever they stand.
        any_tails: behind one.
        opaque: whether the text may say more: escapes hide digits, and numbers have an order.
        tests_paths: whether it may name ``aws:ResourceOrgPaths``.
    """

    heads: frozenset[str]
    tails: frozenset[str]
    middles: frozenset[str]
    any_heads: frozenset[str]
    any_tails: frozenset[str]
    opaque: bool
    tests_paths: bool

    @classmethod
    def of(cls, text: str) -> _Parts:
        """Those of a policy document."""
        opaque = "\\u" in text or STAND_IN in text or ("Numeric" in text and "ccount" in text)
        paths = opaque or "resourceorgpaths" in text.lower()
        heads, tails, middles, any_heads, any_tails = (
            frozenset(pattern.findall(text))
            for pattern in (_OWN_HEAD, _OWN_TAIL, _MIDDLE, _HEAD, _TAIL)
        )
        return cls(heads, tails, middles, any_heads, any_tails, opaque, paths)

    def may_split(self, account: str, *, anywhere: bool) -> bool:
        """Whether a pattern may name part of an id, or of the one that stands for it.

        Args:
            account: the id.
            anywhere: whether it stands in other places than the account of an ARN or a whole value.
        """
        return self.opaque or any(
            self._names_part_of(name, anywhere=anywhere) for name in (account, STAND_IN)
        )

    def _names_part_of(self, name: str, *, anywhere: bool) -> bool:
        if any(digits in name for digits in self.middles):
            return True
        if any(map(name.startswith, self.heads)) or any(map(name.endswith, self.tails)):
            return True
        return anywhere and (
            any(name.startswith(d[n:]) for d in self.any_heads for n in range(len(d)))
            or any(name.endswith(d[: n + 1]) for d in self.any_tails for n in range(len(d)))
        )


class Documents:
    """Policy documents without what their place tells: equal texts are one value.

    What a document is and how it is called stays, and whether it was read from AWS.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], PolicyDocument] = {}
        self._parts: dict[str, _Parts] = {}

    def one(self, document: PolicyDocument, account: str, stand_in: str) -> PolicyDocument:
        """A document with one account id written in place of another."""
        text = document.source.text.replace(account, stand_in)
        ref, displayed = document.ref, is_displayed(document)
        key = ref.kind, ref.name, text, displayed
        found = self._known.get(key)
        if found is None:
            source = Source(text, path="aws" if displayed else None)
            found = self._known[key] = PolicyDocument(PolicyRef(ref.kind, ref.name), source)
        return found

    def may_split(self, document: PolicyDocument, account: str, *, anywhere: bool) -> bool:
        """Whether a document may tell an account from its stand-in; `anywhere` as in names."""
        return self._found(document).may_split(account, anywhere=anywhere)

    def tests_paths(self, document: PolicyDocument) -> bool:
        """Whether a document may ask where in its organization a resource's account is."""
        return self._found(document).tests_paths

    def _found(self, document: PolicyDocument) -> _Parts:
        text = document.source.text
        found = self._parts.get(text)
        if found is None:
            found = self._parts[text] = _Parts.of(text)
        return found


def is_displayed(document: PolicyDocument) -> bool:
    """Whether a document is written as AWS displays it."""
    return document.source.path is not None and document.source.declared is None


def documents_of(account: Account, organization: Organization | None) -> Iterator[PolicyDocument]:
    """All policies that bind what the principals of an account do themselves."""
    bound: list[Readable | None] = []
    for one in (*account.roles.values(), *account.users.values()):
        bound += [*one.policies, one.boundary]
    if organization is not None:
        for target in organization.chain(account.id)[0]:
            bound += organization.scps.get(target, ())
            bound += organization.rcps.get(target, ())
    return (document for document in bound if isinstance(document, PolicyDocument))


def can_stand_in(account: Account, bound: Iterable[PolicyDocument], documents: Documents) -> bool:
    """Whether no policy can tell the account from its stand-in.

    Args:
        account: the account.
        bound: its `documents_of`.
        documents: what was found of policies before.
    """
    names = "\n".join(_names(account))
    anywhere = account.id in names
    return STAND_IN not in names and not any(
        documents.may_split(document, account.id, anywhere=anywhere) for document in bound
    )


def _names(account: Account) -> Iterator[str]:
    """What people named in an account."""
    for one in (*account.roles.values(), *account.users.values()):
        yield one.arn.partition("::")[2][12:]
        yield one.unique_id
        yield from _tags(one.tags)
    for held in account.bedrock.values():
        for profile in held.profiles.values():
            yield from _tags(profile.tags)


def _tags(tags: Mapping[str, str] | None) -> Iterator[str]:
    for key, value in (tags or {}).items():
        yield key
        yield value


def stood_in_tags(
    tags: Mapping[str, str] | None, account: str, stand_in: str
) -> Mapping[str, str] | None:
    """Tags with one account id written in place of another."""
    if tags is None or account == stand_in or not any(account in text for text in _tags(tags)):
        return tags
    return {k.replace(account, stand_in): v.replace(account, stand_in) for k, v in tags.items()}


def stood_in(
    account: Account, organization: Organization | None, stand_in: str, documents: Documents
) -> Snapshot:
    """What binds the principals of one account, under another id.

    Args:
        account: the account.
        organization: the one that it belongs to, if it is known.
        stand_in: the id to write; the account's own one changes nothing but joins equal texts.
        documents: makes equal texts one value.
    """
    own = account.id

    def put(text: str) -> str:
        return text.replace(own, stand_in)

    def readable(document: Readable) -> Readable:
        if isinstance(document, Missing):
            return _missing(document, own, stand_in)
        return documents.one(document, own, stand_in)

    def entity(one: IamEntity) -> IamEntity:
        return replace(
            one,
            arn=put(one.arn),
            policies=tuple(map(readable, one.policies)),
            boundary=None if one.boundary is None else readable(one.boundary),
            trust=None,
            tags=stood_in_tags(one.tags, own, stand_in),
        )

    held = Account(
        stand_in,
        roles={name: entity(role) for name, role in account.roles.items()},
        users={name: entity(user) for name, user in account.users.items()},
        iam_complete=account.iam_complete,
        missing=tuple(
            _missing(gap, own, stand_in)
            for gap in account.missing
            if gap.call.startswith(("organizations:", "iam:"))
        ),
    )
    found = () if organization is None else (_above(organization, own, put, readable),)
    return Snapshot(accounts={stand_in: held}, organizations=found)


def _above(
    org: Organization,
    account: str,
    put: Callable[[str], str],
    readable: Callable[[Readable], Readable],
) -> Organization:
    """The part of an organization that binds one account, without friendly names."""
    chain, _ = org.chain(account)

    def attached(held: Mapping[str, tuple[Readable, ...]]) -> dict[str, tuple[Readable, ...]]:
        return {put(n): tuple(map(readable, held[n])) for n in chain if n in held}

    return replace(
        org,
        management_account=put(org.management_account),
        members={put(account): ""} if account in org.members else {},
        parents={put(child): org.parents[child] for child in chain if child in org.parents},
        names={},
        scps=attached(org.scps),
        rcps=attached(org.rcps),
        bedrock_policies={},
    )


def _missing(gap: Missing, account: str, stand_in: str) -> Missing:
    return replace(
        gap,
        what=gap.what.replace(account, stand_in),
        account=gap.account.replace(account, stand_in),
        command=gap.command.replace(account, stand_in),
        path=gap.path.replace(account, stand_in),
    )


def own_words(fact: Missing | UnknownFact, account: str, stand_in: str) -> Missing | UnknownFact:
    """What settles an answer, with the account's own id again."""
    if account == stand_in:
        return fact
    if isinstance(fact, Missing):
        return _missing(fact, stand_in, account)
    return replace(fact, settle=fact.settle.replace(stand_in, account))
