"""AssumeRole for real: the best probe of a role there is, and free of side effects but a log line.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.errors import AwsFailed, BadArn, NoCredentials
from bedrock_doctor.live.readonly import client_for
from bedrock_doctor.live.sessions import Opened, session_of
from bedrock_doctor.model.attempt import Attempt, HopOptions
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.model.principal import parse_principal

SHORTEST = 900
"""Seconds of a session: the least that STS gives."""
_NAME = "bedrock-doctor"


@dataclass(frozen=True, slots=True)
class Assumed:
    """One AssumeRole call as it went.

    Attributes:
        role: ARN of the role.
        passage: that it passed, or None.
        opened: the session it gave, or None.
        error: AWS's message where it was refused, else empty.
        note: why nothing was learned, else empty.
    """

    role: str
    passage: Passage | None = None
    opened: Opened | None = None
    error: str = ""
    note: str = ""


def assume_chain(start: Opened, attempt: Attempt, endpoint_url: str | None) -> Iterator[Assumed]:
    """Assumes the roles of an attempt, one with the session of the other; ends where one refuses.

    Every call passes what the attempt passes. Nothing is called where the credentials are not
    those of the attempt's caller.
    """
    signer = start
    if attempt.roles and not is_same_identity(start.arn, attempt.caller):
        note = (
            f"sts:AssumeRole was not tried: {start.words} belongs to {start.arn}, and the attempt "
            f"starts with {attempt.caller}"
        )
        yield Assumed(attempt.roles[0], note=note)
        return
    for number, role in enumerate(attempt.roles, 1):
        step = _assumed(signer, number, role, attempt, endpoint_url)
        yield step
        if step.opened is None:
            return
        signer = step.opened


def is_same_identity(one: str, other: str) -> bool:
    """Whether two ARNs are the same user, or sessions of the same role, or session and role."""
    try:
        first, second = parse_principal(one), parse_principal(other)
    except BadArn:
        return False
    return (first.account, first.name) == (second.account, second.name)


def _assumed(
    signer: Opened, number: int, role: str, attempt: Attempt, endpoint_url: str | None
) -> Assumed:
    from botocore.exceptions import ClientError
    from botocore.parsers import ResponseParserError

    from bedrock_doctor.signing.failure_words import CREDENTIAL_ERRORS, failure_words

    options = attempt.hop_options(number - 1)
    if len(options.session_policies) > 1:
        return Assumed(
            role, note=f"sts:AssumeRole of {role} was not tried: several session policies"
        )
    name = options.session_name or _NAME
    client = client_for(signer.session, "sts", "AssumeRole", attempt.region, endpoint_url)
    try:
        made = client.assume_role(**_parameters(role, name, options))["Credentials"]
        keys = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    except ClientError as error:
        return Assumed(role, error=str(error))
    except (*CREDENTIAL_ERRORS, ResponseParserError) as error:
        reason = f"{type(error).__name__}: {failure_words(error)}"
        return Assumed(role, note=f"sts:AssumeRole of {role} got no answer: {reason}")
    passage = Passage(
        number,
        "sts:AssumeRole",
        role,
        f"sts:AssumeRole gave a session of {SHORTEST} seconds",
        "" if options.session_name else name,
    )
    try:
        opened = session_of(keys, (attempt.region,), endpoint_url, f"the session of {role}")
    except (AwsFailed, NoCredentials) as error:
        return Assumed(role, passage, note=f"the session of {role} is of no use: {error.message}")
    return Assumed(role, passage, opened)


def _parameters(role: str, name: str, options: HopOptions) -> dict[str, Any]:
    given: dict[str, Any] = {
        "RoleArn": role,
        "RoleSessionName": name,
        "DurationSeconds": SHORTEST,
        "ExternalId": options.external_id,
        "SourceIdentity": options.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in options.session_tags.items()],
        "TransitiveTagKeys": list(options.transitive_tags),
        "Policy": "".join(document.source.text for document in options.session_policies),
    }
    return {key: value for key, value in given.items() if value}
