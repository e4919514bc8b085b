"""Steps change the text where they must and nowhere else."""

from __future__ import annotations

import json

import pytest

from bedrock_doctor.fix.patch import apply_steps
from bedrock_doctor.model.fix import AddException, AddStatement

GRANT = AddStatement({"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:x"})
SPARE = AddException("/Statement/0", "ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::1:role/a")


@pytest.mark.parametrize(
    "text",
    [
        '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}],"Version":"2012-10-17"}',
        '{\n\t"Statement" : [ {\n\t\t"Effect": "Deny", "Action": "*", "Resource": "*" } ]\n}\n',
    ],
)
def test_the_rest_keeps_its_characters(text: str) -> None:
    """Only insertions: every character of the original stands in the result, in its order."""
    after = apply_steps(text, (SPARE, GRANT))
    rest = iter(after)
    assert all(char in rest for char in text)
    first, second = json.loads(after)["Statement"]
    assert first["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": SPARE.value}}
    assert second == dict(GRANT.statement)


def test_a_lone_statement_becomes_a_list() -> None:
    """AWS accepts one statement without a list."""
    after = apply_steps('{"Statement": {"Effect": "Deny"}}', (GRANT,))
    assert json.loads(after)["Statement"] == [{"Effect": "Deny"}, dict(GRANT.statement)]


def test_an_exception_joins_those_that_exist() -> None:
    """Several values of a negated operator are all exceptions; names match in any case."""
    held = {"ArnNotEquals": {"aws:principalarn": "arn:old"}}
    text = json.dumps({"Statement": [{"Effect": "Deny", "Condition": held}]})
    after = json.loads(apply_steps(text, (SPARE,)))
    condition = after["Statement"][0]["Condition"]
    assert condition == {"ArnNotEquals": {"aws:principalarn": ["arn:old", SPARE.value]}}


def test_a_new_document_is_complete() -> None:
    """With the version in which policy variables work."""
    made = json.loads(apply_steps("", (GRANT,)))
    assert made == {"Version": "2012-10-17", "Statement": [dict(GRANT.statement)]}


def test_a_statement_that_is_not_there() -> None:
    """Edits for another text are refused."""
    with pytest.raises(KeyError):
        apply_steps('{"Statement": []}', (SPARE,))
