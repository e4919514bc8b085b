"""`bedrock-doctor serve`: the same answers as pages, live on loopback."""

from __future__ import annotations

import sys

import click

from bedrock_doctor.cli.answer_options import snapshots_option
from bedrock_doctor.errors import UsageError


@click.command("serve", short_help="Ask in a browser: live pages on 127.0.0.1.")
@snapshots_option(
    "Directory or zip of AWS CLI output; repeatable. None: only messages are explained."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0: any free one."
)
@click.option(
    "--open/--no-open",
    "open_",
    default=None,
    help="Open the browser. Not given: where standard output is a terminal.",
)
def command(snapshots: tuple[str, ...], port: int, open_: bool | None) -> int:
    """Serve pages on 127.0.0.1: ask a question in a form, paste an error, compare two attempts,
    browse the snapshot, read the manual of all findings. Every page has a JSON twin.

    The address that is printed carries a token of this run; nobody without it is answered. What is
    pasted is neither stored nor logged, nothing is sent anywhere, and AWS is not called. Ctrl-C
    ends it. It needs: pip install 'bedrock-doctor[web]'

    \b
    Exit codes: 0 ended with Ctrl-C; 2 usage or bad input.

    \b
    Example:
      bedrock-doctor serve --snapshot acme.zip
    """
    try:
        from bedrock_doctor.web.server import serve
    except ModuleNotFoundError as error:
        raise UsageError(
            f"serve needs {error.name}, which is not installed",
            help="pip install 'bedrock-doctor[web]'",
        ) from None
    from bedrock_doctor import app
    from bedrock_doctor.model.snapshot import Snapshot

    snapshot = app.load_snapshot(snapshots) if snapshots else Snapshot()
    wanted = sys.stdout.isatty() if open_ is None else open_

    def ready(address: str) -> None:
        click.echo(address)
        click.echo("Ctrl-C ends it.", err=True)
        if wanted:
            import webbrowser

            webbrowser.open(address)

    serve(snapshot, port, ready)
    return 0
