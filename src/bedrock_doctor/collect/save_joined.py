"""A joined snapshot into a directory or zip, redacted where that is asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bedrock_doctor.collect.merge import Joined
from bedrock_doctor.collect.write_snapshot import write_private, write_snapshot
from bedrock_doctor.errors import UsageError


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """What is hidden.

    Attributes:
        level: ``none``, ``accounts`` or ``all``.
        key: what pseudonyms are made with; None: the content.
        pseudonyms: a file for who is who, or None.
    """

    level: str = "none"
    key: str | None = None
    pseudonyms: str | None = None

    def check(self) -> None:
        """Makes sure that they belong together.

        Raises:
            UsageError: an option of redaction without redaction.
        """
        if self.level == "none" and (self.key or self.pseudonyms):
            raise UsageError("nothing is redacted", help="add --redact accounts or --redact all")


NOTHING_HIDDEN = RedactOptions()


def save_joined(joined: Joined, out: str, options: RedactOptions) -> None:
    """Writes it whole, or not at all.

    Raises:
        UsageError: pseudonyms would change what a policy matches, or the output holds something.
        BadInput: a file cannot be read or written.
    """
    if options.level == "none":
        files = [(name, data) for name, _, data in joined.files()]
        write_snapshot(sorted([*files, ("snapshot.json", joined.manifest_file())]), out)
        return
    from bedrock_doctor.collect.redact_snapshot import redact_snapshot

    redacted = redact_snapshot(joined, options.level, options.key)
    if options.pseudonyms:
        write_private(options.pseudonyms, json.dumps(redacted.known, indent=1) + "\n")
    write_snapshot(redacted.files, out)
