"""Secrets are taken out of whatever is kept or shown.

Access key ids are no secrets, but the values that go with them are.
https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html
"""

from __future__ import annotations

import re

HIDDEN = "[secret removed]"

# Long-term Bedrock API keys start with ABSK, short-term ones with bedrock-api-key-:
# https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
_WHOLE = re.compile(
    r"ABSK[A-Za-z0-9+/=_-]{8,}+"
    r"|bedrock-api-key-[A-Za-z0-9+/=_.%-]{4,}+"
    r"|\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=]{16,}+"
    r"|\beyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+"
    r"|\b(?:sk|ghp|gho|xox[abp])-?_?[A-Za-z0-9_-]{20,}+"
)
_NAMED = re.compile(
    r"""(?ix)
    ( (?: aws[_-]?)? secret[_-]?(?:access[_-]?)?key (?![_-]?(?:id|arn|name)\b)
    | (?: aws[_-]?)? session[_-]?token | aws[_-]?security[_-]?token
    | x-amz-security-token | x-amz-signature | aws_bearer_token_bedrock
    | api[_-]?key | password | passwd | auth[_-]?token | access[_-]?token | client[_-]?secret
    | master[_-]?key
    )
    ( (?:\\*["'])? \s* [:=]{1,2}>? \s* (?:\\*["'])? )
    ( [^\s"'\\,;&}\]]{4,4096} )
    """
)
_BEARER = re.compile(r"(?i)\b(authorization\W{1,6}bearer\s+|\bbearer\s+)([A-Za-z0-9+/=_.~-]{16,})")
_SIGNATURE = re.compile(r"(?i)\b(Signature=)[0-9a-f]{16,}")
_HINTS = (
    r"absk|api[_-]?key|iqoj|fwog|fqog|eyj|secret|token|passw|bearer|signature|master|sk-"
    r"|gh[po]_|xox"
)
_HINT = re.compile(_HINTS)
_HINT_IN_ANY_CASE = re.compile(_HINTS, re.IGNORECASE)


def without_secrets(text: str) -> str:
    """The text with the values of keys, tokens and passwords replaced."""
    if not _may_hold_secrets(text):
        return text
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _SIGNATURE.sub(rf"\1{HIDDEN}", text)
    return _WHOLE.sub(HIDDEN, text)


def _may_hold_secrets(text: str) -> bool:
    # faster in lower case, which tells the same of ASCII only (long s, dotless i)
    hint = _HINT.search(text.lower()) if text.isascii() else _HINT_IN_ANY_CASE.search(text)
    return hint is not None


def is_secret_name(name: str) -> bool:
    """Whether a setting of this name holds a secret, so that only its presence may be kept."""
    lowered = name.lower().replace("-", "_")
    return bool(
        re.search(
            r"secret|password|passwd|token|api_?key|apikey|master_key|credential_?s?$", lowered
        )
        and not re.search(r"token_?(file|type|limit|s$)|max_?token|profile|_name$|_arn$", lowered)
    )
