"""Amazon Bedrock API keys of the lab: service-specific credentials of users, and presigned tokens.

A key is read from the header as botocore or an OpenAI client sends it; it is no secret here.
https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
"""

from __future__ import annotations

import base64
import binascii
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote
from xml.sax.saxutils import escape

from bedrock_doctor.lab.credentials import Credentials, Keyring
from bedrock_doctor.lab.wire import Answer, Call, Refused, xml_answer
from bedrock_doctor.model.attempt import ApiKey

OPERATIONS = frozenset(
    (
        "CreateServiceSpecificCredential",
        "DeleteServiceSpecificCredential",
        "ListServiceSpecificCredentials",
        "UpdateServiceSpecificCredential",
    )
)
SERVICE = "bedrock.amazonaws.com"
_SHORT, _LONG = "bedrock-api-key-", "ABSK"
_SIGNED = "%Y%m%dT%H%M%SZ"
_LONGEST = 12 * 3600


@dataclass(frozen=True, slots=True)
class LongTermKey:
    """A service-specific credential.

    Attributes:
        id: its ServiceSpecificCredentialId.
        account: account of the user.
        user: name of the user.
        secret: the key itself.
        created: when it was made.
        expires: when it ends, or None.
        active: whether it may be used.
    """

    id: str
    account: str
    user: str
    secret: str
    created: datetime
    expires: datetime | None
    active: bool = True


def short_term_key(who: Credentials, region: str, now: datetime) -> str:
    """The key that a session makes for itself: a presigned request, without any call.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html
    """
    query = {
        "Action": "CallWithBearerToken",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{who.key}/{now:%Y%m%d}/{region}/bedrock/aws4_request",
        "X-Amz-Date": f"{now:{_SIGNED}}",
        "X-Amz-Expires": str(_LONGEST),
        "X-Amz-Security-Token": who.token,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "0" * 64,
        "Version": "1",
    }
    words = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return _SHORT + base64.b64encode(f"{SERVICE}/?{words}".encode()).decode()


class ApiKeys:
    """The API keys that the lab knows, and the IAM operations on those of users."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._held: dict[str, LongTermKey] = {}
        self._numbers = itertools.count(1)

    def of_user(self, account: str, user: str) -> str | None:
        """The newest key of a user."""
        found = [k.secret for k in self._held.values() if (k.account, k.user) == (account, user)]
        return found[-1] if found else None

    def authenticate(self, key: str, region: str, now: datetime) -> Credentials:
        """Whose a key is.

        Raises:
            Refused: nobody's, of another Region, inactive or no longer valid.
        """
        if key.startswith(_SHORT):
            return self._session(key, region, now)
        if not key.startswith(_LONG):
            raise _refused("Invalid API Key format: Must start with pre-defined prefix")
        found = next((held for held in self._held.values() if held.secret == key), None)
        if found is None or not found.active:
            raise _refused("Authentication failed: Please make sure your API Key is valid.")
        if found.expires is not None and found.expires <= now:
            raise _refused("Bearer Token has expired")
        arn = f"arn:aws:iam::{found.account}:user/{found.user}"
        return Credentials("", "", found.account, arn, found.id, arn, api_key=ApiKey.LONG)

    def _session(self, key: str, region: str, now: datetime) -> Credentials:
        try:
            text = base64.b64decode(key.removeprefix(_SHORT), validate=True).decode()
            query = {name: values[0] for name, values in parse_qs(text.partition("?")[2]).items()}
            access_key, _, scope, service, _ = query["X-Amz-Credential"].split("/")
            signed = datetime.strptime(query["X-Amz-Date"], _SIGNED).replace(tzinfo=UTC)
            end = signed + timedelta(seconds=int(query["X-Amz-Expires"]))
        except (binascii.Error, KeyError, OverflowError, ValueError):
            raise _refused(
                "Authentication failed: Please make sure your API Key is valid."
            ) from None
        who = self._keyring.find(access_key)
        if (
            who is None
            or who.token != query.get("X-Amz-Security-Token", "")
            or service != "bedrock"
        ):
            raise _refused("Authentication failed: Please make sure your API Key is valid.")
        if scope != region:
            raise _refused("Credential should be scoped to a valid region")
        if end <= now or (who.expires is not None and who.expires <= now):
            raise _refused("Bearer Token has expired")
        return replace(who, api_key=ApiKey.SHORT)

    def answer(self, call: Call, account: str, users: frozenset[str], now: datetime) -> Answer:
        """Answers an operation of IAM on service-specific credentials.

        Raises:
            Refused: with an error of IAM.
        """
        user = call.text("UserName") or ""
        if user and user not in users:
            message = f"The user with name {user} cannot be found."
            raise Refused("NoSuchEntity", message, 404)
        match call.operation:
            case "CreateServiceSpecificCredential":
                return self._create(call, account, user, now)
            case "ListServiceSpecificCredentials":
                return self._list(call, account, user)
        found = self._held.get(call.text("ServiceSpecificCredentialId") or "")
        if found is None or found.account != account:
            raise Refused("NoSuchEntity", "No such credential exists.", 404)
        del self._held[found.id]
        if call.operation == "UpdateServiceSpecificCredential":
            self._held[found.id] = replace(found, active=call.text("Status") == "Active")
        return xml_answer("iam", call.operation, "")

    def _create(self, call: Call, account: str, user: str, now: datetime) -> Answer:
        service = call.text("ServiceName")
        if service != SERVICE:
            message = f"No such service {service} is supported for Service Specific Credentials"
            raise Refused("NotSupportedService", message, 404)
        days = call.text("CredentialAgeDays")
        number = next(self._numbers)
        name = f"{user}-at-{account}"
        key = LongTermKey(
            f"ACCALAB{number:014d}",
            account,
            user,
            _LONG + base64.b64encode(f"{name}:lab-not-a-secret-{number}".encode()).decode(),
            now,
            now + timedelta(days=int(days)) if days and days.isdecimal() else None,
        )
        self._held[key.id] = key
        secret = f"<ServiceCredentialSecret>{escape(key.secret)}</ServiceCredentialSecret>"
        inner = f"<ServiceSpecificCredential>{_facts(key)}{secret}</ServiceSpecificCredential>"
        return xml_answer("iam", call.operation, inner)

    def _list(self, call: Call, account: str, user: str) -> Answer:
        of_all = call.text("AllUsers") == "true"
        found = "".join(
            f"<member>{_facts(key)}</member>"
            for key in self._held.values()
            if key.account == account and (of_all or key.user == user)
        )
        inner = f"<ServiceSpecificCredentials>{found}</ServiceSpecificCredentials>"
        return xml_answer("iam", call.operation, f"{inner}<IsTruncated>false</IsTruncated>")


def _facts(key: LongTermKey) -> str:
    end = f"<ExpirationDate>{_time(key.expires)}</ExpirationDate>" if key.expires else ""
    return (
        f"<CreateDate>{_time(key.created)}</CreateDate>{end}<ServiceName>{SERVICE}</ServiceName>"
        f"<ServiceCredentialAlias>{escape(key.user)}-at-{key.account}</ServiceCredentialAlias>"
        f"<ServiceSpecificCredentialId>{key.id}</ServiceSpecificCredentialId>"
        f"<UserName>{escape(key.user)}</UserName>"
        f"<Status>{'Active' if key.active else 'Inactive'}</Status>"
    )


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _refused(message: str) -> Refused:
    return Refused("AccessDeniedException", message, 403)
