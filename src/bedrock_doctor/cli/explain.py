"""`bedrock-doctor explain`: a message, traceback, log or event alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bedrock_doctor.cli.answer_options import answer_options, color_option, quiet_option
from bedrock_doctor.cli.answer_output import layout_of, part_of, refuse_query_of_text, write_answer
from bedrock_doctor.errors import BadInput, UsageError

if TYPE_CHECKING:
    from bedrock_doctor.evidence.explanation import Explanation

_FORMATS = ("text", "concise", "json", "markdown")


@click.command("explain", short_help="Explain a message, traceback, log or event alone.")
@click.argument("words", metavar="[TEXT|@FILE|-]", nargs=-1)
@answer_options(*_FORMATS, help=None)
@click.option(
    "--redact",
    type=click.Choice(["none", "accounts", "all"]),
    default="none",
    show_default=True,
    help="Replace account ids, or all names, by pseudonyms. Secrets are always removed.",
)
@color_option
@quiet_option
@click.option("--exit-zero", is_flag=True, help="Exit 0 also when a denial was explained.")
def command(words: tuple[str, ...], **options: Any) -> int:
    """Explain every denial in a text, without policies and without AWS.

    TEXT is the message itself, @FILE a file, - standard input (also without argument when text is
    piped in). Messages, tracebacks, logs, JSON bodies, HTTP dumps, CloudTrail events and their CSV,
    and answers of GetRequestAuthorizationDetails are read, wrapped, escaped or cut as they may be.

    \b
    Exit codes: 0 nothing found, or look-alikes only such as throttling; 1 a denial was explained;
    2 usage or bad input.

    \b
    Examples:
      bedrock-doctor explain @error.txt
      kubectl logs deploy/rag-api | bedrock-doctor explain --format concise
      bedrock-doctor explain @event.json --format json --query 'messages[0].candidates[0].id'
    """
    from bedrock_doctor.evidence.pseudonyms import redacted

    refuse_query_of_text(options)
    explanation = _explanation(words)
    if not options["quiet"]:
        shown = redacted(explanation, options["redact"])
        write_answer(_rendered(shown, options), options["out"])
    return 1 if explanation.denies_access and not options["exit_zero"] else 0


def _explanation(words: tuple[str, ...]) -> Explanation:
    from bedrock_doctor.evidence.explaining import explain, explain_stream

    if not words or words == ("-",):
        if not words and sys.stdin is not None and sys.stdin.isatty():
            raise UsageError(
                "no text to explain", help="give the message, @FILE, or pipe text into the command"
            )
        if sys.stdin is None:
            raise BadInput("standard input is closed")
        return explain_stream(sys.stdin.buffer)
    if len(words) == 1 and words[0].startswith("@"):
        path = words[0][1:]
        try:
            with Path(path).open("rb") as stream:
                return explain_stream(stream)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise BadInput(f"cannot be read: {reason.lower()}", path=path) from None
    return explain(" ".join(words))


def _rendered(explanation: Explanation, options: dict[str, Any]) -> str:
    match options["format_"]:
        case "json":
            from bedrock_doctor.evidence.explanation import to_json

            data: Any = to_json(explanation)
            if options["query"]:
                data = part_of(json.loads(json.dumps(data)), options["query"])
            return json.dumps(data, indent=2) + "\n"
        case "concise":
            from bedrock_doctor.render.explain_text import explanation_lines

            return explanation_lines(explanation)
        case "markdown":
            from bedrock_doctor.render.explain_text import explanation_markdown

            return explanation_markdown(explanation)
    from bedrock_doctor.render.explain_text import explanation_text

    return explanation_text(explanation, **layout_of(options["out"], options["color"]))
