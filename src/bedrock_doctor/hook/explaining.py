"""`explain_denied`: the explanation of a denial as a note in its traceback."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing
from types import TracebackType
from typing import Any, TypeVar

from bedrock_doctor.hook.memory import DeniedCall, find
from bedrock_doctor.hook.watching import request_id_of

Function = TypeVar("Function", bound=Callable[..., Any])

_PREFIX = "bedrock-doctor: "
_DEPTH = 8
_LEAVES = 20
_LONGEST = 1 << 16

_log = logging.getLogger("bedrock_doctor.hook")


class explain_denied:  # noqa: N801 - it is used like a function
    """Adds what a denial means to the exception that passes through, which stays what it was.

    A context manager, synchronous or asynchronous, and a decorator of functions, coroutine
    functions and generators. The denial may be an error of botocore, or stand in the text of
    another library's exception or of its causes. AWS is not asked.

    https://docs.python.org/3/library/exceptions.html#BaseException.add_note
    """

    def __enter__(self) -> explain_denied:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(raised, Exception):
            try:
                _explain(raised)
            except Exception:
                _log.debug("a denial could not be explained", exc_info=True)

    async def __aenter__(self) -> explain_denied:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, raised, trace)

    def __call__(self, function: Function) -> Function:
        """The function, each call of it within this context."""
        return functools.wraps(function)(_wrapped(function))  # type: ignore[return-value]


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(function):

        async def agenerate(*given: Any, **named: Any) -> AsyncGenerator[Any, Any]:
            with explain_denied():
                async with aclosing(function(*given, **named)) as items:
                    async for item in items:
                        yield item

        return agenerate
    if inspect.iscoroutinefunction(function):

        async def call(*given: Any, **named: Any) -> Any:
            with explain_denied():
                return await function(*given, **named)

        return call
    if inspect.isgeneratorfunction(function):

        def generate(*given: Any, **named: Any) -> Generator[Any, Any, Any]:
            with explain_denied():
                return (yield from function(*given, **named))

        return generate

    def plain(*given: Any, **named: Any) -> Any:
        with explain_denied():
            return function(*given, **named)

    return plain


def _explain(raised: Exception) -> None:
    for leaf in _leaves(raised):
        if any(note.startswith(_PREFIX) for note in getattr(leaf, "__notes__", ())):
            continue
        note = _note(leaf)
        if note:
            leaf.add_note(_PREFIX + note)


def _note(raised: BaseException) -> str:
    """What the exception, or the nearest of its causes that tells of a denial, means."""
    from bedrock_doctor import app
    from bedrock_doctor.render.denial_note import denial_note

    for link in _chain(raised):
        text, call = _told(link)
        explanation = app.explain(text[:_LONGEST])
        if explanation.denies_access:
            return denial_note(explanation, model=call.model if call else "")
    return ""


def _told(raised: BaseException) -> tuple[str, DeniedCall | None]:
    """The words of an exception, and the call behind it where it was remembered."""
    response = getattr(raised, "response", None)
    call = find(request_id_of(response)) if isinstance(response, dict) else None
    return str(raised), call


def _chain(raised: BaseException) -> Iterator[BaseException]:
    """An exception, then what it came from."""
    link: BaseException | None = raised
    for _ in range(_DEPTH):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _leaves(raised: BaseException) -> list[BaseException]:
    """The exceptions of a group, or the exception itself."""
    found: list[BaseException] = []
    waiting = [raised]
    while waiting and len(found) < _LEAVES:
        one = waiting.pop(0)
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        else:
            found.append(one)
    return found
