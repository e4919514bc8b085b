"""Access to the files of one account and Region of Amazon Bedrock."""

from __future__ import annotations

from typing import TypeVar

from bedrock_doctor.collect.aws_json import Output
from bedrock_doctor.collect.cli_command import cli_command
from bedrock_doctor.collect.manifest import Manifest
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing

T = TypeVar("T")


class BedrockFiles:
    """The files of one account and Region, and the reads of them that failed.

    Attributes:
        reading: the pass over the files.
        account: account id.
        region: Region code.
        place: the folder.
        missing: failed reads that have no place of their own in the Region's values.
    """

    def __init__(self, reading: Reading, manifest: Manifest, account: str, region: str) -> None:
        self.reading = reading
        self.account = account
        self.region = region
        self.place = ("accounts", account, "bedrock", region)
        self.missing: list[Missing] = []
        self._manifest = manifest

    def names(self, call: str) -> tuple[str, ...]:
        """Names of the files of a call that describes one thing each."""
        return self.reading.tree.files(*self.place, call)

    def one(self, call: str, name: str, kind: type[T], what: str) -> Output[T] | Absence:
        """The output of a call, for one thing when `name` is not empty."""
        place = (*self.place, call, name) if name else (*self.place, call)
        unknown = f"{what} in account {self.account}, {self.region}"
        return self.reading.single(*place, kind=kind, unknown=unknown)

    def record(self, missing: Missing | None) -> None:
        """Keeps a failed read."""
        if missing:
            self.missing.append(missing)

    def gap(
        self, absence: Absence, what: str, call: str, name: str = "", **parameters: str
    ) -> Missing | None:
        """The Missing of a read that failed; None for one that nobody tried."""
        missing = self.not_read(absence, what, call, name, **parameters)
        return None if missing.absence is Absence.NOT_COLLECTED else missing

    def not_read(
        self, absence: Absence, what: str, call: str, name: str = "", **parameters: str
    ) -> Missing:
        """The Missing of a read.

        Args:
            absence: why it is missing.
            what: what it would tell, in words.
            call: ``service:Operation``.
            name: the thing that the call describes, or empty.
            parameters: parameters of the command.
        """
        absence, code = self._manifest.absence(
            absence, call, account=self.account, region=self.region, subject=name
        )
        command = cli_command(call, region=self.region, **parameters)
        _, service, operation = command.split()[:3]
        file = f"{operation}/{name}" if name else operation
        return Missing(
            f"{what} in account {self.account}, {self.region}",
            call,
            self.account,
            self.region,
            absence,
            code,
            command,
            f"accounts/{self.account}/{service}/{self.region}/{file}.json",
        )
