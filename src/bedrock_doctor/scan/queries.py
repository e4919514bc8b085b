"""The same groups as SQL: for Amazon Athena over CloudTrail's files, and for CloudTrail Lake.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from bedrock_doctor.errors import UsageError
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.refusals import (
    ASSUMING,
    DENIED_CODES,
    GATE_CODES,
    SERVICE_PREFIX,
    STRIPPED,
    gate_texts,
)
from bedrock_doctor.scan.trail_event import DOMAIN, SESSION, TARGETS


class LogTable(StrEnum):
    """How the events are stored; each has its columns for time, account and Region."""

    PLAIN = "plain"
    """A table over the files without partitions, as the CloudTrail console makes it."""
    PROJECTED = "projected"
    """A table with partition projection over the column ``timestamp``."""
    ORGANIZATION = "organization"
    """A table of an organization trail: account, region, year, month, day."""
    LAKE = "lake"
    """An event data store of CloudTrail Lake."""


_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,2}")
_COLUMNS = (
    "service", "operation", "error_code", "region", "account", "principal", "target", "endpoint",
    "message",
)  # fmt: skip


def denials_query(table: str, kind: LogTable, wanted: Wanted) -> str:
    """A query whose rows are the groups of a scan: the columns that they share, and counts.

    Args:
        table: name of the table, with its database where needed; id of the event data store.
        kind: how it stores events.
        wanted: times, accounts and Regions.

    Raises:
        UsageError: the name is none that SQL takes as it is.
    """
    if not _NAME.fullmatch(table):
        raise UsageError(
            f"`{table}` is no table name", help="expected TABLE, DATABASE.TABLE or a data store id"
        )
    inner = ",\n    ".join(
        f"{expression} AS {name}" for name, expression in _expressions(kind).items()
    )
    conditions = "\n    AND ".join([*_refused(), *_wanted(kind, wanted)])
    columns = ", ".join(_COLUMNS)
    return (
        f"WITH denied AS (\n  SELECT DISTINCT\n    {inner}\n  FROM {_quoted(table, kind)}\n"
        f"  WHERE {conditions}\n)\n"
        f"SELECT {columns},\n"
        "  COUNT(*) AS calls, MIN(event_time) AS first, MAX(event_time) AS last\n"
        f"FROM denied\nGROUP BY {columns}\nORDER BY calls DESC, {columns}\n"
    )


def _quoted(table: str, kind: LogTable) -> str:
    return table if kind is LogTable.LAKE else ".".join(f'"{part}"' for part in table.split("."))


def _expressions(kind: LogTable) -> dict[str, str]:
    issuer = "NULLIF(useridentity.sessioncontext.sessionissuer.arn, '')"
    signer = f"NULLIF(REGEXP_REPLACE(useridentity.arn, {_text(SESSION.pattern)}, '$1'), '')"
    message = "COALESCE(errormessage, '')"
    for pattern, replacement in STRIPPED:
        message = f"REGEXP_REPLACE({message}, {_text(pattern)}, {_text(replacement)})"
    return {
        "event_id": "eventid",
        "event_time": _time(kind),
        "service": f"REGEXP_REPLACE(eventsource, {_text(DOMAIN.pattern)}, '')",
        "operation": "eventname",
        "error_code": "errorcode",
        "region": "COALESCE(awsregion, '')",
        "account": "COALESCE(NULLIF(recipientaccountid, ''), useridentity.accountid, '')",
        "principal": f"COALESCE({issuer}, {signer}, NULLIF(useridentity.invokedby, ''), "
        "useridentity.accountid, '')",
        "target": f"COALESCE({', '.join(_parameter(kind, key) for key in TARGETS)}, '')",
        "endpoint": "COALESCE(vpcendpointid, '')",
        "message": message,
    }


def _time(kind: LogTable) -> str:
    if kind is LogTable.LAKE:
        return "DATE_FORMAT(eventtime, '%Y-%m-%dT%H:%i:%sZ')"
    return "eventtime"


def _parameter(kind: LogTable, key: str) -> str:
    if kind is LogTable.LAKE:
        return f"NULLIF(ELEMENT_AT(requestparameters, {_text(key)}), '')"
    return f"NULLIF(JSON_EXTRACT_SCALAR(requestparameters, '$.{key}'), '')"


def _refused() -> list[str]:
    texts = " OR ".join(f"STRPOS(errormessage, {_text(text)}) > 0" for text in gate_texts())
    return [
        f"(eventsource LIKE '{SERVICE_PREFIX}%' OR eventsource = '{ASSUMING}')",
        f"(errorcode IN ({_list(DENIED_CODES)})\n"
        f"      OR (errorcode IN ({_list(GATE_CODES)})\n        AND ({texts})))",
    ]


def _wanted(kind: LogTable, wanted: Wanted) -> list[str]:
    found = _times(kind, wanted)
    if wanted.accounts:
        column = "COALESCE(NULLIF(recipientaccountid, ''), useridentity.accountid)"
        found.append(f"{column} IN ({_list(wanted.accounts)})")
    if wanted.regions:
        found.append(f"awsregion IN ({_list(wanted.regions)})")
    if kind is LogTable.ORGANIZATION:
        found += [f"account IN ({_list(wanted.accounts)})"] if wanted.accounts else []
        found += [f"region IN ({_list(wanted.regions)})"] if wanted.regions else []
    return found


def _times(kind: LogTable, wanted: Wanted) -> list[str]:
    found = []
    days = {
        LogTable.PROJECTED: '"timestamp"',
        LogTable.ORGANIZATION: "year || '/' || month || '/' || day",
    }.get(kind)
    if wanted.since:
        found.append(f"eventtime >= {_moment(kind, wanted.since)}")
        found += [f"{days} >= '{_day(wanted.since, 0)}'"] if days else []
    if wanted.until:
        found.append(f"eventtime < {_moment(kind, wanted.until)}")
        # delivered later than it happened: the file may lie under the next day
        found += [f"{days} <= '{_day(wanted.until, 1)}'"] if days else []
    return found


def _moment(kind: LogTable, time: str) -> str:
    return f"'{time[:10]} {time[11:19]}'" if kind is LogTable.LAKE else f"'{time}'"


def _day(time: str, later: int) -> str:
    return f"{date.fromisoformat(time[:10]) + timedelta(days=later):%Y/%m/%d}"


def _list(values: Collection[str]) -> str:
    return ", ".join(_text(value) for value in sorted(values))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
