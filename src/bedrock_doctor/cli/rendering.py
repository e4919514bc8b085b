"""A renderer that breaks costs its format, never the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

from bedrock_doctor.cli.answer_output import write_answer
from bedrock_doctor.errors import BedrockDoctorError

Renderers = Mapping[str, Callable[[], str]]
"""Functions that render one answer, by the name of their format."""


def write_rendered(wanted: str, renderers: Renderers, out: str | None) -> None:
    """Writes an answer in the wanted format.

    When that renderer breaks, the answer goes to standard output in the first other format that
    works, and the error is raised again, so that the command ends with the code of an internal
    error.

    Args:
        wanted: the format that was asked for.
        renderers: it, and what may stand in for it, in order of preference.
        out: a file, or None for standard output.
    """
    try:
        text = renderers[wanted]()
    except BedrockDoctorError:
        raise
    except Exception:
        _write_other({name: r for name, r in renderers.items() if name != wanted}, wanted)
        raise
    write_answer(text, out)


def _write_other(renderers: Renderers, wanted: str) -> None:
    for name, render in renderers.items():
        try:
            text = render()
        except Exception:  # noqa: S112 - whatever broke, the next one may work
            continue
        click.echo(f"warning: the answer cannot be written as {wanted}; as {name} it is", err=True)
        write_answer(text, None)
        return
