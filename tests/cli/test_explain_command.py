"""`bedrock-doctor explain` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bedrock_doctor.cli.explain import command
from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.evidence import explain, to_json

DENIED = (
    "An error occurred (AccessDeniedException) when calling the Converse operation: User: "
    "arn:aws:sts::444455556666:assumed-role/bedrock-gateway/rag is not authorized to perform: "
    "bedrock:InvokeModel on resource: arn:aws:bedrock:eu-north-1::foundation-model/"
    "anthropic.claude-sonnet-4-6 with an explicit deny in a service control policy: "
    "arn:aws:organizations::999900001111:policy/o-abcdefghij/service_control_policy/p-8f3k2q1m"
)
THROTTLED = "ThrottlingException: Too many tokens, please wait before trying again."


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, list(arguments), input=given, standalone_mode=False)


def answer(result: Result) -> Any:
    return json.loads(result.output)


def test_the_exit_code_tells_whether_a_denial_was_explained() -> None:
    """CONTRACTS: 1 denied and explained, 0 nothing found; look-alikes are no denial: our choice."""
    assert run(DENIED).return_value == 1
    assert run(THROTTLED).return_value == 0
    assert run("all is well").return_value == 0
    assert run(DENIED, "--exit-zero").return_value == 0


@pytest.mark.parametrize("how", ["argument", "file", "dash", "pipe"])
def test_the_text_may_come_as_argument_file_or_standard_input(how: str, tmp_path: Path) -> None:
    """CONTRACTS: TEXT, @FILE, -, and what is piped in."""
    file = tmp_path / "error.txt"
    file.write_text(DENIED, encoding="utf-16")
    arguments = {"argument": [DENIED], "file": [f"@{file}"], "dash": ["-"], "pipe": []}[how]
    given = DENIED if how in ("dash", "pipe") else None
    result = run(*arguments, "--format", "json", given=given)
    assert answer(result)["messages"][0]["candidates"][0]["id"] == "BD312"


def test_the_json_answer_has_the_keys_of_the_contract() -> None:
    """CONTRACTS, `explain --format json`."""
    data = answer(run(DENIED, "--format", "json"))
    message = data["messages"][0]
    assert data["schema_version"] == "1.0"
    assert {"text", "parsed", "entry", "settled", "layer", "candidates"} <= set(message)
    assert message["is_access_problem"] is True
    assert {
        "principal", "account", "role", "session", "action", "resource", "region", "policy_arn",
        "authorization_id", "error_code", "http_status", "service",
    } <= set(message["parsed"])  # fmt: skip
    assert {"id", "slug", "hop", "layer", "likelihood", "why", "confirm", "fix"} == set(
        message["candidates"][0]
    )
    assert data == json.loads(json.dumps(to_json(explain(DENIED))))


def test_output_is_an_alias_of_format_and_a_query_takes_a_part() -> None:
    """CONTRACTS, attempt options."""
    result = run(DENIED, "--output", "json", "--query", "messages[0].candidates[0].slug")
    assert answer(result) == "scp-blocks-profile-region"


def test_a_query_without_json_is_a_usage_error() -> None:
    """CONTRACTS: exit 2."""
    result = run(DENIED, "--query", "messages")
    assert isinstance(result.exception, UsageError)


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    """CONTRACTS: exit 2, no traceback."""
    result = run(f"@{tmp_path}/none.txt")
    assert isinstance(result.exception, BadInput)
    assert result.exception.exit_code == 2


def test_nothing_found_says_what_was_looked_for_and_gives_an_empty_list() -> None:
    """Issue 5, bad input."""
    assert answer(run("all is well", "--format", "json"))["messages"] == []
    text = run("all is well").output
    assert text.startswith("no denial found\n")
    assert "Looked for IAM denials" in text


def test_the_text_names_signer_candidates_and_the_cheapest_next_step_in_this_order() -> None:
    """UX: principal first, ranked candidates, one next step at the end."""
    lines = run(DENIED).output.splitlines()
    assert lines[0].startswith("denied[scp]: bedrock-gateway of account 444455556666 may not do")
    steps = ("who signed", "settles the layer (scp)", "BD312", "BD315", "help: the cheapest")
    found = [next(number for number, line in enumerate(lines) if words in line) for words in steps]
    assert found == sorted(found)


def test_concise_is_one_line_for_each_message() -> None:
    """UX: one line, which starts with who and what."""
    output = run(f"{DENIED}\n\n{THROTTLED}", "--format", "concise").output
    assert len(output.splitlines()) == 2
    assert output.splitlines()[0].startswith("bedrock-gateway bedrock:InvokeModel arn:aws:bedrock:")
    assert output.splitlines()[1].endswith("BD801 throttled (certain) layer quota")


def test_markdown_holds_one_heading_and_one_table_for_each_message() -> None:
    """Our choice: ready for an issue."""
    output = run(DENIED, "--format", "markdown").output
    assert output.startswith("### denied[scp]: ")
    assert output.count("| finding |") == 1
    assert "| BD312 scp-blocks-profile-region | likely | scp |" in output


def test_there_is_no_colour_when_piped_or_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """UX: colour is never the only signal and never in a pipe."""
    assert "\x1b" not in run(DENIED).output
    coloured = run(DENIED, "--color", "always").output
    assert "\x1b[31;1mdenied[scp]" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run(DENIED, "--color", "auto").output


@pytest.mark.parametrize(("level", "gone", "stays"), [
    ("accounts", ["444455556666", "999900001111"],
     ["bedrock-gateway", "p-8f3k2q1m", "<account-1>"]),
    ("all", ["444455556666", "999900001111", "bedrock-gateway", "p-8f3k2q1m", "o-abcdefghij"],
     ["<role-1>", "eu-north-1"]),
])  # fmt: skip
@pytest.mark.parametrize("form", ["text", "concise", "json", "markdown"])
def test_redaction_hides_accounts_or_all_names_in_every_format(
    level: str, gone: list[str], stays: list[str], form: str
) -> None:
    """CONTRACTS: --redact none|accounts|all."""
    output = run(DENIED, "--redact", level, "--format", form).output.replace("&lt;", "<")
    assert not [name for name in gone if name in output]
    if form in ("text", "json"):
        assert not [name for name in stays if name not in output]


@pytest.mark.parametrize("secret", [
    "ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl", "bedrock-api-key-YmVkcm9ja2V4YW1wbGU",
])  # fmt: skip
@pytest.mark.parametrize("form", ["text", "concise", "json", "markdown"])
def test_secrets_are_never_echoed(secret: str, form: str) -> None:
    """CONTRACTS: keys and tokens are not kept."""
    text = f"Authorization: Bearer {secret} {DENIED} token {secret}. Bearer Token has expired"
    assert secret not in run(text, "--format", form).output


def test_control_characters_of_the_input_do_not_reach_the_terminal() -> None:
    """UX: what a terminal would obey is escaped."""
    output = run(DENIED.replace("rag is", "r\u202eag\x07 is")).output
    assert "\u202e" not in output
    assert "\x07" not in output


def test_the_answer_can_go_to_a_file(tmp_path: Path) -> None:
    """CONTRACTS: -o FILE."""
    out = tmp_path / "why.json"
    result = run(DENIED, "--format", "json", "-o", str(out))
    assert result.output == ""
    assert json.loads(out.read_text(encoding="utf-8"))["messages"]


def test_the_same_input_gives_the_same_bytes() -> None:
    """CONTRACTS: byte-identical output."""
    assert run(DENIED, "--format", "json").output == run(DENIED, "--format", "json").output
