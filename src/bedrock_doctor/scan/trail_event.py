"""The parts of a CloudTrail event that a scan needs, decoded without the rest.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from bedrock_doctor.model.denied_call import DeniedCall
from bedrock_doctor.scan.refusals import common_message

_NOTHING = msgspec.Raw(b"null")
DOMAIN = re.compile(r"\.amazonaws\.com(?:\.cn)?$")
SESSION = re.compile(r"(:assumed-role/[^/]+)/.*")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?")
_PARTS = ("user_identity", "request_parameters", "response_elements", "tls_details")
TARGETS = ("modelId", "roleArn", "guardrailIdentifier", "modelIdentifier")


class TrailEvent(msgspec.Struct, gc=False, rename="camel"):
    """An event; parts that few events need stay encoded. In the order in which CloudTrail writes
    them, which is the order in which they are found fastest."""

    user_identity: msgspec.Raw = _NOTHING
    event_time: str = ""
    event_source: str = ""
    event_name: str = ""
    aws_region: str = ""
    error_code: str | None = None
    error_message: str | None = None
    request_parameters: msgspec.Raw = _NOTHING
    response_elements: msgspec.Raw = _NOTHING
    event_id: str = msgspec.field(default="", name="eventID")
    recipient_account_id: str = ""
    shared_event_id: str | None = msgspec.field(default=None, name="sharedEventID")
    vpc_endpoint_id: str | None = None
    tls_details: msgspec.Raw = _NOTHING


class _Credentials(msgspec.Struct, gc=False, rename="camel"):
    access_key_id: str | None = None


class Assumed(msgspec.Struct, gc=False):
    """What a call of AssumeRole answers."""

    credentials: _Credentials | None = None


class Glance(msgspec.Struct, gc=False, rename="camel", kw_only=True):
    """What tells whether a scan keeps an event, and what it keeps of a call of AssumeRole."""

    user_identity: msgspec.Raw = _NOTHING
    event_source: str
    event_name: str
    error_code: str | None = None
    response_elements: Assumed | None = None
    shared_event_id: str | None = msgspec.field(default=None, name="sharedEventID")


class Trail(msgspec.Struct, rename="pascal"):
    """A log file.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
    """

    records: list[TrailEvent]


class _Issuer(msgspec.Struct, gc=False):
    arn: str | None = None


class _SessionContext(msgspec.Struct, gc=False, rename="camel"):
    session_issuer: _Issuer | None = None


class Identity(msgspec.Struct, gc=False, rename="camel"):
    """Who signed."""

    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    invoked_by: str | None = None
    session_context: _SessionContext | None = None

    @property
    def principal(self) -> str:
        """The role behind a session, the user, or whatever else signed."""
        issuer = self.session_context.session_issuer if self.session_context else None
        if issuer and issuer.arn:
            return issuer.arn
        if self.arn:
            return SESSION.sub(r"\1", self.arn)
        return self.invoked_by or self.account_id or ""


UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
"""What decoding raises for texts that are no JSON, hold odd characters or numbers, or nest deep."""
_IDENTITY: msgspec.json.Decoder[Identity | None] = msgspec.json.Decoder(Identity | None)
_ASSUMED: msgspec.json.Decoder[Assumed | None] = msgspec.json.Decoder(Assumed | None)
_ANY = msgspec.json.Decoder()


def told_identity(event: TrailEvent | Glance) -> Identity:
    """Who signed.

    Raises:
        UNREADABLE: the identity cannot be read.
    """
    return _IDENTITY.decode(event.user_identity) or Identity()


def identity_of(event: TrailEvent) -> Identity:
    """Who signed; an identity that cannot be read tells nothing."""
    try:
        return told_identity(event)
    except UNREADABLE:
        return Identity()


def answer_of(event: TrailEvent) -> Assumed | None:
    """What an AssumeRole call answered; an answer that cannot be read tells nothing."""
    try:
        return _ASSUMED.decode(event.response_elements)
    except UNREADABLE:
        return None


def denied_call(event: TrailEvent, identity: Identity) -> DeniedCall:
    """What the event shares with others of its group."""
    return DeniedCall(
        service=DOMAIN.sub("", event.event_source),
        operation=event.event_name,
        error_code=event.error_code or "",
        region=event.aws_region,
        account=event.recipient_account_id or identity.account_id or "",
        principal=identity.principal,
        target=_target(event),
        endpoint=event.vpc_endpoint_id or "",
        message=common_message(event.error_message or ""),
    )


def _target(event: TrailEvent) -> str:
    try:
        parameters = _ANY.decode(event.request_parameters)
    except UNREADABLE:
        return ""
    if not isinstance(parameters, dict):
        return ""
    return next((str(parameters[key]) for key in TARGETS if parameters.get(key)), "")


def usable_time(event: TrailEvent) -> str:
    """eventTime as ``2026-11-20T10:00:00Z``, or empty."""
    found = _TIME.fullmatch(event.event_time)
    return f"{found[1]}T{found[2]}Z" if found else ""


def event_key(event: TrailEvent) -> bytes:
    """Sixteen bytes that are equal for deliveries of one event."""
    name = event.event_id.encode() or msgspec.json.encode(event)
    return hashlib.blake2b(name, digest_size=16).digest()


def check_parts(event: TrailEvent) -> None:
    """Passes events that tell their id, and whose parts are values as CloudTrail writes them.

    Raises:
        UNREADABLE: a part is none.
    """
    parts = (_ANY.decode(getattr(event, name)) for name in _PARTS)
    if not event.event_id or any(isinstance(part, str) for part in parts):
        raise ValueError("not as CloudTrail writes it")


def event_fields(event: TrailEvent) -> dict[str, Any]:
    """The event as CloudTrail names its fields, without parts that cannot be read."""
    fields: dict[str, Any] = {}
    for name, encoded in zip(event.__struct_fields__, event.__struct_encode_fields__, strict=True):
        value = getattr(event, name)
        if isinstance(value, msgspec.Raw):
            try:
                value = _ANY.decode(value)
            except UNREADABLE:
                value = None
        fields[encoded] = value
    return fields
