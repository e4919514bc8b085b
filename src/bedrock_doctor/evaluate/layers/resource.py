"""Resource-based policies, trust policies of roles, key policies (clauses D5-D7, D13, D16).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from typing import NamedTuple

from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.principals import Naming
from bedrock_doctor.evaluate.statement import CompiledStatement
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES, all_of, any_of
from bedrock_doctor.model.request import Request

TRUST_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
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


def must_allow(request: Request) -> bool:
    """Whether the resource is reached only if its own policy allows (clauses D7, D13)."""
    if request.action[:4].lower() == "kms:":
        return is_key(request.resource)
    return is_trust(request)


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


def reach(policies: PolicySet, request: Request) -> Reach:
    """How a resource-based policy names the caller in its Allow statements."""
    found = [_named(entry, request) for entry in policies.allows(request.action.lower())]
    if policies.is_open:
        found.append(_OPEN)
    return Reach(*(any_of(column) for column in zip(*found, strict=True))) if found else NOWHERE


def _named(entry: CompiledStatement, request: Request) -> Reach:
    matter = entry.circumstances(request)
    if matter == NO or entry.principals is None:
        return NOWHERE
    named = entry.principals.named(request)
    ways = {way: any_of(answer for answer, how in named if how is way) for way in Naming}
    itself, everyone = ways[Naming.ITSELF], ways[Naming.EVERYONE]
    if entry.tests_principal_arn:
        # Everyone, narrowed by a test of aws:PrincipalArn, names whom the test names (D16).
        itself, everyone = any_of((itself, everyone)), NO
    answers = (itself, ways[Naming.ROLE], everyone)
    return Reach(*(matter if answer == YES else all_of((matter, answer)) for answer in answers))
