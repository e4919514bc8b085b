"""``snapshot.json``: when and how a snapshot was made, and which reads AWS refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from bedrock_doctor.collect.aws_json import decode_outputs
from bedrock_doctor.collect.file_text import Malformed
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.missing import Absence

SCHEMA = "bedrock-doctor/snapshot/1"

_REDACTIONS = ("none", "accounts", "all")


class _AccountEntry(msgspec.Struct):
    name: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """One read that AWS answered with an error.

    Attributes:
        account: the account that made the call.
        region: Region of the call; empty for global services.
        call: ``service:Operation``.
        code: AWS's error code.
        message: AWS's message.
    """

    call: str
    account: str = ""
    region: str = ""
    code: str = ""
    message: str = ""


class _Manifest(msgspec.Struct):
    schema: str | None = None
    created: str = ""
    accounts: dict[str, _AccountEntry] = {}
    missing: list[Refusal] = []
    redaction: str = "none"
    redaction_key: str = ""
    conflicts: list[str] = []


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the ``snapshot.json`` files of all snapshots say together.

    Attributes:
        created: time of the newest.
        names: account id to friendly name.
        refusals: reads that AWS refused.
        redaction: the strongest redaction of any.
        redaction_keys: fingerprints of the keys that pseudonyms were made with, sorted; an empty
            one for a snapshot that is not redacted.
        conflicts: files in which snapshots differed when they were merged.
    """

    created: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    redaction: str = "none"
    redaction_keys: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def refusal(
        self, call: str, *, account: str, region: str = "", subject: str = ""
    ) -> Refusal | None:
        """The refusal of a read, where one is recorded.

        Args:
            call: ``service:Operation``.
            account: the account.
            region: the Region, or empty.
            subject: what was to be read, where the call reads one thing of many: AWS's message then
                has to name it.
        """
        return next(
            (
                refusal
                for refusal in self.refusals
                if refusal.call == call
                and refusal.account == account
                and (not region or not refusal.region or refusal.region == region)
                and (not subject or names_subject(refusal.message, subject))
            ),
            None,
        )

    def absence(
        self, absence: Absence, call: str, *, account: str, region: str = "", subject: str = ""
    ) -> tuple[Absence, str]:
        """Why a read is missing, with AWS's error code where it was refused."""
        if absence is not Absence.NOT_COLLECTED:
            return absence, ""
        refusal = self.refusal(call, account=account, region=region, subject=subject)
        return (Absence.REFUSED, refusal.code) if refusal else (absence, "")


def names_subject(message: str, subject: str) -> bool:
    """Whether a message of AWS names something as a word of its own or at the end of an ARN."""
    words = message.replace("(", " ").replace(")", " ").split()
    bare = (word.strip("\"'`,.;") for word in words)
    return any(word == subject or word.endswith(("/" + subject, ":" + subject)) for word in bare)


def read_manifest(reading: Reading) -> Manifest:
    """Joins the ``snapshot.json`` of all snapshots.

    Raises:
        UsageError: one was written in a format that this version does not know.
    """
    found = []
    for file in reading.tree.copies("snapshot"):
        unknown = "when the snapshot was made and which reads were refused"
        text = reading.text(file, unknown)
        if isinstance(text, Absence):
            continue
        try:
            manifests = [output.value for output in decode_outputs(text, _Manifest)]
        except Malformed as failure:
            reading.report(text, failure, unknown)
            continue
        for manifest in manifests:
            _check_schema(manifest.schema, file.name)
        found += manifests
    return _joined(found)


def _check_schema(schema: str | None, name: str) -> None:
    if schema is not None and schema != SCHEMA:
        raise UsageError(
            f"`{name}` is of format `{schema}`",
            help=f"this version reads `{SCHEMA}`; newer formats need a newer version",
        )


def _joined(manifests: Sequence[_Manifest]) -> Manifest:
    names: dict[str, str] = {}
    for manifest in manifests:
        for account, entry in manifest.accounts.items():
            names[account] = entry.name or names.get(account, "")
    return Manifest(
        max((manifest.created for manifest in manifests), default=""),
        names,
        tuple(dict.fromkeys(_spelled(r) for manifest in manifests for r in manifest.missing)),
        _strongest(manifest.redaction for manifest in manifests),
        tuple(sorted({manifest.redaction_key for manifest in manifests})),
        tuple(dict.fromkeys(name for manifest in manifests for name in manifest.conflicts)),
    )


def _spelled(refusal: Refusal) -> Refusal:
    """The CLI's name of a service in the spelling of IAM actions."""
    return msgspec.structs.replace(
        refusal, call=refusal.call.replace("service-quotas:", "servicequotas:")
    )


def _strongest(redactions: Iterable[str]) -> str:
    """The strongest redaction; a word that we do not know may mean any."""
    ranks = [_REDACTIONS.index(r) if r in _REDACTIONS else 2 for r in redactions]
    return _REDACTIONS[max(ranks, default=0)]
