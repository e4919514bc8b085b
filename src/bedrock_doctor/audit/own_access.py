"""What the roles and users of one account may call themselves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bedrock_doctor.audit.layout import Layout
from bedrock_doctor.audit.malformed import is_malformed, with_accounts
from bedrock_doctor.audit.offers import Offer, Wanted, own_offers
from bedrock_doctor.audit.row_verdicts import ACTIONS, RouteClass, routes_by_answer
from bedrock_doctor.audit.stand_in import (
    STAND_IN,
    Documents,
    can_stand_in,
    documents_of,
    own_words,
    stood_in,
    stood_in_tags,
)
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.evaluate.matrix import Subject
from bedrock_doctor.evaluate.matrix_axes import policies_of, request_of
from bedrock_doctor.evaluate.matrix_rows import RowMaker
from bedrock_doctor.evaluate.matrix_targets import TargetIndex
from bedrock_doctor.evaluate.target_set import set_of
from bedrock_doctor.model.audit import Access, AccessClass, Route, Settle
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.snapshot import Account, Snapshot
from bedrock_doctor.model.trace import Outcome, PolicyLayer
from bedrock_doctor.universe.subjects import subjects_of
from bedrock_doctor.universe.viewpoint import Viewpoint

_ORG_PATHS = "aws:resourceorgpaths"
_MOST_KINDS = 1500
"""Kinds of callers of which one table remembers the answers: it bounds the memory."""

_MOST_TABLES = 8
_ORDER = {action: number for number, action in enumerate(ACTIONS)}


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """The access of one account's principals.

    Attributes:
        routes: routes that only its principals have; in `classes` they stand behind the common
            ones.
        classes: as in `Audit`, with positions among the account's own principals.
        unclear: profiles whose destinations are not known.
    """

    routes: tuple[Route, ...]
    classes: tuple[AccessClass, ...]
    unclear: tuple[str, ...] = ()


class Answers:
    """The answers of callers to all routes of one layout, each kind of caller once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._index = TargetIndex(layout.targets)
        self._forget()

    def _forget(self) -> None:
        self._maker = RowMaker(self._index, ACTIONS)
        self._known: dict[Hashable, Mapping[str, tuple[RouteClass, ...]]] = {}

    def all_of(self, subjects: Iterable[Subject]) -> Iterator[Mapping[str, tuple[RouteClass, ...]]]:
        """All routes of each caller by action; the same object for callers that stand alike.

        What is alike does not depend on who was asked for before.
        """
        if len(self._known) >= _MOST_KINDS:
            self._forget()
        return map(self._of, subjects)

    def _of(self, subject: Subject) -> Mapping[str, tuple[RouteClass, ...]]:
        rows = self._maker.rows(subject)
        # the maker keeps its rows, and equal ones are one object; what settles an unknown answer
        # is the same only for callers of whom every policy says the same
        is_open = any(decision.outcome is Outcome.UNKNOWN for row in rows for decision, _ in row)
        key = (id(rows), _gaps(subject.policies)) if is_open else tuple(map(id, rows))
        found = self._known.get(key)
        if found is None:
            by_action = dict(zip(ACTIONS, rows, strict=True))
            settle = self._settle(subject)
            found = self._known[key] = {
                action: routes_by_answer(self._layout, action, by_action, settle)
                for action in ACTIONS
            }
        return found

    def _settle(self, subject: Subject) -> Callable[[str, int], Settle]:
        def told(action: str, number: int) -> Settle:
            target = self._index.targets[number]
            policies = policies_of(subject.policies, target)
            facts = explain(request_of(subject, action, target), policies).deciding_missing
            return with_accounts(facts, subject.principal.account)

        return told


def _gaps(policies: Policies) -> tuple[Missing | PolicyRef, ...]:
    """The documents of a caller's side that were not collected, and those that are malformed."""
    found: list[object] = [*policies.identity, policies.boundary]
    if isinstance(policies.scp, tuple):
        found += [document for level in policies.scp for document in level.documents]
    else:
        found.append(policies.scp)
    gaps: list[Missing | PolicyRef] = []
    for entry in found:
        if isinstance(entry, Missing):
            gaps.append(entry)
        elif isinstance(entry, PolicyDocument) and is_malformed(entry):
            gaps.append(entry.ref)
    return tuple(gaps)


