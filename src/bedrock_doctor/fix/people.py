"""Who makes a change: the account tells where, this tells in which role."""

from __future__ import annotations

from bedrock_doctor.model.policy import PolicyKind, PolicyRef

DEVELOPER = "developer of the application"
ACCOUNT_ADMINISTRATOR = "administrator of the account"
_PERSONS = {
    PolicyKind.SCP: "administrator of organization policies",
    PolicyKind.RCP: "administrator of organization policies",
    PolicyKind.BOUNDARY: "administrator of permissions boundaries",
    PolicyKind.ENDPOINT: "administrator of the network",
    PolicyKind.SESSION: DEVELOPER,
}


def person_of(ref: PolicyRef) -> str:
    """Who changes a policy document."""
    return _PERSONS.get(ref.kind, "administrator of IAM")
