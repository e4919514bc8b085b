"""Principal and NotPrincipal elements (clauses B5-B8, B12).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Callable
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
Names = Callable[[Request], Named]

_ROLE_KINDS = (PrincipalKind.ROLE, PrincipalKind.SESSION)
_OUTSIDE = (PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML)
_BOUNDED = (PrincipalKind.USER, *_ROLE_KINDS)
"""The principals that can have a permissions boundary."""
_PRINCIPAL_ARN = "aws:principalarn"
_USER_ID = "aws:userid"
_NOBODY: Named = (NO, Naming.ITSELF)


@dataclass(frozen=True, slots=True)
class CompiledPrincipals:
    """A Principal or NotPrincipal element.

    Attributes:
        element: as written.
        entries: one test for each of its values.
        bounded: whether the caller has a permissions boundary, which makes NotPrincipal deny it
            whatever is listed (clause B7).
    """

    element: Principals
    entries: tuple[Names, ...]
    bounded: int = NO

    def test(self, request: Request) -> int:
        """Whether the element lets the statement apply."""
        if self.element.negated:
            missed = negate(_exempts(self.named(request), request.principal))
            bounded = self.bounded if request.principal.kind in _BOUNDED else NO
            return any_of((missed, bounded))
        result = NO
        for names in self.entries:
            answer, _ = names(request)
            if answer == YES:
                return YES
            if answer == MAYBE:
                result = MAYBE
        return result

    def named(self, request: Request) -> list[Named]:
        """What every entry says of the caller."""
        return [names(request) for names in self.entries]

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

    @property
    def names_accounts_only(self) -> bool:
        """Whether every entry is an account, so that identity policies decide (clause D5)."""
        return all(e.type == "AWS" and _is_account(e.text.value) for e in self.element.values)


def compile_principals(
    element: Principals, bounded: int, *, is_displayed: bool
) -> CompiledPrincipals:
    """Compiles a Principal or NotPrincipal element.

    Args:
        element: as parsed.
        bounded: as in `CompiledPrincipals`.
        is_displayed: whether the policy was read from AWS, which shows an id in place of an ARN
            only where the principal is gone (clause B6).
    """
    entries = tuple(_names(entry, is_displayed) for entry in element.values)
    return CompiledPrincipals(element, entries, bounded)


def _names(entry: PrincipalValue, is_displayed: bool) -> Names:
    """The test of one entry."""
    value = entry.text.value
    match entry.type:
        case "*":
            return lambda request: (YES, Naming.EVERYONE)
        case "AWS":
            return _aws(value, is_displayed)
        case "Service":
            return lambda request: (_is_service(value, request.principal), Naming.ITSELF)
        case "Federated":
            return lambda request: (_is_of_provider(value, request), Naming.ITSELF)
        case _:
            return lambda request: _NOBODY


def _is_service(value: str, caller: Principal) -> int:
    return int(caller.kind is PrincipalKind.SERVICE and caller.arn == value)


def _is_of_provider(value: str, request: Request) -> int:
    """An OIDC provider is written as its ARN or as its host name (clause B5).

    AWS looks it up among the providers of the account that is asked.
    """
    caller, owner = request.principal, request.resource_account
    if caller.kind not in _OUTSIDE:
        return NO
    if value.startswith("arn:") and caller.arn.startswith("arn:"):
        same = value == caller.arn
    else:
        same = _host(value) == _host(caller.arn)
    if not same:
        return NO
    elsewhere = owner and value.startswith("arn:") and f"::{owner}:" not in value
    return MAYBE if elsewhere else YES


def _host(provider: str) -> str:
    return provider.partition(":oidc-provider/")[2] or provider


def _aws(value: str, is_displayed: bool) -> Names:
    if value == "*":
        return _anyone_of_aws
    if is_account_id(value):
        names = _account(value)
    elif not value.startswith("arn:"):

        def names(request: Request) -> Named:
            return _bears(value, request, is_displayed), Naming.ROLE
    else:
        names = _arn(value)

    def test(request: Request) -> Named:
        return names(request) if request.principal.kind in WITH_POLICIES else _NOBODY

    return test


def _anyone_of_aws(request: Request) -> Named:
    kind = request.principal.kind
    outside = kind is PrincipalKind.SERVICE or kind in _OUTSIDE
    return (MAYBE if outside else YES), Naming.EVERYONE


def _account(account: str, partition: str | None = None) -> Names:
    def names(request: Request) -> Named:
        caller = request.principal
        is_same = caller.account == account and partition in (None, caller.partition)
        return int(is_same), Naming.ACCOUNT

    return names


def _arn(value: str) -> Names:
    try:
        arn = parse_arn(value)
    except BadArn:
        return lambda request: _NOBODY
    kind, _, name = arn.resource.partition("/")
    if kind == "root":
        return _account(arn.account, arn.partition)

    def names(request: Request) -> Named:
        caller = request.principal
        if arn.account != caller.account or arn.partition != caller.partition:
            return _NOBODY
        if kind == "role":
            return _is_role(value, name, request), Naming.ROLE
        if kind == "assumed-role" and caller.kind is PrincipalKind.ROLE:
            # One session of the role; which one signs is not known.
            return (MAYBE if name.partition("/")[0] == caller.name else NO), Naming.ITSELF
        if kind == "user" and caller.kind is PrincipalKind.FEDERATED_USER:
            # The IAM user behind a federated user does not show in its ARN (clause B5).
            return MAYBE, Naming.ROLE
        return int(value == caller.arn), Naming.ITSELF

    return names


def _is_account(value: str) -> bool:
    return is_account_id(value) or (value.count(":") == 5 and value.endswith(":root"))


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
