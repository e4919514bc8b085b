"""Properties that every request has, whatever its policies: laws of the clauses, not examples."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential.generate import case as random_case
from tests.differential.generate_statements import statement

DENIALS = {"ImplicitlyDenied", "ExplicitlyDenied"}
DENY_ALL = {"Effect": "Deny", "Action": "*", "Resource": "*"}
SINGLE = {
    "resource_policy": "resource",
    "boundary": "boundary",
    "session_policy": "session",
    "vpce_policy": "vpce",
}
MANY = {"identity_policies": "identity", "scp_levels": "scp", "rcp_levels": "rcp"}

CERTAIN = frozenset({*DENIALS, "Allowed"})

seeds = st.integers(min_value=0, max_value=10**9).map(Random)
lawful = settings(max_examples=300, deadline=None, derandomize=True)


def verdict(case: dict[str, Any]) -> str:
    """The engine's verdict."""
    return str(evaluate_case(case)["verdict"])


def drawn(rng: Random, wanted: frozenset[str]) -> tuple[dict[str, Any], str]:
    """A random case whose verdict is one of ``wanted``, and that verdict."""
    for _ in range(60):
        case = random_case(rng)
        if (found := verdict(case)) in wanted:
            return case, found
    raise AssertionError(f"no case in sixty is {sorted(wanted)}")


def documents(case: dict[str, Any]) -> list[tuple[Any, Any, str]]:
    """Every document of a case as holder, place in it and kind."""
    trust = case["request"]["action"].startswith("sts:") and ":role/" in case["request"]["resource"]
    found: list[tuple[Any, Any, str]] = []
    for name, kind in (SINGLE | MANY).items():
        holder = case[name]
        kind = "trust" if kind == "resource" and trust else kind
        if name.endswith("_levels"):
            for level in holder:
                found += [(level, place, kind) for place in range(len(level))]
        elif isinstance(holder, list):
            found += [(holder, place, kind) for place in range(len(holder))]
        elif holder is not None:
            found.append((case, name, kind))
    return found


def with_statement(case: dict[str, Any], rng: Random, effect: str) -> dict[str, Any]:
    """The case with one more statement of ``effect`` in one of its documents."""
    changed = copy.deepcopy(case)
    places = [p for p in documents(changed) if isinstance(p[0][p[1]], dict)]
    assume(places)
    holder, place, kind = rng.choice(places)
    document = holder[place]
    present = document.get("Statement", [])
    present = present if isinstance(present, list) else [present]
    made = statement(rng, case["request"], kind, True) | {"Effect": effect}
    assume(kind != "rcp" or effect == "Deny")
    if "NotPrincipal" in made and effect == "Allow":
        made["Principal"] = made.pop("NotPrincipal")
    document["Statement"] = [*present, made]
    return changed


@pytest.mark.clause("D1")
@lawful
@given(seeds)
def test_an_explicit_deny_wins(rng: Random) -> None:
    """AWS-documented (D1): a Deny of everything in an identity policy decides."""
    case = random_case(rng)
    assume("assumed-role" in case["request"]["principal"])
    case["identity_policies"].append({"Version": "2012-10-17", "Statement": DENY_ALL})
    assert verdict(case) == "ExplicitlyDenied"


@pytest.mark.clause("D1")
@lawful
@given(seeds)
def test_adding_a_deny_never_allows(rng: Random) -> None:
    """AWS-documented (D1): what was not allowed is not allowed by one more Deny."""
    case, _ = drawn(rng, frozenset({*DENIALS, "Unknown"}))
    assert verdict(with_statement(case, rng, "Deny")) != "Allowed"


@pytest.mark.clause("D1")
@lawful
@given(seeds)
def test_adding_an_allow_never_denies(rng: Random) -> None:
    """Our reading of D1 to D16: an Allow takes nothing away, with Not* and conditions too."""
    case, _ = drawn(rng, frozenset({"Allowed"}))
    assert verdict(with_statement(case, rng, "Allow")) not in DENIALS


@pytest.mark.clause("E3")
@lawful
@given(seeds)
def test_a_document_that_is_not_readable_never_reverses_an_answer(rng: Random) -> None:
    """Our choice (E3): a certain answer stays or becomes unknown."""
    case, before = drawn(rng, CERTAIN)
    assume(documents(case))
    holder, place, _ = rng.choice(documents(case))
    holder[place] = "unknown"
    after = verdict(case)
    assert after == "Unknown" or (after in DENIALS) == (before in DENIALS)


@pytest.mark.clause("E3")
@lawful
@given(seeds)
def test_a_key_that_is_not_known_never_reverses_an_answer(rng: Random) -> None:
    """Our choice (E3, E4): a certain answer stays or becomes unknown."""
    case, before = drawn(rng, CERTAIN)
    request = case["request"]
    assume(request["context"])
    key = rng.choice(sorted(request["context"]))
    del request["context"][key]
    request["unknown_keys"] = [*request.get("unknown_keys", []), key]
    after = verdict(case)
    assert after == "Unknown" or (after in DENIALS) == (before in DENIALS)


@pytest.mark.clause("A3")
@lawful
@given(seeds)
def test_order_is_irrelevant(rng: Random) -> None:
    """AWS-documented (A1, A3, C1, D4): statements, keys and values are sets."""
    case = random_case(rng)
    mixed = shuffled(case, rng)
    assert answered(mixed) == answered(case)


def answered(case: dict[str, Any]) -> dict[str, Any]:
    """The answer without the places of defects, which move with the order."""
    return {key: value for key, value in evaluate_case(case).items() if key != "problems"}


def shuffled(value: Any, rng: Random) -> Any:
    """The same value with every object and every list in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    if isinstance(value, list):
        items = [shuffled(item, rng) for item in value]
        rng.shuffle(items)
        return items
    return value
