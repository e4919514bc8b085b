"""What the handlers keep of denied calls, and that they change nothing."""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError

import bedrock_doctor
from bedrock_doctor import hook
from bedrock_doctor.errors import UsageError
from bedrock_doctor.hook import memory, watching
from tests.hook.conftest import DENIED, NOVA, Stubbed, new_session, stubbed

PROMPT = "the secret plan of the prompt"
MESSAGES = [{"role": "user", "content": [{"text": PROMPT}]}]


def denied(stub: Stubbed, number: int = 1, **given: object) -> ClientError:
    stub.deny(number=number)
    with pytest.raises(ClientError) as caught:
        stub.client.converse(**{"modelId": NOVA, "messages": MESSAGES, **given})
    return caught.value


def test_a_denied_call_is_kept_without_its_prompt(caplog: pytest.LogCaptureFixture) -> None:
    """Ids of the call and AWS's words; UX 2.6."""
    hook.install()
    guardrail = {"guardrailIdentifier": "gr-1", "guardrailVersion": "1"}
    denied(stubbed(new_session()), guardrailConfig=guardrail)
    (call,) = hook.denied_calls()
    assert (call.service, call.operation, call.region) == (
        "bedrock-runtime",
        "Converse",
        "eu-central-1",
    )
    assert (call.model, call.guardrail, call.role) == (NOVA, "gr-1", "")
    assert (call.error_code, call.message) == ("AccessDeniedException", DENIED)
    assert (call.number, call.request_id, call.count) == (call.number, "request-1", 1)
    assert PROMPT not in repr(call)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "request request-1" in record.message
    assert PROMPT not in record.message


def test_the_command_of_the_warning_explains_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    """It can be pasted into a shell as it is."""
    from bedrock_doctor.cli.main import run

    hook.install()
    denied(stubbed(new_session()))
    program, *words = shlex.split(hook.denied_calls()[0].command)
    assert program == "bedrock-doctor"
    assert run([*words, "--format", "json"]) == 1
    (message,) = json.loads(capsys.readouterr().out)["messages"]
    assert message["layer"] == "identity"
    assert message["parsed"]["operation"] == "Converse"


def test_the_exception_stays_what_it_is() -> None:
    """Type, arguments, message and response are those of an unwatched client."""
    without = denied(stubbed(new_session()))
    hook.install()
    with_hook = denied(stubbed(new_session()))
    assert type(with_hook).__name__ == type(without).__name__ == "AccessDeniedException"
    assert with_hook.args == without.args
    assert str(with_hook) == str(without)
    assert with_hook.response == without.response
    assert not hasattr(with_hook, "__notes__")


def test_a_repeated_denial_is_counted_and_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """A retry loop must not fill the log."""
    hook.install()
    stub = stubbed(new_session())
    for number in range(1, 4):
        denied(stub, number)
    (call,) = hook.denied_calls()
    assert (call.count, call.request_id) == (3, "request-3")
    assert len(caplog.records) == 1


def test_the_memory_is_bounded() -> None:
    """The oldest of more than a hundred different denials leaves first."""
    hook.install()
    stub = stubbed(new_session())
    for number in range(memory.LIMIT + 2):
        denied(stub, number, modelId=f"model-{number}")
    kept = hook.denied_calls()
    assert len(kept) == memory.LIMIT
    assert (kept[0].model, kept[-1].model) == ("model-2", "model-101")


def test_other_answers_are_not_kept() -> None:
    """Success, throttling, and calls of STS that assume no role."""
    hook.install()
    stub = stubbed(new_session())
    stub.stubber.add_client_error("converse", "ThrottlingException", "slow", http_status_code=429)
    with pytest.raises(ClientError):
        stub.client.converse(modelId=NOVA, messages=MESSAGES)
    stub.stubber.add_response("apply_guardrail", {"usage": USAGE, "action": "NONE", **EMPTY})
    stub.client.apply_guardrail(
        guardrailIdentifier="gr-1", guardrailVersion="1", source="INPUT", content=[]
    )
    sts = stubbed(new_session(), "sts")
    sts.deny("get_session_token", "no")
    with pytest.raises(ClientError):
        sts.client.get_session_token()
    assert hook.denied_calls() == ()


USAGE = dict.fromkeys(
    (
        "topicPolicyUnits",
        "contentPolicyUnits",
        "wordPolicyUnits",
        "sensitiveInformationPolicyUnits",
        "sensitiveInformationPolicyFreeUnits",
        "contextualGroundingPolicyUnits",
    ),
    0,
)
EMPTY: dict[str, list[object]] = {"outputs": [], "assessments": []}


