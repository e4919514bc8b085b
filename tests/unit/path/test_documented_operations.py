"""Every row of the service's operations: what an attempt checks, or why it is none.

Rows follow the service authorization references of bedrock and bedrock-mantle.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from path_world import EU_SONNET, REGION, SONNET, TARGET, attempt, way

from bedrock_doctor.catalog import service_authorization
from bedrock_doctor.model.attempt import ApiKey, Operation

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "operations.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ")
]
ACTION = re.compile(r"`([a-z0-9-]+:[A-Za-z]+)`")
MODELS = {
    Operation.APPLY_GUARDRAIL: "gr1:1",
    Operation.MANTLE_INFERENCE: SONNET,
    Operation.MANTLE_COUNT_TOKENS: SONNET,
}


@pytest.mark.parametrize("operation", list(Operation), ids=lambda operation: operation.value)
def test_an_operation_checks_the_actions_of_its_row(operation: Operation) -> None:
    """AWS-documented: API references of bedrock-runtime and the pages named in path/."""
    (row,) = [row for row in ROWS if row[0] == f"`{operation.value}`"]
    found = way(operation=operation, model=MODELS.get(operation, EU_SONNET))
    asked = {check.request.action for check in found.call.checks}
    told = set(ACTION.findall(row[2].partition("the service role")[0]))
    assert asked == told
    assert all(service_authorization.is_action(action) for action in asked)


@pytest.mark.parametrize(
    ("row", "model", "actions"),
    [
        ("foundation model", SONNET, {"bedrock:InvokeModel"}),
        ("prompt ARN as modelId", "prompt/PROMPT1234:1", {"bedrock:RenderPrompt"}),
        ("prompt router", "prompt-router/abc", {"bedrock:InvokeModel"}),
        ("default prompt router", "default-prompt-router/a.b:1", {"bedrock:InvokeModel"}),
        ("provisioned throughput", "provisioned-model/abc", {"bedrock:InvokeModel"}),
        ("custom model deployment", "custom-model-deployment/abc", {"bedrock:InvokeModel"}),
        ("imported model", "imported-model/abc", {"bedrock:InvokeModel"}),
        ("application profile", "application-inference-profile/abc", {"bedrock:InvokeModel"}),
    ],
)
def test_each_resource_that_stands_for_a_model_is_checked_first(
    row: str, model: str, actions: set[str]
) -> None:
    """AWS-documented: resource types of InvokeModel, and RenderPrompt."""
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:{model}" if "/" in model else model
    first = way(model=arn).call.checks[0]
    assert {first.request.action} == actions, row
    assert first.request.resource.endswith(model)


@pytest.mark.parametrize(
    "operation",
    [operation for operation in Operation if operation is not Operation.INVOKE_MODEL_BIDI],
    ids=lambda operation: operation.value,
)
def test_any_call_with_an_api_key_needs_the_bearer_token_of_its_namespace(
    operation: Operation,
) -> None:
    """AWS-documented: api-keys-permissions.html; the bidirectional stream takes no keys."""
    given = attempt(
        operation=operation, model=MODELS.get(operation, EU_SONNET), api_key=ApiKey.SHORT
    )
    namespace = "bedrock-mantle" if operation.at_mantle else "bedrock"
    first = way(given).call.checks[0].request
    assert (first.action, first.resource) == (f"{namespace}:CallWithBearerToken", "*")


OTHERS = [
    (row[0], action)
    for row in ROWS[ROWS.index(["call", "action"]) + 1 :]
    for action in ACTION.findall(row[-1])
]


@pytest.mark.parametrize(("call", "action"), OTHERS)
def test_a_call_that_is_no_attempt_has_an_action_that_evaluate_knows(
    call: str, action: str
) -> None:
    """AWS-documented: the action exists, and no operation of an attempt is checked for it."""
    assert service_authorization.is_action(action), call
    for operation in Operation:
        found = way(operation=operation, model=MODELS.get(operation, EU_SONNET))
        assert action not in {check.request.action for check in found.call.checks}


def test_the_page_leaves_no_operation_out() -> None:
    """Our choice: one row each, and nothing that does not exist."""
    named = {row[0].strip("`") for row in ROWS if row[0].startswith("`") and len(row) == 3}
    assert named == {"--operation", *(operation.value for operation in Operation)}
    assert len(OTHERS) == 15
