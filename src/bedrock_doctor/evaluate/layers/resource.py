"""Resource-based policies, trust policies of roles, key policies (clauses D5-D7, D13, D16).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.principals import CompiledPrincipals, Naming
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.tristate import MAYBE, NO, all_of, any_of
from bedrock_doctor.model.request import Request

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    }
)
"""In lower case: the actions that a trust policy grants."""


def is_role(resource: str) -> bool:
    """Whether an ARN names an IAM role."""
    parts = resource.split(":", 5)
    return len(parts) == 6 and parts[2] == "iam" and parts[5].startswith("role/")


def is_key(resource: str) -> bool:
    """Whether an ARN names a KMS key."""
    return ":key/" in resource


def is_trust_call(action: str, resource: str) -> bool:
    """Whether the resource-based policy of a call is a role's trust policy (clause D7)."""
    return action.lower() in TRUST_ACTIONS and is_role(resource)


def is_trust(request: Request) -> bool:
    """The same of a request."""
    return is_trust_call(request.action, request.resource)


def owned_by_its_policy(action: str) -> Callable[[str], bool] | None:
    """Which resources of an action are reached only if their own policy allows.

    Roles that are assumed, and KMS keys (clauses D7, D13); None where no resource is.

    Args:
        action: in lower case.
    """
    if action in TRUST_ACTIONS:
        return is_role
    return is_key if action.startswith("kms:") else None


class Reach(NamedTuple):
    """How the Allow statements of a resource-based policy name the caller, each in three values.

    Attributes:
        itself: by its own ARN: no implicit denial of its account's policies stops it.
        role: by its role: boundary and session policy still limit.
        everyone: as one of everyone.
    """

    itself: int
    role: int
    everyone: int


NOWHERE = Reach(NO, NO, NO)
"""The policy hands the decision on to the identity policies, or says nothing."""
_OPEN = Reach(MAYBE, MAYBE, MAYBE)


def reach(policies: PolicySet, action: str) -> Reach | Callable[[Request], Reach]:
    """How a resource-based policy names the caller in its Allow statements for an action.

    Args:
        policies: the resource-based policy.
        action: in lower case.
    """
    always = _OPEN if policies.is_open else NOWHERE
    entries = [
        (entry, entry.principals)
        for entry in policies.allows(action)
        if entry.principals is not None and not entry.principals.names_accounts_only
    ]
    if not entries:
        return always

    def found(request: Request) -> Reach:
        ways = [always, *(_named(entry, element, request) for entry, element in entries)]
        return Reach(*(any_of(column) for column in zip(*ways, strict=True)))

    return found


def _named(entry: CompiledStatement, element: CompiledPrincipals, request: Request) -> Reach:
    itself = role = everyone = NO
    for answer, way in element.named(request):
        if way is Naming.ITSELF:
            itself = any_of((itself, answer))
        elif way is Naming.ROLE:
            role = any_of((role, answer))
        elif way is Naming.EVERYONE:
            everyone = any_of((everyone, answer))
    if entry.tests_principal_arn:
        # Everyone, narrowed by a test of aws:PrincipalArn, names whom the test names (D16).
        itself, everyone = any_of((itself, everyone)), NO
    if itself == role == everyone == NO:
        return NOWHERE
    matter = entry.circumstances(request)
    if matter == NO:
        return NOWHERE
    return Reach(*(all_of((matter, answer)) for answer in (itself, role, everyone)))
