"""Sizes that AWS lets a policy document have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from __future__ import annotations

import json

from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyKind

LIMITS = {
    PolicyKind.MANAGED: 6_144,
    PolicyKind.BOUNDARY: 6_144,
    PolicyKind.TRUST: 2_048,
    PolicyKind.SESSION: 2_048,
    PolicyKind.SCP: 5_120,
    PolicyKind.RCP: 5_120,
    PolicyKind.ENDPOINT: 20_480,
}
_ROLE_INLINE, _USER_INLINE = 10_240, 2_048
"""For inline policies AWS adds up all of one holder; one document alone cannot be larger."""


def too_large(document: ChangedDocument) -> str | None:
    """What is wrong with the size of a changed document; None where it fits."""
    ref = document.policy
    limit = LIMITS.get(ref.kind, _USER_INLINE if ":user/" in ref.holder else _ROLE_INLINE)
    dense = json.dumps(json.loads(document.after), separators=(",", ":"), ensure_ascii=False)
    if len(dense) <= limit:
        return None
    return f"{ref.kind} {ref.name} would have {len(dense)} characters; AWS takes {limit}"
