"""Resource-based policies, and the trust policies of roles (clauses D5-D7).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from bedrock_doctor.evaluate import principals
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.principals import Grant
from bedrock_doctor.evaluate.tristate import YES
from bedrock_doctor.model.principal import PrincipalKind
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


def is_trust(request: Request) -> bool:
    """Whether the resource-based policy is a role's trust policy."""
    return request.action.lower() in TRUST_ACTIONS and ":role/" in request.resource


def direct_grant(policies: PolicySet, request: Request) -> Grant:
    """How directly a certain Allow of the policy names the caller."""
    grants = [
        principals.grant_of(entry.statement.principal, request)
        for entry, answer in policies.matching_allows(request)
        if answer == YES
    ]
    return max(grants, default=Grant.NONE)


def may_grant(policies: PolicySet, request: Request) -> bool:
    """Whether an Allow may name the caller itself, which the request does not tell."""
    return request.principal.kind is PrincipalKind.ROLE and any(
        principals.names_one_session(entry.statement.principal, request)
        for entry, _ in policies.matching_allows(request)
    )


def replaces_identity(grant: Grant) -> bool:
    """Whether, inside one account, the grant stands in for an identity-based Allow.

    A grant to the account hands the decision on to its identity policies.
    """
    return grant >= Grant.EVERYONE


def passes_limits(grant: Grant, request: Request) -> bool:
    """Whether an implicit denial of boundary and session policy does not limit the grant.

    It does not for a grant to the user, the session or the federated user itself; for a grant to
    the role it does.
    """
    return grant is Grant.IDENTITY and request.principal.kind is not PrincipalKind.ROLE
