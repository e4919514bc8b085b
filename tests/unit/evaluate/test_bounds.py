"""Input that is meant to be expensive costs no more than its size (steps are counted, not time)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.evaluate.cases import evaluate_case
from bedrock_doctor.evaluate.glob import compile_glob
from tests.differential.naive_match import glob, pattern

RESOURCE = "arn:aws:s3:::" + "a" * 1000


def case(document: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request of a session whose only policy is the document."""
    request = {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/s",
        "action": "s3:GetObject",
        "resource": RESOURCE,
        "context": context or {},
    }
    return {"request": request, "identity_policies": [document]}


def allow(count: int = 1, **statement: Any) -> dict[str, Any]:
    """A policy of equal statements."""
    base = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return {"Version": "2012-10-17", "Statement": [base] * count}


def steps(work: Callable[[], object]) -> int:
    """How many functions the interpreter enters, those written in C included."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def stars(size: int) -> dict[str, Any]:
    """Stars and letters by turns, which never match."""
    return case(allow(Resource="arn:aws:s3:::" + "*a" * size + "*b"))


def marks(size: int) -> dict[str, Any]:
    """Question marks and letters by turns."""
    return case(allow(Resource="arn:aws:s3:::*" + "a?" * size + "b*"))


def statements(size: int) -> dict[str, Any]:
    """Many statements that do not apply."""
    other = {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::*b"}
    return case({"Version": "2012-10-17", "Statement": [other] * size})


def variables(size: int) -> dict[str, Any]:
    """Many variables with an empty value, each of which can be read in two ways."""
    text = "${aws:username, 'a'}" * size
    block = {"StringLike": {"aws:userid": text}}
    return case(allow(Condition=block), {"aws:username": "", "aws:userid": "a" * size})


def values(size: int) -> dict[str, Any]:
    """Many values on both sides of a condition would be a product; one side is short."""
    block = {"ForAnyValue:StringLike": {"aws:TagKeys": ["*" + "b" * n for n in range(1, size)]}}
    return case(allow(Condition=block), {"aws:TagKeys": ["a", "aa"]})


@pytest.mark.parametrize("build", [stars, marks, statements, variables, values])
def test_twice_the_size_takes_about_twice_the_steps(
    build: Callable[[int], dict[str, Any]],
) -> None:
    """Our choice: nothing is tried twice, and readings are limited."""
    small, large = build(300), build(600)
    evaluate_case(build(10))
    assert steps(lambda: evaluate_case(large)) < 2.6 * steps(lambda: evaluate_case(small)) + 2000


@pytest.mark.parametrize(("build", "size"), [(stars, 50_000), (marks, 50_000), (statements, 2_000)])
def test_large_policies_are_answered(build: Callable[[int], dict[str, Any]], size: int) -> None:
    """Our choice: there is no limit on size; the answer is a denial as for a small one."""
    assert evaluate_case(build(size))["verdict"] == "ImplicitlyDenied"


def test_deep_nesting_is_malformed_and_nothing_worse() -> None:
    """A4: the layer is unknown; no recursion reaches the interpreter's limit."""
    deep = "[" * 100_000 + "]" * 100_000
    text = f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{deep}}}]}}'
    assert evaluate_case(case(text))["layers"]["identity"] == "Unknown"


@given(st.text("ab?*", max_size=14), st.text("ab", max_size=14))
def test_patterns_match_as_the_naive_matcher_says(text: str, value: str) -> None:
    """B1, B2: every way to look for a piece finds the same."""
    assert compile_glob(text)(value) == glob(pattern(text), value)


@given(st.text("ab?", min_size=18, max_size=30), st.text("ab", max_size=60))
def test_long_pieces_match_as_the_naive_matcher_says(piece: str, value: str) -> None:
    """B1, B2: the same for pieces with many question marks."""
    text = f"*{piece}*"
    assert compile_glob(text)(value) == glob(pattern(text), value)
