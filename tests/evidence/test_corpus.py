"""A corpus of texts as people paste them, with what must be found in each.

The expectations were written from the documented formats and public reports before the reader ran.
Account ids and names are invented.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.evidence.explaining import explain

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "corpus").glob("*.jsonl"))
    for case in map(json.loads, path.read_text(encoding="utf-8").splitlines())
]


def test_the_corpus_is_large_enough() -> None:
    """Our choice: at least 120 texts in at least eight forms."""
    assert len(CASES) >= 120
    assert len({case.values[0]["form"] for case in CASES}) >= 8


@pytest.mark.parametrize("case", CASES)
def test_a_pasted_text_gives_the_expected_findings(case: dict[str, Any]) -> None:
    """Provenance: documented message formats and public reports, see the catalogue's sources."""
    messages = explain(case["text"]).messages
    told = [
        {
            "first": message.candidates[0].id if message.candidates else None,
            "layer": message.layer.value if message.layer else None,
            "settled": message.settled,
            "access": message.is_access_problem,
        }
        for message in messages
    ]
    keys = ("first", "layer", "settled", "access")
    assert [{key: want[key] for key in keys} for want in case["expect"]] == told
    for want, message in zip(case["expect"], messages, strict=True):
        for name, value in want.get("parsed", {}).items():
            assert (name, value) == (name, getattr(message.parsed, name))
        ids = [candidate.id for candidate in message.candidates]
        assert set(want.get("also", [])) <= set(ids)
        assert not set(want.get("never", [])) & set(ids)
        assert want.get("count", message.count) == message.count


def test_secrets_in_a_text_are_not_kept() -> None:
    """CONTRACTS: keys, tokens and passwords are never echoed."""
    secrets = ("wJalrXUtnFEMI", "IQoJb3JpZ2lu", "5d672d79c15b")
    for case in CASES:
        for message in explain(case.values[0]["text"]).messages:
            assert not any(secret in repr(message) for secret in secrets)
