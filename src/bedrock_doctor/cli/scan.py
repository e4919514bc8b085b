"""`bedrock-doctor scan`: the denied calls of CloudTrail logs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.answer_options import (
    color_option,
    form_option,
    jobs_option,
    out_option,
    query_option,
    quiet_option,
    redact_option,
    snapshots_option,
    spark_option,
)
from bedrock_doctor.cli.answer_output import (
    layout_of,
    part_of,
    refuse_query_of_text,
    write_answer,
    write_bytes,
)
from bedrock_doctor.cli.progress import Progress
from bedrock_doctor.errors import UsageError

if TYPE_CHECKING:
    from bedrock_doctor.model.snapshot import Snapshot
    from bedrock_doctor.model.trail import TrailScan
    from bedrock_doctor.scan.log_files import Wanted
    from bedrock_doctor.scan.scanning import ScanRequest


@click.command("scan", short_help="Group the denied calls of CloudTrail logs.")
@click.argument("paths", metavar="FILE|DIR|s3://...", nargs=-1)
@click.option("--since", metavar="TIME", help="First day or moment (UTC), or an age such as 7d.")
@click.option("--until", metavar="TIME", help="First day or moment that is not wanted any more.")
@click.option(
    "--account", "accounts", metavar="ID", multiple=True, help="Only this trail. Repeatable."
)
@click.option(
    "--region", "regions", metavar="REGION", multiple=True, help="Only this Region. Repeatable."
)
@click.option(
    "--lookup",
    is_flag=True,
    help="Ask CloudTrail's event history, in each --region; of the last day without --since.",
)
@click.option("--profile", metavar="NAME", help="A profile of the AWS config files.")
@click.option("--endpoint-url", metavar="URL", help="All calls go there, not to AWS.")
@snapshots_option("Diagnose each group against it; repeatable.")
@form_option("text", "json", "jsonl", "html", "parquet", help="parquet needs the extra `lake`.")
@click.option(
    "--athena",
    type=click.Choice(["plain", "projected", "organization", "lake"]),
    help="Read nothing; print the same question as SQL: for a table of Amazon Athena without "
    "partitions, with partition projection, or of an organization trail; or for CloudTrail Lake.",
)
@click.option("--table", metavar="NAME", help="Table, or id of the event data store, for --athena.")
@spark_option(
    "Read on Apache Spark: local[4], spark://HOST:7077, yarn, ...; `submitted` is the session "
    "that spark-submit gives. Needs the extra `spark`.",
)
@query_option
@out_option
@redact_option
@jobs_option("Processes to read with. Not given: all cores.")
@color_option
@click.option("-v", "--verbose", is_flag=True, help="Show all groups.")
@quiet_option
@click.option("--exit-zero", is_flag=True, help="Exit 0 also when denied calls were found.")
def command(**options: Any) -> int:
    """Find the denied calls to Amazon Bedrock, bedrock-mantle and AWS STS in CloudTrail logs: log
    files as CloudTrail delivers them, whole folders and buckets of them, answers of LookupEvents,
    and one event a line. Denied calls that are alike make one group, with its likely cause, who
    called, and when it was first and last seen. Each event is counted once, however often it was
    delivered.

    With --snapshot every group is diagnosed as `diagnose` would.

    \b
    Exit codes: 0 no denied calls; 1 denied calls were found; 2 usage or bad input; 3 none in what
    could be read, but not all could; 130 interrupted, after what was found so far.

    \b
    Examples:
      bedrock-doctor scan AWSLogs/ --since 7d
      bedrock-doctor scan logs/ --snapshot org.zip --format html -o denied.html
      bedrock-doctor scan s3://my-trail/AWSLogs/ --since 1d --account 444455556666
      aws cloudtrail lookup-events | bedrock-doctor scan -
      bedrock-doctor scan --athena organization --table logs.trail --since 2026-11-01
      bedrock-doctor scan /mnt/logs --spark spark://10.0.0.5:7077
    """
    from bedrock_doctor import app
    from bedrock_doctor.scan.scanning import ScanRequest
    from bedrock_doctor.scan.trail_source import Access

    refuse_query_of_text(options)
    if options["format_"] == "parquet" and not options["out"]:
        raise UsageError("parquet is not text", help="add -o FILE.parquet")
    if options["athena"]:
        return _print_query(options)
    if not options["paths"] and not options["lookup"]:
        raise UsageError(
            "no logs to scan",
            help="give log files, folders or s3://BUCKET/PREFIX, or ask for --lookup",
        )
    snapshot = app.load_snapshot(options["snapshots"]) if options["snapshots"] else None
    request = ScanRequest(
        options["paths"],
        _wanted(options),
        options["jobs"],
        _regions(options) if options["lookup"] else (),
        Access(options["profile"], options["endpoint_url"]),
    )
    if options["master"]:
        found = _on_spark(request, snapshot, options)
    else:
        progress = Progress("{:,} files, {:,} events")
        found = app.scan(request, progress, snapshot)
        progress.end()
    if not options["quiet"]:
        _write(found, options)
    if found.interrupted:
        return 130
    if found.groups:
        return 0 if options["exit_zero"] else 1
    return 3 if found.unread_count else 0


def _on_spark(
    request: ScanRequest, snapshot: Snapshot | None, options: dict[str, Any]
) -> TrailScan:
    if options["lookup"] or options["jobs"]:
        raise UsageError(
            "--spark reads log files, in as many tasks as Spark runs",
            help="leave out --lookup and --jobs",
        )
    from bedrock_doctor.spark.session import spark_session

    with spark_session(options["master"], "bedrock-doctor scan") as spark:
        from bedrock_doctor.spark.trail_job import TrailJob, scanned_trail

        job = TrailJob(spark, request.wanted, request.access)
        return scanned_trail(job, request.paths, snapshot)


def _print_query(options: dict[str, Any]) -> int:
    from bedrock_doctor import app

    if options["paths"] or not options["table"]:
        raise UsageError(
            "--athena reads no logs and needs a table",
            help="bedrock-doctor scan --athena projected --table cloudtrail_logs_pp --since 7d",
        )
    query = app.scan_query(options["table"], options["athena"], _wanted(options))
    write_answer(query, options["out"])
    return 0


def _regions(options: dict[str, Any]) -> tuple[str, ...]:
    """The Regions whose event history is asked."""
    named: tuple[str, ...] = options["regions"]
    if named:
        return named
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise UsageError("--lookup needs a Region", help="add --region eu-central-1")
    return (region,)


def _wanted(options: dict[str, Any]) -> Wanted:
    from bedrock_doctor.scan.log_files import Wanted
    from bedrock_doctor.scan.moments import moment

    now = datetime.now(UTC)
    return Wanted(
        moment(options["since"] or ("1d" if options["lookup"] else ""), "--since", now),
        moment(options["until"] or "", "--until", now),
        options["accounts"],
        options["regions"],
    )


def _write(found: TrailScan, options: dict[str, Any]) -> None:
    from bedrock_doctor.render.redact import Redaction, Redactor

    redactor = Redactor(Redaction(options["redact"]))
    match options["format_"]:
        case "parquet":
            from bedrock_doctor.render.scan_parquet import scan_parquet

            write_bytes(scan_parquet(found, redactor), options["out"])
        case "html":
            from bedrock_doctor.render.scan_html import scan_html

            write_answer(scan_html(found, redactor), options["out"])
        case "jsonl":
            from bedrock_doctor.render.scan_json import scan_lines

            write_answer(scan_lines(found, redactor), options["out"])
        case "json":
            import json

            from bedrock_doctor.render.scan_json import scan_tree

            data = scan_tree(found, redactor)
            if options["query"]:
                data = part_of(data, options["query"])
            write_answer(json.dumps(data, indent=2) + "\n", options["out"])
        case _:
            from bedrock_doctor.render.page import Page
            from bedrock_doctor.render.scan_text import scan_text

            page = Page(**layout_of(options["out"], options["color"]), conceal=redactor.text)
            write_answer(scan_text(found, page, verbose=options["verbose"]), options["out"])