@pytest.mark.parametrize(
    ("service", "operation", "given", "kept"),
    [
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::1:role/r", "RoleSessionName": "abc"},
         ("", "", "arn:aws:iam::1:role/r")),
        ("bedrock-runtime", "invoke_model",
         {"modelId": NOVA, "guardrailIdentifier": "gr-1", "body": b"{}"}, (NOVA, "gr-1", "")),
        ("bedrock-runtime", "converse_stream", {"modelId": NOVA, "messages": MESSAGES},
         (NOVA, "", "")),
        ("bedrock", "get_inference_profile", {"inferenceProfileIdentifier": NOVA}, (NOVA, "", "")),
        ("bedrock-agent-runtime", "retrieve",
         {"knowledgeBaseId": "KB00000001", "retrievalQuery": {"text": PROMPT}}, ("", "", "")),
    ],
)  # fmt: skip
def test_which_ids_are_kept(
    service: str, operation: str, given: dict[str, object], kept: tuple[str, str, str]
) -> None:
    """Model, profile, guardrail and role; of streaming operations too."""
    hook.install()
    stub = stubbed(new_session(), service)
    stub.deny(operation)
    with pytest.raises(ClientError):
        getattr(stub.client, operation)(**given)
    (call,) = hook.denied_calls()
    assert (call.model, call.guardrail, call.role) == kept
    assert PROMPT not in repr(call)


def test_our_own_crash_stays_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that raises would replace the exception of botocore."""
    hook.install()

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(watching, "remember", crash)
    monkeypatch.setattr(watching, "_first", crash)
    assert str(denied(stubbed(new_session()))).endswith(DENIED)
    assert hook.denied_calls() == ()


def test_hostile_words_reach_the_log_as_escapes(caplog: pytest.LogCaptureFixture) -> None:
    """AWS repeats names that strangers chose; a shell must not obey them either."""
    hook.install()
    stub = stubbed(new_session())
    stub.deny(message="denied\n\x1b[2Jfor '$(reboot)'")
    with pytest.raises(ClientError):
        stub.client.converse(modelId=NOVA, messages=MESSAGES)
    (record,) = caplog.records
    assert record.message.isprintable()
    assert shlex.split(hook.denied_calls()[0].command)[-1].endswith("for '$(reboot)'")


def test_a_secret_in_a_message_is_not_kept() -> None:
    """As everywhere in this program."""
    hook.install()
    stub = stubbed(new_session())
    stub.deny(message="key bedrock-api-key-YWJjZGVmZ2g refused")
    with pytest.raises(ClientError):
        stub.client.converse(modelId=NOVA, messages=MESSAGES)
    assert "YWJj" not in hook.denied_calls()[0].text


class TestInstalling:
    """Sessions, clients, all of them; and back."""

    def test_one_session(self) -> None:
        """Other sessions are not touched."""
        watched, other = new_session(), new_session()
        hook.install(watched)
        denied(stubbed(other))
        assert hook.denied_calls() == ()
        denied(stubbed(watched))
        assert len(hook.denied_calls()) == 1

    def test_one_client_that_exists_already(self) -> None:
        """A client of a session that is watched later is not watched by that."""
        session = new_session()
        stub = stubbed(session)
        hook.install(session)
        denied(stub)
        assert hook.denied_calls() == ()
        hook.install(stub.client)
        denied(stub)
        assert len(hook.denied_calls()) == 1

    def test_the_default_session(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It may exist before the installation: `boto3.client` uses it."""
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", new_session())
        hook.install()
        denied(stubbed(boto3))
        assert len(hook.denied_calls()) == 1

    def test_twice_is_once(self) -> None:
        """By whatever way."""
        hook.install()
        session = new_session()
        hook.install(session)
        hook.install(session._session)
        stub = stubbed(session)
        hook.install(stub.client)
        denied(stub)
        (call,) = hook.denied_calls()
        assert call.count == 1

    def test_uninstalling_silences_clients_that_exist(self) -> None:
        """And installing again brings them back only where it is asked for."""
        hook.install()
        session = new_session()
        stub = stubbed(session)
        hook.uninstall()
        denied(stub)
        denied(stubbed(session))
        denied(stubbed(new_session()))
        assert hook.denied_calls() == ()
        hook.install(stub.client)
        denied(stub)
        assert len(hook.denied_calls()) == 1

    def test_something_else_is_refused(self) -> None:
        """With what is expected instead."""
        with pytest.raises(UsageError, match="cannot watch an object of type `dict`"):
            hook.install({})


def test_the_public_names() -> None:
    """`__all__` holds what can be imported, sorted."""
    assert list(bedrock_doctor.__all__) == sorted(bedrock_doctor.__all__)
    assert list(hook.__all__) == sorted(hook.__all__)
    for module in (bedrock_doctor, hook):
        for name in module.__all__:
            assert getattr(module, name) is not None
    assert bedrock_doctor.hook is hook
    assert bedrock_doctor.explain_denied is hook.explain_denied


def test_importing_costs_no_sdk() -> None:
    """Neither the package nor the hook imports boto3; `explain` stays unloaded too."""
    code = (
        "import sys, bedrock_doctor; bedrock_doctor.hook.denied_calls();"
        "print([n for n in ('boto3', 'botocore', 'bedrock_doctor.app') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
