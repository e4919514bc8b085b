"""One account into a snapshot: who reads, what is wanted, and where it goes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bedrock_doctor.collect.merge import join_snapshots
from bedrock_doctor.collect.save_joined import NOTHING_HIDDEN, RedactOptions, save_joined
from bedrock_doctor.collect.write_snapshot import check_target, is_archive
from bedrock_doctor.live.account_reads import ANSWERS, AccountReads
from bedrock_doctor.live.reads import Group
from bedrock_doctor.live.sessions import open_session
from bedrock_doctor.live.store import SnapshotStore
from bedrock_doctor.live.wanted import wanted_of

_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What `collect` is asked for.

    Attributes:
        out: directory, or a file that ends in ``.zip``.
        profile: profile of the AWS configuration, or None.
        endpoint_url: where all calls go, or None for AWS.
        regions: Region codes; empty: the Region that is configured.
        models: model and inference profile ids whose access is read.
        principals: ARNs of roles and users that are read alone, those of this account.
        everything: whether all is read that can be listed, asked about or not.
        groups: kinds of reads.
        resume: whether an unfinished collection is continued.
        redact: what is hidden in the snapshot; until it is written, its raw form lies beside it.
    """

    out: str
    profile: str | None = None
    endpoint_url: str | None = None
    regions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    everything: bool = False
    groups: Collection[Group] = tuple(Group)
    resume: bool = False
    redact: RedactOptions = NOTHING_HIDDEN


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection ended with.

    Attributes:
        account: the account that was read.
        path: the snapshot.
        refused: ``(Region, call, code)`` of reads without an answer, sorted.
    """

    account: str
    path: str
    refused: tuple[tuple[str, str, str], ...]


def collect(request: CollectRequest, progress: Callable[[str], None]) -> Collected:
    """Reads the account of the credentials.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who reads.
        UsageError: profile, Region or output cannot be used.
    """
    request.redact.check()
    opened = open_session(request.profile, request.regions, request.endpoint_url)
    account = opened.account
    archive, redacts = is_archive(request.out), request.redact.level != "none"
    if redacts:
        check_target(request.out)
    root = Path(request.out.rstrip("/\\") + _UNFINISHED if archive or redacts else request.out)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    store = SnapshotStore(root, resume=request.resume, created=now)
    store.accounts.setdefault(account, {"name": ""})
    store.write_manifest()
    store.put(opened.identity, "accounts", account, "sts", "get-caller-identity")
    wanted = wanted_of(
        account,
        request.groups,
        opened.regions,
        request.models,
        request.principals,
        everything=request.everything,
    )
    AccountReads(opened.caller, store, account, progress).run(wanted)
    refused = {
        (entry["region"], entry["call"], entry["code"])
        for entry in store.missing
        if (entry["call"], entry["code"]) not in ANSWERS
    }
    if redacts:
        save_joined(join_snapshots([root]), request.out, request.redact)
        shutil.rmtree(root)
    elif archive:
        store.pack(Path(request.out))
    return Collected(account, request.out, tuple(sorted(refused)))
