"""The groups of a scan as a frame of Spark, with the columns of its Parquet form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bedrock_doctor.render.redact import Redaction, Redactor
from bedrock_doctor.render.scan_json import group_tree

if TYPE_CHECKING:
    from bedrock_doctor.model.trail import TrailScan

COLUMNS = (
    "service string, operation string, error_code string, region string, account string, "
    "principal string, target string, endpoint string, message string, count bigint, "
    "first string, last string, hours map<string, bigint>, callers array<string>, cause string, "
    "cause_slug string, layer string, certain boolean, "
    "diagnosis struct<verdict: string, findings: array<string>, why_not: string>"
)


def group_rows(found: TrailScan) -> list[dict[str, Any]]:
    """One row a group, the most frequent first."""
    redactor = Redactor(Redaction.NONE)
    return [group_tree(group, redactor) for group in found.groups]
