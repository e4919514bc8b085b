"""An audit as one HTML page: a heat map of principals and models, surprises, and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from bedrock_doctor.audit.standing import RouteNames, Standing, Standings, calling
from bedrock_doctor.model.audit import Audit
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.html.audit_data import audit_data, models_of, provider_of
from bedrock_doctor.render.html.pages import embedded_json, own_assets, render_page
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.redact import Redactor
from bedrock_doctor.render.report_json import where_entry
from bedrock_doctor.render.report_reading import shown
from bedrock_doctor.render.surprises_json import learn
from bedrock_doctor.surprises.base import SurpriseKind
from bedrock_doctor.surprises.registry import KINDS

_STYLES = ("style.css", "audit.css")
_SCRIPTS = ("audit_tables.js", "audit_grid.js", "audit_details.js")
_MOST_OF_KIND = 50
"""Surprises of one kind that are shown; the others are counted."""
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Share:
    """How many principals reach something.

    Attributes:
        name: of the account or model.
        title: what else it is called.
        counts: directly, through roles, perhaps, half-blocked, not at all.
    """

    name: str
    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SurpriseView:
    """A surprise as the page shows it.

    Attributes:
        told: the surprise.
        where: its place with policy text, or None.
        concerned: the first of its principals.
        more: how many others there are.
    """

    told: Surprise
    where: doc.WhereEntry | None
    concerned: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class KindView:
    """The surprises of one kind.

    Attributes:
        kind: the kind.
        certain: how many are certain.
        shown: the first of them.
        more: how many others there are.
    """

    kind: SurpriseKind
    certain: int
    shown: tuple[SurpriseView, ...]
    more: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown) + self.more


def audit_page(audit: Audit, surprises: Sequence[Surprise] | None, redactor: Redactor) -> str:
    """The page: no network; readable without its script.

    Args:
        audit: the audit.
        surprises: of it; None: they were not looked for.
        redactor: hides what must not be shown.
    """
    standings = Standings(audit)
    return render_page(
        "audit.html",
        audit=audit,
        held=sum(principal.held for principal in audit.principals),
        totals=_totals(audit, standings),
        accounts=_by_account(audit, standings, redactor),
        models=_by_model(audit, standings, redactor),
        kinds=_kinds(surprises or (), redactor),
        looked_for=surprises is not None,
        surprise_count=len(surprises or ()),
        foreign=lambda text: printable(redactor.text(str(text))),
        redaction=redactor.level.value,
        embedded=embedded_json(audit_data(audit, standings, redactor), compact=True),
        **own_assets(_STYLES, _SCRIPTS),
    )


def _calls(standings: Standings, position: int) -> tuple[Standing, Standing]:
    """How a principal stands to calling models: by its own permissions, and through roles."""
    actions = standings.audit.actions
    own, through = standings.own[position], standings.chained(position)
    return calling(actions, own), calling(actions, through)


def _level(standings: Standings, position: int) -> int:
    """The best of a principal's access: 0 directly to 4 not at all."""
    mine, chained = _calls(standings, position)
    if mine.allowed:
        return 0
    if chained.allowed:
        return 1
    if mine.unknown or chained.unknown:
        return 2
    return 3 if mine.half or chained.half else 4


def _totals(audit: Audit, standings: Standings) -> tuple[int, ...]:
    counts = Counter(
        _level(standings, at) for at, principal in enumerate(audit.principals) if principal.held
    )
    return tuple(counts[level] for level in range(5))


def _by_account(audit: Audit, standings: Standings, redactor: Redactor) -> list[Share]:
    """One row for each audited account, those whose principals reach most first."""
    counts: dict[str, Counter[int]] = {account.id: Counter() for account in audit.accounts}
    for at, principal in enumerate(audit.principals):
        if principal.held:
            level = _level(standings, at)
            counts.setdefault(principal.account, Counter())[level] += 1
    names = {account.id: account.name for account in audit.accounts}
    rows = [
        Share(
            printable(redactor.text(account)),
            printable(redactor.named("account-name", names.get(account, ""))),
            tuple(found[level] for level in range(5)),
        )
        for account, found in counts.items()
        if found
    ]
    return sorted(rows, key=lambda row: (-row.counts[0] - row.counts[1], row.name))


def _by_model(audit: Audit, standings: Standings, redactor: Redactor) -> list[Share]:
    """One row for each model: how many principals reach it."""
    names = RouteNames(audit)
    alike: dict[tuple[int, int], list[int]] = {}
    for at in range(len(audit.principals)):
        key = (id(standings.own[at]), id(standings.chained(at)))
        alike.setdefault(key, []).append(at)
    counts: dict[str, Counter[int]] = {model: Counter() for model in models_of(audit)}
    for members in alike.values():
        own, through = _calls(standings, members[0])
        seen: set[str] = set()
        ways = (
            own.allowed,
            through.allowed,
            own.unknown | through.unknown,
            own.half | through.half,
        )
        for level, routes in enumerate(ways):
            for model in names.models(routes):
                if model not in seen:
                    seen.add(model)
                    counts[model][level] += len(members)
    everybody = len(audit.principals)
    return [
        Share(
            printable(redactor.text(model)),
            printable(redactor.text(provider_of(model))),
            (*(found[level] for level in range(4)), everybody - found.total()),
        )
        for model, found in counts.items()
    ]


def _kinds(surprises: Iterable[Surprise], redactor: Redactor) -> list[KindView]:
    by_slug: dict[str, list[Surprise]] = {}
    for surprise in surprises:
        by_slug.setdefault(surprise.kind, []).append(surprise)
    found = []
    for kind in KINDS:
        told = by_slug.get(kind.slug, [])
        if told:
            shown = tuple(_view(surprise, redactor) for surprise in told[:_MOST_OF_KIND])
            certain = sum(surprise.certain for surprise in told)
            found.append(KindView(kind, certain, shown, len(told) - len(shown)))
    return found


def _view(surprise: Surprise, redactor: Redactor) -> SurpriseView:
    learn(surprise, redactor)
    where = None
    if surprise.place is not None:
        tree = redactor.tree(msgspec.to_builtins(where_entry(surprise.place)))
        where = msgspec.convert(shown(tree), doc.WhereEntry)
    named = surprise.concerned[:_MOST_NAMED]
    return SurpriseView(surprise, where, named, len(surprise.concerned) - len(named))
