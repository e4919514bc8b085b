"""Events as CloudTrail writes them, for the tests of scans."""

from __future__ import annotations

import uuid
from random import Random
from typing import Any

ROLE = "arn:aws:iam::444455556666:role/platform/bedrock-gateway"
CALLER = "arn:aws:iam::111122223333:role/service/checkout/orders-api"
MODEL = "eu.anthropic.claude-sonnet-4-6"


def identifier(random: Random) -> str:
    """An eventID."""
    return str(uuid.UUID(int=random.getrandbits(128)))


def denied_converse(random: Random, time: str, session: str = "s1", **fields: Any) -> Any:
    """A call to Amazon Bedrock that an SCP denied, in the account of the role."""
    arn = f"arn:aws:sts::444455556666:assumed-role/bedrock-gateway/{session}"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": arn,
            "accountId": "444455556666",
            "accessKeyId": f"ASIA{session.upper():0>16}",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
        },
        "eventTime": time,
        "eventSource": "bedrock.amazonaws.com",
        "eventName": "Converse",
        "awsRegion": "eu-central-1",
        "errorCode": "AccessDenied",
        "errorMessage": f"User: {arn} is not authorized to perform: bedrock:InvokeModel on "
        "resource: arn:aws:bedrock:eu-north-1::foundation-model/anthropic.claude-sonnet-4-6 with "
        "an explicit deny in a service control policy",
        "requestParameters": {"modelId": MODEL},
        "responseElements": None,
        "eventID": identifier(random),
        "recipientAccountId": "444455556666",
        **fields,
    }


def denied_assume(random: Random, time: str, session: str = "s1", **fields: Any) -> Any:
    """An AssumeRole call that was denied, in the caller's account."""
    arn = f"arn:aws:sts::111122223333:assumed-role/nightly/{session}"
    return {
        "userIdentity": {
            "type": "AssumedRole",
            "arn": arn,
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/nightly"}},
        },
        "eventTime": time,
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "awsRegion": "eu-central-1",
        "errorCode": "AccessDenied",
        "errorMessage": f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: "
        f"{ROLE}",
        "requestParameters": None,
        "eventID": identifier(random),
        "recipientAccountId": "111122223333",
        **fields,
    }


def assumed(random: Random, time: str, session: str = "s1") -> list[Any]:
    """A role that was assumed across accounts: the caller's event and its copy."""
    shared = identifier(random)
    common = {
        "eventTime": time,
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "awsRegion": "eu-central-1",
        "requestParameters": {"roleArn": ROLE, "roleSessionName": session},
        "responseElements": {"credentials": {"accessKeyId": f"ASIA{session.upper():0>16}"}},
        "sharedEventID": shared,
    }
    own = {
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::111122223333:assumed-role/orders-api/i-1",
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": {"arn": CALLER}},
        },
        "eventID": identifier(random),
        "recipientAccountId": "111122223333",
    }
    copy = {
        "userIdentity": {
            "type": "AWSAccount",
            "accountId": "111122223333",
            "principalId": "AROA:i",
        },
        "eventID": identifier(random),
        "recipientAccountId": "444455556666",
    }
    return [{**common, **own}, {**common, **copy}]


def unrelated(random: Random, time: str) -> Any:
    """An event of another service, denied as well."""
    return {
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann"},
        "eventTime": time,
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-central-1",
        "errorCode": "AccessDenied",
        "errorMessage": "Access Denied",
        "requestParameters": {"bucketName": "b"},
        "eventID": identifier(random),
        "recipientAccountId": "111122223333",
    }


def trail(seed: int, size: int) -> list[Any]:
    """A mixed trail, the same for the same seed."""
    random = Random(seed)
    found: list[Any] = []
    while len(found) < size:
        time = (
            f"2026-11-{random.randrange(1, 28):02}T{random.randrange(24):02}:"
            f"{random.randrange(60):02}:{random.randrange(60):02}Z"
        )
        session = f"s{random.randrange(20)}"
        kind = random.randrange(12)
        if kind < 3:
            found.append(denied_converse(random, time, session))
        elif kind < 5:
            found.append(denied_assume(random, time, session))
        elif kind == 5:
            found += assumed(random, time, session)
        elif kind == 6:
            found.append(_gate(random, time))
        elif kind == 7:
            found.append(_odd_signer(random, time))
        elif kind == 8 and found:
            found.append(random.choice(found))
        else:
            found.append(unrelated(random, time))
    return found


def _gate(random: Random, time: str) -> Any:
    """Gates of an account that come as other errors than AccessDenied, and look-alikes."""
    code, message = random.choice([
        ("ResourceNotFoundException", "Model use case details have not been submitted for this "
         "account. Fill out the Anthropic use case details form before using the model."),
        ("ValidationException", "Operation not allowed"),
        ("ValidationException", "The provided model identifier is invalid."),
        ("ThrottlingException", "Too many requests, please wait before trying again."),
        ("ExpiredTokenException", "Token expired: current date/time 1795000000 must be before "
         f"the expiration date/time {random.randrange(10**9, 2 * 10**9)}"),
    ])  # fmt: skip
    return denied_converse(random, time, errorCode=code, errorMessage=message)


def _odd_signer(random: Random, time: str) -> Any:
    identity = random.choice([
        {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"},
        {"type": "AWSAccount", "accountId": "999900001111", "principalId": "AIDAX"},
        {"type": "Root", "arn": "arn:aws:iam::444455556666:root", "accountId": "444455556666"},
        {"type": "AssumedRole", "arn": "arn:aws:sts::444455556666:assumed-role/bare/s-1"},
        {"type": "Unknown"},
    ])  # fmt: skip
    tail = (
        "User is not authorized. Go to https://eu-central-1.console.aws.amazon.com/iam/home?"
        f"region=eu-central-1#/authorization-details/{identifier(random)} for complete details"
    )
    fields: dict[str, Any] = {"userIdentity": identity, "errorMessage": tail}
    if random.random() < 0.5:
        fields["vpcEndpointId"] = "vpce-0a1b2c3d4e5f60718"
        fields["errorCode"] = "VpceAccessDenied"
    return denied_converse(random, time, **fields)
