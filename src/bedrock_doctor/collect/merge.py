"""Snapshots joined into one, file by file; what they contradict each other in is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import msgspec

from bedrock_doctor.collect.aws_json import Page, decode_outputs
from bedrock_doctor.collect.file_text import FileText, Malformed, decode_file
from bedrock_doctor.collect.file_tree import FileTree, Place, SnapshotFile, file_name
from bedrock_doctor.collect.load_snapshot import sort_files
from bedrock_doctor.collect.manifest import SCHEMA, Manifest, read_manifest
from bedrock_doctor.collect.reading import Reading, same_content
from bedrock_doctor.collect.snapshot_files import FileUnreadable, open_snapshot
from bedrock_doctor.errors import BadInput, UsageError

_KEPT = ("accounts", "organizations")


@dataclass(frozen=True, slots=True)
class Joined:
    """Snapshots as one.

    Attributes:
        accounts: ids of the accounts in it.
        conflicts: files in which the snapshots differ; the one given last is used.
        left_out: files of no meaning, which the joined snapshot does not hold.
        manifest: what ``snapshot.json`` says.
    """

    accounts: tuple[str, ...]
    conflicts: tuple[str, ...]
    left_out: tuple[str, ...]
    manifest: Manifest
    _places: tuple[tuple[str, Place, tuple[SnapshotFile, ...]], ...]
    _evidence: tuple[tuple[str, SnapshotFile], ...]

    def files(self) -> Iterator[tuple[str, Place, bytes]]:
        """Name, place and content of each file, but for ``snapshot.json``, by name."""
        for name, place, copies in self._places:
            yield name, place, _content(copies)
        for name, file in self._evidence:
            yield name, ("evidence",), _data(file)

    def manifest_file(self, redaction: str = "", key: str = "") -> bytes:
        """The content of ``snapshot.json``."""
        refusals = [
            {
                "account": refusal.account,
                "region": refusal.region,
                "call": refusal.call,
                "code": refusal.code,
                "message": refusal.message,
            }
            for refusal in self.manifest.refusals
        ]
        data: dict[str, object] = {
            "schema": SCHEMA,
            "created": self.manifest.created,
            "accounts": {account: {"name": self._name(account)} for account in self.accounts},
            "missing": sorted(refusals, key=lambda entry: sorted(entry.items())),
            "redaction": redaction or self.manifest.redaction,
        }
        fingerprint = key or next(filter(None, self.manifest.redaction_keys), "")
        if fingerprint:
            data["redaction_key"] = fingerprint
        if self.conflicts:
            data["conflicts"] = list(self.conflicts)
        return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"

    def _name(self, account: str) -> str:
        return self.manifest.names.get(account, "")


def join_snapshots(paths: Sequence[str | os.PathLike[str]]) -> Joined:
    """Joins snapshots. Where they contradict each other, the last one counts.

    Raises:
        UsageError: a path holds no snapshot, or accounts in them cannot be recognized in each other
            because they were redacted apart.
        UnsafeSnapshot: a snapshot reaches outside itself or would exhaust the machine.
        BadInput: a path is no zip that can be read, or a file in it is damaged.
    """
    sources = [open_snapshot(path) for path in paths]
    tree = FileTree()
    evidence = sort_files(tree, sources)
    manifest = read_manifest(Reading(tree))
    if len(manifest.redaction_keys) > 1:
        raise UsageError(
            "the snapshots were redacted with different keys, so that accounts in them cannot be "
            "recognized in each other",
            help="collect them with one --redact-key, or merge them first and redact the result",
        )
    every = list(tree.places())
    places = _named([(place, copies) for place, copies in every if _is_known(place)])
    differing = [name for name, _, copies in places if len(copies) > 1 and _differ(copies)]
    known = {file for _, _, copies in places for file in copies}
    others = {f.name for _, copies in every for f in copies if f not in known}
    accounts = {p[1] for p, _ in every if p[0] == "accounts" and len(p) > 2}
    return Joined(
        tuple(sorted({*accounts, *manifest.names})),
        tuple(dict.fromkeys((*manifest.conflicts, *differing))),
        tuple(sorted(others - {"snapshot.json"})),
        manifest,
        tuple(places),
        tuple(_evidence(evidence)),
    )


def _is_known(place: Place) -> bool:
    """Whether a place lies where the files of a snapshot lie, and is the output of a call."""
    inside = any(part.startswith(("get-", "list-", "describe-")) for part in place)
    return place[0] in _KEPT and (inside or "policies" in place[2:4])


def _named(
    places: Sequence[tuple[Place, tuple[SnapshotFile, ...]]],
) -> list[tuple[str, Place, tuple[SnapshotFile, ...]]]:
    """Each place with its file name; a single organization needs no id in it."""
    ids = {place[1] for place, _ in places if place[0] == "organizations"}
    found = []
    for place, copies in places:
        lone = place[0] == "organizations" and (len(ids) == 1 or not place[1])
        shown = ("organization", *place[2:]) if lone else place
        found.append((file_name(shown), shown, copies))
    return sorted(found, key=lambda entry: entry[0])


def _evidence(files: Sequence[SnapshotFile]) -> Iterator[tuple[str, SnapshotFile]]:
    """Each piece under a name of its own; the same piece in two snapshots is one."""
    taken: dict[str, bytes] = {}
    for file in files:
        data = _data(file)
        path = PurePosixPath(file.name)
        number = 1
        name = file.name
        while taken.get(name, data) != data:
            number += 1
            name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
        if name not in taken:
            taken[name] = data
            yield name, file


def _data(file: SnapshotFile) -> bytes:
    try:
        return file.files.read(file.name)
    except FileUnreadable as failure:
        raise BadInput(str(failure), path=f"{file.files.origin}: {file.name}") from None


def _text(file: SnapshotFile) -> FileText | None:
    try:
        return decode_file(file.name, _data(file))
    except Malformed:
        return None


def _differ(copies: Sequence[SnapshotFile]) -> bool:
    if len({_data(file) for file in copies}) == 1:
        return False
    texts = [_text(file) for file in copies]
    if any(text is None for text in texts):
        return True
    whole = [text for text in texts if text is not None]
    return not _pages(whole) and not all(same_content(text, whole[-1]) for text in whole)


def _content(copies: Sequence[SnapshotFile]) -> bytes:
    """One content for all copies: their pages behind one another, or the last that is readable."""
    texts = [text for text in map(_text, copies) if text is not None]
    different = list({text.data: text for text in texts}.values())
    if len(different) > 1 and _pages(different):
        return b"\n".join(text.data for text in different)
    return texts[-1].data if texts else _data(copies[-1])


def _pages(texts: Sequence[FileText]) -> bool:
    """Whether one of the copies is followed by further pages."""
    try:
        return any(decode_outputs(text, Page)[-1].value.has_more for text in texts)
    except Malformed:
        return False
