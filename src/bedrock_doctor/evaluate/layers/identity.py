"""Identity-based policies, permissions boundary and session policies (clause D4).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Request

_WITHOUT_POLICIES = frozenset(
    {
        PrincipalKind.WEB_IDENTITY,
        PrincipalKind.SAML,
        PrincipalKind.SERVICE,
        PrincipalKind.ANONYMOUS,
    }
)


def has_policies(request: Request) -> bool:
    """Whether the principal is one that can carry policies of its own."""
    return request.principal.kind not in _WITHOUT_POLICIES


def possible(policies: PolicySet, request: Request) -> int:
    """What identity-based policies answer. The root user needs none (clause D10)."""
    if not has_policies(request):
        return ABSENT
    if request.principal.kind is PrincipalKind.ROOT:
        return ALLOWED
    return policies.possible(request)


def limit(policies: PolicySet | None, request: Request) -> int:
    """What a boundary or session policy answers; neither binds a principal without policies."""
    if policies is None or not has_policies(request):
        return ABSENT
    return policies.possible(request)
