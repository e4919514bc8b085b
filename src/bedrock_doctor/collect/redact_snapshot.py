"""A joined snapshot with pseudonyms for accounts, or for accounts and names."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from bedrock_doctor.collect.file_text import Malformed, decode_file
from bedrock_doctor.collect.file_tree import Place, file_name
from bedrock_doctor.collect.merge import Joined
from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.collect.redacted_file import redacted_file
from bedrock_doctor.collect.redacted_text import redacted_name, without_accounts, without_names
from bedrock_doctor.errors import BadInput

_SHORTEST = 3
_NAMED = re.compile(
    r"(\b(?:role|user|group|policy|name|reading|profile)\s+[\"'`(]*)"
    r"(?!with\b|is\b|name\b)([\w+=,.@-]*[\w+=,@-])"
)
"""A name in a message of AWS, behind the word for its kind."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted snapshot.

    Attributes:
        files: name and content, by name.
        known: what has a pseudonym, and which.
    """

    files: tuple[tuple[str, bytes], ...]
    known: dict[str, str]


def redact_snapshot(joined: Joined, level: str, key: str | None) -> Redacted:
    """Replaces account ids, and at ``all`` names, the same way in every file and file name.

    Args:
        joined: the snapshot.
        level: ``accounts`` or ``all``.
        key: what pseudonyms are made with; None: the content itself.

    Raises:
        UsageError: a pattern in a policy matches part of what a pseudonym stands for.
        BadInput: a file cannot be decoded.
    """
    pseudonyms = Pseudonyms(key.encode() if key else _content_key(joined))
    write: Callable[[str, Pseudonyms], str] = without_accounts
    if level == "all":
        write = redacted_file
    files: dict[str, str] = {}
    evidence: list[tuple[str, str]] = []
    for name, place, data in joined.files():
        text = _decoded(name, data)
        if place == ("evidence",):
            evidence.append((name, text))
        else:
            files[file_name(_place(place, level, pseudonyms))] = write(text, pseudonyms)
    manifest = json.loads(joined.manifest_file(level, pseudonyms.fingerprint))
    manifest["conflicts"] = [without_accounts(c, pseudonyms) for c in joined.conflicts]
    if level == "all":
        for entry in manifest["accounts"].values():
            entry["name"] = redacted_name(entry["name"], pseudonyms)
        pseudonyms.check_patterns()
        manifest["conflicts"] = []
    free = _free_text(pseudonyms) if level == "all" else without_accounts
    for number, (name, text) in enumerate(evidence, 1):
        suffix = ".json" if name.lower().endswith(".json") else ".txt"
        named = f"evidence/{number:04d}{suffix}" if level == "all" else free(name, pseudonyms)
        files[named] = free(write(text, pseudonyms), pseudonyms)
    for entry in manifest["missing"]:
        entry["message"] = free(entry["message"], pseudonyms)
    text = without_accounts(json.dumps(manifest, indent=1) + "\n", pseudonyms)
    files["snapshot.json"] = text
    return Redacted(
        tuple((name, text.encode()) for name, text in sorted(files.items())),
        dict(sorted(pseudonyms.known.items())),
    )


def _content_key(joined: Joined) -> bytes:
    digest = hashlib.sha256()
    for name, _, data in joined.files():
        digest.update(name.encode() + b"\0" + data)
    return digest.digest()


def _decoded(name: str, data: bytes) -> str:
    try:
        return decode_file(name, data).data.decode()
    except Malformed as failure:
        raise BadInput(
            f"cannot be redacted: {failure.message}", path=name, help="repair it or remove it"
        ) from None


def _place(place: Place, level: str, pseudonyms: Pseudonyms) -> Place:
    """The place under pseudonyms; ids that hold slashes may be several parts of it."""
    if level != "all":
        return tuple(without_accounts(part, pseudonyms) for part in place)
    parts = list(place)
    if place[0] == "accounts" and place[2:3] == ("iam",):
        start = 6 if place[3] in ("roles", "users", "groups") else 4
        if start == 6:
            parts[4] = redacted_name(place[4], pseudonyms)
        named = [
            part if part.startswith("arn:") else redacted_name(part, pseudonyms)
            for part in place[start:]
        ]
        parts[start:] = named
    elif place[0] == "accounts" and place[2:3] == ("s3",):
        parts[4:] = [redacted_name(part, pseudonyms) for part in place[4:]]
    elif place[0] != "accounts":
        parts = [without_names(part, pseudonyms) for part in place]
    arns = [index for index, part in enumerate(parts) if part.startswith("arn:")]
    if arns:
        parts[arns[0] :] = [without_names("/".join(parts[arns[0] :]), pseudonyms)]
    return tuple(without_accounts(part, pseudonyms) for part in parts)


def _free_text(pseudonyms: Pseudonyms) -> Callable[[str, Pseudonyms], str]:
    """Replaces, in prose, every name that has a pseudonym."""
    words = [name for name in pseudonyms.known if len(name) >= _SHORTEST]
    longest = sorted(words, key=lambda name: (-len(name), name))
    union = "|".join(map(re.escape, longest))
    pattern = re.compile(rf"(?<![A-Za-z0-9_])(?:{union})(?![A-Za-z0-9_])") if words else None

    def replace(text: str, pseudonyms: Pseudonyms) -> str:
        text = _NAMED.sub(lambda m: m[1] + redacted_name(m[2], pseudonyms), text)
        text = without_names(text, pseudonyms)
        if pattern is None:
            return text
        return pattern.sub(lambda m: pseudonyms.known[m[0]], text)

    return replace
