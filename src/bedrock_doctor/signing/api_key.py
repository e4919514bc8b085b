"""What an Amazon Bedrock API key tells about itself without being used.

https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from bedrock_doctor.model.signer import ApiKey

VARIABLE = "AWS_BEARER_TOKEN_BEDROCK"
_SHORT_TERM = "bedrock-api-key-"
_LONG_TERM = "ABSK"
_USER = re.compile(r"BedrockAPIKey-\w+-at-(\d{12})$")


def read_api_key(value: str, now: datetime) -> ApiKey:
    """Reads kind, Region, account and lifetime of a key; its secret part is not kept.

    A short-term key is a presigned request in base64. A long-term one holds a user name, which
    carries the account id where AWS made the user; both are read leniently, since AWS documents
    neither form.

    Args:
        value: the key.
        now: the time, with a time zone.
    """
    value = value.strip()
    if value.startswith(_SHORT_TERM):
        return _short_term(_decoded(value.removeprefix(_SHORT_TERM)), now)
    if value.startswith(_LONG_TERM):
        user = _decoded(value.removeprefix(_LONG_TERM)).partition(":")[0]
        found = _USER.match(user)
        return ApiKey("long-term", account=found.group(1) if found else "")
    return ApiKey("unrecognized")


def _decoded(text: str) -> str:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _short_term(request: str, now: datetime) -> ApiKey:
    try:
        query = parse_qs(urlsplit(request if "://" in request else f"https://{request}").query)
    except ValueError:
        return ApiKey("short-term")
    scope = (query.get("X-Amz-Credential") or [""])[0].split("/")
    region = scope[2] if len(scope) == 5 else ""
    try:
        signed = datetime.strptime((query.get("X-Amz-Date") or [""])[0], "%Y%m%dT%H%M%SZ")
        lifetime = timedelta(seconds=int((query.get("X-Amz-Expires") or [""])[0]))
    except (ValueError, OverflowError):
        return ApiKey("short-term", region)
    left = signed.replace(tzinfo=UTC) + lifetime - now
    return ApiKey("short-term", region, minutes_left=int(left.total_seconds() // 60))
