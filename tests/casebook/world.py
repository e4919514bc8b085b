"""Building the snapshot that a page of the casebook describes.

A world is a base snapshot with edits; docs/casebook.md describes them.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BASES = {
    "acme": HERE.parent.parent / "examples" / "acme" / "snapshot",
    **{base.name: base for base in sorted((HERE / "worlds").iterdir())},
}
DOCUMENT_KEYS = (
    "AssumeRolePolicyDocument",
    "PolicyDocument",
    "Document",
    "Content",
    "resourcePolicy",
)

_EDIT = re.compile(
    r"^--- (?:(?P<verb>delete|patch|document|beside|keep|utf-16|zip)(?: |$))?(?P<path>.*)$"
)
_PLACEHOLDER = "document goes here"


class WorldError(Exception):
    """An edit that cannot be applied."""


def build_world(worlds: tuple[tuple[str, str], ...], target: Path) -> None:
    """Writes the snapshot to ``target/snapshot`` and the files beside it to `target`.

    Raises:
        WorldError: the base is unknown, or an edit does not fit it.
    """
    base = worlds[0][0]
    if base not in BASES:
        raise WorldError(f"unknown base `{base}`; there are {', '.join(BASES)}")
    snapshot = target / "snapshot"
    shutil.copytree(BASES[base], snapshot)
    for _, text in worlds:
        for verb, path, body in read_edits(text):
            apply_edit(target, verb, path, body)


def read_edits(text: str) -> list[tuple[str, str, str]]:
    """The edits of a world block as (verb, path, body); the verb of a whole file is ``write``."""
    edits: list[tuple[str, str, list[str]]] = []
    for line in text.splitlines(keepends=True):
        edit = _EDIT.match(line.rstrip("\n"))
        if edit:
            edits.append((edit["verb"] or "write", edit["path"].strip(), []))
        elif edits:
            edits[-1][2].append(line)
        elif line.strip():
            raise WorldError(f"a world block begins with an edit, not with `{line.strip()}`")
    return [(verb, path, "".join(body)) for verb, path, body in edits]


def apply_edit(target: Path, verb: str, path: str, body: str) -> None:
    """Carries out one edit below `target`."""
    snapshot = target / "snapshot"
    if verb == "zip":
        _zip(snapshot, target / "snapshot.zip")
        return
    if verb == "keep":
        shutil.copytree(snapshot, target / path)
        return
    path, _, pointer = path.partition("#")
    file = (target if verb == "beside" else snapshot) / path
    if verb in ("delete", "patch", "document", "utf-16") and not file.exists():
        raise WorldError(f"`{path}` is not in the base, so it cannot be edited")
    if verb == "delete":
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    elif verb == "patch":
        _dump(file, merge_patch(_load(file), json.loads(body)))
    elif verb == "document":
        file.write_text(put_document(_load(file), pointer, body), encoding="utf-8")
    elif verb == "utf-16":
        # Windows PowerShell's `>` writes UTF-16 with a byte order mark and CRLF.
        file.write_bytes(
            b"\xff\xfe" + file.read_text("utf-8").replace("\n", "\r\n").encode("utf-16-le")
        )
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, encoding="utf-8")


def merge_patch(value: Any, patch: Any) -> Any:
    """`value` with a JSON merge patch applied: https://www.rfc-editor.org/rfc/rfc7386."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(value) if isinstance(value, dict) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), change)
    return merged


def put_document(value: Any, pointer: str, text: str) -> str:
    """The file with its policy document replaced by `text`, line for line.

    A document that the file holds as a string stays a string, one held as an object an object.
    """
    parts = pointer.strip("/").split("/") if pointer else _find_document(value)
    holder = value
    for part in parts[:-1]:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    if isinstance(holder[parts[-1]], str):
        holder[parts[-1]] = text.rstrip("\n")
        return _text(value)
    holder[parts[-1]] = _PLACEHOLDER
    before, after = _text(value).split(json.dumps(_PLACEHOLDER))
    indent = re.match(r" *", before.rpartition("\n")[2])
    margin = indent[0] if indent else ""
    return before + text.rstrip("\n").replace("\n", "\n" + margin) + after


def _find_document(value: Any) -> list[str]:
    found = list(_documents(value, []))
    if len(found) != 1:
        raise WorldError("`document` needs a file with exactly one policy, or a JSON pointer")
    return found[0]


def _documents(value: Any, place: list[str]) -> Iterator[list[str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _documents(item, [*place, str(index)])
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in DOCUMENT_KEYS:
                yield [*place, key]
            else:
                yield from _documents(item, [*place, key])


def _load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _text(value: Any) -> str:
    return json.dumps(value, indent=4, ensure_ascii=False) + "\n"


def _dump(file: Path, value: Any) -> None:
    file.write_text(_text(value), encoding="utf-8")


def _zip(snapshot: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as entries:
        for file in sorted(snapshot.rglob("*")):
            if file.is_file():
                entries.write(file, file.relative_to(snapshot).as_posix())
    shutil.rmtree(snapshot)
