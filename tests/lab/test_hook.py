"""The boto3 hook against the lab: streams, threads, assumed roles, the examples of docs/hook.md."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import bedrock_doctor
from bedrock_doctor import hook
from bedrock_doctor.lab.shell_environment import profiles, variables
from tests.lab.conftest import GATEWAY, HELLO, NOVA, Running

PAGE = Path(__file__).parents[2] / "docs" / "hook.md"
CLAUDE = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
_FENCE = re.compile(r"^```(python|note)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No hook, no remembered call, no default session."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    hook.uninstall()
    hook.clear()
    yield
    hook.uninstall()
    hook.clear()


@pytest.fixture
def pointed(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The environment of an application in the lab, with one profile that may not be assumed."""
    config = tmp_path / "config"
    nobody = f"[profile nobody]\nrole_arn = {GATEWAY[:-7]}nobody\nsource_profile = app\n"
    config.write_text(profiles(running.lab) + nobody, "utf-8")
    for name, value in variables(running.lab, running.endpoint, config).items():
        monkeypatch.setenv(name, value)
    return running


def test_a_denied_stream_is_a_denied_call(running: Running) -> None:
    """The refusal comes before the stream begins."""
    hook.install()
    with pytest.raises(ClientError) as caught, bedrock_doctor.explain_denied():
        running.client("bedrock-runtime").converse_stream(modelId=NOVA, messages=HELLO)
    (call,) = hook.denied_calls()
    assert (call.operation, call.model) == ("ConverseStream", NOVA)
    assert call.request_id == caught.value.response["ResponseMetadata"]["RequestId"]
    assert "hello lab" not in repr(call)
    assert len(caught.value.__notes__) == 1


def test_success_leaves_no_trace(running: Running) -> None:
    """Answers and streams are read as ever."""
    hook.install()
    runtime = running.session("bedrock-runtime")
    assert runtime.converse(modelId=NOVA, messages=HELLO)["stopReason"] == "end_turn"
    events = list(runtime.converse_stream(modelId=NOVA, messages=HELLO)["stream"])
    assert next(iter(events[0])) == "messageStart"
    assert hook.denied_calls() == ()


def test_threads_share_one_memory(running: Running) -> None:
    """Every thread's call is counted once."""
    hook.install()
    runtime = running.client("bedrock-runtime")

    def ask(number: int) -> str:
        with pytest.raises(ClientError) as caught, bedrock_doctor.explain_denied():
            runtime.converse(modelId=(NOVA, CLAUDE)[number % 2], messages=HELLO)
        return str(caught.value.__notes__)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(12)))
    assert sum(call.count for call in hook.denied_calls()) == 12


class _ChatBedrockConverse:
    """As langchain-aws calls: a session and a client of its own."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.client = boto3.Session().client("bedrock-runtime")

    def invoke(self, text: str) -> Any:
        messages = [{"role": "user", "content": [{"text": text}]}]
        return self.client.converse(modelId=self.model, messages=messages)


def _completion(model: str, messages: list[Any]) -> None:
    """As LiteLLM raises: AWS's body within the text of its own exception."""
    try:
        client = boto3.Session().client("bedrock-runtime")
        client.converse(modelId=model.removeprefix("bedrock/"), messages=messages)
    except ClientError as error:
        body = error.response["Error"]["Message"]
    raise PermissionError(
        f'litellm.PermissionDeniedError: BedrockException - {{"Message":"{body}"}}'
    )


def _stand_in(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module


def _examples() -> list[tuple[str, str]]:
    """Each example of the page with the note that is promised for it, or an empty text."""
    fences = _FENCE.findall(PAGE.read_text("utf-8"))
    found = []
    for number, (kind, text) in enumerate(fences):
        if kind == "python":
            after = fences[number + 1] if number + 1 < len(fences) else ("", "")
            found.append((text, after[1].strip() if after[0] == "note" else ""))
    return found


@pytest.mark.parametrize(("code", "note"), _examples())
def test_the_examples_of_the_page(
    code: str, note: str, pointed: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/hook.md, against the lab; langchain_aws and litellm are stand-ins."""
    chat = _stand_in("langchain_aws", ChatBedrockConverse=_ChatBedrockConverse)
    monkeypatch.setitem(sys.modules, "langchain_aws", chat)
    monkeypatch.setitem(sys.modules, "litellm", _stand_in("litellm", completion=_completion))
    with pytest.raises(Exception, match="not authorized") as caught:
        exec(compile(code, str(PAGE), "exec"), {"messages": HELLO})
    (told,) = caught.value.__notes__
    assert told == (note or told)
    assert told.startswith("bedrock-doctor: denied[")
