"""What a message or an event of AWS says about one denial."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.finding import Layer


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What a CloudTrail event adds to the message. What it does not say is empty or None.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html

    Attributes:
        name: eventName, for example ``Converse`` or ``AssumeRole``.
        time: eventTime as written (ISO 8601, UTC).
        event_id: eventID.
        issuer_arn: ARN of the signing session's role **with its path** (sessionIssuer).
        target_role: requestParameters.roleArn of an AssumeRole call.
        external_id_sent: whether the AssumeRole call carried an ExternalId; None when the event
            shows no request parameters. The value itself is not kept.
        session_name: requestParameters.roleSessionName.
        session_tags: requestParameters.tags as pairs.
        transitive_tags: requestParameters.transitiveTagKeys.
        source_identity: source identity set by the call or carried by the session.
        session_policy: requestParameters.policy, a JSON text.
        session_policy_arns: requestParameters.policyArns.
        mfa: whether the signing session carries MFA.
        endpoint_id: VPC endpoint that the call went through.
        endpoint_account: account that owns this endpoint.
        source_ip: sourceIPAddress, when it is an address.
    """

    name: str = ""
    time: str = ""
    event_id: str = ""
    issuer_arn: str = ""
    target_role: str = ""
    external_id_sent: bool | None = None
    session_name: str = ""
    session_tags: tuple[tuple[str, str], ...] = ()
    transitive_tags: tuple[str, ...] = ()
    source_identity: str = ""
    session_policy: str = ""
    session_policy_arns: tuple[str, ...] = ()
    mfa: bool | None = None
    endpoint_id: str = ""
    endpoint_account: str = ""
    source_ip: str = ""


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
        role: name of the signing role without path, or empty.
        session: name of the signing session, or empty.
        operation: API operation that was called, for example ``ConverseStream``, or empty.
        model: model or profile id that the call named, where the text shows it, or empty.
        call_region: Region whose endpoint was called, where the text shows it, or empty.
        entry: id of the message family in the error catalogue, or empty.
        finding: id of the one finding that its family stands for, or empty.
        is_access_problem: False for look-alikes such as throttling.
        event: what a CloudTrail event adds, or None.
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
    role: str = ""
    session: str = ""
    operation: str = ""
    model: str = ""
    call_region: str = ""
    entry: str = ""
    finding: str = ""
    is_access_problem: bool = True
    event: EventFacts | None = None
