"""One text of a snapshot with pseudonyms: what is found by its form, and names where they stand."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.errors import UsageError

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_UNIQUE_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA|ABIA|ACCA)[A-Z0-9]{12,}"
)
_PART_OF_ACCOUNT = re.compile(
    r"arn:[^:\s\"]*:[^:\s\"]*:[^:\s\"]*:(?=[0-9*?]*[0-9])(?=[0-9*?]*[*?])[0-9*?]+"
    r"|\"(?=[0-9*?]*[0-9])(?=[0-9]*[*?])[0-9*?]+\""
)
_UNIT = re.compile(r"(?<![A-Za-z0-9])(ou|r)-([a-z0-9]{4,32})(?:-([a-z0-9]{2,32}))?(?![A-Za-z0-9])")
_ID = re.compile(
    r"(?<![A-Za-z0-9-])(o|p|vpce|vpce-svc|vpc|subnet|sg|eni)-([a-z0-9]{8,32})(?![A-Za-z0-9])"
)
_ARN = re.compile(r"arn:(?P<partition>[^:\s\"]*):(?P<service>[^:\s\"]*):[^:\s\"]*:[^:\s\"]*:")
_REST = re.compile(r"[^\s\"'`,;()\[\]]+")
_PUBLIC = ("bedrock", "bedrock-mantle", "aws-marketplace", "organizations", "*", "")
_TYPED = ("iam", "sts", "sagemaker")
_TAG = re.compile(r"((?:aws|iam|ec2|s3):(?:Principal|Request|Resource)Tag/)([^}]*)", re.IGNORECASE)
_S3 = re.compile(r"(s3://)([^\s\"'`,;()\[\]]+)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MAILBOX = "redacted@example.com"


def without_accounts(text: str, pseudonyms: Pseudonyms) -> str:
    """The text with other account ids, unique ids and access keys; nothing moves in it.

    Raises:
        UsageError: a pattern matches part of an account id.
    """
    found = _PART_OF_ACCOUNT.search(text) or _PART_OF_ACCOUNT.search(unquote(text))
    if found:
        raise UsageError(
            f"pseudonyms would change what `{found[0].strip(chr(34))}` matches",
            help="use --redact none, or write the account id in full",
        )
    text = _UNIQUE_ID.sub(lambda m: pseudonyms.unique_id(m[0]), text)
    return _ACCOUNT.sub(lambda m: pseudonyms.account(m[0]), text)


def without_names(text: str, pseudonyms: Pseudonyms) -> str:
    """The text also without names in ARNs, ids of organizations and networks, and addresses."""
    parts, end = [], 0
    for head in _ARN.finditer(text):
        if head.start() < end:
            continue
        parts += [_ids(text[end : head.start()], pseudonyms), head[0]]
        rest = _REST.match(text, head.end())
        end = rest.end() if rest else head.end()
        parts.append(_resource(head, text[head.end() : end], pseudonyms))
    return without_accounts("".join(parts) + _ids(text[end:], pseudonyms), pseudonyms)


def redacted_name(text: str, pseudonyms: Pseudonyms) -> str:
    """A name, path or session that people gave, or a pattern for such."""
    parts, end = [], 0
    for found in _UNIQUE_ID.finditer(text):
        parts += [pseudonyms.name(text[end : found.start()]), found[0]]
        end = found.end()
    return without_accounts("".join(parts) + pseudonyms.name(text[end:]), pseudonyms)


def _resource(head: re.Match[str], rest: str, pseudonyms: Pseudonyms) -> str:
    """The part behind the account of an ARN; types and what AWS owns stay."""
    if head["service"] in _PUBLIC or head[0].endswith(":aws:"):
        return _ids(rest, pseudonyms)
    if head["service"] not in _TYPED:
        return redacted_name(rest, pseudonyms)
    kind, slash, name = rest.partition("/")
    return f"{kind}{slash}{redacted_name(name, pseudonyms)}"


def _ids(text: str, pseudonyms: Pseudonyms) -> str:
    text = _MAIL.sub(_MAILBOX, text)
    text = _S3.sub(lambda m: m[1] + redacted_name(m[2], pseudonyms), text)
    text = _TAG.sub(lambda m: m[1] + pseudonyms.name(m[2]), text)
    text = _UNIT.sub(lambda m: _id(m, pseudonyms), text)
    return _ID.sub(lambda m: _id(m, pseudonyms), text)


def _id(found: re.Match[str], pseudonyms: Pseudonyms) -> str:
    pieces = [piece for piece in found.groups()[1:] if piece]
    return "-".join([found[1], *(pseudonyms.lower_id(piece) for piece in pieces)])
