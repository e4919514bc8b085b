"""Which events are denied calls on the way to a model, and what makes two of them alike.

The rules are data, since the same ones are written as SQL (`athena`): codes, texts, patterns that
mean the same to Python, RE2 and Java.
"""

from __future__ import annotations

import re
from functools import cache

SERVICE_PREFIX = "bedrock"
ASSUMING = "sts.amazonaws.com"
ASSUME_ROLE = "AssumeRole"
"""What the names of all calls that assume a role begin with."""

DENIED_CODES = frozenset({
    "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation",
    "UnauthorizedOperation", "UnauthorizedException", "VpceAccessDenied", "access_denied",
    "permission_error",
    "permission_denied_error", "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId",
    "UnrecognizedClientException", "InvalidIdentityToken", "InvalidIdentityTokenException",
    "RegionDisabledException", "OptInRequired", "SubscriptionRequiredException",
    "InvalidSignatureException", "SignatureDoesNotMatch", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
})  # fmt: skip
"""errorCode of calls that were refused for who made them."""

GATE_CODES = frozenset({"ValidationException", "ResourceNotFoundException"})
"""errorCode that Amazon Bedrock also uses for gates of an account: the message decides."""

STRIPPED = (
    (r"(:assumed-role/[^/\s]+)/[^\s]+", "$1"),
    (r"(?s)\s*Go to https://\S+#/authorization-details/.*$", ""),
    (r"(?s)(Encoded authorization failure message:).*$", "$1"),
    (r"\b\d{8}T\d{6}Z\b", "<time>"),
    (r"\b\d{10}\b", "<time>"),
)
"""What differs from call to call in messages of one cause, and what stands for it."""

_STRIPPED = tuple(
    (re.compile(pattern, re.ASCII), text.replace("$1", r"\1")) for pattern, text in STRIPPED
)


@cache
def gate_texts() -> tuple[str, ...]:
    """Texts of account gates that come with one of the `GATE_CODES`, from the error catalogue."""
    from bedrock_doctor.evidence.catalogue import load_catalogue

    return tuple(
        sorted(
            anchor
            for entry in load_catalogue().entries
            if entry.is_access_problem and GATE_CODES & set(entry.codes)
            for anchor in entry.anchors
        )
    )


def is_refused(source: str, code: str | None, message: str | None) -> bool:
    """Whether an event records a denied call.

    Args:
        source: eventSource.
        code: errorCode.
        message: errorMessage.
    """
    if not code or not may_be_refused(source, code):
        return False
    return code in DENIED_CODES or any(text in (message or "") for text in gate_texts())


def may_be_refused(source: str, code: str) -> bool:
    """Whether it does so with some message."""
    return (source.startswith(SERVICE_PREFIX) or source == ASSUMING) and (
        code in DENIED_CODES or code in GATE_CODES
    )


def common_message(message: str) -> str:
    """The message without what differs from call to call."""
    for pattern, text in _STRIPPED:
        message = pattern.sub(text, message)
    return message
