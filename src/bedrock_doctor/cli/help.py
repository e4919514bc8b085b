"""`bedrock-doctor help TOPIC`."""

from __future__ import annotations

import click

EXIT_CODES = """\
Exit codes

  0    allowed, or nothing found
  1    denied and explained
  2    usage or bad input
  3    cannot tell: something decisive is missing
  70   internal error
  130  interrupted

`--exit-zero` and `--fail-on deny|unknown|never` change codes 1 and 3 only.
"""

ENVIRONMENT = """\
Environment variables

Every option has a variable: BEDROCK_DOCTOR_, the command, the option, in capitals, with
underscores. `diagnose --region` is BEDROCK_DOCTOR_DIAGNOSE_REGION. An option given on the command
line wins.

  NO_COLOR        no colour
  CLICOLOR_FORCE  colour even when the output is no terminal
  COLUMNS         width of the output
"""

REDACTION = """\
Redaction

`--redact accounts` replaces every account id by a pseudonym that stays the same within one report.
`--redact all` also replaces the names of roles, users, policies, units and organizations.
Nothing else leaves your machine: bedrock-doctor makes no network call.
"""

TOPICS = {"exit-codes": EXIT_CODES, "environment": ENVIRONMENT, "redaction": REDACTION}


@click.command("help", short_help="Explain exit codes, environment variables or redaction.")
@click.argument("topic", type=click.Choice(list(TOPICS)))
def command(topic: str) -> None:
    """Explain one topic: exit-codes, environment or redaction."""
    click.echo(TOPICS[topic], nl=False)
