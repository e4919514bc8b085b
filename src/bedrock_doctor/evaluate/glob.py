"""Patterns with ``*`` and ``?`` (clauses B1, B2), matched in linear time.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

A pattern is cut at its stars into pieces. The first must start the text, the last must end it, and
each piece between is looked for from left to right: the earliest place is always good enough, so
nothing is ever tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=65536)
def compile_glob(pattern: str) -> Matcher:
    """A test for one pattern, case-sensitive."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    return compile_tokens(tokens_of(pattern))


def compile_tokens(tokens: Sequence[Token]) -> Matcher:
    """A test for a pattern that was already taken apart."""
    pieces = _pieces(tokens)
    if len(pieces) == 1:
        return _exact(pieces[0])
    first, *middle, last = pieces
    if not any(isinstance(piece, re.Pattern) for piece in pieces):
        return _plain(str(first), [str(piece) for piece in middle], str(last))
    return _general(first, middle, last)


Piece = str | re.Pattern[str]


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
    body = "".join("." if isinstance(token, Wild) else re.escape(token) for token in part)
    return re.compile(body, re.DOTALL)


def _exact(piece: Piece) -> Matcher:
    if isinstance(piece, str):
        return piece.__eq__
    return lambda text: piece.fullmatch(text) is not None


def _plain(first: str, middle: list[str], last: str) -> Matcher:
    if not middle:
        if not last:
            return (lambda text: True) if not first else (lambda text: text.startswith(first))
        least = len(first) + len(last)
        return lambda text: len(text) >= least and text.startswith(first) and text.endswith(last)

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
    length = len(last) if isinstance(last, str) else _length(last)

    def match(text: str) -> bool:
        at = _starts(first, text)
        end = len(text) - length
        for piece in middle:
            if at < 0 or at > end:
                return False
            at = _find(piece, text, at, end)
        return 0 <= at <= end and _starts(last, text[end:]) >= 0

    return match


def _length(piece: re.Pattern[str]) -> int:
    """Every piece matches texts of one length only."""
    return len(re.sub(r"\\(.)", r"\1", piece.pattern, flags=re.DOTALL))


def _starts(piece: Piece, text: str) -> int:
    """The length of the piece at the beginning of the text, or -1."""
    if isinstance(piece, str):
        return len(piece) if text.startswith(piece) else -1
    found = piece.match(text)
    return found.end() if found else -1


def _find(piece: Piece, text: str, start: int, end: int) -> int:
    """The end of the piece's first place between two offsets, or -1."""
    if isinstance(piece, str):
        at = text.find(piece, start, end)
        return -1 if at < 0 else at + len(piece)
    found = piece.search(text, start, end)
    return found.end() if found else -1
