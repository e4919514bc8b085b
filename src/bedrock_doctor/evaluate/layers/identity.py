"""Identity-based policies, permissions boundary and session policies (clause D4).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from bedrock_doctor.model.principal import PrincipalKind

WITH_POLICIES = frozenset(
    {
        PrincipalKind.ROOT,
        PrincipalKind.USER,
        PrincipalKind.ROLE,
        PrincipalKind.SESSION,
        PrincipalKind.FEDERATED_USER,
    }
)
"""The principals that can carry policies of their own, and that SCPs bind."""
