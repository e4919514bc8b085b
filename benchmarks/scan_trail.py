"""Events a second of `scan` from gzip, beside DuckDB and jq over the same files in the same run.

    python benchmarks/scan_trail.py [--events 1000000] [--jobs 2] [--runs 3]

The trail is generated: a mix of services with 0.3 % denied calls, 1,300 bytes an event on average,
2,500 events a file, packed as CloudTrail packs them: ten services in equal parts, so that a tenth
are calls of AssumeRole, whose answers a scan keeps. DuckDB and jq answer the plain question, how
many denied calls there are; jq takes part where it is installed. All three use the same processes.
Processor time is what other programs on the machine disturb least.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bedrock_doctor import app
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.refusals import ASSUMING, DENIED_CODES
from bedrock_doctor.scan.scanning import ScanRequest

SERVICES = (
    ("s3", "GetObject"), ("kms", "Decrypt"), ("ec2", "DescribeInstances"), ("sts", "AssumeRole"),
    ("iam", "GetRole"), ("logs", "CreateLogStream"), ("dynamodb", "DescribeTable"),
    ("lambda", "GetFunction"), ("ssm", "GetParameter"), ("bedrock", "Converse"),
)  # fmt: skip
EVENTS_A_FILE = 2_500


def event(chance: random.Random) -> dict[str, Any]:
    """One event of a mixed trail."""
    service, name = chance.choice(SERVICES)
    account = f"{chance.randrange(1_000):012}"
    role = f"role-{chance.randrange(500)}"

    def unique() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128)))

    found: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROA{role}:i-0abc",
            "arn": f"arn:aws:sts::{account}:assumed-role/{role}/i-0abc",
            "accountId": account,
            "accessKeyId": f"ASIA{chance.randrange(10**6):016}",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": f"AROA{role}",
                    "arn": f"arn:aws:iam::{account}:role/{role}",
                    "accountId": account,
                    "userName": role,
                },
                "attributes": {"creationDate": "2026-11-20T10:00:00Z", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": f"2026-11-20T10:{chance.randrange(60):02}:{chance.randrange(60):02}Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": f"10.0.{chance.randrange(256)}.{chance.randrange(256)}",
        "userAgent": "aws-sdk-java/2.20.0 Linux/5.10 Java/17 vendor/Amazon cfg/retry-mode/standard",
        "requestParameters": {"name": f"folder/{unique()}", "modelId": "amazon.nova-lite-v1:0"},
        "responseElements": None,
        "requestID": unique(),
        "eventID": unique(),
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.eu-central-1.amazonaws.com",
        },
    }
    if name == "AssumeRole":
        key = f"ASIA{chance.randrange(10**6):016}"
        found["responseElements"] = {"credentials": {"accessKeyId": key}}
    if chance.random() < 0.003:
        found["errorCode"] = "AccessDenied"
        found["errorMessage"] = f"User: {found['userIdentity']['arn']} is not authorized"
    return found


def generate(folder: Path, events: int) -> tuple[int, int]:
    """Writes a trail; gives its bytes, packed and unpacked."""
    chance = random.Random(7)
    packed = plain = 0
    for number in range(events // EVENTS_A_FILE):
        records = [event(chance) for _ in range(EVENTS_A_FILE)]
        text = json.dumps({"Records": records}, separators=(",", ":")).encode()
        data = gzip.compress(text, 6)
        (folder / f"{number:06}.json.gz").write_bytes(data)
        plain += len(text)
        packed += len(data)
    return packed, plain


def ours(folder: Path, jobs: int) -> int:
    found = app.scan(ScanRequest([str(folder)], Wanted(), jobs), lambda _files, _events: None)
    return found.denied


def duckdb_count(folder: Path, jobs: int) -> int:
    import duckdb

    codes = ", ".join(f"'{code}'" for code in sorted(DENIED_CODES))
    with duckdb.connect(config={"threads": jobs}) as database:
        (row,) = database.execute(
            "SELECT COUNT(DISTINCT r.eventID) FROM (SELECT UNNEST(Records) AS r FROM read_json("
            f"'{folder}/*.json.gz', maximum_object_size=67108864, columns={{'Records': "
            "'STRUCT(eventSource VARCHAR, errorCode VARCHAR, eventID VARCHAR)[]'}))"
            f" WHERE (r.eventSource LIKE 'bedrock%' OR r.eventSource = '{ASSUMING}')"
            f" AND r.errorCode IN ({codes})"
        ).fetchall()
    return int(row[0])


def jq_count(folder: Path, jobs: int) -> int:
    wanted = '.errorCode == "AccessDenied" and (.eventSource | test("^(bedrock.*|sts\\\\.)"))'
    program = f".Records[] | select({wanted}) | .eventID"
    script = (
        f"ls {folder}/*.json.gz | xargs -P {jobs} -n 8 sh -c "
        f"'zcat \"$@\" | jq -r '\"'\"'{program}'\"'\"'' sh | sort -u | wc -l"
    )
    return int(subprocess.run(script, shell=True, check=True, capture_output=True).stdout)


def processor_time() -> float:
    """Seconds that this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(
    run: Callable[[Path, int], int], folder: Path, jobs: int, runs: int
) -> tuple[float, float, int]:
    """Seconds, seconds of processor time, and the answer."""
    times, used, answer = [], [], 0
    for _ in range(runs):
        start, before = time.perf_counter(), processor_time()
        answer = run(folder, jobs)
        times.append(time.perf_counter() - start)
        used.append(processor_time() - before)
    return statistics.median(times), statistics.median(used), answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packed, plain = generate(folder, options.events)
        events = options.events // EVENTS_A_FILE * EVENTS_A_FILE
        print(
            f"{events:,} events, {plain / events:,.0f} bytes an event, "
            f"{packed / 1e6:,.0f} MB packed, {options.jobs} processes, median of {options.runs}"
        )
        runners = {"bedrock-doctor scan": ours, "duckdb": duckdb_count}
        if shutil.which("jq"):
            runners["zcat | jq"] = jq_count
        first = None
        for label, run in runners.items():
            seconds, used, answer = timed(run, folder, options.jobs, options.runs)
            first = first or seconds
            print(
                f"{label:20} {seconds:8.2f} s {events / seconds:12,.0f} events/s "
                f"{seconds / first:6.1f}x  {used / events * 1e6:6.2f} µs of processor time an event"
                f"  {answer:,} denied"
            )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"peak memory: {own // 1024} MB, largest child {peak // 1024} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
