"""How the cost of the engine grows with statements, policies and callers.

    uv sync --group proof
    python benchmarks/scaling.py [--plot docs/performance.svg]

Prints the measured points as Markdown tables; processor time of one core, the better of two runs.
With `--plot` it draws them too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from organization import PREFIX, Size, organization

from bedrock_doctor.evaluate.authorize import decide
from bedrock_doctor.evaluate.compile import CompiledPolicies
from bedrock_doctor.evaluate.matrix import evaluate_matrix
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Context, Policies, Request
from bedrock_doctor.model.source import Source

COUNTS = (1, 4, 16, 64, 256, 1024)
DOCUMENTS = (1, 4, 16, 64, 256)
CALLERS = (125, 250, 500, 1000)
REPEAT = 2
Points = list[tuple[int, float]]


def best(work: Callable[[], object], times: int) -> float:
    """Processor seconds of one call, the best of some runs of `times` calls."""
    found = []
    for _ in range(REPEAT):
        start = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - start) / times)
    return min(found)


def identity(documents: int, statements: int) -> CompiledPolicies:
    """Policies of which no statement matches, so that each must be tried."""
    written = []
    for number in range(documents):
        entries = [
            {
                "Effect": "Allow",
                "Action": "bedrock:InvokeModel",
                "Resource": f"{PREFIX}*::foundation-model/maker{number}.model{place}-*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}},
            }
            for place in range(statements)
        ]
        text = json.dumps({"Version": "2012-10-17", "Statement": entries})
        written.append(PolicyDocument(PolicyRef(PolicyKind.INLINE, f"P{number}"), Source(text)))
    return CompiledPolicies(Policies(identity=tuple(written)))


def decision(policies: CompiledPolicies) -> float:
    """Microseconds of one decision."""
    arn = "arn:aws:iam::210000000000:role/app"
    context = Context.of({"aws:RequestedRegion": "eu-west-1", "aws:PrincipalArn": arn})
    resource = f"{PREFIX}eu-west-1::foundation-model/anthropic.claude-sonnet-4-6"
    request = Request(parse_principal(arn), "bedrock:InvokeModel", resource, None, context)
    return best(lambda: decide(policies, request), 200) * 1e6


def matrix(roles: int, sets: int) -> float:
    """Seconds of the matrix of some roles with 4,500 targets and four actions."""
    axes = organization(Size(roles=roles, sets=sets))
    evaluate_matrix(axes)
    return best(lambda: evaluate_matrix(axes), 1)


def measure() -> dict[str, Points]:
    """All series by title."""
    return {
        "µs per decision, by statements of one policy": [
            (count, decision(identity(1, count))) for count in COUNTS
        ],
        "µs per decision, by policies of four statements": [
            (count, decision(identity(count, 4))) for count in DOCUMENTS
        ],
        "seconds per matrix, by callers with 40 sets of policies": [
            (count, matrix(count, 40)) for count in CALLERS
        ],
        "seconds per matrix, by callers with a set each": [
            (count, matrix(count, count)) for count in CALLERS
        ],
    }


def plot(series: dict[str, Points], file: Path) -> None:
    """Draws one panel for decisions and one for matrices."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "performance"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    for title, points in series.items():
        unit, _, label = title.partition(", by ")
        panel = left if unit.startswith("µs") else right
        panel.plot(*zip(*points, strict=True), marker="o", label=label)
        panel.set_ylabel(unit)
    for panel, name in ((left, "number of them"), (right, "callers")):
        panel.set(xscale="log", yscale="log", xlabel=name)
        panel.grid(alpha=0.3)
        panel.legend()
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Measures, prints, draws."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    series = measure()
    for title, points in series.items():
        print(f"\n{title}\n")
        print("| " + " | ".join(f"{count:,}" for count, _ in points) + " |")
        print("|" + "---:|" * len(points))
        print("| " + " | ".join(f"{cost:.3g}" for _, cost in points) + " |")
    if given.plot:
        plot(series, given.plot)


if __name__ == "__main__":
    main()
