"""`bedrock-doctor compare`, as people call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.cli.main import run
from bedrock_doctor.render.report_reading import document_of

ACME = str(Path(__file__).parents[2] / "examples" / "acme" / "snapshot")
GATEWAY = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
ORDERS = [
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::111122223333:role/service/checkout/orders-api", "--role", GATEWAY,
    "--model", "eu.anthropic.claude-sonnet-4-6",
]  # fmt: skip
RAG = [
    "--snapshot", ACME, "--region", "eu-central-1",
    "--as", "arn:aws:iam::111122223333:role/rag-api",
    "--role", "arn:aws:iam::444455556666:role/rag-inference",
    "--model", "eu.amazon.nova-lite-v1:0",
]  # fmt: skip


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON answer."""
    code = run(["compare", *arguments, "--format", "json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answer


def test_works_in_the_model_account_fails_from_here(capsys: pytest.CaptureFixture[str]) -> None:
    """The step that only one of them makes is where they part (our choice)."""
    code, told = compared(
        capsys, *RAG, "--operation", "converse-stream",
        "--other", "as=arn:aws:iam::444455556666:role/rag-inference", "--other", "role=",
    )  # fmt: skip
    assert code == 0
    assert told["parting"] == "no"
    assert told["left"]["verdict"] == told["right"]["verdict"] == "deny"
    code, told = compared(capsys, *ORDERS, "--other", f"as={GATEWAY}", "--other", "role=")
    assert code == 1
    first = told["first"]
    assert (first["hop"], first["layer"]) == ("assume", "trust")
    assert first["left"] == {
        "state": "DENY", "regions": [], "findings": ["BD220"],
        "words": "the trust policy of bedrock-gateway wants an ExternalId and the call passes none",
    }  # fmt: skip
    assert first["right"]["state"] == "no such step"
    assert {entry["option"] for entry in told["differs"]} == {"as", "role"}


def test_an_attempt_beside_itself_fares_alike(capsys: pytest.CaptureFixture[str]) -> None:
    """No difference in the question, none in any layer."""
    for attempt in (RAG, ORDERS):
        code, told = compared(capsys, *attempt, "--other", "region=eu-central-1")
        assert code == 0
        assert told["differs"] == []
        assert told["first"] is None
        assert all(row["left"] == row["right"] for row in told["layers"])


def test_the_sides_are_equal(capsys: pytest.CaptureFixture[str]) -> None:
    """Exchanged, the same place is found with sides exchanged."""
    caller, role, model = RAG[5], RAG[7], RAG[9]
    there = ["--other", f"as={caller}", "--other", f"role={role}", "--other", f"model={model}"]
    back = [
        "--other", f"as={ORDERS[5]}", "--other", f"role={GATEWAY}", "--other", f"model={ORDERS[9]}",
    ]  # fmt: skip
    _, one = compared(capsys, *ORDERS, *there)
    _, two = compared(capsys, *RAG, *back)
    assert one["first"]["left"] == two["first"]["right"]
    assert one["first"]["right"] == two["first"]["left"]
    assert (one["first"]["step"], one["first"]["layer"]) == (
        two["first"]["step"], two["first"]["layer"],
    )  # fmt: skip


def test_two_snapshots_show_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It worked yesterday: the same attempt against another snapshot."""
    shutil.copytree(ACME, tmp_path / "today")
    file = tmp_path / "today/accounts/444455556666/iam/get-account-authorization-details.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("role/rag-api", "role/rag-old"), encoding="utf-8")
    today = ["--snapshot", str(tmp_path / "today"), *RAG[2:]]
    code, told = compared(capsys, *today, "--other", f"snapshot={ACME}")
    assert code == 1
    assert told["first"]["layer"] == "trust"
    assert [entry["option"] for entry in told["differs"]] == ["snapshot"]


def test_what_is_not_known_is_not_called_a_parting(capsys: pytest.CaptureFixture[str]) -> None:
    """One side unknown: they part perhaps, exit 3 (our choice)."""
    code, told = compared(
        capsys, *RAG, "--other", "as=arn:aws:iam::222233334444:role/finding-summarizer",
        "--other", "role=arn:aws:iam::444455556666:role/security-inference",
    )  # fmt: skip
    assert code == 3
    assert told["parting"] == "perhaps"
    assert told["first"]["right"]["state"] == "unknown"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "nothing is said about the other attempt"),
        (["--other", "x=1"], "names no option of an attempt"),
        (["--other", "region"], "names no option of an attempt"),
        (["--other", "error=@x"], "names no option of an attempt"),
        (["--other", "region=a", "--other", "region=b"], "is given twice"),
        (["--other", "operation=dance"], "is not one of"),
        (["--other", "model=", "--query", "x"], "--query works on JSON only"),
        (["--other", "model="], "missing: `--model`"),
        (["--other", "snapshot="], "compare answers from snapshots"),
    ],
)
def test_mistakes_are_explained(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage errors exit 2 (CONTRACTS: exit codes)."""
    assert run(["compare", *RAG, *options]) == 2
    assert told in capsys.readouterr().err


def test_all_forms_name_the_same_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Text, Markdown and page; what is sent hides accounts (our choice)."""
    ask = ["compare", *ORDERS, "--other", "external-id=acme-gateway-orders"]
    for form in ("text", "markdown", "html"):
        assert run([*ask, "--format", form]) == 1
        out = capsys.readouterr().out
        assert "the two attempts part at 1 sts:AssumeRole, trust policy" in out
        assert form == "text" or "444455556666" not in out
        assert "BD220" in out
    assert run([*ask, "--redact", "all"]) == 1
    assert "acme" not in capsys.readouterr().out


def test_both_reports_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Each side of the JSON can be read as a report."""
    _, told = compared(capsys, *ORDERS, "--other", "model=eu.amazon.nova-lite-v1:0")
    assert document_of(told["left"]).target.id == "eu.anthropic.claude-sonnet-4-6"
    assert document_of(told["right"]).target.id == "eu.amazon.nova-lite-v1:0"
