"""Projects: named by id or ARN, of the caller's account and Region, where AWS checks one."""

from __future__ import annotations

import pytest
from path_world import REGION, SOURCE, TARGET, attempt, invoke_checks, way

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.way import Purpose

GPT = "openai.gpt-oss-120b"
MANTLE = f"arn:aws:bedrock-mantle:{REGION}:{TARGET}:project"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (None, "default"),
        ("default", "default"),
        ("proj_5d5ykleja6", "proj_5d5ykleja6"),
        (f"{MANTLE}/proj_5d5ykleja6", "proj_5d5ykleja6"),
    ],
)
@pytest.mark.parametrize("operation", [Operation.MANTLE_INFERENCE, Operation.MANTLE_COUNT_TOKENS])
def test_bedrock_mantle_checks_the_project_of_the_call(
    operation: Operation, given: str | None, name: str
) -> None:
    """AWS-documented: projects.html, the header OpenAI-Project."""
    found = way(operation=operation, model=GPT, project=given)
    assert invoke_checks(found) == [(Purpose.PROJECT, f"{MANTLE}/{name}", REGION)]


def test_counting_tokens_is_an_action_of_its_own() -> None:
    """AWS-documented: count-tokens.html, bedrock-mantle:CountTokens."""
    (check,) = way(operation=Operation.MANTLE_COUNT_TOKENS, model=GPT).hops[-1].checks
    assert check.request.action == "bedrock-mantle:CountTokens"
    assert check.request.context.values["bedrock-mantle:model"] == (GPT,)


def test_responses_name_projects_of_bedrock() -> None:
    """AWS-documented: the ARN of a project on bedrock-runtime is one of `bedrock`."""
    project = f"arn:aws:bedrock:{REGION}:{TARGET}:project/p1"
    checks = way(operation=Operation.RESPONSES, project=project).hops[-1].checks
    assert checks[-1].request.resource == project
    assert checks[0].request.context.values["bedrock:projectarn"] == (project,)


@pytest.mark.parametrize(
    "given",
    [
        f"arn:aws:bedrock:{REGION}:{TARGET}:project/p1",
        f"arn:aws:bedrock-mantle:{REGION}:{SOURCE}:project/p1",
        f"arn:aws:bedrock-mantle:eu-west-1:{TARGET}:project/p1",
        f"arn:aws:bedrock-mantle:{REGION}:{TARGET}:reservation/p1",
        "two words",
        "",
    ],
)
def test_other_projects_are_refused(given: str) -> None:
    """AWS-documented: projects of the caller's account and Region; the endpoint has its own."""
    with pytest.raises(UsageError, match="no project"):
        way(operation=Operation.MANTLE_INFERENCE, model=GPT, project=given)


@pytest.mark.parametrize("operation", [Operation.CONVERSE, Operation.CHAT_COMPLETIONS])
def test_other_operations_are_checked_on_no_project(operation: Operation) -> None:
    """AWS-documented: inference-prereq.html names the Responses API alone."""
    with pytest.raises(UsageError, match="on no project"):
        way(attempt(operation=operation, project="default"))
