"""Decoding of verbatim AWS CLI and SDK output.

A file holds one output, several pages written one behind the other, or a JSON list of pages. What
is not needed is skipped unread, ``ResponseMetadata`` for example.
https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import msgspec

from bedrock_doctor.collect.file_text import FileText, Malformed
from bedrock_doctor.collect.json_offsets import DuplicateKey, Range, elements, locate

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_DECODERS: dict[Any, Callable[[Any], Any]] = {}

_BYTE = re.compile(r" \(byte (\d+)\)$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_WHERE = re.compile(r" - at `\$(.*)`$")
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_LACKS = re.compile(r"Object missing required field `([^`]+)`")
_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Page(msgspec.Struct, kw_only=True):
    """Base of outputs that come in pages. A marker left behind says that more was to come."""

    is_truncated: bool = msgspec.field(name="IsTruncated", default=False)
    marker: str | None = msgspec.field(name="Marker", default=None)
    next_token: str | None = msgspec.field(name="NextToken", default=None)
    next_token_lower: str | None = msgspec.field(name="nextToken", default=None)

    @property
    def has_more(self) -> bool:
        """Whether AWS said that further pages follow."""
        return bool(self.is_truncated or self.marker or self.next_token or self.next_token_lower)


@dataclass(frozen=True, slots=True, eq=False)
class Output(Generic[T_co]):
    """One output of one call.

    Attributes:
        value: the decoded output.
        text: the file that it stands in.
        place: where it stands there, in bytes.
    """

    value: T_co
    text: FileText
    place: Range

    def locate(self, *pointer: str | int) -> Range:
        """Where a value of the output stands."""
        return locate(self.text.data, self.place, pointer)


def output_places(text: FileText) -> list[Range]:
    """Where the outputs of a file stand: one, several behind each other, or those of a list.

    Raises:
        Malformed: the file is empty or no JSON.
    """
    data = text.data
    end = len(data)
    stripped = data.lstrip()
    if not stripped:
        raise Malformed("the file is empty", None, "the JSON output of one AWS call")
    start = end - len(stripped)
    places: list[Range] = []
    view = memoryview(data)
    while True:
        following = _guarded(text, start, partial(_next_value, view[start:]))
        stop = start + following if following else end
        places.append((start, stop))
        if stop == end:
            break
        start = stop
    if len(places) == 1 and data[places[0][0] : places[0][0] + 1] == b"[":
        return _guarded(text, 0, lambda: elements(data, places[0]))
    return places


def decode_output(text: FileText, place: Range, kind: type[T]) -> Output[T]:
    """Decodes one output, or one part of it.

    Raises:
        Malformed: the output has another shape than `kind`.
    """
    start, end = place
    decode = _decoder(kind)
    value = _guarded(text, start, lambda: decode(memoryview(text.data)[start:end]), place)
    return Output(value, text, place)


def decode_outputs(text: FileText, kind: type[T]) -> Sequence[Output[T]]:
    """Decodes all outputs of a file.

    Raises:
        Malformed: the file is no JSON, or an output has another shape than `kind`.
    """
    places = output_places(text)
    if not places:
        raise Malformed("the list holds no output", text.position(0), "at least one page")
    return [decode_output(text, place, kind) for place in places]


def _decoder(kind: type[T]) -> Callable[[Any], T]:
    """Decoders are costly to make: one is kept for each shape."""
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind).decode
    return _DECODERS[kind]


def _next_value(view: memoryview) -> int:
    """Offset of what follows the first JSON value; 0 when nothing does.

    msgspec counts this one position from 1.
    """
    try:
        msgspec.json.decode(view, type=msgspec.Raw)
    except msgspec.DecodeError as failure:
        if "trailing characters" not in str(failure):
            raise
        found = _BYTE.search(str(failure))
        return int(found[1]) - 1 if found else 0
    return 0


def _guarded(text: FileText, start: int, read: Callable[[], T], place: Range | None = None) -> T:
    """Runs one decoding step and puts what goes wrong into words and a position."""
    try:
        return read()
    except msgspec.ValidationError as failure:
        raise _wrong_shape(str(failure), text, place or (start, len(text.data))) from failure
    except msgspec.DecodeError as failure:
        raise _no_json(str(failure), text, start) from failure
    except RecursionError as failure:
        raise Malformed("the JSON is nested too deeply", text.position(start)) from failure


def _no_json(message: str, text: FileText, start: int) -> Malformed:
    found = _BYTE.search(message)
    if found is None:
        return Malformed(
            "the file ends in the middle of a value",
            text.position(len(text.data)),
            "the complete JSON output of one AWS call",
        )
    reason = _BYTE.sub("", message).removeprefix("JSON is malformed: ")
    return Malformed(
        f"the file is no JSON: {reason}",
        text.position(min(start + int(found[1]), len(text.data))),
        "the JSON output of one AWS call, unchanged",
    )


def _wrong_shape(message: str, text: FileText, place: Range) -> Malformed:
    """Puts msgspec's complaint into the words of JSON, with the place of the offending value."""
    where = _WHERE.search(message)
    pointer = [key or int(index) for key, index in _STEP.findall(where[1] if where else "")]
    try:
        position = text.position(_first_byte(text.data, place, pointer))
    except (LookupError, DuplicateKey, msgspec.DecodeError):
        position = text.position(place[0])
    name = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in pointer).lstrip(".")
    subject = f"`{name}`" if name else "the output"
    if lacks := _LACKS.search(message):
        return Malformed(f"{subject} lacks `{lacks[1]}`", position, f"a value for `{lacks[1]}`")
    if kinds := _EXPECTED.search(message):
        wanted = " or ".join(_WORDS.get(word, word) for word in kinds[1].split(" | "))
        return Malformed(f"{subject} is {_WORDS.get(kinds[2], kinds[2])}", position, wanted)
    return Malformed(f"{subject} cannot be read", position)


def _first_byte(data: bytes, place: Range, pointer: Sequence[str | int]) -> int:
    return locate(data, place, pointer)[0]
