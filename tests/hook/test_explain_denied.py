"""Notes in tracebacks: of botocore's errors, and of libraries that wrap them."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator

import pytest
from botocore.exceptions import ClientError

import bedrock_doctor
from bedrock_doctor import app, hook
from tests.hook.conftest import DENIED, NOVA, new_session, stubbed

NOTE = f"""\
bedrock-doctor: denied[identity]: app of account 111122223333 may not do bedrock:InvokeModel
  the call named the model {NOVA}
  BD403 profile-arn-not-allowed (likely)
  BD401 role-lacks-action (possible)
  next step: compare arn:aws:bedrock:eu-central-1:111122223333:inference-profile/{NOVA} with the \
Resource elements of the policies in account 111122223333
  manual: bedrock-doctor rule BD403"""
WITHOUT_MODEL = "\n".join(NOTE.split("\n")[:1] + NOTE.split("\n")[2:])


def call() -> None:
    stub = stubbed(new_session())
    stub.deny()
    stub.client.converse(modelId=NOVA, messages=[])


def notes(raised: BaseException) -> list[str]:
    return getattr(raised, "__notes__", [])


def test_the_note_stands_in_the_traceback() -> None:
    """The exception itself stays: type, arguments, message."""
    hook.install()
    with pytest.raises(ClientError) as caught, bedrock_doctor.explain_denied():
        call()
    assert notes(caught.value) == [NOTE]
    assert str(caught.value).endswith(DENIED)
    assert NOTE in "".join(traceback.format_exception(caught.value))


def test_the_hook_is_not_needed() -> None:
    """Without it the model is not known."""
    with pytest.raises(ClientError) as caught, bedrock_doctor.explain_denied():
        call()
    assert notes(caught.value) == [WITHOUT_MODEL]


def test_a_decorated_function() -> None:
    """Name and answer of the function stay."""

    @bedrock_doctor.explain_denied()
    def ask(answer: int = 3) -> int:
        """Asks."""
        if not answer:
            call()
        return answer

    assert (ask.__name__, ask.__doc__, ask()) == ("ask", "Asks.", 3)
    with pytest.raises(ClientError) as caught:
        ask(0)
    assert notes(caught.value) == [WITHOUT_MODEL]


def test_asynchronous_code() -> None:
    """`async with`, coroutine functions and asynchronous generators."""

    @bedrock_doctor.explain_denied()
    async def ask() -> None:
        await asyncio.sleep(0)
        call()

    @bedrock_doctor.explain_denied()
    async def stream() -> AsyncIterator[int]:
        yield 1
        call()

    async def block() -> None:
        async with bedrock_doctor.explain_denied():
            await asyncio.sleep(0)
            call()

    async def read() -> None:
        assert [item async for item in stream()] == []

    for coroutine in (ask(), block(), read()):
        with pytest.raises(ClientError) as caught:
            asyncio.run(coroutine)
        assert notes(caught.value) == [WITHOUT_MODEL]


def test_a_generator() -> None:
    """The denial comes while it is read."""

    @bedrock_doctor.explain_denied()
    def stream() -> Iterator[int]:
        yield 1
        call()

    items = stream()
    assert next(items) == 1
    with pytest.raises(ClientError) as caught:
        next(items)
    assert notes(caught.value) == [WITHOUT_MODEL]


def test_nested_contexts_add_one_note() -> None:
    """The inner one has said it."""
    with (
        pytest.raises(ClientError) as caught,
        bedrock_doctor.explain_denied(),
        bedrock_doctor.explain_denied(),
    ):
        call()
    assert len(notes(caught.value)) == 1


def test_a_wrapping_exception_gets_the_note() -> None:
    """Libraries raise their own exception from the one of botocore."""

    @bedrock_doctor.explain_denied()
    def ask() -> None:
        try:
            call()
        except ClientError as error:
            raise RuntimeError("the model could not be called") from error

    with pytest.raises(RuntimeError) as caught:
        ask()
    assert notes(caught.value) == [WITHOUT_MODEL]


def test_a_text_alone_is_enough() -> None:
    """LiteLLM signs with botocore but calls by HTTP itself; AWS's body stands in its exception:
    https://github.com/BerriAI/litellm/pull/39166"""
    with pytest.raises(ValueError) as caught, bedrock_doctor.explain_denied():
        raise ValueError(
            f'litellm.PermissionDeniedError: BedrockException - {{"Message":"{DENIED}"}}'
        )
    assert notes(caught.value) == [WITHOUT_MODEL]


def test_the_leaves_of_a_group() -> None:
    """A TaskGroup raises its denials together."""

    async def ask() -> None:
        call()

    async def both() -> None:
        async with bedrock_doctor.explain_denied(), asyncio.TaskGroup() as group:
            group.create_task(ask())

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(both())
    assert notes(caught.value) == []
    assert [notes(leaf) for leaf in caught.value.exceptions] == [[WITHOUT_MODEL]]


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("no denial"),
        PermissionError(13, "Permission denied", "/etc/shadow"),
        KeyError("modelId"),
        RuntimeError("An error occurred (ThrottlingException) when calling the Converse "
                     "operation: Too many requests"),
        StopIteration(),
    ],
)  # fmt: skip
def test_other_exceptions_pass_as_they_are(raised: Exception) -> None:
    """Defects of the program, errors of the system, look-alikes."""
    with pytest.raises(type(raised)) as caught, bedrock_doctor.explain_denied():
        raise raised
    assert caught.value is raised
    assert notes(raised) == []


def test_our_own_crash_stays_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception passes without a note."""

    def crash(text: str) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(app, "explain", crash)
    with pytest.raises(ClientError) as caught, bedrock_doctor.explain_denied():
        call()
    assert notes(caught.value) == []


def test_an_exception_that_cannot_be_printed() -> None:
    """Its `__str__` fails; it passes as it is."""

    class Strange(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    with pytest.raises(Strange), bedrock_doctor.explain_denied():
        raise Strange


def test_nothing_raised_nothing_done() -> None:
    """The context gives itself and swallows nothing."""
    with bedrock_doctor.explain_denied() as context:
        pass
    assert isinstance(context, hook.explain_denied)
