"""The project of a call: a resource of the account, ``default`` where the call names none.

On bedrock-mantle it is named by the header OpenAI-Project.
https://docs.aws.amazon.com/bedrock/latest/userguide/projects.html
"""

from __future__ import annotations

import re
from dataclasses import replace

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import Attempt, Operation
from bedrock_doctor.path.inference_call import InferenceCall, Resource

WITH_PROJECT = frozenset(
    {Operation.MANTLE_INFERENCE, Operation.MANTLE_COUNT_TOKENS, Operation.RESPONSES}
)
"""Operations of which AWS documents that a project is checked."""

_ID = re.compile(r"[A-Za-z0-9_-]+")


def check_project(attempt: Attempt) -> None:
    """Refuses a project where none is checked.

    Raises:
        UsageError: the operation knows no projects.
    """
    if attempt.project is not None and attempt.operation not in WITH_PROJECT:
        known = ", ".join(sorted(operation.value for operation in WITH_PROJECT))
        raise UsageError(
            f"`{attempt.operation.value}` is checked on no project",
            help=f"--project belongs to {known}",
        )


def project_of(call: InferenceCall, service: str) -> Resource:
    """The project as a resource of the service ``bedrock`` or ``bedrock-mantle``.

    Raises:
        UsageError: the attempt names no project of this service, account and Region.
    """
    given = "default" if call.attempt.project is None else call.attempt.project
    name = parse_arn(given).resource.removeprefix("project/") if is_arn(given) else given
    own = call.own(f"project/{name}", service)
    if not _ID.fullmatch(name) or given not in (name, own.arn):
        raise UsageError(
            f"`{given}` is no project that this call can name",
            help=f"expected a project id, or an ARN such as {call.own('project/ID', service).arn}",
        )
    return replace(own, tags=None, settle="--context aws:ResourceTag/KEY=VALUE")
