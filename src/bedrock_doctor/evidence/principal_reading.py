"""Principal first: what the identity that signed gives away about itself.

The commonest cause of a denial on the way to a model is that another identity signed than the
application was configured to use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_doctor.evidence.explanation import Likelihood
from bedrock_doctor.evidence.refusal import Refusal, Signer, read_resource
from bedrock_doctor.evidence.situation import Situation

_INSTANCE = re.compile(r"i-[0-9a-f]{8}(?:[0-9a-f]{9})?")
_NODE_ROLE = re.compile(
    r"(?i)(node[-_]?(?:instance)?[-_]?(?:role|group)|noderole|node-?group|eksctl-.*node|karpenternode"
    r"|[-_]nodes?$|kops.*nodes)"
)
_EXECUTION_ROLE = re.compile(r"(?i)ecs[-_]?task[-_]?execution|taskexecutionrole")
_SSO_ROLE = re.compile(r"AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why the signer may be the wrong one.

    Attributes:
        finding: id of the finding that follows.
        likelihood: how strong the sign is.
        why: the sign.
    """

    finding: str
    likelihood: Likelihood
    why: str


def describe_signer(signer: Signer) -> str:
    """The signer in words that fit into a sentence."""
    where = f" of account {signer.account}" if signer.account else ""
    if sso := _SSO_ROLE.fullmatch(signer.name):
        return f"permission set {sso['set']} (Identity Center){where}"
    match signer.kind:
        case "assumed-role" | "role":
            return f"role {signer.name}{where}"
        case "user":
            return f"user {signer.name}{where}"
        case "root":
            return f"the root user{where}"
        case "federated-user":
            return f"federated user {signer.name}{where}"
    return signer.arn or "the signing identity"


def suspect_signer(refusal: Refusal, situation: Situation) -> Suspicion | None:
    """The strongest sign that the wrong identity signed, or None."""
    signer = refusal.signer
    if not signer.kind:
        return None
    assumes = refusal.action.startswith("sts:")
    if signer.kind == "root":
        return Suspicion(
            "BD130" if assumes else "BD101", Likelihood.LIKELY, "the account's root user signed"
        )
    if signer.kind == "user" and signer.name.startswith("BedrockAPIKey-"):
        return Suspicion(
            "BD110", Likelihood.LIKELY,
            f"user {signer.name} exists only to carry a Bedrock API key: "
            "AWS_BEARER_TOKEN_BEDROCK signed, not a role",
        )  # fmt: skip
    return (
        _ambient(signer, assumes=assumes)
        or (None if assumes else _not_the_named_role(refusal, situation))
        or (None if assumes else _personal(signer))
    )


def _ambient(signer: Signer, *, assumes: bool) -> Suspicion | None:
    """Identities of machines; applications may run as one on purpose, above all to assume."""
    node = bool(_NODE_ROLE.search(signer.name))
    instance = bool(_INSTANCE.fullmatch(signer.session))
    if node or instance:
        session = f" (session {signer.session})" if instance else ""
        return Suspicion(
            "BD101",
            Likelihood.LIKELY if node or not assumes else Likelihood.POSSIBLE,
            f"{describe_signer(signer)} is the identity of a machine{session}: unless the "
            "application is meant to run as it, its configured role was not used",
        )
    if _EXECUTION_ROLE.search(signer.name):
        return Suspicion(
            "BD101",
            Likelihood.LIKELY,
            f"{describe_signer(signer)} looks like the execution role of a task, which starts "
            "containers; the application should use the task role",
        )
    return None


def _not_the_named_role(refusal: Refusal, situation: Situation) -> Suspicion | None:
    """The text names a role to assume, and another identity signed the call to Bedrock."""
    signer = refusal.signer
    named = [read_resource(arn) for arn in situation.roles if "/aws-service-role/" not in arn]
    named = [role for role in named if role.account and role.arn != refusal.resource.arn]
    if not named or any(
        role.name.rpartition("/")[2] == signer.name
        and (not signer.account or role.account == signer.account)
        for role in named
    ):
        return None
    return Suspicion(
        "BD101", Likelihood.LIKELY,
        f"the text names {named[0].arn}, but {describe_signer(signer)} signed",
    )  # fmt: skip


def _personal(signer: Signer) -> Suspicion | None:
    if _SSO_ROLE.fullmatch(signer.name):
        return Suspicion(
            "BD101", Likelihood.POSSIBLE,
            f"{describe_signer(signer)} is a person's own sign-in; an application that should "
            "assume a role did not",
        )  # fmt: skip
    if signer.kind in ("user", "federated-user"):
        return Suspicion(
            "BD101", Likelihood.POSSIBLE,
            f"{describe_signer(signer)} signed with keys of its own; when a role should have been "
            "assumed, that step was left out",
        )  # fmt: skip
    return None
