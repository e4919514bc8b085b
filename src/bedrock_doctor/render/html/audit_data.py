"""What the page of an audit carries: people who stand alike as one row, sets of routes as bits.

Tables and positions instead of names: an organization of 50,000 roles is some megabytes. Everything
that a cell shows is joined by the page's own script from these tables.
"""

from __future__ import annotations

import base64
from collections.abc import Hashable
from typing import Any

from bedrock_doctor.audit.standing import CALLING, Row, Standings
from bedrock_doctor.model.audit import Access, AccessClass, Audit, AuditedPrincipal, Settle
from bedrock_doctor.render.printable import printable
from bedrock_doctor.render.redact import Redactor

_ACCESS = {
    Access.ALLOWED: 0,
    Access.HALF_BLOCKED: 1,
    Access.UNKNOWN: 2,
    Access.BLOCKED: 3,
}
NO_PROVIDER = "other"


class Table:
    """Values by position, each once, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self.rows: list[Any] = []

    def at(self, key: Hashable, row: Any = None) -> int:
        """The position of a value.

        Args:
            key: what tells it from others.
            row: how it is written down; None: as the key.
        """
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.rows)
            self.rows.append(key if row is None else row)
        return found


def provider_of(model: str) -> str:
    """The provider of a model, as its id begins with it."""
    name, dot, _ = model.partition(".")
    return name if dot else NO_PROVIDER


def models_of(audit: Audit) -> tuple[str, ...]:
    """The models of all routes, by provider and id."""
    return tuple(sorted({route.model for route in audit.routes}, key=lambda m: (provider_of(m), m)))


def audit_data(audit: Audit, standings: Standings, redactor: Redactor) -> dict[str, Any]:
    """The tables of the page.

    Args:
        audit: the audit.
        standings: how its principals stand.
        redactor: hides what must not be shown.
    """
    return _Tables(audit, standings, redactor).tree()


class _Tables:
    def __init__(self, audit: Audit, standings: Standings, redactor: Redactor) -> None:
        self.audit, self.standings, self.redactor = audit, standings, redactor
        self.sets, self.rows, self.kinds = Table(), Table(), Table()
        self.classes, self.details, self.outs, self.words = Table(), Table(), Table(), Table()
        self.layers = Table()
        self._bytes = -(-len(audit.routes) // 8)
        self._row_ids: dict[int, int] = {}
        self._settled: dict[Settle, int] = {}

    def tree(self) -> dict[str, Any]:
        """Everything; lists of principals run side by side."""
        audit = self.audit
        details = self._details()
        principals = audit.principals
        types = sorted({principal.type.value for principal in principals})
        tree: dict[str, Any] = {
            "actions": list(audit.actions),
            "calling": [at for at, action in enumerate(audit.actions) if action in CALLING],
            "depth": audit.depth,
            "partition": self._partition(),
            "accounts": [
                [
                    self.shown(account.id),
                    printable(self.redactor.named("account-name", account.name)),
                    self.shown(account.management),
                ]
                for account in audit.accounts
            ],
            "types": types,
            "principals": {
                "name": [self._name(principal) for principal in principals],
                "account": self._accounts(),
                "type": [types.index(principal.type.value) for principal in principals],
                "kind": [self._kind(at) for at in range(len(principals))],
                "detail": details,
                "out": self._outs(),
            },
            "routes": self._routes(),
        }
        tree["kinds"] = self.kinds.rows
        tree["rows"] = self.rows.rows
        tree["details"] = self.details.rows
        tree["classes"] = self.classes.rows
        tree["outs"] = self.outs.rows
        tree["sets"] = self.sets.rows
        tree["layers"] = self.layers.rows
        tree["words"] = self.words.rows
        return tree

    def shown(self, text: str) -> str:
        """Foreign text, redacted and without control characters."""
        return printable(self.redactor.text(text))

    def _partition(self) -> str:
        first = next((p.arn for p in self.audit.principals if p.held), "arn:aws:")
        return first.split(":")[1]

    def _name(self, principal: AuditedPrincipal) -> str:
        """The ARN where no account tells its beginning, else what follows ``iam::ID:``."""
        arn = self.shown(principal.arn)
        return arn.split(":", 5)[5] if principal.held else arn

    def _accounts(self) -> list[int]:
        number = {account.id: at for at, account in enumerate(self.audit.accounts)}
        return [number.get(principal.account, -1) for principal in self.audit.principals]

    def _routes(self) -> dict[str, Any]:
        models, regions, profiles, leads = models_of(self.audit), Table(), Table(), Table()
        number = {model: at for at, model in enumerate(models)}
        routes = self.audit.routes
        return {
            "models": [self.shown(model) for model in models],
            "providers": [self.shown(provider_of(model)) for model in models],
            "model": [number[route.model] for route in routes],
            "region": [regions.at(route.region) for route in routes],
            "profile": [
                profiles.at(route.profile, self.shown(route.profile)) if route.profile else -1
                for route in routes
            ],
            "leads": [leads.at(route.destinations, list(route.destinations)) for route in routes],
            "regions": regions.rows,
            "profiles": profiles.rows,
            "destinations": leads.rows,
        }

    def _set(self, routes: int) -> int:
        if not routes:
            return -1
        text = base64.b64encode(routes.to_bytes(self._bytes, "little")).decode()
        return self.sets.at(routes, text)

    def _row(self, row: Row) -> int:
        if id(row) not in self._row_ids:
            written = [
                [self._set(one.allowed), self._set(one.half), self._set(one.unknown)] for one in row
            ]
            self._row_ids[id(row)] = self.rows.at(row, written)
        return self._row_ids[id(row)]

    def _kind(self, position: int) -> int:
        """Principals of one kind stand alike, by themselves and through roles."""
        own = self.standings.own[position]
        through = self.standings.chained(position)
        key = (self._row(own), self._row(through))
        return self.kinds.at(key, list(key))

    def _details(self) -> list[int]:
        """For each principal the classes of its own access, as one of the `details`."""
        found: list[list[int]] = [[] for _ in self.audit.principals]
        for entry in self.audit.classes:
            number = self._class(entry)
            for position in entry.principals:
                found[position].append(number)
        return [self.details.at(tuple(numbers), numbers) for numbers in found]

    def _class(self, entry: AccessClass) -> int:
        written = [
            self.audit.actions.index(entry.action),
            _ACCESS[entry.access],
            self._set(entry.routes),
            [self.layers.at(layer.value) for layer in entry.blocked_by],
            list(entry.blocked_regions),
            self._settle(entry.settle),
        ]
        key = (entry.action, entry.access, entry.routes, entry.blocked_by, entry.blocked_regions)
        return self.classes.at((*key, entry.settle), written)

    def _settle(self, settle: Settle) -> int:
        if not settle:
            return -1
        if settle not in self._settled:
            shown = [self.shown(fact.named) for fact in settle]
            self._settled[settle] = self.words.at(tuple(shown), shown)
        return self._settled[settle]

    def _outs(self) -> list[int]:
        """For each principal its single steps, as one of the `outs`: role and what it waits for."""
        steps: list[list[int]] = [[] for _ in self.audit.principals]
        for edge in self.audit.edges:
            waits = -1 if edge.access is Access.ALLOWED else self._waits(edge.settle)
            steps[edge.source] += [edge.role, waits]
        return [self.outs.at(tuple(flat), flat) for flat in steps]

    def _waits(self, settle: Settle) -> int:
        return self._settle(settle) if settle else self.words.at(("?",), ["?"])
