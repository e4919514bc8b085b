"""docs/scale.md: its commands and code are such as the programs take."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import validate_parameters

from bedrock_doctor import spark
from bedrock_doctor.cli.main import cli
from tests.docs.page import Parse, Python, WriteFile, steps

ROOT = Path(__file__).parents[2]
PAGE = list(steps(ROOT / "docs" / "scale.md"))
COMMANDS = [step.words for step in PAGE if isinstance(step, Parse)]
ON_AWS = [words for words in COMMANDS if words[0] == "aws" and words[1] != "s3"]


def test_commands_of_this_program_are_read() -> None:
    """Every option that the page shows exists."""
    own = [words for words in COMMANDS if words[0] == "bedrock-doctor"]

    assert len(own) >= 3
    for words in own:
        with cli.make_context("bedrock-doctor", []) as context:
            command = cli.get_command(context, words[1])
            assert command is not None
            command.make_context(words[1], list(words[2:]), parent=context)


@pytest.mark.parametrize("words", ON_AWS, ids=lambda words: f"{words[1]} {words[2]}")
def test_commands_for_aws_are_valid(words: tuple[str, ...]) -> None:
    """Operations, options and their values, against the models of botocore."""
    service = botocore.session.Session().get_service_model(words[1])
    (operation,) = [n for n in service.operation_names if xform_name(n, "-") == words[2]]
    shape = service.operation_model(operation).input_shape
    members = {f"--{xform_name(name, '-')}": name for name in shape.members}
    given = {
        members[option]: _value(text, shape.members[members[option]].type_name)
        for option, text in zip(words[3::2], words[4::2], strict=True)
    }
    needed = {name: "x" for name in shape.required_members if name == "clientToken"}

    assert len(words) % 2 == 1
    validate_parameters(needed | given, shape)


def _value(text: str, kind: str) -> Any:
    """The text of an option: JSON, or the short form of the CLI for flat structures."""
    if kind not in ("structure", "map", "list"):
        return int(text) if kind == "integer" else text
    if text.startswith("{"):
        return json.loads(text)
    return dict(part.split("=", 1) for part in text.split(","))


def test_the_job_of_both_services_is_the_one_of_the_examples() -> None:
    """It is uploaded from where it lies, and run from where it was uploaded."""
    uploads = {words[3]: words[4] for words in COMMANDS if words[:3] == ("aws", "s3", "cp")}
    job = uploads["examples/spark/denied_calls.py"]

    assert (ROOT / "examples" / "spark" / "denied_calls.py").is_file()
    assert all(any(job in word for word in words) for words in ON_AWS if _names_code(words))


def _names_code(words: tuple[str, ...]) -> bool:
    return words[1:3] in (("emr-serverless", "start-job-run"), ("glue", "create-job"))


def test_code_calls_what_the_package_has() -> None:
    """Blocks of Python need a cluster: here their calls are held against signatures."""
    calls = [
        node
        for step in PAGE
        if isinstance(step, Python)
        for node in ast.walk(ast.parse(step.code))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("bedrock_doctor.spark")
    ]

    assert len(calls) >= 2
    for call in calls:
        function = getattr(spark, ast.unparse(call.func).rpartition(".")[2])
        keywords = {keyword.arg: None for keyword in call.keywords if keyword.arg}
        inspect.signature(function).bind(*call.args, **keywords)


def test_the_image_of_the_archive_has_the_python_that_the_package_needs() -> None:
    """pyproject.toml asks for 3.11."""
    (image,) = [step.text for step in PAGE if isinstance(step, WriteFile)]

    assert "python3.11 -m venv" in image
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()
