"""A collection that ends at any moment of its writing is continued as if it had not (ADR 0024).

A process that is killed stops between two operations on files. Every one of them is the last here
once: before a file is opened, while it is half written, before and after it gets its name.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bedrock_doctor.errors import BadInput
from bedrock_doctor.live.store import SnapshotStore

PAGES = [
    {"Roles": [{"n": 1}], "Policies": []},
    {"Roles": [], "Policies": []},
    {"Roles": [{"n": 2}], "Policies": [{"n": 3}]},
]


class Killed(BaseException):
    """Stands for SIGKILL: nobody catches it."""


class Moment:
    """Counts operations on files, and ends everything at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = -1
        for owner, name in ((Path, "open"), (Path, "replace"), (os, "fsync"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if self.left == 0:
                raise Killed
            self.left -= 1
            return real(*given, **named)

        return call


def write(root: Path, *, resume: bool) -> None:
    """What a collection writes: an account's pages, single answers, refusals, the manifest."""
    store = SnapshotStore(root, resume=resume, created="2026-11-26T00:00:00Z")
    store.accounts.setdefault("111122223333", {"name": ""})
    store.write_manifest()
    if not store.has("accounts", "1", "iam", "all"):
        store.put_pages(PAGES, ("Roles", "Policies"), "accounts", "1", "iam", "all")
    for name in ("a", "b:c"):
        if not store.has("accounts", "1", "bedrock", name):
            store.put({"name": name}, "accounts", "1", "bedrock", name)
    store.missing = [entry for entry in store.missing if entry["call"] != "iam:GetRole"]
    store.refuse("111122223333", "", "iam:GetRole", "AccessDenied", "no")
    store.write_manifest()


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_every_moment_can_be_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tmp_path / "whole"
    write(whole, resume=False)
    expected = files(whole)
    moment = Moment(monkeypatch)
    last = 0
    for last in range(1000):
        root = tmp_path / str(last)
        moment.left = last
        try:
            write(root, resume=False)
            break
        except Killed:
            pass
        finally:
            moment.left = -1
        for name, content in files(root).items():
            if not name.endswith(".partial"):
                json.loads(content)
        write(root, resume=True)
        assert files(root) == expected
    assert last > 20


def test_a_resumption_that_is_interrupted_again_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each resumption is ended a little later than the one before."""
    write(tmp_path / "whole", resume=False)
    moment = Moment(monkeypatch)
    root = tmp_path / "again"
    for last in range(1000):
        moment.left = last
        try:
            write(root, resume=root.exists())
            break
        except Killed:
            pass
        finally:
            moment.left = -1
    assert files(root) == files(tmp_path / "whole")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    store = SnapshotStore(tmp_path / "s", resume=False, created="")

    def full() -> Iterable[dict[str, list[object]]]:
        yield {"Roles": []}
        raise OSError(number, os.strerror(number))

    with pytest.raises(BadInput, match="cannot be written"):
        store.put_pages(full(), ("Roles",), "accounts", "1", "iam", "all")
    assert files(tmp_path / "s") == {}
