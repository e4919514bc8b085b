"""Annotations as workflow commands of GitHub Actions.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.render.annotations import Annotation, Level, Location

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def github_lines(annotations: Iterable[Annotation], summary: str) -> str:
    """One workflow command for each annotation that counts, and one that sums up.

    Args:
        annotations: what to show; suppressed ones are left out, the summary counts them.
        summary: one line, printable.
    """
    lines = [_command(entry) for entry in annotations if not entry.suppressed]
    lines.append(f"::notice title=bedrock-doctor::{_data(summary)}")
    return "".join(f"{line}\n" for line in lines)


def _command(entry: Annotation) -> str:
    steps = "".join(f"\n- {step}" for step in entry.help)
    parts = [*_place(entry.locations[0])] if entry.locations else []
    parts.append(f"title={_property(entry.rule)}")
    return f"::{_COMMANDS[entry.level]} {','.join(parts)}::{_data(entry.message + steps)}"


def _place(location: Location) -> Iterable[str]:
    yield f"file={_property(location.path)}"
    if location.start:
        yield f"line={location.start.line}"
        if location.end and location.end.line != location.start.line:
            # columns are for places within one line
            yield f"endLine={location.end.line}"
        else:
            yield f"col={location.start.column}"
            if location.end:
                yield f"endColumn={location.end.column}"


def _data(text: str) -> str:
    """A message as the runner decodes it again."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property; comma and colon end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
