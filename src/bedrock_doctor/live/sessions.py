"""Whose eyes AWS is seen with: sessions of botocore, and the account that each belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bedrock_doctor.errors import AwsFailed, NoCredentials, UsageError
from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.reads import READS

_UNUSABLE = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
_LAB_KEYS = ("AKIALAB", "ASIALAB")
_READ_SERVICES = ("bedrock-runtime", *sorted({read.service for read in READS}))


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that AWS takes.

    Attributes:
        session: botocore's.
        caller: makes the reads.
        clients: where the reads' clients come from; it counts the calls.
        account: account of the credentials.
        arn: ARN of the identity.
        identity: the answer to GetCallerIdentity.
        words: whose it is, for example ``profile gateway``.
        regions: Regions asked for, or the configured one.
    """

    session: Any
    caller: Caller
    clients: ReadOnlyClients
    account: str
    arn: str
    identity: dict[str, object]
    words: str
    regions: tuple[str, ...]


def open_session(profile: str | None, regions: tuple[str, ...], endpoint_url: str | None) -> Opened:
    """The session of a profile, or of the default chain.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who they are.
        UsageError: no Region is configured, or the profile is one of the lab.
    """
    words = f"profile {profile}" if profile else "the credentials of this shell"
    session = profile_session(profile)
    configured = configured_region(session)
    regions = regions or ((configured,) if configured else ())
    if not regions:
        raise UsageError(
            "no Region is configured",
            help="give --region; of the environment boto3 reads AWS_DEFAULT_REGION, and not "
            "AWS_REGION",
        )
    credentials = configured_credentials(session)
    return _opened(session, regions, endpoint_url, words, access_key_id(credentials))


def profile_session(profile: str | None) -> Any:
    """A session of botocore for a profile, or for the default chain; nothing is read yet."""
    from botocore.session import Session

    return Session(profile=profile)


def configured_region(session: Any) -> str | None:
    """The Region that is configured.

    Raises:
        NoCredentials: the AWS configuration cannot be used.
    """
    with _usable_configuration():
        region: str | None = session.get_config_variable("region")
    return region


def configured_credentials(session: Any) -> Any:
    """Whatever signs; where a role is to be assumed for it, that is not done yet.

    Raises:
        NoCredentials: there is nothing.
    """
    from bedrock_doctor.signing.prompts import forbid_prompts

    with _usable_configuration():
        forbid_prompts(session)
        credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentials(
            "no AWS credentials were found", help="bedrock-doctor whoami tells where it looked"
        )
    return credentials


def access_key_id(credentials: Any) -> str:
    """Id of the access key that signs; where a role is to be assumed for it, that is done now.

    Raises:
        NoCredentials: the AWS configuration gives none.
    """
    with _usable_configuration():
        return str(credentials.get_frozen_credentials().access_key)


@contextmanager
def _usable_configuration() -> Iterator[None]:
    from bedrock_doctor.signing.failure_words import CREDENTIAL_ERRORS, failure_words

    try:
        yield
    except CREDENTIAL_ERRORS as error:  # AWS may refuse the role of a profile
        raise NoCredentials(
            f"the AWS configuration gives no credentials: {failure_words(error)}",
            help="bedrock-doctor whoami tells more",
        ) from None


def session_of(
    keys: tuple[str, str, str], regions: tuple[str, ...], endpoint_url: str | None, words: str
) -> Opened:
    """The session of temporary credentials: access key id, secret access key, token.

    Raises:
        NoCredentials: AWS does not take them.
        AwsFailed: AWS cannot be asked who they are.
    """
    from botocore.session import Session

    session = Session()
    session.set_credentials(*keys)
    return _opened(session, regions, endpoint_url, words, keys[0])


def _opened(
    session: Any, regions: tuple[str, ...], endpoint_url: str | None, words: str, key: str
) -> Opened:
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    clients = ReadOnlyClients(session, endpoint_url)
    caller = Caller(clients, regions[0])
    keep_on_loopback(key, clients, regions[0], "sts", *_READ_SERVICES)
    identity = _identity(caller, words)
    account = str(identity.get("Account", ""))
    if len(account) != 12 or not account.isdigit():
        raise AwsFailed("the answer to sts:GetCallerIdentity names no account")
    arn = str(identity.get("Arn", ""))
    return Opened(session, caller, clients, account, arn, identity, words, regions)


@lru_cache(maxsize=4)
def _loader(data_path: str | None) -> Any:
    """One loader for all sessions: reading the models of services is what makes clients slow."""
    from botocore.loaders import create_loader

    return create_loader(data_path)


def keep_on_loopback(key: str, clients: ReadOnlyClients, region: str, *services: str) -> None:
    """Credentials of the lab go nowhere else.

    Args:
        key: id of the access key that signs.
        clients: where the clients of the calls come from.
        region: where these services are called.
        services: which are to be called.

    Raises:
        UsageError: a call would leave this machine.
    """
    if not key.startswith(_LAB_KEYS):
        return
    for service in services:
        endpoint = str(clients.client(service, region).meta.endpoint_url)
        if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise UsageError(
                "these are credentials of the lab, and AWS does not know them",
                help="give the endpoint that `bedrock-doctor lab up` prints: --endpoint-url",
            )


def _identity(caller: Caller, words: str) -> dict[str, object]:
    try:
        return caller.one("sts", "GetCallerIdentity")
    except ReadFailed as gone:
        code, message = gone.failed.code, gone.failed.message
        if code in _UNUSABLE or "Credential" in code or "Token" in code:
            raise NoCredentials(
                f"AWS does not take {words}: {code}: {message.rstrip('.')}",
                help="bedrock-doctor whoami tells which credentials are used",
            ) from None
        raise AwsFailed(f"sts:GetCallerIdentity failed: {code}: {message.rstrip('.')}") from None
