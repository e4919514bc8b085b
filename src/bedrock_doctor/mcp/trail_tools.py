"""The tool that searches CloudTrail logs for denied calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from bedrock_doctor import app
from bedrock_doctor.errors import UsageError
from bedrock_doctor.mcp import answers
from bedrock_doctor.mcp.toolbox import Toolbox
from bedrock_doctor.model.trail import DenialGroup, TrailScan
from bedrock_doctor.scan.log_files import Wanted
from bedrock_doctor.scan.scanning import ScanRequest


def register(box: Toolbox) -> None:
    """Adds the tool."""
    memory = box.memory

    @box.tool("Search CloudTrail logs for denied calls")
    def search_denied_calls(
        since: Annotated[str | None, Field(description="day or moment, ISO 8601 UTC")] = None,
        principal: Annotated[str | None, Field(description="part of the signer's ARN")] = None,
        model: Annotated[str | None, Field(description="part of the model id or role ARN")] = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        offset: Annotated[int, Field(ge=0, description="groups to leave out first")] = 0,
    ) -> answers.DeniedCallsAnswer:
        """Group the denied calls to Amazon Bedrock and AWS STS in the CloudTrail logs that this
        server was started with, the most frequent first."""
        if not memory.trails:
            raise UsageError(
                "this server has no CloudTrail logs",
                help="ask the user to start it with: bedrock-doctor mcp --trail PATH; or give "
                "single events to explain_denial",
            )
        # one process: this one also speaks the protocol
        request = ScanRequest(memory.trails, Wanted(since=_moment(since)), processes=1)
        found = app.scan(request, lambda files, events: None)
        groups = [group for group in found.groups if _is_asked(group, principal, model)]
        for group in groups:
            memory.learn_text(" ".join((group.call.principal, group.call.target, *group.callers)))
        return answers.DeniedCallsAnswer(
            groups=[_line(group) for group in groups[offset : offset + limit]],
            total=len(groups),
            events=found.events,
            unread=found.unread_count,
            next_step=_after(found, groups, offset + limit),
        )


def _moment(text: str | None) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"since `{text}` is no time", help="expected 2026-11-20") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_asked(group: DenialGroup, principal: str | None, model: str | None) -> bool:
    return (principal or "") in group.call.principal and (model or "") in group.call.target


def _line(group: DenialGroup) -> answers.DenialGroupLine:
    call = group.call
    return answers.DenialGroupLine(
        count=group.count,
        first=group.first or None,
        last=group.last or None,
        principal=call.principal,
        callers=list(group.callers[:5]),
        operation=f"{call.service}:{call.operation}",
        target=call.target or None,
        region=call.region,
        account=call.account,
        message=call.message,
        cause=group.cause or None,
        layer=group.layer.value if group.layer else None,
        certain=group.certain,
    )


def _after(found: TrailScan, groups: list[DenialGroup], end: int) -> str:
    if end < len(groups):
        return f"more groups: offset={end}"
    if not groups:
        return "no denied call was found" + (
            "; some logs could not be read" if found.unread_count else ""
        )
    return "diagnose the group that matters: its message is error_text, its principal the caller"
