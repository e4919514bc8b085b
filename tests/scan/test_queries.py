"""The SQL of a scan finds what the scan finds: executed on DuckDB over the same events."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from bedrock_doctor import app
from bedrock_doctor.errors import UsageError
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.queries import LogTable, denials_query
from bedrock_doctor.scan.scanning import ScanRequest
from tests.scan.events import trail

TEXT = pa.string()
ISSUER = pa.struct([("arn", TEXT)])
IDENTITY = pa.struct([
    ("arn", TEXT), ("accountid", TEXT), ("invokedby", TEXT),
    ("sessioncontext", pa.struct([("sessionissuer", ISSUER)])),
])  # fmt: skip
COLUMNS = (
    "eventsource", "eventname", "errorcode", "errormessage", "eventid", "awsregion",
    "recipientaccountid", "vpcendpointid",
)  # fmt: skip
EVENTS = trail(11, 3_000)
SPAN = Wanted(since="2026-11-05T00:00:00Z", until="2026-11-20T12:00:00Z")


def row(event: dict[str, Any], kind: LogTable) -> dict[str, Any]:
    """An event as the table holds it: names in lower case, parameters as text or as a map."""
    lower = {key.lower(): value for key, value in event.items()}
    identity = lower["useridentity"]
    context = identity.get("sessionContext", {}).get("sessionIssuer")
    parameters = lower.get("requestparameters")
    lake = kind is LogTable.LAKE
    time = lower["eventtime"]
    return {
        **{key: lower.get(key) for key in COLUMNS},
        "useridentity": {
            "arn": identity.get("arn"),
            "accountid": identity.get("accountId"),
            "invokedby": identity.get("invokedBy"),
            "sessioncontext": {"sessionissuer": context} if context else None,
        },
        "eventtime": datetime.fromisoformat(time[:-1]) if lake else time,
        "requestparameters": list((parameters or {}).items()) if lake else json.dumps(parameters),
        "timestamp": time[:10].replace("-", "/"),
        "account": lower["recipientaccountid"],
        "region": lower["awsregion"],
        "year": time[:4], "month": time[5:7], "day": time[8:10],
    }  # fmt: skip


def table(kind: LogTable) -> pa.Table:
    lake = kind is LogTable.LAKE
    plain = ("timestamp", "account", "region", "year", "month", "day")
    schema = pa.schema([
        *((name, TEXT) for name in COLUMNS),
        ("useridentity", IDENTITY),
        ("eventtime", pa.timestamp("s") if lake else TEXT),
        ("requestparameters", pa.map_(TEXT, TEXT) if lake else TEXT),
        *((name, TEXT) for name in plain),
    ])  # fmt: skip
    return pa.Table.from_pylist([row(event, kind) for event in EVENTS], schema)


def answered(kind: LogTable, wanted: Wanted) -> list[tuple[Any, ...]]:
    """The rows of the query, run by DuckDB after translation."""
    query = denials_query("trail", kind, wanted)
    (translated,) = sqlglot.transpile(query, read="athena", write="duckdb")
    # DuckDB writes groups of a pattern as \1
    translated = translated.replace("'$1'", "'\\1'")
    with duckdb.connect() as database:
        database.register("trail", table(kind))
        return database.execute(translated).fetchall()


def scanned(folder: Path, wanted: Wanted) -> list[tuple[Any, ...]]:
    (folder / "log.json.gz").write_bytes(gzip.compress(json.dumps({"Records": EVENTS}).encode()))
    found = app.scan(ScanRequest([str(folder)], wanted, 1), lambda _files, _events: None)
    return [
        (
            call.service, call.operation, call.error_code, call.region, call.account,
            call.principal, call.target, call.endpoint, call.message,
            group.count, group.first, group.last,
        )
        for group in found.groups
        for call in [group.call]
    ]  # fmt: skip


@pytest.mark.parametrize("wanted", [Wanted(), SPAN, Wanted(accounts=("444455556666",)),
                                    Wanted(regions=("eu-central-1",))])  # fmt: skip
@pytest.mark.parametrize("kind", list(LogTable))
def test_the_query_gives_the_groups_of_the_scan(
    kind: LogTable, wanted: Wanted, tmp_path: Path
) -> None:
    """Same columns, same counts, same first and last, in every kind of table."""
    expected = scanned(tmp_path, wanted)

    assert len(expected) > 5
    assert answered(kind, wanted) == expected


@pytest.mark.parametrize("kind", list(LogTable))
def test_the_query_is_one_select(kind: LogTable) -> None:
    """CloudTrail Lake takes nothing but SELECT; the parser of Athena's dialect reads it whole."""
    parsed = sqlglot.parse(denials_query("a.b", kind, SPAN), read="athena")

    assert [type(statement) for statement in parsed] == [exp.Select]


def test_partitions_are_named_where_the_table_has_them() -> None:
    """Without them every query would read the whole bucket."""
    assert "\"timestamp\" >= '2026/11/05'" in denials_query("t", LogTable.PROJECTED, SPAN)
    assert "<= '2026/11/21'" in denials_query("t", LogTable.PROJECTED, SPAN)
    assert "year || '/' || month || '/' || day >= '2026/11/05'" in denials_query(
        "t", LogTable.ORGANIZATION, SPAN
    )


@pytest.mark.parametrize("name", ["", "a;b", "a b", "x'--", "a.b.c.d", 'a"b'])
def test_a_table_name_cannot_smuggle_sql(name: str) -> None:
    """The name goes into the query as it is."""
    with pytest.raises(UsageError, match="no table name"):
        denials_query(name, LogTable.PLAIN, Wanted())


def test_values_are_quoted() -> None:
    """Accounts and Regions come from the command line."""
    query = denials_query("t", LogTable.PLAIN, Wanted(regions=("x' OR '1'='1",)))

    assert "awsregion IN ('x'' OR ''1''=''1')" in query
