"""Patterns over many ARNs at once give what they give one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.evaluate.matrix_arns import ArnIndex
from bedrock_doctor.evaluate.target_set import divided, first, positions, set_of, united

MODEL = "arn:aws:bedrock:{}::foundation-model/{}"
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
MODELS = ("anthropic.claude-x-v1:0", "amazon.titan", "anthropic.claude")
ARNS = [MODEL.format(region, model) for region in REGIONS for model in MODELS]
OTHERS = [
    "*",
    "",
    "a:b",
    "arn:aws:s3:::bucket/a:b:c",
    "arn:aws:s3:::bucket/a!b",
    "arn:aws:bedrock:eu-west-1:444455556666:inference-profile/eu.anthropic.claude",
    "arn:aws:iam::444455556666:role/team/gateway",
]


def one_by_one(resources: list[str], pattern: str) -> list[int]:
    """What the pattern matches, ARN for ARN."""
    match = compile_glob(pattern)
    return [n for n, text in enumerate(resources) if match(text)]


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "arn:*",
        "arn:aws:bedrock:*::foundation-model/anthropic.*",
        "arn:aws:bedrock:eu-*::foundation-model/*",
        "arn:aws:bedrock:*:*:*",
        "arn:aws:bedrock:eu?central?1::foundation-model/amazon.titan",
        "arn:aws:bedrock:eu-west-1?:foundation-model/*",
        "arn:aws:bedrock:eu-west-1:*",
        "*:0",
        "*claude",
        "?",
        "",
        "arn:aws:bedrock:*1*",
        "a?n:aws:s3:::bucket/a*c",
        "arn:aws:s3:::bucket/*!",
        "arn:aws:bedrock:*::foundation-model/a*titan*",
    ],
)
def test_a_pattern_matches_across_the_cut(pattern: str) -> None:
    """B2: a star crosses colons, wherever the ARNs were cut."""
    resources = ARNS + OTHERS
    found = list(positions(ArnIndex(resources).matching(pattern)))
    assert found == one_by_one(resources, pattern)


@pytest.mark.parametrize("sign", ["?", "*"])
def test_a_wildcard_stands_for_any_character_of_an_arn(sign: str) -> None:
    """B2: for colons too, the one at which the ARNs were cut among them."""
    resources = ARNS + OTHERS
    for at in range(len(ARNS[0])):
        pattern = ARNS[0][:at] + sign + ARNS[0][at + 1 :]
        found = list(positions(ArnIndex(resources).matching(pattern)))
        assert found == one_by_one(resources, pattern) == [0], pattern


@given(
    st.lists(st.text("ab:", max_size=9), max_size=8),
    st.lists(st.text("ab:*?", max_size=9), max_size=4),
)
def test_any_pattern_matches_what_it_matches_one_by_one(
    resources: list[str], patterns: list[str]
) -> None:
    """B2: the same for texts that are no ARNs."""
    index = ArnIndex(resources)
    for pattern in patterns:
        assert list(positions(index.matching(pattern))) == one_by_one(resources, pattern)


def test_a_pattern_of_many_stars_is_tried_on_every_arn() -> None:
    """Our choice: cutting a pattern of 10,000 stars at each of them would take its square."""
    pattern = "arn:aws:bedrock:" + "*" * 10_000 + "claude"
    assert list(positions(ArnIndex(ARNS).matching(pattern))) == one_by_one(ARNS, pattern)


def test_sets_are_the_bits_of_an_integer() -> None:
    """Our choice: bit n stands for the n-th target."""
    assert set_of([0, 3], 4) == 0b1001
    assert set_of([], 0) == 0
    assert list(positions(0b1001)) == [0, 3]
    assert first(0b1000) == 3
    assert united([0b1, 0b100]) == 0b101
    assert divided(5, lambda position: position % 2) == (0b10101, 0b01010)
