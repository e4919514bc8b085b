"""Two audits compared, against their answers one by one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.audit.difference import difference
from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.model.audit import (
    Access,
    Audit,
    AuditedAccount,
    AuditedPrincipal,
    PrincipalType,
    Route,
    TrustEdge,
)
from bedrock_doctor.model.audit_change import AccessChange, AuditDifference, ChangeKind
from bedrock_doctor.model.missing import Missing

from .small import CELLS, EDGES, HOME, PEOPLE, ROUTES, audit_of

A, U, B, H = Access.ALLOWED, Access.UNKNOWN, Access.BLOCKED, Access.HALF_BLOCKED
AUDITS = st.builds(audit_of, CELLS, EDGES)
BACKWARDS = {
    ChangeKind.GAINED: ChangeKind.LOST,
    ChangeKind.LOST: ChangeKind.GAINED,
    ChangeKind.DOUBTED: ChangeKind.SETTLED,
    ChangeKind.SETTLED: ChangeKind.DOUBTED,
}
NONE_YET = [[B] * ROUTES for _ in range(PEOPLE)]


def access_in(audit: Audit, person: int, route: int) -> Access:
    """Allowed, unknown or blocked, by any way."""
    (either,) = Standings(audit).effective(person)
    if either.allowed >> route & 1:
        return A
    return U if either.unknown >> route & 1 else B


def kind_of(before: Access, after: Access) -> ChangeKind | None:
    """What a change of one answer is called."""
    if before is after:
        return None
    if U in (before, after):
        return ChangeKind.DOUBTED if after is U else ChangeKind.SETTLED
    return ChangeKind.GAINED if after is A else ChangeKind.LOST


@given(AUDITS)
def test_nothing_is_different_from_itself(audit: Audit) -> None:
    """Whatever it holds."""
    found = difference(audit, audit)
    assert found.changes == found.added == found.removed == ()
    assert found.compared == 1


@given(AUDITS, AUDITS)
def test_every_changed_answer_is_told_once(before: Audit, after: Audit) -> None:
    """Each principal and route, by the better of own permissions and roles."""
    told: dict[tuple[str, str], list[ChangeKind]] = {}
    for change in difference(before, after).changes:
        for arn in change.principals:
            for model in change.models:
                told.setdefault((arn, model), []).append(change.kind)
    for person in range(PEOPLE):
        arn = before.principals[person].arn
        for route in range(ROUTES):
            kind = kind_of(access_in(before, person, route), access_in(after, person, route))
            assert told.get((arn, f"m{route}"), []) == ([] if kind is None else [kind])


@given(AUDITS, AUDITS)
def test_a_difference_read_backwards_swaps_its_sides(before: Audit, after: Audit) -> None:
    """Gained becomes lost, with the same people, models and roles."""
    forth, back = difference(before, after), difference(after, before)
    swapped = {
        replace(change, kind=BACKWARDS[change.kind], before=change.after, after=change.before)
        for change in back.changes
    }
    assert swapped == set(forth.changes)
    assert (forth.added, forth.removed) == (back.removed, back.added)


def only(found: AuditDifference) -> AccessChange:
    """The one change."""
    (change,) = found.changes
    return change


def test_the_way_of_the_access_is_told() -> None:
    """Gained through a role: the chain of now; lost: the chain of then."""
    cells = [list(row) for row in NONE_YET]
    cells[1][0] = A
    before, after = audit_of(cells, {}), audit_of(cells, {(0, 1): A, (2, 0): A})
    found = difference(before, after)
    told = [(c.kind, c.principals[0][-2:], [r[-2:] for r in c.via]) for c in found.changes]
    assert told == [
        (ChangeKind.GAINED, "r2", ["r0", "r1"]),
        (ChangeKind.GAINED, "r0", ["r1"]),
    ]
    back = difference(after, before).changes
    assert [(c.kind, len(c.via)) for c in back] == [(ChangeKind.LOST, 2), (ChangeKind.LOST, 1)]


def test_a_doubt_tells_what_it_depends_on() -> None:
    """A chain that asks for an external id is no gain, it is unknown."""
    cells = [list(row) for row in NONE_YET]
    cells[1][0] = A
    change = only(difference(audit_of(cells, {}), audit_of(cells, {(0, 1): U})))
    assert (change.kind, change.before, change.after) == (ChangeKind.DOUBTED, B, U)
    assert [role[-2:] for role in change.via] == ["r1"]


def test_a_doubt_of_own_permissions_tells_what_it_depends_on() -> None:
    """The document that is missing: for who calls itself, and for who becomes the role that does;
    read backwards, what was settled."""
    gap = Missing("SCPs attached to r-ab12", "organizations:ListPoliciesForTarget")
    cells = [list(row) for row in NONE_YET]
    cells[1][0] = A
    before = audit_of(cells, {(0, 1): A})
    cells[1][0] = U
    after = audit_of(cells, {(0, 1): A})
    open_ = tuple(
        replace(entry, settle=(gap,)) if entry.access is U else entry for entry in after.classes
    )
    after = replace(after, classes=open_)
    for found in (difference(before, after), difference(after, before)):
        assert [change.depends_on for change in found.changes] == [(gap.what,)] * 2


def test_people_that_change_alike_are_told_together() -> None:
    """One class: its principals, models and number of routes."""
    cells = [[A, A, B], [A, A, B], [B, B, B], [B, B, B]]
    change = only(difference(audit_of(NONE_YET, {}), audit_of(cells, {})))
    assert [arn[-2:] for arn in change.principals] == ["r0", "r1"]
    assert (change.models, change.regions, change.routes) == (("m0", "m1"), ("eu-west-1",), 2)


def test_half_blocked_profiles_count_as_blocked() -> None:
    """Their calls fail before and after."""
    cells = [[H] * ROUTES, *NONE_YET[1:]]
    assert difference(audit_of(NONE_YET, {}), audit_of(cells, {})).changes == ()


def with_account(audit: Audit, account: str, *, complete: bool = True) -> Audit:
    """The same audit with a second account, whose role every role of the first may assume."""
    there = AuditedPrincipal(f"arn:aws:iam::{account}:role/far", account, PrincipalType.ROLE)
    at = len(audit.principals)
    far = replace(audit.classes[0], account=account, principals=(at,), access=A)
    return replace(
        audit,
        accounts=(*audit.accounts, AuditedAccount(account, complete=complete)),
        principals=(*audit.principals, there),
        classes=(*audit.classes, far),
        edges=(*audit.edges, *(TrustEdge(n, at, A) for n in range(PEOPLE))),
    )


def test_a_snapshot_that_holds_more_gives_nobody_more() -> None:
    """An account that only one of them holds is named and not compared, in chains too."""
    small = audit_of(NONE_YET, {})
    large = with_account(small, "555566667777")
    found = difference(small, large)
    assert found.changes == found.added == ()
    assert (found.only_after, found.only_before) == (("555566667777",), ())
    assert difference(large, small).only_before == ("555566667777",)


def test_an_account_that_was_interrupted_is_not_compared() -> None:
    """What was not audited then is no gain now."""
    cells = [[A] * ROUTES, *NONE_YET[1:]]
    whole = audit_of(cells, {})
    left = replace(whole, principals=(), classes=(), edges=(), left=(HOME,))
    found = difference(left, whole)
    assert (found.changes, found.only_after) == ((), (HOME,))


def test_a_new_role_is_a_gain_only_where_all_roles_were_known() -> None:
    """Of an incompletely collected account a missing role may have been there."""
    cells = [[A] * ROUTES, *NONE_YET[1:]]
    whole = audit_of(cells, {})
    fewer = replace(
        whole,
        principals=whole.principals[1:],
        classes=tuple(
            replace(entry, principals=tuple(n - 1 for n in entry.principals))
            for entry in whole.classes
            if entry.principals != (0,)
        ),
    )
    found = difference(fewer, whole)
    assert only(found).kind is ChangeKind.GAINED
    assert found.added == (whole.principals[0].arn,)
    partial = replace(fewer, accounts=(replace(fewer.accounts[0], complete=False),))
    change = only(difference(partial, whole))
    assert (change.kind, change.before) == (ChangeKind.SETTLED, U)


def test_a_way_over_a_role_that_may_not_have_been_collected_is_no_gain() -> None:
    """The role and the step to it may have been there: nobody is said to have gained or lost."""
    cells = [[B] * ROUTES for _ in range(PEOPLE - 1)] + [[A] * ROUTES]
    whole = audit_of(cells, {(0, PEOPLE - 1): A})
    far = "111122223333"
    people = (*whole.principals[:-1], replace(whole.principals[-1], account=far))
    accounts = (*whole.accounts, AuditedAccount(far))
    classes = tuple(
        replace(entry, account=people[entry.principals[0]].account) for entry in whole.classes
    )
    whole = replace(whole, principals=people, accounts=accounts, classes=classes)
    partial = replace(
        whole,
        principals=people[:-1],
        accounts=(*whole.accounts[:-1], AuditedAccount(far, complete=False)),
        classes=tuple(entry for entry in classes if entry.account != far),
        edges=(),
    )

    assert {change.kind for change in difference(whole, partial).changes} == {ChangeKind.DOUBTED}
    assert {change.kind for change in difference(partial, whole).changes} == {ChangeKind.SETTLED}
    gone = replace(partial, accounts=accounts)
    assert {change.kind for change in difference(whole, gone).changes} == {ChangeKind.LOST}


def test_routes_are_compared_by_what_they_are() -> None:
    """A profile that is new shifts no other route."""
    cells = [[A, B, B], *NONE_YET[1:]]
    before = audit_of(cells, {})
    moved = replace(
        before,
        routes=(Route("new", "eu-west-1"), *before.routes),
        classes=tuple(replace(entry, routes=entry.routes << 1) for entry in before.classes),
    )
    assert difference(before, moved).changes == ()
    assert difference(moved, before).changes == ()
