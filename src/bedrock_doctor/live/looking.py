"""A look at AWS for one attempt: what it lets pass, and what may be read on both sides."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bedrock_doctor.live.account_reads import ANSWERS, AccountReads
from bedrock_doctor.live.assume import Assumed, assume_chain
from bedrock_doctor.live.reads import Group
from bedrock_doctor.live.sessions import Opened, open_session
from bedrock_doctor.live.store import SnapshotStore
from bedrock_doctor.live.wanted import Wanted, wanted_of
from bedrock_doctor.model.arn import is_arn, parse_arn
from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.passage import Passage
from bedrock_doctor.path.target import guardrail_arn

_OF_CALLER = (Group.IAM, Group.ORGANIZATIONS)
_OF_TARGET = (Group.IAM, Group.ORGANIZATIONS, Group.BEDROCK, Group.QUOTAS, Group.REGIONS)


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How AWS is looked at.

    Attributes:
        profile: whose credentials start; None: the default chain.
        target_profile: reads the account of the last role, or None: the session of that role.
        org_profile: reads the organization, or None: each account's own credentials.
        endpoint_url: where all calls go, or None for AWS.
        probe: whether the model is called once with a body that it refuses.
        simulate: whether the policy simulator of IAM is asked as well.
    """

    profile: str | None = None
    target_profile: str | None = None
    org_profile: str | None = None
    endpoint_url: str | None = None
    probe: bool = False
    simulate: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Refused:
    """A read that an account refused.

    Attributes:
        account: the account asked.
        call: ``service:Operation``.
        code: AWS's error code.
        words: who asked, for example ``profile gateway``.
    """

    account: str
    call: str
    code: str
    words: str


@dataclass(slots=True)
class Look:
    """What was seen.

    Attributes:
        start: the session that starts.
        assumed: the AssumeRole calls, in order.
        folders: snapshots of what was read, oldest first.
        refused: reads that were refused, sorted.
        readers: account to the session that read it.
    """

    start: Opened
    assumed: list[Assumed] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    readers: dict[str, Opened] = field(default_factory=dict)
    _others: list[Opened] = field(default_factory=list)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What AWS let pass."""
        return tuple(step.passage for step in self.assumed if step.passage)

    @property
    def errors(self) -> tuple[str, ...]:
        """AWS's messages."""
        return tuple(step.error for step in self.assumed if step.error)

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be tried."""
        return tuple(step.note for step in self.assumed if step.note)

    @property
    def last(self) -> Opened | None:
        """The session that calls the model, where it could be had."""
        return self.assumed[-1].opened if self.assumed else self.start

    @property
    def calls(self) -> int:
        """How many calls were made, AssumeRole among them."""
        opened = [self.start, *self._others, *(s.opened for s in self.assumed if s.opened)]
        tried = sum(bool(step.passage or step.error) for step in self.assumed)
        return tried + sum(one.clients.calls for one in opened)

    def joined(self, other: Opened) -> Opened:
        """Counts the calls of a further session."""
        self._others.append(other)
        return other


@contextmanager
def look(
    attempt: Attempt, start: Opened, options: LiveOptions, progress: Callable[[str], None]
) -> Iterator[Look]:
    """Assumes the roles, and reads what the sessions and profiles may read.

    The folders exist as long as the context does. Failures of single reads are recorded in them.

    Raises:
        NoCredentials: a profile has none, or AWS does not take them.
        AwsFailed: AWS cannot be asked whose a profile is.
    """
    seen = Look(start)
    regions = (attempt.region,)
    others = [
        seen.joined(open_session(name, regions, options.endpoint_url)) if name else None
        for name in (options.target_profile, options.org_profile)
    ]
    target, organization = others
    for step in assume_chain(start, attempt, options.endpoint_url):
        progress(f"sts:AssumeRole {step.role}")
        seen.assumed.append(step)
    seen.readers = _readers(attempt, seen, target)
    with tempfile.TemporaryDirectory(prefix="bedrock-doctor-") as root:
        store = _Stores(Path(root), seen, progress)
        accounts = list(dict.fromkeys(_accounts(attempt)))
        if organization is not None:
            for account in accounts:
                store.organization(organization, account)
        for account in accounts:
            reader = seen.readers.get(account)
            if reader is not None:
                store.account(reader, account, attempt, with_organization=organization is None)
        if organization is not None and _guardrail_account(attempt) == organization.account:
            store.guardrail(organization, attempt)
        yield seen


def _accounts(attempt: Attempt) -> Iterator[str]:
    for arn in (attempt.caller, *attempt.roles):
        yield parse_arn(arn).account


def _guardrail_account(attempt: Attempt) -> str:
    """The account of a guardrail that is none of the way's own; often the management account."""
    if attempt.guardrail is None or not is_arn(attempt.guardrail):
        return ""
    account = parse_arn(attempt.guardrail).account
    return "" if account in _accounts(attempt) else account


