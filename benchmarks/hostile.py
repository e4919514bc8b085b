"""Input that is meant to be expensive: how its cost grows, and that it stays bounded.

    python benchmarks/hostile.py

Each kind is answered in four sizes, each twice the one before; the largest policies have about six
megabytes. Printed are processor milliseconds of one core: reading, compiling and deciding a case
that was never seen, and deciding it again. Twice the size should take twice as long; a kind whose
last step takes more than three times as long makes the exit code 1.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.cases import read_case
from bedrock_doctor.evaluate.compile import compile_policies
from bedrock_doctor.evaluate.policy_set import compile_document
from bedrock_doctor.model.policy_parser import parse_policy

STEPS = 4
REPEAT = 1
MOST = 3.0
"""Times as long for twice the size: more is not linear any more."""

Builder = Callable[[int], tuple[object, dict[str, Any]]]
"""A policy of a size, and the context of the request."""


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of statements, each an Allow of everything where it says nothing else."""
    base = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [base | each for each in statements]}


def stars(size: int) -> tuple[object, dict[str, Any]]:
    """`*a*a*a…*b` against a thousand letters `a`."""
    return policy({"Resource": "arn:aws:s3:::" + "*a" * size + "*b"}), {}


def marks(size: int) -> tuple[object, dict[str, Any]]:
    """`*a?a?…b*` against the same."""
    return policy({"Resource": "arn:aws:s3:::*" + "a?" * size + "b*"}), {}


def long_values(size: int) -> tuple[object, dict[str, Any]]:
    """`*a?a?a?b*` against a value of the request that is very long."""
    block = {"StringLike": {"aws:username": "*" + "a?" * 300 + "b*"}}
    return policy({"Condition": block}), {"aws:username": "a" * size}


def statements(size: int) -> tuple[object, dict[str, Any]]:
    """Denials of which none applies."""
    return policy(*({"Effect": "Deny", "Resource": f"arn:aws:s3:::*{n}b"} for n in range(size))), {}


def actions(size: int) -> tuple[object, dict[str, Any]]:
    """One statement with very many patterns of actions, none of which matches."""
    return policy({"Action": [f"s3:*{n}*x" for n in range(size)]}), {}


def addresses(size: int) -> tuple[object, dict[str, Any]]:
    """One condition with very many networks."""
    block = {
        "NotIpAddress": {"aws:SourceIp": [f"10.{n >> 8 & 255}.{n & 255}.0/24" for n in range(size)]}
    }
    return policy({"Condition": block}), {"aws:SourceIp": "192.0.2.1"}


def variables(size: int) -> tuple[object, dict[str, Any]]:
    """Variables with an empty value, each of which can be read in two ways."""
    block = {"StringLike": {"aws:userid": "${aws:username, 'a'}" * size}}
    return policy({"Condition": block}), {"aws:username": "", "aws:userid": "a" * size}


def nesting(size: int) -> tuple[object, dict[str, Any]]:
    """Lists in lists, which is no policy."""
    return "[" * size + "]" * size, {}


KINDS: tuple[tuple[Builder, int], ...] = (
    (stars, 3_000_000),
    (marks, 3_000_000),
    (long_values, 1_000_000),
    (statements, 10_000),
    (actions, 50_000),
    (addresses, 50_000),
    (variables, 300_000),
    (nesting, 1_000_000),
)


def line_of(build: Builder, size: int) -> tuple[bytes, int]:
    """A case, and the bytes of its policy."""
    document, context = build(size)
    request = {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/s",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::" + "a" * 1000,
        "context": context,
    }
    case = {"request": request, "identity_policies": [document]}
    return json.dumps(case).encode(), len(json.dumps(document))


def milliseconds(line: bytes) -> tuple[float, float]:
    """The best of some runs: everything, and deciding alone."""
    whole, again = [], []
    for _ in range(REPEAT):
        for cache in (compile_policies, compile_document, parse_policy):
            cache.cache_clear()
        start = time.process_time()
        ready = read_case(line)
        decide(ready.policies, ready.request)
        middle = time.process_time()
        decide(ready.policies, ready.request)
        whole.append(middle - start)
        again.append(time.process_time() - middle)
    return min(whole) * 1000, min(again) * 1000


def main() -> None:
    """Prints a table; exits with 1 where a kind grows faster than its size."""
    print("| input | largest policy | ms by size: 1/8, 1/4, 1/2, whole | last step | ms again |")
    print("|---|---:|---:|---:|---:|")
    steep = []
    for build, largest in KINDS:
        found, size, again = [], 0, 0.0
        for step in reversed(range(STEPS)):
            line, size = line_of(build, largest >> step)
            taken, again = milliseconds(line)
            found.append(taken)
        growth = found[-1] / found[-2]
        if growth > MOST:
            steep.append(build.__name__)
        shown = ", ".join(f"{taken:,.0f}" for taken in found)
        print(
            f"| {(build.__doc__ or '').rstrip('.')} | {size / 1e6:.1f} MB | {shown} "
            f"| × {growth:.1f} | {again:,.1f} |",
            flush=True,
        )
    if steep:
        sys.exit(f"more than linear: {', '.join(steep)}")


if __name__ == "__main__":
    main()
