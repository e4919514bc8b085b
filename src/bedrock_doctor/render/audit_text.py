"""An audit as text: the whole picture, and the answers to single questions."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_doctor.audit.overview import AccountOverview, ModelsLine, overview
from bedrock_doctor.audit.questions import Reaching, ways_of, who_can
from bedrock_doctor.audit.reach import Models
from bedrock_doctor.audit.standing import Standing, Standings
from bedrock_doctor.model.audit import Access, AccessClass, Audit, Settle
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.render.audit_words import AuditWords, blockers, settled_by, spoken_of
from bedrock_doctor.render.numbers import counted
from bedrock_doctor.render.page import Page, Piece, Style, columns

_HEADS = ("MODELS", "ITSELF", "OVER ROLES", "PERHAPS", "HALF-BLOCKED", "BLOCKED")
_TITLES = (
    (Access.ALLOWED, "can call", Style.ALLOW),
    (Access.UNKNOWN, "perhaps", Style.UNKNOWN),
    (Access.HALF_BLOCKED, "half-blocked: some destination Regions are closed", Style.DENY),
)
_SHOWN = 40


def audit_text(
    standings: Standings, page: Page, accounts: Sequence[str] = (), *, verbose: bool = False
) -> str:
    """The whole picture.

    Args:
        standings: of the audit.
        page: an empty page.
        accounts: only these accounts; empty: all.
        verbose: show every model by name.
    """
    audit = standings.audit
    words = AuditWords(audit)
    _summary(audit, page)
    for found in overview(standings):
        if not accounts or found.account.id in accounts:
            _account(found, words, page, verbose=verbose)
    _others(standings, words, page, accounts)
    _footer(audit, tuple(audit.unknowns()), page)
    return page.text()


def _summary(audit: Audit, page: Page) -> None:
    held = sum(principal.held for principal in audit.principals)
    page.line(
        Piece(f"{counted(held, 'role or user', 'roles and users')}", Style.BOLD),
        f" of {counted(len(audit.accounts), 'account')}, "
        f"{counted(len(audit.principals) - held, 'other principal')}; "
        f"{counted(len(audit.routes), 'route')} to "
        f"{counted(len({route.model for route in audit.routes}), 'model')}",
    )
    page.line(
        f"{counted(audit.cells, 'answer')} in {counted(len(audit.classes), 'class', 'classes')}; "
        f"{counted(len(audit.edges), 'step')} from principals to roles, "
        f"chains of up to {counted(audit.depth, 'role')}"
    )


def _account(found: AccountOverview, words: AuditWords, page: Page, *, verbose: bool) -> None:
    page.blank()
    page.line(
        Piece(page.foreign(words.account(found.account.id)), Style.BOLD),
        f": {counted(found.principals, 'role or user', 'roles and users')}",
        "" if found.account.complete else ", not all collected",
    )
    if not found.lines:
        return
    rows = [_HEADS, *(_row(line, page, verbose=verbose) for line in found.lines)]
    widths = [*columns(rows), max(len(row[-1]) for row in rows)]
    told = ["", *(blockers(line.blocked_by, found.account.id) for line in found.lines)]
    for number, (row, walls) in enumerate(zip(rows, told, strict=True)):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        page.line(Piece(f"  {'  '.join(cells)}", Style.PLAIN if number else Style.DIM))
        if walls:
            page.wrap("    blocked by ", page.foreign(walls), style=Style.DIM, head=Style.DIM)


def _row(line: ModelsLine, page: Page, *, verbose: bool) -> tuple[str, ...]:
    names = ", ".join(line.models) if verbose else _few(line.models)
    numbers = (line.itself, line.over_roles, line.perhaps, line.half_blocked, line.blocked)
    return page.foreign(names), *(f"{number:,}" if number else "-" for number in numbers)


def _few(models: Sequence[str]) -> str:
    if len(models) == 1:
        return models[0]
    return f"{models[0]} and {counted(len(models) - 1, 'other')}"


def _others(standings: Standings, words: AuditWords, page: Page, accounts: Sequence[str]) -> None:
    """Who is not held and can become roles."""
    audit = standings.audit
    models = Models(audit)
    lines = []
    for position, principal in enumerate(audit.principals):
        if principal.held or (accounts and principal.account not in accounts):
            continue
        ways = ways_of(standings, position)
        roles = len(standings.graph.roles(position))
        sure = perhaps = 0
        for way in ways:
            if way.access is Access.ALLOWED:
                sure |= models.of(way.calling.allowed)
            else:
                perhaps |= models.of(way.calling.allowed | way.calling.unknown)
        perhaps &= ~sure
        if roles:
            lines.append((principal, roles, sure.bit_count(), perhaps.bit_count()))
    if not lines:
        return
    page.blank()
    page.line(Piece("Others who can become roles", Style.BOLD))
    for principal, roles, sure_count, perhaps_count in lines:
        reached = [
            text
            for number, text in (
                (sure_count, f"calls {counted(sure_count, 'model')}"),
                (perhaps_count, f"perhaps {counted(perhaps_count, 'model')}"),
            )
            if number
        ]
        told = ", ".join([counted(roles, "role"), *(reached or ["no model"])])
        page.wrap("  ", page.foreign(f"{spoken_of(principal)}: {told}"), rest="    ")


def _footer(audit: Audit, missing: Sequence[Missing], page: Page) -> None:
    page.blank()
    if audit.left:
        page.wrap(
            "",
            f"interrupted: {counted(len(audit.left), 'account')} not audited: "
            f"{', '.join(audit.left)}",
            style=Style.UNKNOWN,
        )
    if missing:
        page.line("What would settle answers that are unknown:")
        for fact in missing[:_SHOWN]:
            how = f" ({fact.command})" if fact.command else ""
            page.wrap("  ", page.foreign(f"{fact.what}{how}"), rest="    ")
        if len(missing) > _SHOWN:
            page.line(f"  {counted(len(missing) - _SHOWN, 'more document')}: --format json")
        page.blank()
    page.line("Limits:")
    for limit in audit.limits:
        page.wrap("  ", page.foreign(limit), rest="    ")


def who_can_text(standings: Standings, name: str, page: Page) -> str:
    """Who can call one model."""
    audit = standings.audit
    words, doubts = AuditWords(audit), _Doubts(audit)
    ways = who_can(standings)
    for access, title, style in _TITLES:
        found = [way for way in ways if way.access is access and way.calling.any]
        if not found:
            if access is Access.ALLOWED:
                page.line(Piece(f"nobody can call {page.foreign(name)} for certain", Style.BOLD))
            continue
        people = {way.principal for way in found}
        page.blank()
        head = counted(len(people), "principal")
        subject = f"{head} {title} {name}" if access is Access.ALLOWED else f"{title}: {head}"
        page.line(Piece(page.foreign(subject), style))
        for way in found:
            subject = f"{words.principal(way.principal)} {words.via(way)}"
            page.wrap("  ", page.foreign(subject), rest="    ")
            _reached(way.calling, doubts.of(way), words, page, model=False)
    rest = len(audit.principals) - len({way.principal for way in ways if way.calling.any})
    if rest:
        page.blank()
        page.line(
            f"{counted(rest, 'other principal')} cannot: bedrock-doctor audit why-not tells why"
        )
    _footer(audit, tuple(audit.unknowns()), page)
    return page.text()


def what_can_text(
    standings: Standings, position: int, missing: Sequence[Missing], page: Page
) -> str:
    """What one principal can call.

    Args:
        standings: of the audit.
        position: the principal.
        missing: documents that this answer lacks.
        page: an empty page.
    """
    audit = standings.audit
    words, doubts = AuditWords(audit), _Doubts(audit)
    page.line(Piece(page.foreign(words.principal(position)), Style.BOLD))
    ways = ways_of(standings, position)
    for access, title, style in _TITLES:
        found = [way for way in ways if way.access is access and way.calling.any]
        if not found:
            continue
        page.blank()
        page.line(Piece(title, style))
        alike: dict[tuple[Standing, Settle], list[Reaching]] = {}
        for way in found:
            alike.setdefault((way.calling, doubts.of(way)), []).append(way)
        for (calling, facts), members in alike.items():
            page.wrap("  ", page.foreign("; ".join(map(words.via, members))), rest="    ")
            _reached(calling, facts, words, page, model=True)
    if not any(way.calling.any for way in ways):
        page.line("can call nothing, neither itself nor over roles")
    others = [way for way in ways if not way.calling.any]
    _by_other_actions(others, audit.actions, words, page)
    idle = [
        becoming
        for becoming in standings.graph.becomings(position)
        if becoming.role not in {way.chain.roles[-1] for way in ways if way.chain}
    ]
    if idle:
        page.blank()
        page.line("Roles that it can become and that call no model:")
        for becoming in idle:
            _chained(becoming.chain.access, words.chain(becoming.chain), page)
    _footer(audit, missing, page)
    return page.text()


def _by_other_actions(
    ways: Sequence[Reaching], actions: Sequence[str], words: AuditWords, page: Page
) -> None:
    """Ways that call no model at once: to start batch jobs, to count tokens."""
    if not ways:
        return
    page.blank()
    page.line("It can call no model there, and may do this with it:")
    for way in ways:
        page.wrap("  ", page.foreign(words.via(way)), rest="    ")
        for action, standing in zip(actions, way.row, strict=True):
            if standing.any:
                sure = way.access is Access.ALLOWED and bool(standing.allowed)
                routes = words.routes(standing.allowed or standing.any, model=True)
                doubt = "" if sure else "perhaps "
                page.wrap("      ", page.foreign(f"{doubt}{action}: {routes}"), rest="        ")


def _chained(access: Access, text: str, page: Page) -> None:
    doubt = "" if access is Access.ALLOWED else " (perhaps)"
    page.wrap("  ", page.foreign(f"{text}{doubt}"), rest="    ")


def _reached(
    standing: Standing, facts: Settle, words: AuditWords, page: Page, *, model: bool
) -> None:
    """The routes at the end of a way, and what the way depends on."""
    shown = standing.allowed or standing.unknown or standing.half
    if shown:
        page.wrap("      ", page.foreign(words.routes(shown, model=model)))
    if facts:
        page.wrap("      depends on ", page.foreign(settled_by(facts)))


class _Doubts:
    """What unknown ways depend on."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._open: dict[str, list[AccessClass]] = {}
        for entry in audit.classes:
            if entry.settle:
                self._open.setdefault(entry.account, []).append(entry)

    def of(self, way: Reaching) -> Settle:
        """The steps' doubts, and those of the permissions at the end."""
        if way.access is not Access.UNKNOWN:
            return ()
        facts = dict.fromkeys(way.chain.settle if way.chain else ())
        if way.calling.unknown and not way.calling.allowed:
            end = way.chain.roles[-1] if way.chain else way.principal
            for entry in self._open.get(self._audit.principals[end].account, ()):
                if entry.routes & way.calling.unknown and end in entry.principals:
                    facts.update(dict.fromkeys(entry.settle))
        return tuple(facts)
