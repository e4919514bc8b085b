"""What a kind of surprise is: its manual page, and what finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.ground import Ground


@dataclass(frozen=True, slots=True)
class Page:
    """The manual page of a kind.

    Attributes:
        seen: what was seen.
        why: why it matters.
        confirm: how to confirm that it is not meant.
        right: what would make it right.
        avoid: what not to do.
        references: addresses of the AWS pages it rests on.
    """

    seen: str
    why: str
    confirm: str
    right: str
    avoid: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurpriseKind:
    """A kind of surprise.

    Attributes:
        slug: its name; never changes its meaning.
        title: one line.
        page: its manual page.
        find: yields the surprises of this kind, in any order.
    """

    slug: str
    title: str
    page: Page
    find: Callable[[Ground], Iterator[Surprise]]
