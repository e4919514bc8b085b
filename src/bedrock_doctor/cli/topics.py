"""The help topics. docs/reference/{environment,exit-codes}.md are made from the same words."""

from __future__ import annotations

from collections.abc import Callable

import click

from bedrock_doctor.cli.commands import COMMANDS, PREFIX, LazyGroup, inner_commands, variable_of

EXIT_CODES = (
    (0, "allowed; all expectations met; nothing found to explain; done"),
    (1, "denied and explained; an expectation is not met; a denial was found; two attempts part"),
    (2, "usage or bad input: the question cannot be asked as written, or a file cannot be read"),
    (3, "cannot tell: something decisive is missing, and the answer says what"),
    (4, "no usable AWS credentials"),
    (5, "AWS or Spark failed; `collect`: AWS refused some reads, the snapshot holds the others"),
    (70, "internal error: a defect of bedrock-doctor"),
    (130, "interrupted with Ctrl-C"),
    (141, "the reader of the output went away before it was complete"),
)
EXIT_OPTIONS = """\
`--exit-zero` and `--fail-on never` turn 1 and 3 into 0, `--fail-on deny` turns 3 alone into 0,
`--fail-on unknown` is the default. The other codes stay as they are. Of several questions the
first of 70, 5, 4, 1, 3, 0 counts."""
VARIABLES = (
    ("NO_COLOR", "not empty: no colour, unless --color always is given"),
    ("CLICOLOR_FORCE", "not empty, not 0: colour also without a terminal"),
    ("COLUMNS", "width of the text, between 80 and 100 columns"),
)
REDACTION = """\
Redaction makes an answer fit to be shared. It replaces, consistently within one answer:

  --redact accounts   account ids, wherever they stand, by <account-1>, <account-2>, ...; access
                      key ids, because they encode the account id
  --redact all        also the names and paths of roles, users, groups and policies; session
                      names; Sids; organization, unit, root, VPC and endpoint ids; unique ids;
                      account names; tags; external ids and other values of conditions; addresses;
                      e-mail addresses; the path of the snapshot

Markdown and HTML are made to be sent to others and hide account ids unless --redact none is given.
A saved report can hide more later (report --from), never less.

What stays: actions, Regions, model and profile ids, condition keys, and the structure of policies.
Replaced is too much rather than too little. Read an answer before you share it: a name that is a
part of a longer word is not recognized.

Snapshots (collect, merge) are redacted with pseudonyms of the same form, so that questions can
still be asked of them: see docs/reference/snapshot.md.

Secrets in pasted messages (keys, tokens) are never kept or printed, at any level.
"""


def _exit_codes() -> str:
    rows = "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES)
    return f"Exit codes\n\n{rows}\n\n{EXIT_OPTIONS}\n"


def options_by_variable() -> dict[str, list[tuple[str, str]]]:
    """Every environment variable with the commands and flags that it stands for."""
    group = LazyGroup("bedrock-doctor")
    found: dict[str, list[tuple[str, str]]] = {}
    with click.Context(group, info_name="bedrock-doctor") as context:
        for name in COMMANDS:
            command = group.get_command(context, name)
            inner = inner_commands(command) if command else {}
            named = [(name, command), *((f"{name} {key}", one) for key, one in inner.items())]
            for words, one in named:
                for option in one.params if one else ():
                    if isinstance(option, click.Option):
                        flag = max(option.opts, key=len)
                        found.setdefault(variable_of(option), []).append((words, flag))
    return dict(sorted(found.items()))


def _environment() -> str:
    lines = [
        "Environment variables",
        "",
        f"Every option has one: {PREFIX}_ and its name in capitals. What the command line says",
        "wins. Options that may be repeated take several values, separated by blanks.",
        "",
        "Options may also stand in a file of the current directory: bedrock-doctor.toml, or the",
        "table [tool.bedrock-doctor] of pyproject.toml. Keys are options without dashes; those at",
        "the top hold for every command, those in a table such as [diagnose] for this command. A",
        "flag wins over a variable, a variable over the file, the file over AWS's own files.",
        "",
    ]
    for variable, uses in options_by_variable().items():
        flags = " ".join(dict.fromkeys(flag for _, flag in uses))
        commands = ", ".join(name for name, _ in uses)
        lines.append(f"  {variable:<33} {flags} ({commands})")
    lines += [f"  {PREFIX + '_DEBUG':<33} --debug (all)", ""]
    lines += [f"  {name:<33} {meaning}" for name, meaning in VARIABLES]
    return "\n".join(lines) + "\n"


TOPICS: dict[str, Callable[[], str]] = {
    "environment": _environment,
    "exit-codes": _exit_codes,
    "redaction": lambda: REDACTION,
}
