"""An explanation for people: in a terminal, on one line a message, and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bedrock_doctor.evidence.explanation import Candidate, ExplainedMessage, Explanation
from bedrock_doctor.render.printable import printable

LOOKED_FOR = (
    "IAM denials of Bedrock, STS and their neighbours, Marketplace, use-case and account gates, "
    "API key and credential errors, throttling and other look-alikes; in messages, tracebacks, "
    "logs, JSON bodies, CloudTrail events and authorization details"
)
_IN_FULL = 3
_COLOURS = {"red": "31;1", "yellow": "33", "cyan": "36", "dim": "2"}


class _Pen:
    """Writes lines of a width, with or without colour. Colour never carries meaning alone."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour else text

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        return textwrap.wrap(
            printable(text), self.width, initial_indent=first, subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        ) or [first.rstrip()]  # fmt: skip


def explanation_text(explanation: Explanation, *, width: int = 100, colour: bool = False) -> str:
    """The whole explanation; ends with a line feed."""
    pen = _Pen(width, colour)
    if not explanation.messages:
        lines = ["no denial found", ""]
        lines += pen.wrap(f"Looked for {LOOKED_FOR}.", "  ", "  ")
        lines += ["", "help: paste the whole message, from its error code to its end"]
        return "\n".join(lines) + "\n"
    blocks = [list(_message(message, pen)) for message in explanation.messages]
    if explanation.truncated:
        blocks.append(["The input holds more different messages than are shown here."])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def explanation_lines(explanation: Explanation) -> str:
    """One line for each message."""
    return "".join(f"{_line(message)}\n" for message in explanation.messages)


def explanation_markdown(explanation: Explanation) -> str:
    """The explanation as Markdown, for an issue or a chat."""
    if not explanation.messages:
        return f"No denial found. Looked for {LOOKED_FOR}.\n"
    return "\n".join(_markdown(message) for message in explanation.messages)


def headline(message: ExplainedMessage) -> str:
    """One line: which layer denies whom what; ``?`` where the message leaves the layer open."""
    layer = message.layer.value if message.layer else "unknown"
    parsed = message.parsed
    if not message.is_access_problem:
        return f"not an access problem[{layer}]: {message.cause}"
    if parsed.principal and parsed.action:
        who = parsed.role or parsed.principal
        where = f" of account {parsed.account}" if parsed.account and parsed.role else ""
        head = f"{who}{where} may not do {parsed.action}"
        return f"denied[{layer if message.settled else f'{layer}?'}]: {head}"
    return f"denied[{layer if message.settled else f'{layer}?'}]: {message.cause or message.text}"


def _facts(message: ExplainedMessage) -> Iterator[tuple[str, str]]:
    parsed = message.parsed
    if parsed.principal:
        yield "who signed", parsed.principal
    elif parsed.account:
        yield "account", parsed.account
    if parsed.action:
        operation = f" (the call was {parsed.operation})" if parsed.operation else ""
        yield "what", parsed.action + operation
    elif parsed.operation:
        yield "what", parsed.operation
    if parsed.resource:
        yield "on", parsed.resource
    if parsed.model and parsed.model not in (parsed.resource or ""):
        yield "model", parsed.model
    if parsed.region:
        yield "Region", parsed.region
    if parsed.policy_arn:
        yield "policy", parsed.policy_arn
    code = " ".join(
        part
        for part in (parsed.error_code, f"HTTP {parsed.http_status}" if parsed.http_status else "")
        if part
    )
    if code:
        yield "code", code


def _message(message: ExplainedMessage, pen: _Pen) -> Iterator[str]:
    head = pen.wrap(headline(message), "", "    ")
    tag, closing, rest = head[0].partition("]:")
    colour = "red" if message.is_access_problem else "yellow"
    yield pen.paint(tag + closing[:1], colour) + closing[1:] + rest
    yield from head[1:]
    yield ""
    yield from pen.wrap(f'"{message.text}"', "  ", "  ")
    yield ""
    for name, value in _facts(message):
        yield from pen.wrap(value, f"  {name:<11} ", " " * 14)
    if message.count > 1:
        yield f"  {'seen':<11} {message.count} times"
    yield ""
    yield from pen.wrap(_settlement(message), "  ", "  ")
    if message.candidates:
        yield ""
        yield "  What it can be, the likeliest first"
    for number, candidate in enumerate(message.candidates):
        if number < _IN_FULL:
            yield from _candidate(number + 1, candidate, pen)
        else:
            name = f"{candidate.id} {candidate.slug}"
            yield f"    {number + 1:>2}  {name:<40} {candidate.likelihood.value}"
    if message.notes:
        yield ""
    for note in message.notes:
        yield from pen.wrap(note, "  = note: ", "          ")
    if message.candidates:
        yield ""
        yield from pen.wrap(
            f"the cheapest next step: {message.candidates[0].confirm}", "help: ", "      "
        )


def _settlement(message: ExplainedMessage) -> str:
    if not message.candidates:
        return "The message alone tells no more."
    if not message.settled:
        return (
            "The message alone does not decide the layer: "
            f"{len(message.candidates)} findings share these words."
        )
    layer = message.layer.value if message.layer else ""
    if message.candidates[0].likelihood.value == "certain":
        return f"The message settles it: {layer}."
    return f"The message settles the layer ({layer}), not which of its policies or settings."


def _candidate(number: int, candidate: Candidate, pen: _Pen) -> Iterator[str]:
    name = f"{candidate.id} {candidate.slug}"
    yield (
        f"    {number:>2}  {pen.paint(name, 'cyan')}{' ' * max(0, 40 - len(name))} "
        f"{candidate.likelihood.value} ({candidate.hop.value}, {candidate.layer.value})"
    )
    yield from pen.wrap(candidate.why, "        ", "        ")
    yield from pen.wrap(candidate.confirm, "        check: ", "               ")
    yield from pen.wrap(candidate.fix, "        fix:   ", "               ")


def _line(message: ExplainedMessage) -> str:
    parsed = message.parsed
    who = parsed.role or (parsed.principal or "").rpartition("/")[2] or parsed.service or "unknown"
    what = " ".join(part for part in (parsed.action or parsed.operation, parsed.resource) if part)
    top = message.candidates[0] if message.candidates else None
    verdict = f"{top.id} {top.slug} ({top.likelihood.value})" if top else "no candidate"
    layer = message.layer.value if message.layer else "unknown"
    settled = "" if message.settled else "?"
    return printable(f"{who} {what}: {verdict} layer {layer}{settled}".replace("  ", " "))


def _markdown(message: ExplainedMessage) -> str:
    lines = [f"### {_escaped(headline(message))}", ""]
    lines += ["```text", printable(message.text), "```", ""]
    lines += [f"- {name}: `{printable(value)}`" for name, value in _facts(message)]
    lines += ["", _settlement(message), ""]
    if message.candidates:
        lines += ["| finding | likelihood | layer | why | check |", "|---|---|---|---|---|"]
    for candidate in message.candidates:
        cells = (
            f"{candidate.id} {candidate.slug}", candidate.likelihood.value, candidate.layer.value,
            candidate.why, candidate.confirm,
        )  # fmt: skip
        lines.append("| " + " | ".join(_escaped(cell) for cell in cells) + " |")
    lines += [f"\n> {_escaped(note)}" for note in message.notes]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("<", "&lt;")
