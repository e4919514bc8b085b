"""`bedrock-doctor mcp`: the MCP server."""

from __future__ import annotations

from pathlib import Path

import click

from bedrock_doctor.cli.answer_options import snapshots_option
from bedrock_doctor.errors import UsageError


@click.command("mcp", short_help="Serve the same answers to AI agents (MCP).")
@snapshots_option("Directory or zip of AWS CLI output; repeatable. No tool can name another one.")
@click.option(
    "--trail",
    "trails",
    multiple=True,
    metavar="PATH",
    help="CloudTrail log file or folder of them; repeatable. No tool can name another one.",
)
@click.option(
    "--redact",
    type=click.Choice(["none", "accounts", "all"]),
    default="accounts",
    show_default=True,
    help="Replace account ids, or all names, by pseudonyms in every answer.",
)
@click.option("--http", is_flag=True, help="Serve streamable HTTP on 127.0.0.1, not stdio.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port on 127.0.0.1 for --http; 0: any free one.",
)
def command(
    snapshots: tuple[str, ...], trails: tuple[str, ...], redact: str, http: bool, port: int
) -> int:
    """Serve the Model Context Protocol: explain, diagnose, trace, fixes, manual pages, the lab.
    Everything is read-only. It needs the MCP SDK: pip install 'bedrock-doctor[mcp]'

    \b
    Example, for a client's configuration:
      bedrock-doctor mcp --snapshot acme.zip
    """
    try:
        from bedrock_doctor.mcp.server import build_server
    except ImportError:
        raise UsageError(
            "the MCP server needs the MCP SDK, which is not installed",
            help="pip install 'bedrock-doctor[mcp]'",
        ) from None
    from bedrock_doctor import app
    from bedrock_doctor.render.redact import Redaction

    for path in trails:
        if not Path(path).exists():
            raise UsageError(f"`{path}` does not exist", help="give log files or folders of them")
    if snapshots:
        app.load_snapshot(snapshots)
    server = build_server(snapshots, Redaction(redact), trails)
    if not http:
        server.run("stdio")
        return 0
    from bedrock_doctor.mcp.serving import HOST, PATH, bind, serve

    with bind(port) as held:
        click.echo(f"serving http://{HOST}:{held.getsockname()[1]}{PATH} until Ctrl-C", err=True)
        serve(server, held)
    return 0
