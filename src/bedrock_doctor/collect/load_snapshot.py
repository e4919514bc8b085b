"""From snapshot directories and zips to one `Snapshot`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bedrock_doctor.collect.aws_json import decode_outputs
from bedrock_doctor.collect.file_text import Malformed, decode_file
from bedrock_doctor.collect.file_tree import FileTree, Place, SnapshotFile, place_of
from bedrock_doctor.collect.manifest import Manifest, read_manifest
from bedrock_doctor.collect.organization_shapes import DescribeOrganization
from bedrock_doctor.collect.read_account import (
    AccountParts,
    build_account,
    read_callers,
    refused_read,
)
from bedrock_doctor.collect.read_iam import read_iam
from bedrock_doctor.collect.read_organization import read_organization
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.collect.snapshot_files import FileUnreadable, SnapshotFiles, open_snapshot
from bedrock_doctor.model.missing import Absence
from bedrock_doctor.model.snapshot import Account, FileProblem, Organization, Snapshot

_EVIDENCE_LIMIT = 8 << 20


def load_snapshot(paths: Sequence[str | os.PathLike[str]]) -> Snapshot:
    """Reads and merges snapshots.

    A file that cannot be read costs only what it would have told: it becomes a `FileProblem`, and
    its values become `Missing`.

    Args:
        paths: snapshot directories or zips. Where they contradict each other, the last one counts.

    Raises:
        UsageError: a path does not exist, holds no snapshot, or one of another format.
        UnsafeSnapshot: a snapshot reaches outside itself or would exhaust the machine.
        BadInput: a path is a file, but no zip that can be read.
    """
    sources = [open_snapshot(path) for path in paths]
    tree = FileTree()
    reading = Reading(tree)
    evidence = sort_files(tree, sources)
    manifest = read_manifest(reading)
    _report_conflicts(reading, manifest)
    organizations = _organizations(reading, manifest)
    accounts = _accounts(reading, manifest, organizations)
    texts = dict(sorted(_evidence(reading, evidence)))
    _report_closed_files(reading, sources)
    unusable = (name for files in sources for name in files.unusable)
    return Snapshot(
        accounts,
        organizations,
        texts,
        tuple(reading.problems),
        tuple(sorted({*tree.ignored(), *unusable})),
        manifest.created,
        manifest.redaction,
        tuple(os.fspath(path) for path in paths),
    )


def _report_conflicts(reading: Reading, manifest: Manifest) -> None:
    """What snapshots contradicted each other in when they were merged."""
    for name in manifest.conflicts:
        reading.problem(
            FileProblem(
                name,
                None,
                "merged snapshots differed in this file; the one given last was used",
                "the same content in each, or snapshots of one time only",
            )
        )


def sort_files(tree: FileTree, sources: Iterable[SnapshotFiles]) -> list[SnapshotFile]:
    """Puts all files into the tree, but for the files of ``evidence/``: those are returned."""
    evidence = []
    organizations: list[tuple[SnapshotFile, Place, str]] = []
    for files in sources:
        placed = [(SnapshotFile(files, name), place_of(name)) for name in files.names]
        ids = {
            place[:-1]: _organization_id(file)
            for file, place in placed
            if place[-1] == "describe-organization"
        }
        for file, place in placed:
            depth = {"organization": 1, "organizations": 2}.get(place[0], 0)
            if place[0] == "evidence" and len(place) > 1:
                evidence.append(file)
            elif depth and len(place) > depth:
                fallback = place[1] if depth == 2 else ""
                named = ids.get(place[:depth]) or fallback
                organizations.append((file, place[depth:], named))
            else:
                tree.add(file, place)
    known = {name for _, _, name in organizations if name}
    unnamed = known.pop() if len(known) == 1 else ""
    for file, rest, name in organizations:
        tree.add(file, ("organizations", name or unnamed, *rest))
    return evidence


def _organization_id(file: SnapshotFile) -> str:
    """The id in a DescribeOrganization output; empty when it cannot be read."""
    try:
        text = decode_file(file.name, file.files.read(file.name))
        return decode_outputs(text, DescribeOrganization)[0].value.Organization.Id
    except (Malformed, FileUnreadable):
        return ""


def _organizations(reading: Reading, manifest: Manifest) -> tuple[Organization, ...]:
    found = [
        read_organization(reading, manifest, folder)
        for folder in reading.tree.folders("organizations")
    ]
    refusals = [r for r in manifest.refusals if r.call.startswith("organizations:")]
    joined = []
    for organization in found:
        gaps = [
            refused_read(refusal)
            for refusal in refusals
            if len(found) == 1 or organization.is_member(refusal.account)
        ]
        joined.append(replace(organization, missing=(*organization.missing, *gaps)))
    return tuple(joined)


def _accounts(
    reading: Reading, manifest: Manifest, organizations: Iterable[Organization]
) -> Mapping[str, Account]:
    store, gaps = read_iam(reading, manifest)
    callers = read_callers(reading)
    members = {key: name for org in organizations for key, name in org.members.items()}
    ids = {
        *reading.tree.folders("accounts"),
        *store.accounts(),
        *callers,
        *manifest.names,
        *(refusal.account for refusal in manifest.refusals if refusal.account),
    }
    return {
        account: build_account(
            AccountParts(reading, manifest, account),
            store,
            manifest,
            callers.get(account, ""),
            gaps.get(account, []),
            members.get(account, ""),
        )
        for account in sorted(ids)
    }


def _evidence(reading: Reading, files: Iterable[SnapshotFile]) -> Iterable[tuple[str, str]]:
    """The texts of ``evidence/``, as they are."""
    for file in files:
        unknown = "what this piece of evidence says"
        text = reading.text(file, unknown)
        if isinstance(text, Absence):
            continue
        if len(text.data) > _EVIDENCE_LIMIT:
            reading.problem(
                FileProblem(
                    file.name,
                    None,
                    f"the file holds {len(text.data)} bytes",
                    f"at most {_EVIDENCE_LIMIT} bytes of evidence in one file",
                    unknown,
                )
            )
            continue
        yield file.name, text.data.decode()


def _report_closed_files(reading: Reading, sources: Iterable[SnapshotFiles]) -> None:
    """Folders that cannot be listed: nobody could ask for the files in them."""
    for files in sources:
        for name, reason in files.unreadable.items():
            reading.problem(
                FileProblem(name, None, reason, "a folder that can be read", f"all below `{name}`")
            )
