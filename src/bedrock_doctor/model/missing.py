"""Evidence that is not there. A failed or absent read is a value that travels to the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Absence(StrEnum):
    """Why a piece of evidence is missing."""

    NOT_COLLECTED = "not collected"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    MALFORMED = "malformed"
    UNDOCUMENTED = "not documented by AWS"


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """One document or fact that was not collected.

    Attributes:
        what: the thing in words that fit behind "Missing:", for example
            ``SCPs attached to ou-ab12-prod``.
        call: the AWS API operation that returns it, ``service:Operation``.
        account: the account in which that call must be made; empty when not known.
        region: the Region of the call; empty for global services.
        absence: why it is missing.
        code: AWS's error code where the read was refused, else empty.
        command: the AWS CLI command whose output is missing.
        path: the snapshot file that would hold that output.
    """

    what: str
    call: str
    account: str = ""
    region: str = ""
    absence: Absence = Absence.NOT_COLLECTED
    code: str = ""
    command: str = ""
    path: str = ""

    @property
    def named(self) -> str:
        """What is not known, in few words."""
        return self.what


@dataclass(frozen=True, slots=True, order=True)
class UnknownFact:
    """A fact of the request itself that nobody told us, for example the source IP address.

    Attributes:
        key: the context key as AWS spells it.
        settle: what would tell it, for example ``--source-ip ADDRESS``.
    """

    key: str
    settle: str = ""

    @property
    def named(self) -> str:
        """What is not known, in few words."""
        return self.key


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A layer that does not bind this request, and why."""

    reason: str
