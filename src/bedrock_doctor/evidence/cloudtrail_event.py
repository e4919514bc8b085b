"""CloudTrail events in every envelope: files, LookupEvents, EventBridge, Lake, single records.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
The action in a message differs from eventName: Converse is checked as bedrock:InvokeModel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bedrock_doctor.evidence.json_records import objects_in
from bedrock_doctor.evidence.refusal import Refusal, Resource, read_resource, read_signer
from bedrock_doctor.evidence.secrets import without_secrets
from bedrock_doctor.model.denial import EventFacts

ACTIONS = {
    "Converse": "bedrock:InvokeModel",
    "ConverseStream": "bedrock:InvokeModelWithResponseStream",
    "StartAsyncInvoke": "bedrock:InvokeModel",
    "InvokeModelWithBidirectionalStream": "bedrock:InvokeModel",
    "CreateInference": "bedrock-mantle:CreateInference",
}
_SERVICES = ("bedrock", "sts", "bedrock-mantle", "aws-marketplace", "iam-toolbox")
_ADDRESS = re.compile(r"[0-9a-fA-F:.]{3,45}")
_LAKE_NAMES = {
    name.lower(): name
    for name in (
        "eventVersion",
        "userIdentity",
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "sourceIPAddress",
        "errorCode",
        "errorMessage",
        "requestParameters",
        "eventID",
        "vpcEndpointId",
        "vpcEndpointAccountId",
        "tlsDetails",
        "recipientAccountId",
    )
}


def find_events(value: Any) -> Iterator[Mapping[str, Any]]:
    """All CloudTrail events inside a JSON value, whatever wraps them."""
    seen: set[str] = set()
    for item in objects_in(value):
        event = _event(item)
        if event is None:
            continue
        identity = str(event.get("eventID") or id(item))
        if identity not in seen:
            seen.add(identity)
            yield event


def _event(item: dict[str, Any]) -> Mapping[str, Any] | None:
    if "eventSource" in item and "eventName" in item:
        return item
    if "eventsource" in item and "eventname" in item:
        return {_LAKE_NAMES.get(key, key): value for key, value in item.items()}
    return None


def is_refused(event: Mapping[str, Any]) -> bool:
    """Whether the event records an error of a service on the way to a model."""
    source = str(event.get("eventSource", "")).partition(".")[0]
    return bool(event.get("errorCode")) and (
        source in _SERVICES or source.startswith("bedrock") or source in ("kms", "s3", "iam")
    )


def read_event(event: Mapping[str, Any]) -> Refusal:
    """What one denied event tells. The message's own parts are added by the reader of sentences."""
    identity = _mapping(event.get("userIdentity"))
    parameters = _mapping(event.get("requestParameters"))
    service = str(event.get("eventSource", "")).partition(".")[0]
    name = str(event.get("eventName", ""))
    host = str(_mapping(event.get("tlsDetails")).get("clientProvidedHostHeader") or "")
    arn = str(identity.get("arn") or "")
    signer = read_signer(arn)
    if not signer.account and identity.get("accountId"):
        signer = replace(signer, account=str(identity["accountId"]))
    target = str(parameters.get("roleArn") or "")
    return Refusal(
        text=without_secrets(str(event.get("errorMessage") or event.get("errorCode") or "")),
        source="cloudtrail",
        signer=signer,
        action=ACTIONS.get(name, f"{service}:{name}"),
        resource=read_resource(target) if target else Resource(""),
        error_code=str(event.get("errorCode") or ""),
        service=host.partition(".")[0] if host.startswith(("bedrock", "sts")) else service,
        operation=name,
        call_region=str(event.get("awsRegion") or ""),
        model=str(parameters.get("modelId") or ""),
        event=_facts(event, identity, parameters, target),
    )


def _facts(
    event: Mapping[str, Any],
    identity: Mapping[str, Any],
    parameters: Mapping[str, Any],
    target: str,
) -> EventFacts:
    session = _mapping(identity.get("sessionContext"))
    assumes = str(event.get("eventName", "")).startswith("AssumeRole")
    address = str(event.get("sourceIPAddress") or "")
    mfa = _mapping(session.get("attributes")).get("mfaAuthenticated")
    return EventFacts(
        name=str(event.get("eventName") or ""),
        time=str(event.get("eventTime") or ""),
        event_id=str(event.get("eventID") or ""),
        issuer_arn=str(_mapping(session.get("sessionIssuer")).get("arn") or ""),
        target_role=target,
        external_id_sent="externalId" in parameters if assumes and parameters else None,
        session_name=str(parameters.get("roleSessionName") or ""),
        session_tags=_tags(parameters.get("tags")),
        transitive_tags=_texts(parameters.get("transitiveTagKeys")),
        source_identity=str(
            parameters.get("sourceIdentity") or session.get("sourceIdentity") or ""
        ),
        session_policy=str(parameters.get("policy") or ""),
        session_policy_arns=_texts(parameters.get("policyArns")),
        mfa=str(mfa).lower() == "true" if mfa is not None else None,
        endpoint_id=str(event.get("vpcEndpointId") or ""),
        endpoint_account=str(event.get("vpcEndpointAccountId") or ""),
        source_ip=address if _ADDRESS.fullmatch(address) and re.search(r"\d", address) else "",
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.startswith("{"):
        return next(objects_in(value), {})
    return {}


def _tags(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(key), str(text)) for key, text in value.items())
    if not isinstance(value, list):
        return ()
    return tuple(
        (str(tag.get("key", tag.get("Key", ""))), str(tag.get("value", tag.get("Value", ""))))
        for tag in value
        if isinstance(tag, Mapping)
    )


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(str(item.get("arn", "") if isinstance(item, Mapping) else item) for item in value)
