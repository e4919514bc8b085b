"""Clients whose answers are made by botocore's own Stubber: no socket is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bedrock_doctor import hook

NOVA = "eu.amazon.nova-lite-v1:0"
DENIED = (
    "User: arn:aws:sts::111122223333:assumed-role/app/lab is not authorized to perform: "
    "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-central-1:111122223333:"
    f"inference-profile/{NOVA} because no identity-based policy allows the "
    "bedrock:InvokeModel action"
)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No hook and no remembered call before and after each test."""
    hook.uninstall()
    hook.clear()
    yield
    hook.uninstall()
    hook.clear()


def new_session() -> boto3.Session:
    return boto3.Session("AKIATEST", "not-a-secret", region_name="eu-central-1")


@dataclass(frozen=True)
class Stubbed:
    """A client and what it will be answered."""

    client: Any
    stubber: Stubber

    def deny(self, operation: str = "converse", message: str = DENIED, number: int = 1) -> None:
        self.stubber.add_client_error(
            operation,
            "AccessDeniedException",
            message,
            http_status_code=403,
            response_meta={"RequestId": f"request-{number}"},
        )


def stubbed(session: Any, service: str = "bedrock-runtime") -> Stubbed:
    client = session.client(service)
    stubber = Stubber(client)
    stubber.activate()
    return Stubbed(client, stubber)
