"""`bedrock-doctor merge`: several snapshots into one."""

from __future__ import annotations

import click

from bedrock_doctor.cli.redact_options import redact_options


@click.command("merge", short_help="Join snapshots into one, and redact it.")
@click.argument("snapshots", metavar="SNAPSHOT...", nargs=-1, required=True)
@click.option("-o", "out", metavar="DIR|FILE.zip", required=True, help="Where the result goes.")
@redact_options
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    snapshots: tuple[str, ...],
    out: str,
    redact: str,
    redact_key: str | None,
    pseudonyms: str | None,
    quiet: bool,
) -> int:
    """Join snapshots, directories or zips, into one. Where two hold different answers to the same
    call, the one given last counts; this is printed, recorded in the result, and shown in every
    diagnosis made from it. Files that mean nothing are left out.

    \b
    Exit codes: 0 joined, also with differences; 2 usage or bad input.

    \b
    Examples:
      bedrock-doctor merge source.zip target.zip org.zip -o all.zip
      bedrock-doctor merge all.zip --redact all --pseudonyms mine-alone.json -o shared.zip
    """
    from bedrock_doctor import app
    from bedrock_doctor.render.printable import printable

    merged = app.merge(snapshots, out, redact, redact_key, pseudonyms)
    if not quiet:
        for name in merged.conflicts:
            click.echo(
                printable(f"warning: {name}: the snapshots differ; the last one given is used"),
                err=True,
            )
        for name in merged.left_out:
            click.echo(printable(f"note: {name} means nothing and is left out"), err=True)
        count = len(merged.accounts)
        accounts = f"{count} account{'' if count == 1 else 's'}"
        click.echo(printable(f"{accounts} in {out}"), err=True)
    return 0
