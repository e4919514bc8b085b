"""Documents given as JSON text: what is not JSON tells nothing (A5)."""

from __future__ import annotations

from typing import Any

import pytest

from bedrock_doctor.evaluate.cases import evaluate_case
from tests.differential.case_files import DEFAULT_CASE, DEFAULT_REQUEST

TEXT = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)


def answer(document: str) -> dict[str, Any]:
    """The engine's answer to a request whose only policy is ``document``."""
    case = DEFAULT_CASE | {"id": "text", "request": DEFAULT_REQUEST}
    return dict(evaluate_case(case | {"identity_policies": [document]}))


@pytest.mark.clause("A5")
def test_a_document_may_be_json_text() -> None:
    """AWS-documented: APIs return documents as text."""
    assert answer(TEXT)["verdict"] == "Allowed"


@pytest.mark.clause("A5")
@pytest.mark.parametrize(
    ("change", "to"),
    [
        ('"Effect": "Allow"', '"Effect": "Deny", "Effect": "Allow"'),
        ('"Statement"', '"Statement": [], "Statement"'),
        ("}]}", "},]}"),
        ('"', "'"),
        ('"Action": "*"', '"Action": NaN'),
        ("]}", "]"),
    ],
)
def test_text_that_is_no_json_leaves_its_layer_unknown(change: str, to: str) -> None:
    """AWS-documented (grammar): a key twice, a trailing comma, single quotes, NaN, a cut text."""
    assert answer(TEXT.replace(change, to))["layers"]["identity"] == "Unknown"
