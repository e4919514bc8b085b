"""AWS's own evaluation of a denied request, by the authorization id in its message.

https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bedrock_doctor.live.caller import MALFORMED, ReadFailed
from bedrock_doctor.live.sessions import Opened

_PAGES = 50
_SERVICE = "iam-toolbox"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What AWS keeps of a denied request.

    Attributes:
        text: the answers as one JSON text, or empty.
        note: why there is none, or which part of it; else empty.
    """

    text: str = ""
    note: str = ""


def fetch_details(reader: Opened, authorization_id: str, region: str) -> Fetched:
    """Reads the details and every policy that they name."""
    try:
        details, whole = _details(reader, authorization_id, region)
    except ReadFailed as gone:
        why = gone.failed.code
        if why == "ResourceNotFoundException":
            why += ": AWS keeps them for a day, and has them some minutes after the denial"
        if why == "UnknownServiceError":
            why += ": this version of botocore does not know them"
        return Fetched(note=f"authorization details {authorization_id} could not be read: {why}")
    answers, refused = [details], []
    policies = details.get("policies")
    for policy in policies if isinstance(policies, list) else ():
        uri = str(policy.get("uri", "")) if isinstance(policy, dict) else ""
        try:
            found = reader.caller.one(
                _SERVICE,
                "GetRequestAuthorizationPolicy",
                region,
                authorizationId=authorization_id,
                policyUri=uri,
            )
        except ReadFailed as gone:
            refused.append(f"{uri} ({gone.failed.code})")
            continue
        document = found.get("policyDocument")
        if isinstance(document, str):
            try:
                document = json.loads(document)
            except ValueError:
                refused.append(f"{uri} ({MALFORMED})")
                continue
        answers.append({"policyUri": uri, "policyDocument": document})
    notes = []
    if refused:
        named = ", ".join(refused)
        notes.append(f"policies of {authorization_id} that could not be read: {named}")
    if not whole:
        notes.append(f"authorization details {authorization_id} go on after {_PAGES} pages")
    return Fetched(json.dumps(answers, default=str), "; ".join(notes))


def _details(reader: Opened, authorization_id: str, region: str) -> tuple[dict[str, object], bool]:
    """All pages as one answer, and whether there were no more."""
    whole: dict[str, object] = {}
    token: dict[str, str] = {}
    for _ in range(_PAGES):
        page = reader.caller.one(
            _SERVICE,
            "GetRequestAuthorizationDetails",
            region,
            authorizationId=authorization_id,
            **token,
        )
        following = page.pop("nextToken", None)
        for name, value in page.items():
            known = whole.get(name)
            if isinstance(known, list) and isinstance(value, list):
                value = [*known, *value]
            whole[name] = value
        if not following:
            return whole, True
        token = {"nextToken": str(following)}
    return whole, False
