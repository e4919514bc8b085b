"""OIDC issuers that many customers share, and the claims that tell those apart.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

_SUBJECT = frozenset({
    "agent.buildkite.com", "app.terraform.io", "gitlab.com", "oidc-configuration.audit-log."
    "githubusercontent.com", "oidc.circleci.com", "oidc.codefresh.io", "proidc.upbound.io",
    "scalr.io", "studio.datachain.ai/api", "token.actions.githubusercontent.com",
    "tokens.cloud.shisho.dev", "vstoken.actions.githubusercontent.com",
})  # fmt: skip
_AUDIENCE = frozenset({
    "accounts.google.com", "api.pulumi.com/oidc", "cognito-identity.amazonaws.com",
    "oidc.vercel.com", "sandboxes.cloud",
})  # fmt: skip
_APPLICATION = frozenset({"graph.facebook.com", "www.amazon.com"})


def issuer_of(provider: str) -> str | None:
    """The issuer behind a Federated principal; None where it is no OIDC provider.

    Args:
        provider: ARN of an OIDC provider, or one of the host names that IAM knows by itself.
    """
    if provider.startswith("arn:"):
        return provider.partition(":oidc-provider/")[2] or None
    return provider


def is_shared(issuer: str) -> bool:
    """Whether one issuer serves many customers."""
    return issuer in _SUBJECT or issuer in _AUDIENCE or issuer in _APPLICATION


def telling_claim(issuer: str) -> str:
    """The claim by which a trust policy must tell who comes: ``sub``, ``aud`` or ``app_id``."""
    if issuer in _AUDIENCE:
        return "aud"
    return "app_id" if issuer in _APPLICATION else "sub"
