"""What a message or an event of AWS says about one denial."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.finding import Layer


@dataclass(frozen=True, slots=True)
class Denial:
    """One denial as AWS told it. Everything that the text does not say is empty or None.

    Attributes:
        text: the message itself, without secrets.
        source: where it came from: ``--error``, ``--event`` or a file of the snapshot.
        principal: ARN of who signed.
        account: that principal's account.
        action: IAM action, or empty.
        resource: ARN checked, or empty.
        region: Region of the resource or of the event, or empty.
        layer: the policy layer that AWS names, or None.
        explicit: True for "with an explicit deny", False for "because no … allows", None otherwise.
        policy_arn: the policy that AWS names, or empty.
        authorization_id: id for GetRequestAuthorizationDetails, or empty.
        error_code: for example ``AccessDeniedException``, or empty.
    """

    text: str
    source: str
    principal: str = ""
    account: str = ""
    action: str = ""
    resource: str = ""
    region: str = ""
    layer: Layer | None = None
    explicit: bool | None = None
    policy_arn: str = ""
    authorization_id: str = ""
    error_code: str = ""
