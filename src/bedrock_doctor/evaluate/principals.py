"""Principal and NotPrincipal elements (clauses B5-B8, B12).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of, any_of, negate
from bedrock_doctor.model.arn import is_account_id, parse_arn
from bedrock_doctor.model.missing import UnknownFact
from bedrock_doctor.model.policy import Principals, PrincipalValue
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.request import Context, Request


class Naming(Enum):
    """How an entry names the caller: clause D5 has another reach for each."""

    EVERYONE = "everyone"
    ACCOUNT = "the caller's account"
    ROLE = "the role of the session"
    ITSELF = "the user, the session or the federated user itself"


Named = tuple[int, Naming]
"""Whether one entry names the caller, and how."""

_ROLE_KINDS = (PrincipalKind.ROLE, PrincipalKind.SESSION)
_OUTSIDE = (PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML)
_BOUNDED = (PrincipalKind.USER, *_ROLE_KINDS)
"""The principals that can have a permissions boundary."""
_PRINCIPAL_ARN = "aws:principalarn"
_USER_ID = "aws:userid"


@dataclass(frozen=True, slots=True)
class CompiledPrincipals:
    """A Principal or NotPrincipal element.

    Attributes:
        element: as written.
        bounded: whether the caller has a permissions boundary, which makes NotPrincipal deny it
            whatever is listed (clause B7).
        is_displayed: whether the policy was read from AWS, which shows an id in place of an ARN
            only where the principal is gone (clause B6).
    """

    element: Principals
    bounded: int = NO
    is_displayed: bool = False

    def test(self, request: Request) -> int:
        """Whether the element lets the statement apply."""
        if not self.element.negated:
            return any_of(answer for answer, _ in self.named(request))
        missed = negate(_exempts(self.named(request), request.principal))
        bounded = self.bounded if request.principal.kind in _BOUNDED else NO
        return any_of((missed, bounded))

    def named(self, request: Request) -> list[Named]:
        """What every entry says of the caller."""
        return [_names(entry, request, self.is_displayed) for entry in self.element.values]

    def fact(self, request: Request) -> UnknownFact | None:
        """What would tell whether the caller is named; None where AWS leaves that open."""
        for entry, (answer, _) in zip(self.element.values, self.named(request), strict=True):
            if entry.type == "AWS" and answer == MAYBE:
                value = entry.text.value
                if ":assumed-role/" in value:
                    return UnknownFact("sts:RoleSessionName", "--session-name NAME")
                if ":role/" in value:
                    return UnknownFact("aws:PrincipalArn", "--context aws:PrincipalArn=ARN")
                if not value.startswith("arn:") and value != "*":
                    return request.context.missing_fact(_USER_ID)
        return None

    @property
    def is_everyone(self) -> bool:
        """Whether it names whoever asks."""
        return not self.element.negated and any(e.type == "*" for e in self.element.values)


def _names(entry: PrincipalValue, request: Request, is_displayed: bool) -> Named:
    """Whether one entry names the caller, and how."""
    value, caller = entry.text.value, request.principal
    match entry.type:
        case "*":
            return YES, Naming.EVERYONE
        case "AWS":
            return _aws(value, request, is_displayed)
        case "Service":
            named = caller.kind is PrincipalKind.SERVICE and caller.arn == value
        case "Federated":
            named = caller.kind in _OUTSIDE and _same_provider(value, caller)
        case _:
            named = False
    return int(named), Naming.ITSELF


def _same_provider(value: str, caller: Principal) -> bool:
    """An OIDC provider is written as its ARN or as its host name."""
    if value.startswith("arn:") and caller.arn.startswith("arn:"):
        return value == caller.arn
    return _host(value) == _host(caller.arn)


def _host(provider: str) -> str:
    return provider.partition(":oidc-provider/")[2] or provider


def _aws(value: str, request: Request, is_displayed: bool) -> Named:
    caller = request.principal
    outside = caller.kind is PrincipalKind.SERVICE or caller.kind in _OUTSIDE
    if value == "*":
        return (MAYBE if outside else YES), Naming.EVERYONE
    if outside or caller.kind is PrincipalKind.ANONYMOUS:
        return NO, Naming.ITSELF
    if is_account_id(value):
        return int(value == caller.account), Naming.ACCOUNT
    if not value.startswith("arn:"):
        return _bears(value, request, is_displayed), Naming.ROLE
    try:
        arn = parse_arn(value)
    except BadArn:
        return NO, Naming.ITSELF
    if arn.account != caller.account or arn.partition != caller.partition:
        return NO, Naming.ITSELF
    kind, _, name = arn.resource.partition("/")
    if kind == "root":
        return YES, Naming.ACCOUNT
    if kind == "role":
        return _is_role(value, name, request), Naming.ROLE
    if kind == "assumed-role" and caller.kind is PrincipalKind.ROLE:
        # One session of the role; which one signs is not known.
        return (MAYBE if name.partition("/")[0] == caller.name else NO), Naming.ITSELF
    if kind == "user" and caller.kind is PrincipalKind.FEDERATED_USER:
        # The IAM user behind a federated user does not show in its ARN (clause B5).
        return MAYBE, Naming.ROLE
    return int(value == caller.arn), Naming.ITSELF


def _bears(unique_id: str, request: Request, is_displayed: bool) -> int:
    """Whether the caller is the one principal that ever had an id (clause B6)."""
    caller, context = request.principal, request.context
    if caller.unique_id:
        return int(caller.unique_id == unique_id)
    if context.missing_fact(_USER_ID) is not None:
        return NO if is_displayed else MAYBE
    given = context.values.get(_USER_ID, ())
    return int(given != () and given[0].partition(":")[0] == unique_id)


def _is_role(value: str, name: str, request: Request) -> int:
    """Whether a role ARN names the caller's role (clause B8).

    A session ARN lacks the role's path. Where the path is not told the name decides: role names
    are unique in an account whatever their path.
    """
    caller = request.principal
    if caller.kind not in _ROLE_KINDS:
        return NO
    known = caller.role_arn or told_role(caller, request.context)
    if known:
        return int(value == known)
    if name.rpartition("/")[2] != caller.name:
        return NO
    return MAYBE if "/" in name else YES


def told_role(caller: Principal, context: Context) -> str:
    """The ARN of the session's role as aws:PrincipalArn tells it, or an empty text."""
    given = context.values.get(_PRINCIPAL_ARN, ())
    if len(given) != 1:
        return ""
    prefix, role, name = given[0].partition(f"::{caller.account}:role/")
    is_role = prefix.startswith("arn:") and role and name.rpartition("/")[2] == caller.name
    return given[0] if is_role else ""


def _exempts(named: list[Named], caller: Principal) -> int:
    """Whether NotPrincipal exempts the caller: all that AWS validates is listed (clause B7).

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if (YES, Naming.EVERYONE) in named:
        return YES
    listed = {way: any_of(answer for answer, how in named if how is way) for way in Naming}
    if caller.kind not in WITH_POLICIES:
        return any_of((listed[Naming.ITSELF], listed[Naming.EVERYONE]))
    validated = [Naming.ACCOUNT, Naming.ITSELF]
    if caller.kind is PrincipalKind.ROOT:
        validated = [Naming.ACCOUNT]
    elif caller.kind in _ROLE_KINDS:
        validated = [Naming.ACCOUNT, Naming.ROLE, Naming.ITSELF]
    answers = [listed[way] for way in validated]
    if any_of(answers) == NO:
        return NO
    return YES if all_of(answers) == YES else MAYBE


def names_only_everyone(element: Principals | None) -> bool:
    """Whether the element, where there is one, tells no two principals apart."""
    return element is None or (not element.negated and all(e.type == "*" for e in element.values))
