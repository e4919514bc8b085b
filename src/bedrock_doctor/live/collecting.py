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
from bedrock_doctor.errors import AwsFailed, NoCredentials, UsageError
from bedrock_doctor.live.account_reads import ANSWERS, AccountReads, Wanted
from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.readonly import ReadOnlyClients
from bedrock_doctor.live.reads import Group
from bedrock_doctor.live.store import SnapshotStore
from bedrock_doctor.model.arn import parse_arn

_UNFINISHED = ".unfinished"
_UNUSABLE = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What `collect` is asked for.

    Attributes:
        out: directory, or a file that ends in ``.zip``.
        profile: profile of the AWS configuration, or None.
        endpoint_url: where all calls go, or None for AWS.
        regions: Region codes; empty: the Region that is configured.
        models: model and inference profile ids whose access is read.
        principals: ARNs of roles and users that are read one by one where the whole is refused.
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
    caller, regions = _caller(request)
    identity = _identity(caller)
    account = str(identity.get("Account", ""))
    if len(account) != 12 or not account.isdigit():
        raise AwsFailed("the answer to sts:GetCallerIdentity names no account")
    archive, redacts = is_archive(request.out), request.redact.level != "none"
    if redacts:
        check_target(request.out)
    root = Path(request.out.rstrip("/\\") + _UNFINISHED if archive or redacts else request.out)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    store = SnapshotStore(root, resume=request.resume, created=now)
    store.accounts.setdefault(account, {"name": ""})
    store.write_manifest()
    store.put(identity, "accounts", account, "sts", "get-caller-identity")
    wanted = _wanted(request, regions, account)
    AccountReads(caller, store, account, progress).run(wanted)
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


def _caller(request: CollectRequest) -> tuple[Caller, tuple[str, ...]]:
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    session = Session(profile=request.profile)
    try:
        configured = session.get_config_variable("region")
        regions = request.regions or ((configured,) if configured else ())
        if not regions:
            raise UsageError("no Region is configured", help="give --region")
        if session.get_credentials() is None:
            raise NoCredentials(
                "no AWS credentials were found", help="bedrock-doctor whoami tells where it looked"
            )
    except BotoCoreError as error:
        raise NoCredentials(
            f"the AWS configuration gives no credentials: {str(error).rstrip('.')}",
            help="bedrock-doctor whoami tells more",
        ) from None
    return Caller(ReadOnlyClients(session, request.endpoint_url), regions[0]), regions


def _identity(caller: Caller) -> dict[str, object]:
    try:
        return caller.one("sts", "GetCallerIdentity")
    except ReadFailed as gone:
        code, message = gone.failed.code, gone.failed.message
        if code in _UNUSABLE or "Credential" in code or "Token" in code:
            raise NoCredentials(
                f"AWS does not take the credentials: {code}: {message.rstrip('.')}",
                help="bedrock-doctor whoami tells which credentials are used",
            ) from None
        raise AwsFailed(f"sts:GetCallerIdentity failed: {code}: {message.rstrip('.')}") from None


def _wanted(request: CollectRequest, regions: tuple[str, ...], account: str) -> Wanted:
    principals = []
    for text in request.principals:
        arn = parse_arn(text)
        kind, _, rest = arn.resource.partition("/")
        name = rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]
        kind = "role" if kind == "assumed-role" else kind
        if arn.account == account and kind in ("role", "user") and name:
            principals.append((kind, name))
    bare = [model.rsplit("/", 1)[-1] for model in request.models]
    profiles = tuple(
        given
        for given, name in zip(request.models, bare, strict=True)
        if "inference-profile/" in given or name.split(".")[0] in _GEOGRAPHIES
    )
    models = tuple(
        name.split(".", 1)[1] if name.split(".")[0] in _GEOGRAPHIES else name
        for given, name in zip(request.models, bare, strict=True)
        if "application-inference-profile/" not in given
    )
    return Wanted(
        frozenset(request.groups), regions, models, profiles, tuple(dict.fromkeys(principals))
    )


# https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
_GEOGRAPHIES = frozenset(("us", "eu", "apac", "jp", "au", "ca", "global", "us-gov"))
