"""How far long work is, on a terminal."""

from __future__ import annotations

import sys

import click


class Progress:
    """Tells two numbers after each piece of work, in one line that it writes again.

    Args:
        words: the line, with a place for each number.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._shows = sys.stderr.isatty()
        self._told = False

    def __call__(self, first: int, second: int) -> None:
        if self._shows:
            self._told = True
            click.echo("\r" + self._words.format(first, second), err=True, nl=False)

    def end(self) -> None:
        """Leaves the line that it wrote on."""
        if self._told:
            click.echo(err=True)
