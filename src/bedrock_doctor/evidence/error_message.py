"""The sentences in which AWS tells that a request was denied.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.denial import Denial
from bedrock_doctor.model.finding import Layer

_SENTENCE = re.compile(
    r"User: (?P<principal>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: \\?\"?(?P<resource>[^\s\"\\]+)\\?\"?)?(?P<tail>[^\n]{0,600})"
)
_REASON = re.compile(
    r"(?:because no (?P<implicit>.+?) allows the|with an explicit deny in (?:an?|the) "
    r"(?P<explicit>identity-based policy|resource-based policy|permissions boundary|session policy"
    r"|service control policy|resource control policy|VPC endpoint policy|role trust policy))"
)
_POLICY_ARN = re.compile(
    r"(?:policy: |policy ARN: )(arn:[\w-]+:(?:iam|organizations)::[\w*]*:policy/[^\s\"',]+)"
)
_AUTHORIZATION = re.compile(r"authorization id: ([\w-]+)")
_CODE = re.compile(r"\b(AccessDenied(?:Exception)?|UnauthorizedOperation)\b")
_LAYERS = {
    "identity-based policy": Layer.IDENTITY,
    "resource-based policy": Layer.RESOURCE,
    "permissions boundary": Layer.BOUNDARY,
    "session policy": Layer.SESSION,
    "service control policy": Layer.SCP,
    "resource control policy": Layer.RCP,
    "VPC endpoint policy": Layer.ENDPOINT,
    "role trust policy": Layer.TRUST,
}
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_SECRETS = re.compile(r"(bedrock-api-key-|ABSK)[\w+/=-]+")


def denials_in(text: str, source: str) -> tuple[Denial, ...]:
    """Every denial that a text tells of, in order, each once."""
    clean = _ESCAPES.sub("", text)
    return tuple(dict.fromkeys(_denials(clean, source)))


def _denials(text: str, source: str) -> Iterator[Denial]:
    code = _CODE.search(text)
    for found in _SENTENCE.finditer(text):
        tail = found["tail"] or ""
        reason = _REASON.search(tail)
        layer = _LAYERS.get(reason["implicit"] or reason["explicit"]) if reason else None
        resource = (found["resource"] or "").rstrip(".,;'")
        policy = _POLICY_ARN.search(tail)
        authorization = _AUTHORIZATION.search(tail)
        sentence = found[0].strip() if len(found[0]) < 1200 else found[0][:1200]
        yield Denial(
            text=_SECRETS.sub("<redacted>", sentence),
            source=source,
            principal=found["principal"],
            account=_part(found["principal"], "account"),
            action=found["action"],
            resource=resource,
            region=_part(resource, "region"),
            layer=layer,
            explicit=None if reason is None else reason["explicit"] is not None,
            policy_arn=policy[1].rstrip(".") if policy else "",
            authorization_id=authorization[1] if authorization else "",
            error_code=code[1] if code else "",
        )


def _part(arn: str, name: str) -> str:
    try:
        return str(getattr(parse_arn(arn), name))
    except BadArn:
        return ""
