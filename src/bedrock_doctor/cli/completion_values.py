"""What stands behind options when a shell completes them. Nothing is imported before it is needed,
and nothing but the catalog then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

Finder = Callable[[str], Iterable[CompletionItem]]


class _Completed(click.types.StringParamType):
    """A text that a shell can complete."""

    def __init__(self, find: Finder) -> None:
        self._find = find

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What may stand here."""
        return list(self._find(incomplete))


def complete_values(command: click.Command) -> None:
    """Lets the texts of a command be completed, each by its name or its metavar; those of the
    commands within it too.
    """
    for parameter in command.params:
        find = _finder(parameter) if type(parameter.type) is click.types.StringParamType else None
        if find is not None:
            parameter.type = _Completed(find)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        complete_values(inner)


def _finder(parameter: click.Parameter) -> Finder | None:
    metavar = parameter.metavar or ""
    by_metavar = {
        "REGION": _regions,
        "ID|ARN": _models,
        "[BDnnn|SLUG]": _findings,
        "[SCENARIO]": _scenarios,
    }
    if metavar in by_metavar:
        return by_metavar[metavar]
    if parameter.name == "scenario":
        return _scenarios
    if parameter.name == "topic":
        return _topics
    files = ("FILE", "PATH", "DIR", "SNAPSHOT")
    return _files if metavar.startswith(files) else None


def _starting(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _regions(incomplete: str) -> Iterable[CompletionItem]:
    from bedrock_doctor.catalog.partitions import bedrock_regions

    return _starting(sorted(bedrock_regions()), incomplete)


def _models(incomplete: str) -> Iterable[CompletionItem]:
    from bedrock_doctor.catalog import bedrock_models, inference_profiles

    names = {*bedrock_models.model_ids(), *inference_profiles.profile_ids()}
    return _starting(sorted(names), incomplete)


def _findings(incomplete: str) -> Iterable[CompletionItem]:
    """Ids and slugs: the files of the rules are called after them, so that none is imported."""
    from importlib.resources import files

    for entry in sorted(files("bedrock_doctor.diagnose.rules").iterdir(), key=lambda e: e.name):
        name, dot, _ = entry.name.partition(".py")
        number, _, slug = name.partition("_")
        if not dot or not number.startswith("bd"):
            continue
        if number.upper().startswith(incomplete.upper()):
            yield CompletionItem(number.upper(), help=slug.replace("_", " "))
        elif incomplete and slug.replace("_", "-").startswith(incomplete.lower()):
            yield CompletionItem(slug.replace("_", "-"))


def _scenarios(incomplete: str) -> Iterable[CompletionItem]:
    from importlib.resources import files

    entries = files("bedrock_doctor.lab").joinpath("scenarios").iterdir()
    names = (entry.name for entry in entries)
    return _starting(sorted(n.removesuffix(".toml") for n in names if ".toml" in n), incomplete)


def _topics(incomplete: str) -> Iterable[CompletionItem]:
    from bedrock_doctor.cli.commands import COMMANDS
    from bedrock_doctor.cli.topics import TOPICS

    return _starting((*TOPICS, *COMMANDS), incomplete)


def _files(incomplete: str) -> Iterable[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]
