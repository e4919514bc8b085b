"""The files of all snapshots by their place in the layout.

Names are taken as people's tools write them: percent-encoded or not, folders in any case. The same
place in several snapshots holds several copies, in the order in which the snapshots were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from bedrock_doctor.collect.snapshot_files import SnapshotFiles

Place = tuple[str, ...]

_FOLDERS = frozenset(
    (
        "accounts",
        "iam",
        "roles",
        "users",
        "groups",
        "policies",
        "sts",
        "bedrock",
        "ec2",
        "service-quotas",
        "account",
        "organization",
        "organizations",
        "evidence",
        "get-role-policy",
        "get-user-policy",
        "get-group-policy",
        "get-inference-profile",
        "get-foundation-model-availability",
        "list-foundation-model-agreement-offers",
        "get-resource-policy",
        "list-parents",
        "list-policies-for-target",
        "describe-policy",
        "describe-effective-policy",
        "describe-organizational-unit",
        "list-organizational-units-for-parent",
        "list-tags-for-resource",
        "get-provisioned-model-throughput",
        "get-custom-model-deployment",
        "get-imported-model",
        "get-prompt-router",
        "get-bucket-policy",
        "s3",
        "get-custom-model",
        "get-prompt",
        "get-guardrail",
    )
)
_JSON = ".json"
_FORBIDDEN = {ord(c): f"%{ord(c):02X}" for c in '%<>:"/\\|?*' + "".join(map(chr, range(32)))}


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file of one snapshot."""

    files: SnapshotFiles
    name: str


@dataclass(slots=True)
class _Folder:
    folders: dict[str, _Folder] = field(default_factory=dict)
    copies: dict[str, list[SnapshotFile]] = field(default_factory=dict)


class FileTree:
    """All files by place. A place is a tuple of decoded folder names and, at its end, the file's
    name without ``.json``."""

    def __init__(self) -> None:
        self._root = _Folder()
        self._taken: set[tuple[int, str]] = set()
        self._all: list[SnapshotFile] = []

    def add(self, file: SnapshotFile, place: Iterable[str]) -> None:
        """Puts a file at a place."""
        *folders, last = place
        folder = self._root
        for name in folders:
            folder = folder.folders.setdefault(name, _Folder())
        folder.copies.setdefault(last, []).append(file)
        self._all.append(file)

    def folders(self, *place: str) -> tuple[str, ...]:
        """Names of the folders in a folder, sorted."""
        folder = self._find(place)
        return tuple(sorted(folder.folders)) if folder else ()

    def files(self, *place: str) -> tuple[str, ...]:
        """Names of the files in a folder and below it, as the rest of their place, sorted.

        An id may hold slashes, for example an ARN that was not percent-encoded.
        """
        folder = self._find(place)
        return tuple(sorted(_below(folder))) if folder else ()

    def copies(self, *place: str) -> tuple[SnapshotFile, ...]:
        """The files at a place; they count as read from now on."""
        *folders, last = place
        *deeper, last = [*folders, *last.split("/")]
        folder = self._find(deeper)
        found = tuple(folder.copies.get(last, ())) if folder else ()
        self._taken.update((id(file.files), file.name) for file in found)
        return found

    def places(self) -> Iterator[tuple[Place, tuple[SnapshotFile, ...]]]:
        """All places in order, with their files; none counts as read by it."""
        yield from _places(self._root, ())

    def ignored(self) -> tuple[str, ...]:
        """Names of the files that nobody asked for, sorted."""
        return tuple(
            sorted({f.name for f in self._all if (id(f.files), f.name) not in self._taken})
        )

    def _find(self, place: Iterable[str]) -> _Folder | None:
        folder: _Folder | None = self._root
        for name in place:
            folder = folder.folders.get(name) if folder else None
        return folder


def file_name(place: Iterable[str]) -> str:
    """The name of the file at a place, without the characters that Windows forbids."""
    return "/".join(part.translate(_FORBIDDEN) for part in place) + _JSON


def place_of(name: str) -> Place:
    """The place that a file's name stands for. Encoded slashes part names as plain ones do."""
    parts: list[str] = []
    segments = name.split("/")
    for index, segment in enumerate(segments):
        lower = segment.lower()
        if index == len(segments) - 1 and lower.endswith(_JSON):
            segment = segment[: -len(_JSON)]
            lower = segment.lower()
        known = lower in _FOLDERS or (index == len(segments) - 1 and _is_call(lower))
        parts += [lower] if known else unquote(segment).split("/")
    return tuple(parts)


def _is_call(name: str) -> bool:
    return name.startswith(("get-", "list-", "describe-")) or name == "snapshot"


def _below(folder: _Folder, prefix: str = "") -> Iterator[str]:
    for name in folder.copies:
        yield prefix + name
    for name, inner in folder.folders.items():
        yield from _below(inner, f"{prefix}{name}/")


def _places(folder: _Folder, above: Place) -> Iterator[tuple[Place, tuple[SnapshotFile, ...]]]:
    for name in sorted({*folder.copies, *folder.folders}):
        if name in folder.copies:
            yield (*above, name), tuple(folder.copies[name])
        if name in folder.folders:
            yield from _places(folder.folders[name], (*above, name))
