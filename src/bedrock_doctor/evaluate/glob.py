"""Patterns with ``*`` and ``?`` (clauses B1, B2), matched in linear time.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

A pattern is cut at its stars into pieces. The first must start the text, the last must end it, and
each piece between is looked for from left to right: the earliest place is always good enough, so
nothing is ever tried twice. Long pieces with many ``?`` are looked for with all their places at
once, one bit for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bedrock_doctor.model.remembered import of_short_texts

Matcher = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard of a pattern: ``*`` or ``?``."""

    sign: str


STAR = Wild("*")
ANY = Wild("?")
Token = str | Wild
"""Literal text, or a wildcard."""

_WILDCARD = re.compile(r"([*?])")


def tokens_of(pattern: str) -> tuple[Token, ...]:
    """The tokens of a pattern without variables."""
    return tuple(
        STAR if part == "*" else ANY if part == "?" else part
        for part in _WILDCARD.split(pattern)
        if part
    )


def has_wildcard(pattern: str) -> bool:
    """Whether a pattern without variables matches more than one text."""
    return "*" in pattern or "?" in pattern


def _compile(pattern: str) -> Matcher:
    if not has_wildcard(pattern):
        return pattern.__eq__
    return compile_tokens(tokens_of(pattern))


compile_glob = of_short_texts(_compile, longest=512, most=65536)
"""A test for one pattern, case-sensitive."""


def compile_tokens(tokens: Sequence[Token]) -> Matcher:
    """A test for a pattern that was already taken apart."""
    pieces = _pieces(tokens)
    if len(pieces) == 1:
        return _exact(pieces[0])
    first, *middle, last = pieces
    if not any(isinstance(piece, Spaced) for piece in pieces):
        return _plain(str(first), [str(piece) for piece in middle], str(last))
    return _general(first, middle, last)


_MANY_PARTS = 8
"""From so many literal parts on a piece is looked for by bits."""


class Spaced:
    """A piece with ``?`` in it: literal parts at fixed places of a text of fixed length."""

    __slots__ = ("_anchor", "_masks", "_parts", "length")

    def __init__(self, tokens: Sequence[Token]) -> None:
        parts: list[tuple[int, str]] = []
        at = 0
        for token in tokens:
            if isinstance(token, Wild):
                at += 1
                continue
            parts.append((at, token))
            at += len(token)
        self.length = at
        self._parts = tuple(parts)
        self._anchor = max(parts, key=lambda part: len(part[1]), default=(0, ""))
        self._masks: tuple[int, dict[str, int]] | None = None

    def at(self, text: str, start: int) -> bool:
        """Whether it stands at an offset."""
        return 0 <= start <= len(text) - self.length and all(
            text.startswith(part, start + offset) for offset, part in self._parts
        )

    def find(self, text: str, start: int, end: int) -> int:
        """The end of its first place between two offsets, or -1."""
        if end - start < self.length:
            return -1
        if len(self._parts) > _MANY_PARTS:
            return self._find_by_bits(text, start, end)
        offset, anchor = self._anchor
        stop = end - self.length + offset + len(anchor)
        while True:
            found = text.find(anchor, start + offset, stop)
            if found < 0:
                return -1
            start = found - offset
            if self.at(text, start):
                return start + self.length
            start += 1

    def _find_by_bits(self, text: str, start: int, end: int) -> int:
        """The same in one pass: bit n of the state says that the first n + 1 places fit."""
        if self._masks is None:
            self._masks = self._bits()
        anything, masks = self._masks
        goal, state = 1 << (self.length - 1), 0
        for index in range(start, end):
            state = ((state << 1) | 1) & masks.get(text[index], anything)
            if state & goal:
                return index + 1
        return -1

    def _bits(self) -> tuple[int, dict[str, int]]:
        """The places that take any character, and for each character the places that take it."""
        places = ["?"] * self.length
        for offset, part in self._parts:
            places[offset : offset + len(part)] = part
        free = [False] * self.length
        at = 0
        for offset, part in self._parts:
            free[at:offset] = [True] * (offset - at)
            at = offset + len(part)
        free[at:] = [True] * (self.length - at)

        def bits(character: str) -> int:
            fits = (
                "1" if is_free or place == character else "0"
                for is_free, place in zip(reversed(free), reversed(places), strict=True)
            )
            return int("".join(fits), 2)

        return bits(""), {
            character: bits(character) for _, part in self._parts for character in part
        }


Piece = str | Spaced


def _pieces(tokens: Sequence[Token]) -> list[Piece]:
    cut: list[list[Token]] = [[]]
    for token in tokens:
        if token is STAR:
            cut.append([])
        else:
            cut[-1].append(token)
    inner = [part for part in cut[1:-1] if part]
    return [_piece(part) for part in [cut[0], *inner, *cut[1:][-1:]]]


def _piece(part: list[Token]) -> Piece:
    if ANY not in part:
        return "".join(str(token) for token in part)
    return Spaced(part)


def _exact(piece: Piece) -> Matcher:
    if isinstance(piece, str):
        return piece.__eq__
    return lambda text: len(text) == piece.length and piece.at(text, 0)


def _plain(first: str, middle: list[str], last: str) -> Matcher:
    if not middle:
        if not last:
            return (lambda text: True) if not first else (lambda text: text.startswith(first))
        least = len(first) + len(last)
        return lambda text: len(text) >= least and text.startswith(first) and text.endswith(last)

    if len(middle) == 1 and not last:
        only, start = middle[0], len(first)
        return lambda text: text.startswith(first) and text.find(only, start) >= 0

    def match(text: str) -> bool:
        if not text.startswith(first):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return at <= end and text.endswith(last)

    return match


def _general(first: Piece, middle: list[Piece], last: Piece) -> Matcher:
    taken, length = _length(first), _length(last)

    def match(text: str) -> bool:
        at, end = taken, len(text) - length
        if at > end or not _stands(first, text, 0):
            return False
        for piece in middle:
            at = _find(piece, text, at, end)
            if at < 0:
                return False
        return _stands(last, text, end)

    return match


def _length(piece: Piece) -> int:
    """Every piece matches texts of one length only."""
    return len(piece) if isinstance(piece, str) else piece.length


def _stands(piece: Piece, text: str, start: int) -> bool:
    return text.startswith(piece, start) if isinstance(piece, str) else piece.at(text, start)


def _find(piece: Piece, text: str, start: int, end: int) -> int:
    """The end of the piece's first place between two offsets, or -1."""
    if isinstance(piece, Spaced):
        return piece.find(text, start, end)
    at = text.find(piece, start, end)
    return -1 if at < 0 else at + len(piece)
