"""Decisions that differ, joined into classes and told in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.diagnose.wording import counted, listed, name_of
from bedrock_doctor.evaluate.matrix import Target
from bedrock_doctor.model.blast_radius import DecisionClass
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.universe.targets import Asked, Family

_PROFILE_KEY = "bedrock:inferenceprofilearn"
Cell = tuple[str, str, str, str, tuple[str, ...]]
"""Principal, action, resource, Region and profile of one decision."""


@dataclass(frozen=True, slots=True)
class RawClass:
    """Decisions of one action that change in the same way.

    Attributes:
        account: account of the principals, or empty.
        principals: their ARNs.
        action: the action.
        resources: the targets with what they stand for.
        before: outcome without the change.
        after: outcome with it.
    """

    account: str
    principals: tuple[str, ...]
    action: str
    resources: tuple[tuple[Target, Asked], ...]
    before: Outcome
    after: Outcome


def told(classes: Iterable[RawClass], report: Report) -> tuple[DecisionClass, ...]:
    """Classes for people, the largest first; the decisions of the attempt itself are left out."""
    attempt = frozenset(_attempted(report))
    joined: dict[tuple[object, ...], tuple[RawClass, list[str]]] = {}
    for entry in _by_family(_beyond(classes, attempt)):
        asked = tuple(ask for _, ask in entry.resources)
        key = (entry.account, entry.principals, asked, entry.before, entry.after)
        joined.setdefault(key, (entry, []))[1].append(entry.action)
    found = [_class(entry, tuple(sorted(actions))) for entry, actions in joined.values()]
    return tuple(sorted(found, key=lambda c: (-c.decisions, c.words)))


def _attempted(report: Report) -> Iterator[Cell]:
    for hop in report.hops:
        for traced in hop.checks:
            request = traced.check.request
            values = request.context.values
            principal = values.get("aws:principalarn", (request.principal.arn,))[0]
            region, profile = traced.check.region, values.get(_PROFILE_KEY, ())
            yield principal, request.action, request.resource, region, profile


def _beyond(classes: Iterable[RawClass], attempt: frozenset[Cell]) -> Iterator[RawClass]:
    signers = {cell[0] for cell in attempt}
    for entry in classes:
        rest = tuple(arn for arn in entry.principals if arn not in signers)
        if rest:
            yield replace(entry, principals=rest)
        for arn in entry.principals:
            if arn not in signers:
                continue
            kept = tuple(
                pair for pair in entry.resources if _cell(arn, entry.action, *pair) not in attempt
            )
            if kept:
                yield replace(entry, principals=(arn,), resources=kept)


def _cell(arn: str, action: str, target: Target, asked: Asked) -> Cell:
    profile = target.context.values.get(_PROFILE_KEY, ())
    return arn, action, target.resource, asked.region, profile


def _by_family(classes: Iterable[RawClass]) -> Iterator[RawClass]:
    for entry in classes:
        families = dict.fromkeys(asked.family for _, asked in entry.resources)
        for family in families:
            kept = tuple(pair for pair in entry.resources if pair[1].family is family)
            yield replace(entry, resources=kept)


def _class(entry: RawClass, actions: tuple[str, ...]) -> DecisionClass:
    asked = [ask for _, ask in entry.resources]
    family = asked[0].family
    names = tuple(sorted({ask.name for ask in asked}))
    regions = () if family is Family.ROLE else tuple(sorted({ask.region for ask in asked}))
    through = tuple(sorted({ask.through for ask in asked} - {""}))
    found = DecisionClass(
        account=entry.account,
        principals=tuple(sorted(entry.principals)),
        actions=actions,
        resources=names,
        regions=regions,
        through=through,
        before=entry.before,
        after=entry.after,
        decisions=len(entry.principals) * len(actions) * len(asked),
        words="",
    )
    return replace(found, words=_words(found, family))


def _words(entry: DecisionClass, family: Family) -> str:
    actions = listed([name.partition(":")[2] for name in entry.actions], 3)
    if family is Family.ROLE:
        what = f"{actions} on {_many([name_of(arn) for arn in entry.resources], 'role')}"
    elif family is Family.PROFILE:
        what = f"{actions} on {_many(entry.resources, 'inference profile')}"
    else:
        what = f"{actions} on {_many(entry.resources, 'model')}"
    if entry.regions:
        what += f" in {_many(entry.regions, 'Region')}"
    if entry.through:
        what += f" through {_many(entry.through, 'profile')}"
    doubt = ", where facts of the request allow it" if entry.after is Outcome.UNKNOWN else ""
    return f"{what}: {_who(entry)}{doubt}"


def _who(entry: DecisionClass) -> str:
    if not entry.account:
        return "any other account"
    kinds = (":user/", "user"), (":role/", "role")
    parts = [
        _many([name_of(arn) for arn in arns], word)
        for sign, word in kinds
        if (arns := [arn for arn in entry.principals if sign in arn])
    ]
    return f"{listed(parts) or counted(len(entry.principals), 'principal')} of {entry.account}"


def _many(names: tuple[str, ...] | list[str], word: str) -> str:
    """The names of a few, the number of many."""
    return listed(names) if len(names) <= _NAMED else counted(len(names), word)


_NAMED = 3