class AccessTable:
    """Finds the access of any accounts of one partition to the same common offers.

    Args:
        offers: what AWS offers to all.
        partition: the partition.
        wanted: which routes are asked for.
        documents: makes equal policies one.
    """

    def __init__(
        self, offers: tuple[Offer, ...], partition: str, wanted: Wanted, documents: Documents
    ) -> None:
        self._offers, self._partition, self._wanted = offers, partition, wanted
        self._documents = documents
        self._tables: dict[tuple[object, ...], Answers] = {}

    def access(self, account: Account, snapshot: Snapshot) -> OwnAccess:
        """What the principals of an account may call."""
        if not account.roles and not account.users:
            return OwnAccess((), ())
        organization = snapshot.organization_of(account.id)
        bound = tuple(documents_of(account, organization))
        alike = can_stand_in(account, bound, self._documents)
        name = STAND_IN if alike else account.id
        seen = stood_in(account, organization, name, self._documents)
        subjects = subjects_of(
            name, Viewpoint(self._partition), seen, service="bedrock-runtime", endpoints=False
        )
        own = own_offers(account, snapshot, self._partition, self._offers, self._wanted)
        kept = ~set_of(own.replaced, len(self._offers))
        paths = any(map(self._documents.tests_paths, bound))
        found: dict[_Alike, int] = {}
        common = self._table(None, name, seen, paths=paths)
        for entry, routes in _classes(account.id, name, subjects, common):
            if routes & kept:
                found[entry] = found.get(entry, 0) | routes & kept
        if own.offers:
            behind = len(self._offers)
            offers = tuple(_put(offer, account.id, name) for offer in own.offers)
            table = self._table(offers, name, seen, paths=paths)
            for entry, routes in _classes(account.id, name, subjects, table):
                found[entry] = found.get(entry, 0) | routes << behind
        classes = [
            AccessClass(account.id, members, action, routes, access, layers, regions, settle)
            for (members, action, access, layers, regions, settle), routes in found.items()
        ]
        classes.sort(key=lambda c: (_ORDER[c.action], c.principals, c.routes & -c.routes))
        return OwnAccess(tuple(o.route for o in own.offers), tuple(classes), own.unclear)

    def _table(
        self, offers: tuple[Offer, ...] | None, account: str, seen: Snapshot, *, paths: bool
    ) -> Answers:
        """The table for offers (None: the common ones) and all that tells targets apart."""
        org = next(iter(seen.organizations), None)
        above = org.chain(account)[0] if org is not None and paths else ()
        known = (org.id, org.management_account == account) if org is not None else None
        key = offers, account, known, above, seen.accounts[account].missing
        found = self._tables.get(key)
        if found is None:
            if len(self._tables) >= _MOST_TABLES:
                del self._tables[next(reversed(self._tables))]
            leave_out = frozenset() if paths else frozenset({_ORG_PATHS})
            layout = Layout(
                self._offers if offers is None else offers,
                account,
                self._partition,
                seen,
                leave_out,
            )
            found = self._tables[key] = Answers(layout)
        return found


_Alike = tuple[tuple[int, ...], str, Access, tuple[PolicyLayer, ...], tuple[str, ...], Settle]
"""A class without its account and routes."""


def _classes(
    account: str, stand_in: str, subjects: tuple[Subject, ...], answers: Answers
) -> Iterator[tuple[_Alike, int]]:
    """Classes, each with its routes."""
    alike: dict[int, tuple[Mapping[str, tuple[RouteClass, ...]], list[int]]] = {}
    for position, found in enumerate(answers.all_of(subjects)):
        alike.setdefault(id(found), (found, []))[1].append(position)
    for found, positions in alike.values():
        members = tuple(positions)
        for action, classes in found.items():
            for entry in classes:
                settle = tuple(own_words(fact, account, stand_in) for fact in entry.settle)
                yield (
                    (
                        members,
                        action,
                        entry.access,
                        entry.blocked_by,
                        entry.blocked_regions,
                        settle,
                    ),
                    entry.routes,
                )


def _put(offer: Offer, account: str, stand_in: str) -> Offer:
    """An offer of an account under another id."""
    route = replace(
        offer.route,
        profile=offer.route.profile.replace(account, stand_in),
        account=offer.route.account.replace(account, stand_in),
    )
    return replace(offer, route=route, tags=stood_in_tags(offer.tags, account, stand_in))
