"""`bedrock-doctor completion`: the script that completes command lines in a shell."""

from __future__ import annotations

import click

from bedrock_doctor.cli.commands import COMMANDS, PREFIX

_VARIABLE = f"_{PREFIX}_COMPLETE"


@click.command("completion", short_help=COMMANDS["completion"])
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes command lines: commands, options, model ids, Regions,
    findings, scenarios and files.

    \b
    bash   echo 'eval "$(bedrock-doctor completion bash)"' >> ~/.bashrc
    zsh    echo 'eval "$(bedrock-doctor completion zsh)"' >> ~/.zshrc     (behind compinit)
    fish   bedrock-doctor completion fish > ~/.config/fish/completions/bedrock-doctor.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows the three
    script = kind(ctx.find_root().command, {}, "bedrock-doctor", _VARIABLE).source()
    click.echo(script.rstrip("\n"))
