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
from bedrock_doctor.live.sessions import Opened, open_session
from bedrock_doctor.live.store import SnapshotStore
from bedrock_doctor.live.wanted import wanted_of

_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What `collect` is asked for.

    Attributes:
        out: directory, or a file that ends in ``.zip``.
        profile: profile of the AWS configuration, or None.
        target_profile: a profile that reads another account as well, or None.
        org_profile: a profile that reads the organization, or None: each account's own.
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
    target_profile: str | None = None
    org_profile: str | None = None
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
        accounts: the accounts that were read.
        path: the snapshot.
        refused: ``(Region, call, code)`` of reads without an answer, sorted.
    """

    accounts: tuple[str, ...]
    path: str
    refused: tuple[tuple[str, str, str], ...]


def collect(request: CollectRequest, progress: Callable[[str], None]) -> Collected:
    """Reads the account of the credentials, and of the profiles for the other side.

    Until the snapshot is whole, what was read lies beside it where it is packed, redacted or
    joined; an interrupted collection is continued from there.

    Raises:
        NoCredentials: there are none, or AWS does not take them.
        AwsFailed: AWS cannot be asked who reads.
        UsageError: profile, Region or output cannot be used.
    """
    request.redact.check()
    sides = _sides(request)
    together = len(sides) > 1 or request.redact.level != "none"
    archive = is_archive(request.out)
    if together or archive:
        check_target(request.out)
    base = Path(request.out.rstrip("/\\") + _UNFINISHED if together or archive else request.out)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    roots, refused = [], set[tuple[str, str, str]]()
    for number, (opened, groups) in enumerate(sides):
        root = base / f"{number}-{opened.account}" if len(sides) > 1 else base
        store = SnapshotStore(root, resume=request.resume, created=now)
        _read(request, opened, groups, store, progress)
        roots.append(root)
        refused |= {
            (entry["region"], entry["call"], entry["code"])
            for entry in store.missing
            if (entry["call"], entry["code"]) not in ANSWERS
        }
    if together:
        save_joined(join_snapshots(roots), request.out, request.redact)
        shutil.rmtree(base)
    elif archive:
        store.pack(Path(request.out))
    accounts = tuple(dict.fromkeys(opened.account for opened, _ in sides))
    return Collected(accounts, request.out, tuple(sorted(refused)))


def _sides(request: CollectRequest) -> list[tuple[Opened, frozenset[Group]]]:
    """Who reads what: the organization is left to the profile that was named for it."""
    groups = frozenset(request.groups)
    apart = request.org_profile is not None and Group.ORGANIZATIONS in groups
    own = groups - {Group.ORGANIZATIONS} if apart else groups
    named = [(request.profile, own)]
    named += [(request.target_profile, own)] if request.target_profile else []
    named += [(request.org_profile, frozenset({Group.ORGANIZATIONS}))] if apart else []
    return [
        (open_session(profile, request.regions, request.endpoint_url), kinds)
        for profile, kinds in named
    ]


def _read(
    request: CollectRequest,
    opened: Opened,
    groups: frozenset[Group],
    store: SnapshotStore,
    progress: Callable[[str], None],
) -> None:
    account = opened.account
    store.accounts.setdefault(account, {"name": ""})
    store.write_manifest()
    store.put(opened.identity, "accounts", account, "sts", "get-caller-identity")
    wanted = wanted_of(
        account,
        groups,
        opened.regions,
        request.models,
        request.principals,
        everything=request.everything,
    )
    AccountReads(opened.caller, store, account, progress).run(wanted)
