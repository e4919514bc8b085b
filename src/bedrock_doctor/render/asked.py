"""The part "You asked": who calls what, over which roles."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import Operation
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.way import Target
from bedrock_doctor.render.page import Page, Piece, Style

CALLS = {
    Operation.CONVERSE: "Converse",
    Operation.CONVERSE_STREAM: "ConverseStream",
    Operation.INVOKE_MODEL: "InvokeModel",
    Operation.INVOKE_MODEL_STREAM: "InvokeModelWithResponseStream",
    Operation.INVOKE_MODEL_BIDI: "InvokeModelWithBidirectionalStream",
    Operation.COUNT_TOKENS: "CountTokens",
    Operation.START_ASYNC_INVOKE: "StartAsyncInvoke",
    Operation.BATCH: "CreateModelInvocationJob",
    Operation.APPLY_GUARDRAIL: "ApplyGuardrail",
    Operation.MANTLE_INFERENCE: "inference on bedrock-mantle",
    Operation.MANTLE_COUNT_TOKENS: "count_tokens on bedrock-mantle",
    Operation.RESPONSES: "Responses on bedrock-runtime",
    Operation.CHAT_COMPLETIONS: "Chat Completions on bedrock-runtime",
}
"""The operations as AWS spells them."""


def add_asked(page: Page, report: Report) -> None:
    """Adds who, what and on what; remarks stand in one column behind."""
    rows = [*_who(report), *_what(report), *_on(report)]
    texts = [(head, page.foreign(text), page.foreign(note)) for head, text, note in rows]
    fitting = [len(text) for _, text, note in texts if note and _fits(page, text, note)]
    column = max(fitting, default=0)
    page.line("  ", Piece("You asked", Style.BOLD))
    for head, text, note in texts:
        start = f"    {head:<7}"
        if not note:
            page.wrap(start, text, rest=" " * 14)
        elif 11 + column + 1 + len(note) <= page.width and len(text) <= column:
            page.line(f"{start}{text:<{column}} ", Piece(note, Style.DIM))
        else:
            page.line(f"{start}{text}")
            page.line(" " * 14, Piece(note, Style.DIM))


def _fits(page: Page, text: str, note: str) -> bool:
    return 11 + len(text) + 1 + len(note) <= page.width


def signer_names(report: Report) -> tuple[str, ...]:
    """The names of the caller and of every role, in order, as people say them."""
    return tuple(_spoken(hop.principal) for hop in report.way.hops)


def _spoken(arn: str) -> str:
    if not is_arn(arn):
        return arn
    resource = parse_arn(arn).resource
    if resource.startswith("assumed-role/"):
        return resource.split("/")[1]
    return resource.rpartition("/")[2]


def _who(report: Report) -> Iterator[tuple[str, str, str]]:
    for number, hop in enumerate(report.way.hops):
        name = report.account_names.get(hop.account, "")
        arrow = "-> " if number else ""
        yield "" if number else "who", arrow + hop.principal, f"({name} account)" if name else ""


def _what(report: Report) -> Iterator[tuple[str, str, str]]:
    call = report.way.call
    actions = tuple(dict.fromkeys(check.request.action for check in call.checks))
    name = CALLS[report.way.attempt.operation]
    if not actions:
        yield "what", name, ""
        return
    needs = "" if actions == (f"bedrock:{name}",) else f"({name} needs this)"
    yield "what", ", ".join(actions), needs


def _on(report: Report) -> Iterator[tuple[str, str, str]]:
    target, region = report.way.target, report.way.attempt.region
    resource = parse_arn(target.arn).resource if is_arn(target.arn) else target.id
    written = target.given.strip()
    same = written in ("", target.id, target.arn)
    yield "on", f"{resource} in {region}", "" if same else f"(written {written})"
    yield from _routes(target)
    for behind in target.behind:
        yield "", f"-> {parse_arn(behind.arn).resource}", ""
        yield from _routes(behind)


def _routes(target: Target) -> Iterator[tuple[str, str, str]]:
    models = [f"foundation-model/{model}" for model in target.models]
    if target.is_global and models:
        yield "", f"-> {', '.join(models)}, routed globally", ""
    elif target.destinations and models:
        regions = target.destinations
        where = f"in {regions[0]}" if len(regions) == 1 else f"in {len(regions)} Regions"
        rest = f": {listed(regions, 8)}" if len(regions) > 1 else ""
        yield "", f"-> {', '.join(models)} {where}{rest}", ""
