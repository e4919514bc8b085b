"""Compare the engine with the naive evaluator on many random cases.

Run as ``python -m tests.differential.run --cases 200000 --seed 1``. Prints how the verdicts are
spread, every kind of difference with its number, and one shrunk case of each kind. The exit
code is 1 when the two differ.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from random import Random
from typing import Any

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential import naive
from tests.differential.compare import difference, difference_of, shrink
from tests.differential.generate import case as random_case


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=1, help="shrunk cases of each kind")
    options = parser.parse_args()
    verdicts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for number in range(options.cases):
        case = random_case(Random(f"{options.seed}/{number}"))
        expected = naive.evaluate(case)
        verdicts[expected["verdict"]] += 1
        kind = difference_of(expected, evaluate_case(case))
        if kind is None:
            continue
        kinds[kind] += 1
        if kinds[kind] <= options.examples:
            _show(case, kind, number)
    for verdict, count in verdicts.most_common():
        print(f"{verdict:18} {count:8} {100 * count / options.cases:5.1f} %")
    print(f"differences        {kinds.total():8} of {options.cases}, seed {options.seed}")
    for kind, count in kinds.most_common():
        print(f"  {kind:16} {count:8}")
    return 1 if kinds else 0


def _show(case: dict[str, Any], kind: str, number: int) -> None:
    small = shrink(case, lambda c: difference(c, naive.evaluate, evaluate_case) == kind)
    print(f"case {number}: {kind}")
    print("  case  ", json.dumps(small))
    for name, answer in (("naive ", naive.evaluate(small)), ("engine", evaluate_case(small))):
        print(f"  {name}", json.dumps({k: v for k, v in answer.items() if k != "id"}))


if __name__ == "__main__":
    raise SystemExit(main())
