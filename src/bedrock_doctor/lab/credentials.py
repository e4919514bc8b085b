"""Lab credentials: who is behind an access key, and how it came to be that."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from bedrock_doctor.model.attempt import ApiKey, HopOptions

SECRET = "bedrock-doctor-lab-not-a-secret"
TOKEN = "bedrock-doctor-lab-session"


@dataclass(frozen=True, slots=True)
class Credentials:
    """One access key.

    Attributes:
        key: access key id; all of them start with ``AKIALAB`` or ``ASIALAB``.
        token: session token, or empty.
        account: account of who signs with it.
        arn: what GetCallerIdentity answers.
        user_id: its UserId.
        caller: ARN of who started the chain.
        roles: ARNs of the roles assumed since then.
        hops: what was passed to each AssumeRole.
        expires: when they do, or None.
        api_key: kind of the API key that was sent in place of a signature, or None.
    """

    key: str
    token: str
    account: str
    arn: str
    user_id: str
    caller: str
    roles: tuple[str, ...] = ()
    hops: tuple[HopOptions, ...] = ()
    expires: datetime | None = None
    api_key: ApiKey | None = None

    @property
    def keys(self) -> tuple[str, str, str]:
        """Access key id, secret access key and session token."""
        return self.key, SECRET, self.token


class Keyring:
    """All access keys of a lab."""

    def __init__(self) -> None:
        self._held: dict[str, Credentials] = {}
        self._numbers = itertools.count(1)

    def add(self, credentials: Credentials) -> None:
        """Makes them known."""
        self._held[credentials.key] = credentials

    def find(self, key: str) -> Credentials | None:
        """The credentials with this access key id."""
        return self._held.get(key)

    def next_session(self) -> tuple[str, str]:
        """A new access key id and session token."""
        number = next(self._numbers)
        return f"ASIALAB1{number:012d}", f"{TOKEN}-{number}"
