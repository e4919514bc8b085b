"""An audit as CSV and Parquet: every answer is in some row, and spreadsheets run nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from hypothesis import given

from bedrock_doctor.audit.standing import Standings
from bedrock_doctor.model.audit import Access, Audit
from bedrock_doctor.render.audit_csv import COLUMNS, audit_csv
from bedrock_doctor.render.audit_parquet import write_audit_parquet
from bedrock_doctor.render.audit_rows import AccessRow, access_rows
from bedrock_doctor.render.comma_separated import comma_separated
from bedrock_doctor.render.redact import Redaction, Redactor
from tests.audit.small import CELLS, EDGES, HOME, ORDER, PEOPLE, ROUTES, audit_of

A, U, H, B = Access.ALLOWED, Access.UNKNOWN, Access.HALF_BLOCKED, Access.BLOCKED
SAMPLE = audit_of(
    [[B, B, B], [A, U, B], [A, A, B], [H, B, B]], {(0, 1): A, (1, 2): A, (3, 2): U}
)  # fmt: skip


def plain() -> Redactor:
    """Nothing is hidden."""
    return Redactor(Redaction.NONE)


def rows_of(audit: Audit) -> list[AccessRow]:
    """All rows."""
    return list(access_rows(audit, Standings(audit), plain()))


@given(CELLS, EDGES)
def test_rows_tell_every_answer(
    cells: list[list[Access]], edges: dict[tuple[int, int], Access]
) -> None:
    """Own access as it is; through roles what is better than that; the rest is counted."""
    audit = audit_of(cells, edges)
    standings = Standings(audit)
    rows = rows_of(audit)
    for person in range(PEOPLE):
        mine = [row for row in rows if row.principal == audit.principals[person].arn]
        direct = {row.model: row.access for row in mine if row.how == "direct" and row.model}
        through = {row.model: row.access for row in mine if row.how == "chain"}
        (either,) = standings.effective(person)
        for route in range(ROUTES):
            own = cells[person][route]
            assert direct.get(f"m{route}", "blocked") == own.value
            bits = (either.allowed >> route & 1, either.unknown >> route & 1)
            expected = {(1, 0): "allowed", (0, 1): "unknown"}.get(bits)
            better = expected if expected != own.value else None
            assert through.get(f"m{route}") == better
        blocked = sum(row.routes for row in mine if row.access == "blocked")
        assert blocked == cells[person].count(B)
    assert len({(row.principal, row.how, row.model) for row in rows}) == len(rows)


def test_a_chain_is_told_with_its_roles() -> None:
    """The shortest one that gives the model; what it waits for."""
    told = {(r.principal[-2:], r.model): r for r in rows_of(SAMPLE) if r.how == "chain"}
    assert [arn[-2:] for arn in told["r0", "m0"].chain] == ["r1"]
    assert [arn[-2:] for arn in told["r0", "m1"].chain] == ["r1", "r2"]
    assert told["r0", "m1"].access == "allowed"
    assert told["r3", "m0"].access == "unknown"
    assert ORDER  # the order of access that the cells are drawn from


def test_duckdb_answers_from_both_files(tmp_path: Path) -> None:
    """The same question to CSV and to Parquet: who reaches m1, and through whom."""
    table, lake = tmp_path / "audit.csv", tmp_path / "audit.parquet"
    table.write_text("".join(audit_csv(SAMPLE, plain())), encoding="utf-8", newline="")
    with lake.open("wb") as sink:
        write_audit_parquet(SAMPLE, plain(), sink)
    question = (
        "select right(principal, 2), how, access from '{}' "
        "where model = 'm1' and access <> 'blocked' order by all"
    )
    expected = [
        ("r0", "chain", "allowed"),
        ("r1", "chain", "allowed"),
        ("r1", "direct", "unknown"),
        ("r2", "direct", "allowed"),
        ("r3", "chain", "unknown"),
    ]
    for file in (table, lake):
        assert duckdb.sql(question.format(file)).fetchall() == expected
    lists = f"select list_extract(chain, -1)[-2:], len(chain) from '{lake}' where len(chain) = 2"
    assert duckdb.sql(lists).fetchall() == [("r2", 2)]
    assert pq.read_schema(lake).names == list(COLUMNS)


def test_spreadsheets_run_nothing() -> None:
    """https://owasp.org/www-community/attacks/CSV_Injection; control characters are shown."""
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "a=b", "x\x1b[31m", 'a,"b"', ["=x", "y"], 7]
    text = "".join(comma_separated(["c"], [[cell] for cell in cells]))
    read = [row[0] for row in csv.reader(io.StringIO(text, newline=""))]
    assert read == [
        "c", "'=1+1", "'+1", "'-1", "'@x", "\\u0009x", "a=b", "x\\u001b[31m", 'a,"b"',
        "'=x; y", "7",
    ]  # fmt: skip


def test_names_can_be_hidden() -> None:
    """--redact works on every column."""
    named = replace(SAMPLE, accounts=(replace(SAMPLE.accounts[0], name="secret"),))
    text = "".join(audit_csv(named, Redactor(Redaction.ALL)))
    assert HOME not in text
    assert "role/r0" not in text
    assert "secret" not in text
