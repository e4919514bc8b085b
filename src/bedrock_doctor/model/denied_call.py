"""What reading a trail gives: denied calls, and what could not be read.

Apart from what a scan makes of them, so that processes that only read start quickly.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DeniedCall:
    """What denied events have in common that belong to one group. Empty where they do not tell.

    Attributes:
        service: eventSource without its domain, for example ``bedrock`` or ``sts``.
        operation: eventName.
        error_code: errorCode.
        region: awsRegion.
        account: recipientAccountId: the account whose trail holds the events.
        principal: ARN of the role behind a session, of a user, or of whatever else signed; an
            account id or a service where the event shows no ARN.
        target: model that the call named, or role of an AssumeRole call.
        endpoint: id of the VPC endpoint.
        message: errorMessage without what differs from call to call: session name, times,
            authorization id.
    """

    service: str
    operation: str
    error_code: str
    region: str
    account: str
    principal: str
    target: str
    endpoint: str
    message: str

    @property
    def assumes(self) -> bool:
        """Whether a role was to be assumed."""
        return self.service == "sts" and self.operation.startswith("AssumeRole")


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the trail that could not be read whole.

    Attributes:
        where: file, key or call.
        why: what is wrong with it.
        events: events read from it all the same.
    """

    where: str
    why: str
    events: int = 0


MOST_UNREAD = 100
"""More parts than these are counted, not listed."""
