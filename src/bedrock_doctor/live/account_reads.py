"""What is read of one account, in which order, and where each answer is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bedrock_doctor.live.caller import Caller, ReadFailed
from bedrock_doctor.live.denial_reads import read_denials
from bedrock_doctor.live.iam_reads import read_iam
from bedrock_doctor.live.organization_reads import read_organization
from bedrock_doctor.live.reads import READS, Group, Read
from bedrock_doctor.live.resource_reads import (
    SPECIAL,
    read_bucket,
    read_enforced_guardrails,
    read_profile,
    resource_jobs,
)
from bedrock_doctor.live.store import SnapshotStore
from bedrock_doctor.live.wanted import Wanted

_THREADS = 8

# Errors that are answers: they say that something does not exist.
ANSWERS = frozenset(
    (
        ("bedrock:GetUseCaseForModelAccess", "ResourceNotFoundException"),
        ("bedrock:GetResourcePolicy", "ResourceNotFoundException"),
        ("s3:GetBucketPolicy", "NoSuchBucketPolicy"),
        ("iam:GetRole", "NoSuchEntity"),
        ("iam:GetUser", "NoSuchEntity"),
        ("organizations:DescribeOrganization", "AWSOrganizationsNotInUseException"),
        ("organizations:DescribeEffectivePolicy", "EffectivePolicyNotFoundException"),
    )
)


class AccountReads:
    """The reads of one account into one store.

    Args:
        caller: makes the calls.
        store: keeps the answers.
        account: which account is read.
        progress: is told of every read.
        is_own_account: False where the organization above another account is read.
    """

    def __init__(
        self,
        caller: Caller,
        store: SnapshotStore,
        account: str,
        progress: Callable[[str], None],
        *,
        is_own_account: bool = True,
    ) -> None:
        self.caller = caller
        self.store = store
        self.account = account
        self.is_own_account = is_own_account
        self._progress = progress

    def run(self, wanted: Wanted) -> None:
        """Makes all reads that have no file yet. Failures are recorded; none is raised."""
        self._forget_refusals(wanted)
        with ThreadPoolExecutor(_THREADS) as pool:
            jobs = [pool.submit(job) for job in self._jobs(wanted)]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self.store.write_manifest()

    def attempt(self, read: Callable[[], None], about: str = "") -> bool:
        """Makes a read and records its failure. Returns whether it has an answer."""
        try:
            read()
        except ReadFailed as gone:
            message = gone.failed.message
            if about and about not in message:
                message = f"{message} (reading {about})"
            self._progress(f"{gone.read.action}: {gone.failed.code}")
            self.store.refuse(
                self.account, gone.region, gone.read.action, gone.failed.code, message
            )
            return False
        return True

    def keep(self, place: tuple[str, ...], answer: Callable[[], object], about: str = "") -> bool:
        """Writes an answer to its place, unless it is there."""
        if self.store.has(*place):
            return True
        self._progress("/".join(place))
        return self.attempt(lambda: self.store.put(answer(), *place), about)

    def written(self, *place: str) -> dict[str, Any]:
        """What a file says that was written now or before a resumption; empty without one."""
        if not self.store.has(*place):
            return {}
        found: dict[str, Any] = json.loads(self.store.text(*place))
        return found

    def _forget_refusals(self, wanted: Wanted) -> None:
        """What was refused before is tried again, so its records go."""
        again = {read.action for read in READS if read.group in wanted.groups}
        self.store.missing = [
            entry
            for entry in self.store.missing
            if entry["account"] != self.account
            or entry["call"] not in again
            or (entry["region"] and entry["region"] not in wanted.regions)
        ]

    def _jobs(self, wanted: Wanted) -> Iterable[Callable[[], object]]:
        if Group.IAM in wanted.groups:
            yield lambda: read_iam(self, wanted)
        if Group.ORGANIZATIONS in wanted.groups:
            yield lambda: read_organization(self, wanted)
        for read in READS:
            if read.group not in wanted.groups or read.operation in _SPECIAL:
                continue
            if read.group in (Group.IAM, Group.ORGANIZATIONS, Group.EVIDENCE):
                continue
            for region in wanted.regions if read.regional else ("",):
                yield lambda read=read, region=region: self._plain(read, region)  # type: ignore[misc]
        if Group.EVIDENCE in wanted.groups:
            for region in wanted.regions:
                yield lambda region=region: read_denials(self, region)  # type: ignore[misc]
        if Group.BEDROCK in wanted.groups:
            for region in wanted.regions:
                yield from self._bedrock_jobs(wanted, region)
            for bucket in wanted.buckets:
                yield lambda bucket=bucket: read_bucket(self, bucket)  # type: ignore[misc]

    def _plain(self, read: Read, region: str) -> None:
        """A read without parameters of its own."""
        parameters = {"ServiceCode": "bedrock"} if read.service == "service-quotas" else {}
        call = self.caller.whole if read.lists else self.caller.one
        place = ("accounts", self.account, read.service, *([region] if region else []))
        self.keep(
            (*place, file_of(read)),
            lambda: call(read.service, read.operation, region, **parameters),
        )

    def _bedrock_jobs(self, wanted: Wanted, region: str) -> Iterable[Callable[[], object]]:
        yield lambda: self._use_case(region)
        for model in wanted.models:
            for operation in (
                "GetFoundationModelAvailability",
                "ListFoundationModelAgreementOffers",
            ):
                yield lambda operation=operation, model=model: self._named(  # type: ignore[misc]
                    operation, region, model, modelId=model
                )
        for profile in wanted.profiles:
            yield lambda profile=profile: read_profile(self, region, profile)  # type: ignore[misc]
        yield lambda: read_enforced_guardrails(self, region)
        yield from resource_jobs(self, wanted, region)

    def _named(self, operation: str, region: str, name: str, **parameters: str) -> None:
        read = next(r for r in READS if r.operation == operation and r.service == "bedrock")
        self.keep(
            ("accounts", self.account, "bedrock", region, file_of(read), name),
            lambda: self.caller.one("bedrock", operation, region, **parameters),
            name,
        )

    def _use_case(self, region: str) -> None:
        """Only that a form exists is kept: it holds a company's words."""

        def presence() -> object:
            self.caller.one("bedrock", "GetUseCaseForModelAccess", region)
            return {}

        place = ("accounts", self.account, "bedrock", region, "get-use-case-for-model-access")
        self.keep(place, presence)


_SPECIAL = SPECIAL | frozenset(
    (
        "GetInferenceProfile",
        "GetFoundationModelAvailability",
        "ListFoundationModelAgreementOffers",
        "GetUseCaseForModelAccess",
        "ListEnforcedGuardrailsConfiguration",
    )
)


def file_of(read: Read) -> str:
    """The file name of a read: the AWS CLI's name of the operation."""
    from botocore import xform_name

    name: str = xform_name(read.operation, "-")
    return name
