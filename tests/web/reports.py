"""Reports that the browser is shown."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from bedrock_doctor.cli.main import run

ACME = str(Path(__file__).parents[2] / "examples" / "acme" / "snapshot")
ORDERS = (
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::111122223333:role/service/checkout/orders-api",
    "--role", "arn:aws:iam::444455556666:role/platform/bedrock-gateway",
    "--model", "eu.anthropic.claude-sonnet-4-6",
)  # fmt: skip
SECURITY = (
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::222233334444:role/finding-summarizer",
    "--role", "arn:aws:iam::444455556666:role/security-inference",
    "--model", "eu.amazon.nova-lite-v1:0",
)  # fmt: skip
RAG = (
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::111122223333:role/rag-api",
    "--role", "arn:aws:iam::444455556666:role/rag-inference",
    "--model", "eu.amazon.nova-lite-v1:0",
)  # fmt: skip


def answer(*arguments: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(arguments) in (0, 1, 3)
    return out.getvalue()


def report_tree(*attempt: str) -> dict[str, Any]:
    """The JSON report of an attempt."""
    tree: dict[str, Any] = json.loads(answer("diagnose", *attempt, "--format", "json"))
    return tree
