"""Principal and NotPrincipal elements (clauses B5-B8).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from enum import IntEnum

from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.arn import is_account_id, parse_arn
from bedrock_doctor.model.policy import Principals, PrincipalValue
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.request import Request


class Grant(IntEnum):
    """How directly an entry names the caller; the order is that of directness."""

    NONE = 0
    ACCOUNT = 1
    """The account, or everyone: the caller's own account decides further."""
    EVERYONE = 2
    """The bare wildcard."""
    ROLE = 3
    """The role of the session."""
    IDENTITY = 4
    """The user, the session or the federated user itself."""


_UNIQUE_ID = re.compile(r"A(?:ROA|IDA|SIA|KIA)[A-Z0-9]{8,}")
_ROLE_KINDS = (PrincipalKind.ROLE, PrincipalKind.SESSION)
_OUTSIDE = (PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML)


def names(entry: PrincipalValue, request: Request) -> tuple[int, Grant]:
    """Whether one entry names the caller, and how directly."""
    value, caller = entry.text.value, request.principal
    if entry.type == "*" or (entry.type == "AWS" and value == "*"):
        return YES, Grant.EVERYONE
    if entry.type == "AWS":
        return _aws(value, request)
    if entry.type == "Service":
        return int(caller.kind is PrincipalKind.SERVICE and caller.arn == value), Grant.IDENTITY
    if entry.type == "Federated":
        return int(caller.kind in _OUTSIDE and _same_provider(value, caller)), Grant.IDENTITY
    return NO, Grant.NONE


def _same_provider(value: str, caller: Principal) -> bool:
    """A provider is written as its ARN or as its host name."""
    return value == caller.arn or _host(value) == _host(caller.arn)


def _host(provider: str) -> str:
    return provider.partition(":oidc-provider/")[2] or provider


def _aws(value: str, request: Request) -> tuple[int, Grant]:
    caller = request.principal
    if caller.kind is PrincipalKind.ANONYMOUS or caller.kind in _OUTSIDE:
        return NO, Grant.NONE
    if is_account_id(value):
        return int(value == caller.account), Grant.ACCOUNT
    if _UNIQUE_ID.fullmatch(value):
        return int(bool(caller.unique_id) and value == caller.unique_id), Grant.ROLE
    try:
        arn = parse_arn(value)
    except BadArn:
        return NO, Grant.NONE
    if arn.account != caller.account or arn.partition != caller.partition:
        return NO, Grant.NONE
    if arn.service == "iam" and arn.resource == "root":
        return YES, Grant.ACCOUNT
    if arn.service == "iam" and arn.resource.startswith("role/"):
        return _role(value, arn.resource.rpartition("/")[2], request), Grant.ROLE
    if caller.kind is PrincipalKind.ROLE and arn.resource.startswith("assumed-role/"):
        # One session of the role; which one signs is not known.
        return (MAYBE if arn.resource.split("/")[1] == caller.name else NO), Grant.IDENTITY
    return int(value == caller.arn), Grant.IDENTITY


def _role(value: str, name: str, request: Request) -> int:
    """Whether a role ARN names the caller's role.

    A session ARN lacks the role's path. Where the path is not known the name decides: role names
    are unique in an account whatever their path.
    """
    caller = request.principal
    if caller.kind not in _ROLE_KINDS:
        return NO
    known = caller.role_arn
    if not known:
        given = request.context.values.get("aws:principalarn", ("",))[0]
        known = given if ":role/" in given else ""
    return int(value == known) if known else int(name == caller.name)


def matches(element: Principals, request: Request) -> int:
    """Whether a Principal or NotPrincipal element lets the statement apply."""
    answers = [names(entry, request) for entry in element.values]
    if not element.negated:
        found = [answer for answer, _ in answers]
        return YES if YES in found else MAYBE if MAYBE in found else NO
    return _excluded(answers, request)


def _excluded(answers: list[tuple[int, Grant]], request: Request) -> int:
    """NotPrincipal: the statement applies to everyone who is not listed (clause B7).

    To exempt a role session AWS asks for the session, the role and the account to be listed. Where
    only some of them are, the documentation leaves open who is exempt.
    """
    direct = any(answer == YES and grant is Grant.IDENTITY for answer, grant in answers)
    role = any(answer == YES and grant is Grant.ROLE for answer, grant in answers)
    everyone = any(answer == YES and grant is Grant.EVERYONE for answer, grant in answers)
    account = any(answer == YES and grant is Grant.ACCOUNT for answer, grant in answers)
    if everyone:
        return NO
    is_session = request.principal.kind in _ROLE_KINDS
    if is_session and (role or direct):
        return NO if role and account else MAYBE
    if direct:
        return NO
    if account:
        return NO if request.principal.kind is PrincipalKind.ROOT else MAYBE
    return MAYBE if any(answer == MAYBE for answer, _ in answers) else YES


def names_one_session(element: Principals | None, request: Request) -> bool:
    """Whether an entry names one session of the caller's role, and it is not known which signs."""
    if element is None or element.negated:
        return False
    return any(names(entry, request)[0] == MAYBE for entry in element.values)


def names_only_everyone(element: Principals | None) -> bool:
    """Whether the element, where there is one, tells no two principals apart."""
    return element is None or (
        not element.negated
        and all(e.type in ("*", "AWS") and e.text.value == "*" for e in element.values)
    )


def grant_of(element: Principals | None, request: Request) -> Grant:
    """The most direct way in which a matching Principal element names the caller."""
    if element is None:
        return Grant.NONE
    if element.negated:
        return Grant.EVERYONE
    found = [
        grant for answer, grant in (names(e, request) for e in element.values) if answer == YES
    ]
    return max(found, default=Grant.NONE)
