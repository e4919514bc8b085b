"""The sentence in which IAM denies: who, what, on what, why, by which policy.

The shape is documented at
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html. A policy type
counts as named only when its whole name stands in the text: a truncated name is no reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_doctor.model.arn import is_arn
from bedrock_doctor.model.finding import Layer

POLICY_LAYERS = {
    "identity-based policy": Layer.IDENTITY,
    "service control policy": Layer.SCP,
    "resource control policy": Layer.RCP,
    "permissions boundary": Layer.BOUNDARY,
    "session policy": Layer.SESSION,
    "vpc endpoint policy": Layer.ENDPOINT,
    "resource-based policy": Layer.RESOURCE,
    "role trust policy": Layer.TRUST,
}
_TYPES = (
    r"identity-?\s?based policy|service control policy|resource control policy"
    r"|permissions? boundary|session policy|VPC endpoint policy|resource-?\s?based policy"
    r"|role trust policy"
)
_WHO = r"(?:<[^<>\n]{0,60}>|\[[^\[\]\n]{0,60}\]|\{[^{}\n]{0,60}\}|[^\s\"'<>\[\]{}])"
# Possessive quantifiers keep the match linear on hostile input.
_SENTENCE = re.compile(
    r"(?:(?:User|Principal):?\s{0,3}[\"']?|(?=arn:))(?P<principal>"
    + _WHO
    + r"{1,400}+)[\"']?\s{1,3}"
    r"is\s{1,3}not\s{1,3}authorized\s{1,3}to\s{1,3}perform:?\s{0,3}"
    r"(?P<action>[A-Za-z0-9-]{2,60}+:\s?[A-Za-z0-9*]{1,100}+)"
    r"(?:\s{1,3}on\s{1,3}(?:the\s)?resources?(?:\(s\))?:?\s{0,3}[\"']?"
    r"(?P<resource>" + _WHO + r"{1,2000}+))?",
)
_REASON = re.compile(
    r"[\"']?[\s,]{0,4}(?:because\s+no\s+(?P<implicit>" + _TYPES + r")(?:\s+allows\s+the\s+"
    r"[\w-]+:\s?\w+(?:\s+action)?)?"
    r"|(?P<bare>with\s+an\s+explicit\s+deny)(?:\s+in\s+(?:an?|the)\s+(?P<explicit>"
    + _TYPES
    + r"))?)",
    re.IGNORECASE,
)
_BY_POLICY = re.compile(
    r"(?:\s+transitively\s+through\s+an?\s+[\w -]{3,40}?policy)?"
    r"(?:,\s*with\s+policy\s+ARN)?\s*:\s*(?P<arn>arn:[\w-]+:(?:iam|organizations)::[^\s\"'<>\\]+)"
)
_AUTHORIZATION = re.compile(
    r"[.\s]{0,3}(?:Go\s+to\s+https://\S{1,300}authorization-details/(?P<link>[0-9A-Za-z]+)"
    r"(?:\s+for\s+complete\s+details)?)?"
    r"(?:,?\s+or\s+call\s+the\s+GetRequestAuthorizationDetails\s+API\s+with\s+the\s+following\s+"
    r"authorization\s+id:\s+(?P<id>[0-9A-Za-z]+))?"
)
_ENCODED = re.compile(r"[.\s]{0,3}Encoded\s+authorization\s+failure\s+message:\s+[\w+/=-]+")
_CONSOLE = re.compile(
    r"User:\s{0,3}(?P<principal>" + _WHO + r"{1,400}+)\s+(?:Service:\s{0,3}[\w-]+\s+)?"
    r"Action:\s{0,3}(?P<action>[A-Za-z0-9-]{2,60}:[A-Za-z0-9*]{1,100})\s+"
    r"On\s+resource\(s\):\s{0,3}(?P<resource>" + _WHO + r"{1,2000}+)\s+"
    r"Context:\s{0,3}(?:an?|the|no)\s+(?P<policy>" + _TYPES + r")\s+"
    r"(?P<how>explicitly denies|allows)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One IAM denial as written.

    Attributes:
        start: offset of its first character in the flat text.
        end: offset behind its last character.
        principal: who, as written.
        action: what.
        resource: on what, or empty.
        layer: layer of the policy type named, or None.
        explicit: True, False, or None when no reason stands there.
        policy_arn: the policy named, or empty.
        authorization_id: id for GetRequestAuthorizationDetails, or empty.
        console: True for the console's layout.
    """

    start: int
    end: int
    principal: str
    action: str
    resource: str
    layer: Layer | None
    explicit: bool | None
    policy_arn: str = ""
    authorization_id: str = ""
    console: bool = False

    @property
    def completeness(self) -> int:
        """How much of the usual form is there; used to choose between two readings of a text."""
        return (
            4 * (self.layer is not None)
            + 2 * (self.resource == "*" or is_arn(self.resource))
            + 2 * is_arn(self.principal)
            + (self.explicit is not None)
            + bool(self.authorization_id)
            + (len(self.policy_arn.split("/")) > 1)
        )


def find_sentences(flat: str) -> tuple[Sentence, ...]:
    """All IAM denials of a flat text, in order."""
    found = [_read(flat, match) for match in _SENTENCE.finditer(flat)]
    if "ontext:" in flat:
        found += [_read_console(match) for match in _CONSOLE.finditer(flat)]
        found.sort(key=lambda sentence: sentence.start)
    return tuple(found)


def layer_of(policy_type: str) -> Layer:
    """The layer of a policy type as AWS writes it, for example ``service control policy``."""
    words = re.sub(r"\s+", " ", policy_type.lower())
    words = re.sub(r"^(identity|resource)-?\s?based", r"\1-based", words)
    return POLICY_LAYERS[words.replace("permission boundary", "permissions boundary")]


def _trimmed(text: str | None) -> str:
    return (text or "").strip().rstrip(".,;:)'\"")


def _read(flat: str, match: re.Match[str]) -> Sentence:
    end = match.end()
    layer: Layer | None = None
    explicit: bool | None = None
    policy_arn = ""
    if reason := _REASON.match(flat, end):
        end = reason.end()
        explicit = reason["bare"] is not None
        if named := reason["implicit"] or reason["explicit"]:
            layer = layer_of(named)
            if policy := _BY_POLICY.match(flat, end):
                policy_arn, end = _trimmed(policy["arn"]), policy.end()
    authorization_id = ""
    if tail := _AUTHORIZATION.match(flat, end):
        authorization_id = tail["id"] or tail["link"] or ""
        end = tail.end() if authorization_id else end
    if encoded := _ENCODED.match(flat, end):
        end = encoded.end()
    resource = _trimmed(match["resource"])
    return Sentence(
        start=match.start(),
        end=end,
        principal=_trimmed(match["principal"]),
        action=match["action"].replace(" ", ""),
        resource=resource if resource != "because" else "",
        layer=layer,
        explicit=explicit,
        policy_arn=policy_arn,
        authorization_id=authorization_id,
    )


def _read_console(match: re.Match[str]) -> Sentence:
    return Sentence(
        start=match.start(),
        end=match.end(),
        principal=_trimmed(match["principal"]),
        action=match["action"],
        resource=_trimmed(match["resource"]),
        layer=layer_of(match["policy"]),
        explicit=match["how"].lower().startswith("explicitly"),
        console=True,
    )
