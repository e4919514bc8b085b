"""Tools that explain and diagnose."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bedrock_doctor import app
from bedrock_doctor.errors import UsageError
from bedrock_doctor.evidence import evaluated_policies, evidence_of
from bedrock_doctor.evidence.explanation import ExplainedMessage
from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.questions import OPERATIONS, attempt_of
from bedrock_doctor.mcp.shortened import diagnosis
from bedrock_doctor.mcp.toolbox import Toolbox
from bedrock_doctor.model.attempt import Operation

_MESSAGES = 5
_CANDIDATES = 3

_ERROR = Field(description="AWS's message, traceback, log or CloudTrail event, as it was")
ErrorText = Annotated[str, _ERROR]
Caller = Annotated[
    str | None, Field(description="ARN of who starts: user, role or session; null: as error_text")
]
Roles = Annotated[
    list[str] | None, Field(description="ARNs of the roles that are assumed, in order; []: none")
]
Model = Annotated[str | None, Field(description="model id, inference profile id or ARN")]
Region = Annotated[str | None, Field(description="Region whose endpoint is called")]
Context = Annotated[
    dict[str, list[str]] | None,
    Field(description="condition keys of the request that the user knows, with their values"),
]


def register(box: Toolbox) -> None:
    """Adds the tools."""
    memory = box.memory

    @box.tool("Explain a denial message")
    def explain_denial(text: ErrorText) -> answers.ExplanationAnswer:
        """Explain what a denial message of AWS settles and what it leaves open, without policies.
        Start here. Throttling and other look-alikes are told apart from denied access."""
        explanation = app.explain(text)
        for message in explanation.messages:
            for told in (message.parsed.principal, message.parsed.resource):
                memory.learn_text(told or "")
        shown = explanation.messages[:_MESSAGES]
        return answers.ExplanationAnswer(
            messages=[_explained(message) for message in shown],
            more=len(explanation.messages) - len(shown),
            next_step=_after(shown),
        )

    @box.tool("Diagnose an attempt to call a model")
    def diagnose(
        error_text: Annotated[str | None, _ERROR] = None,
        caller: Caller = None,
        roles: Roles = None,
        model: Model = None,
        region: Region = None,
        operation: Annotated[
            Operation | None, Field(description="null: as error_text says, else converse")
        ] = None,
        external_id: Annotated[str | None, Field(description="null: none is sent")] = None,
        context: Context = None,
    ) -> answers.DiagnosisAnswer:
        """Name every barrier of one call at once, from the snapshots that this server was started
        with: layers of both accounts, every destination Region, and the account's own gates."""
        denials = tuple(d for d in evidence_of(error_text or "") if d.is_access_problem)
        if error_text and not denials:
            raise UsageError(
                "no denial of AWS is recognized in error_text",
                help="give the exact message, or leave it out and state the attempt",
            )
        attempt = attempt_of(
            denials=denials,
            caller=caller,
            roles=roles,
            model=model,
            region=region,
            operation=operation,
            external_id=external_id,
            context=context,
        )
        policies = evaluated_policies(error_text) if error_text else ()
        report = app.diagnose(attempt, memory.asked_snapshot(), denials, policies)
        return diagnosis(memory.keep(report))

    @box.tool("May this principal do that?")
    def check_access(
        principal: Annotated[str, Field(description="ARN of who calls, without assuming a role")],
        action: Annotated[str, Field(description=f"one of {', '.join(OPERATIONS)}")],
        model: Annotated[str, Field(description="model id, inference profile id or ARN")],
        region: Annotated[str, Field(description="Region whose endpoint is called")],
        context: Context = None,
    ) -> answers.DiagnosisAnswer:
        """Ask whether one principal may do one action of Amazon Bedrock with a model. For a way
        over assumed roles use diagnose."""
        operation = OPERATIONS.get(action)
        if operation is None:
            raise UsageError(
                f"`{action}` cannot be asked for", help=f"expected {', '.join(OPERATIONS)}"
            )
        attempt = attempt_of(
            caller=principal, model=model, region=region, operation=operation, context=context
        )
        return diagnosis(memory.keep(app.diagnose(attempt, memory.asked_snapshot())))


def _explained(message: ExplainedMessage) -> answers.ExplainedMessage:
    return answers.ExplainedMessage(
        message=message.text,
        is_access_problem=message.is_access_problem,
        layer=message.layer.value if message.layer else None,
        settled=message.settled,
        principal=message.parsed.principal,
        action=message.parsed.action,
        resource=message.parsed.resource,
        region=message.parsed.region,
        candidates=[
            answers.Candidate(
                id=candidate.id,
                slug=candidate.slug,
                likelihood=candidate.likelihood.value,
                why=candidate.why,
                confirm=candidate.confirm,
            )
            for candidate in message.candidates[:_CANDIDATES]
        ],
    )


def _after(shown: tuple[ExplainedMessage, ...]) -> str:
    if not shown:
        return "no denial is recognized in this text: ask the user for the exact message"
    if not any(message.is_access_problem for message in shown):
        return "this is no access problem: no policy mends it"
    first = next(m for m in shown if m.is_access_problem)
    confirm = first.candidates[0].confirm if first.candidates else ""
    return f"diagnose(error_text) reads the policies; the cheapest step by hand: {confirm}"
