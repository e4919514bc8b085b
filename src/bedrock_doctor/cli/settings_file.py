"""Options from a file: ``bedrock-doctor.toml``, or ``[tool.bedrock-doctor]`` of ``pyproject.toml``.

Keys are options without dashes. Those at the top hold for every command that has them, those in a
table named after a command for this command alone. What the command line or an environment
variable says wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.commands import COMMANDS, inner_commands

if TYPE_CHECKING:
    from bedrock_doctor.expectations.toml_file import TomlFile

FILES = ("bedrock-doctor.toml", "pyproject.toml")
_NEVER = ("help", "version", "list", "out", "endpoint_url", "host", "port", "probe", "yes")
"""Options that a file cannot set. It may come with a repository of somebody else: it never makes a
command write or call a model, and never says where calls go or who may call."""


def settings(folder: Path, group: click.Group, ctx: click.Context, name: str) -> dict[str, Any]:
    """The default values that the file in a folder gives to one command.

    Args:
        folder: where the file is looked for: the current directory.
        group: the commands.
        ctx: of the group.
        name: the command that is called.

    Returns:
        ``{name: {parameter: value}}``, as click takes it.

    Raises:
        BadInput: the file cannot be read, or sets what is no option, with line and column.
    """
    found = _table(folder)
    command = group.get_command(ctx, name) if found else None
    if found is None or command is None:
        return {}
    file, path, table = found
    own = table.get(name, {})
    if not isinstance(own, dict):
        raise file.defect(f"`{name}` is no table", *path, name, help=f"expected [{name}]")
    _require_known(file, path, table, group, ctx)
    commands = [command, *inner_commands(command).values()]
    known = {key for each in commands for key in _options(each)}
    file.require_known(own, (*known,), *path, name)
    values = {**{k: v for k, v in table.items() if not isinstance(v, dict)}, **own}
    for key, value in values.items():
        place = (*path, name, key) if key in own else (*path, key)
        if not _is_plain(value):
            raise file.defect(f"`{key}` cannot be read", *place, help="expected a text or a list")
    return {name: _defaults(command, values)}


def _table(folder: Path) -> tuple[TomlFile, tuple[str, ...], Mapping[str, Any]] | None:
    """The file, the way to its settings in it, and these."""
    for name in FILES:
        place = folder / name
        if not place.is_file():
            continue
        from bedrock_doctor.cli.evidence_options import read_file
        from bedrock_doctor.expectations.toml_file import read_toml

        data = read_file(str(place))
        if name == "pyproject.toml" and b"bedrock-doctor" not in data:
            continue
        file = read_toml(data, name)
        path = () if name == FILES[0] else ("tool", "bedrock-doctor")
        table: Any = file.tree
        for step in path:
            table = table.get(step, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict) and table:
            return file, path, table
    return None


def _require_known(
    file: TomlFile,
    path: tuple[str, ...],
    table: Mapping[str, Any],
    group: click.Group,
    ctx: click.Context,
) -> None:
    """Refuses keys at the top that are options of no command, and tables of no command."""
    tables = {key for key, value in table.items() if isinstance(value, dict)}
    file.require_known(dict.fromkeys(tables), (*COMMANDS,), *path)
    keys = {key: None for key in table if key not in tables}
    if not keys:
        return
    known: dict[str, None] = {}
    for name in COMMANDS:
        command = group.get_command(ctx, name)
        for each in (command, *inner_commands(command).values()) if command else ():
            known.update(dict.fromkeys(_options(each)))
    file.require_known(keys, (*known,), *path)


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options that a file may set, by their longest flag without dashes."""
    options = [option for option in command.params if isinstance(option, click.Option)]
    named = {_key(option): option for option in options}
    return {key: option for key, option in named.items() if option.name not in _NEVER}


def _key(option: click.Option) -> str:
    flag = max(option.opts, key=len).lstrip("-")
    return {"output": "format"}.get(flag, flag)


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str | int | bool)


def _defaults(command: click.Command, values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, option in _options(command).items():
        if key in values and option.name:
            value = values[key]
            single = option.multiple and not isinstance(value, list)
            found[option.name] = [value] if single else value
    for name, inner in inner_commands(command).items():
        found[name] = _defaults(inner, values)
    return found