def _readers(attempt: Attempt, seen: Look, target: Opened | None) -> dict[str, Opened]:
    """Who reads each account: a profile that was named for it counts before a session."""
    found: dict[str, Opened] = {}
    sessions = [step.opened for step in seen.assumed if step.opened is not None]
    for opened in (target, seen.start, *sessions):
        if opened is not None:
            found.setdefault(opened.account, opened)
    return {account: found[account] for account in _accounts(attempt) if account in found}


class _Stores:
    def __init__(self, root: Path, seen: Look, progress: Callable[[str], None]) -> None:
        self._root, self._seen, self._progress = root, seen, progress
        self._created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def organization(self, reader: Opened, account: str) -> None:
        """The organization above an account, read with other credentials."""
        wanted = replace(
            wanted_of(account, [Group.ORGANIZATIONS], reader.regions, (), ()), accounts=(account,)
        )
        own = reader.account == account
        self._run(reader, account, f"organization-{account}", wanted, own=own)

    def account(
        self, reader: Opened, account: str, attempt: Attempt, *, with_organization: bool
    ) -> None:
        """What the attempt needs of an account."""
        last = attempt.roles[-1] if attempt.roles else attempt.caller
        groups = set(_OF_TARGET if account == parse_arn(last).account else _OF_CALLER)
        if attempt.endpoints:
            groups.add(Group.NETWORK)
        if not with_organization:
            groups.discard(Group.ORGANIZATIONS)
        models = [attempt.model]
        if attempt.guardrail:
            partition = parse_arn(last).partition
            named = guardrail_arn(attempt.guardrail, partition, attempt.region, account)
            models.append(":".join(filter(None, named)))
        models += [place for place in (attempt.input_s3, attempt.output_s3) if place]
        principals = [attempt.caller, *attempt.roles]
        principals += [attempt.service_role] if attempt.service_role else []
        wanted = wanted_of(account, groups, (attempt.region,), models, principals)
        self._run(reader, account, f"account-{account}", wanted, own=True)

    def guardrail(self, reader: Opened, attempt: Attempt) -> None:
        """A guardrail of another account: what it is, and whom its policy lets in."""
        account, guardrail = reader.account, str(attempt.guardrail)
        wanted = wanted_of(account, [Group.BEDROCK], (attempt.region,), [guardrail], ())
        self._run(reader, account, f"guardrail-{account}", wanted, own=True)

    def _run(self, reader: Opened, account: str, name: str, wanted: Wanted, *, own: bool) -> None:
        store = SnapshotStore(self._root / name, resume=False, created=self._created)
        store.accounts.setdefault(account, {"name": ""})
        if own:
            store.put(reader.identity, "accounts", account, "sts", "get-caller-identity")
        AccountReads(reader.caller, store, account, self._progress, is_own_account=own).run(wanted)
        self._seen.folders.append(store.root)
        self._seen.refused += sorted(
            {
                Refused(account, entry["call"], entry["code"], reader.words)
                for entry in store.missing
                if (entry["call"], entry["code"]) not in ANSWERS
            }
        )
