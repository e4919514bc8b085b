"""IAM of one account: all at once, or single reads of named principals where that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedrock_doctor.live.reads import read_of

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads
    from bedrock_doctor.live.wanted import Wanted

_DETAILS = "GetAccountAuthorizationDetails"


def read_iam(reads: AccountReads, wanted: Wanted) -> None:
    """Reads GetAccountAuthorizationDetails, page by page to disk, or each named principal.

    What is not wanted is asked for only where the other is refused.
    """
    if wanted.whole:
        if not _whole(reads):
            _single(reads, wanted)
    elif not _single(reads, wanted):
        _whole(reads)


def _whole(reads: AccountReads) -> bool:
    place = ("accounts", reads.account, "iam", "get-account-authorization-details")
    details = read_of("iam", _DETAILS)
    if reads.store.has(*place) or details is None:
        return True
    return reads.attempt(
        lambda: reads.store.put_pages(reads.caller.pages("iam", _DETAILS), details.lists, *place)
    )


def _single(reads: AccountReads, wanted: Wanted) -> bool:
    """Whether every principal could be asked for; one that does not exist is an answer."""
    asked = [_Principal(reads, kind, name).read() for kind, name in wanted.principals]
    return all(asked)


class _Principal:
    """The single reads of one role, user or group."""

    def __init__(self, reads: AccountReads, kind: str, name: str) -> None:
        self.reads = reads
        self.kind = kind
        self.word = kind.capitalize()
        self.name = name
        self.place = ("accounts", reads.account, "iam", kind + "s", name)

    def read(self) -> bool:
        """Whether it could be asked for."""
        if self.kind != "group" and not self._itself():
            return self._does_not_exist()
        self._inline()
        self._attached()
        if self.kind == "user":
            self._groups()
        return True

    def _does_not_exist(self) -> bool:
        return any(
            entry["call"] == f"iam:Get{self.word}"
            and entry["code"] == "NoSuchEntity"
            and entry["account"] == self.reads.account
            and self.name in entry["message"].split()
            for entry in self.reads.store.missing
        )

    def _itself(self) -> bool:
        place = (*self.place, f"get-{self.kind}")
        if not self.reads.keep(place, lambda: self._call(f"Get{self.word}"), self.name):
            return False
        boundary = self.reads.written(*place).get(self.word, {}).get("PermissionsBoundary") or {}
        if boundary.get("PermissionsBoundaryArn"):
            self._managed(boundary["PermissionsBoundaryArn"])
        return True

    def _inline(self) -> None:
        place = (*self.place, f"list-{self.kind}-policies")
        self.reads.keep(place, lambda: self._whole(f"List{self.word}Policies"), self.name)
        for policy in self.reads.written(*place).get("PolicyNames", []):
            self.reads.keep(
                (*self.place, f"get-{self.kind}-policy", policy),
                lambda policy=policy: self._call(  # type: ignore[misc]
                    f"Get{self.word}Policy", PolicyName=policy
                ),
                policy,
            )

    def _attached(self) -> None:
        place = (*self.place, f"list-attached-{self.kind}-policies")
        self.reads.keep(place, lambda: self._whole(f"ListAttached{self.word}Policies"), self.name)
        for policy in self.reads.written(*place).get("AttachedPolicies", []):
            self._managed(policy["PolicyArn"])

    def _groups(self) -> None:
        place = (*self.place, "list-groups-for-user")
        self.reads.keep(place, lambda: self._whole("ListGroupsForUser"), self.name)
        for group in self.reads.written(*place).get("Groups", []):
            _Principal(self.reads, "group", group["GroupName"]).read()

    def _managed(self, arn: str) -> None:
        def get() -> object:
            policy = self.reads.caller.one("iam", "GetPolicy", PolicyArn=arn)
            version = str(policy.get("Policy", {}).get("DefaultVersionId", ""))
            document = self.reads.caller.one(
                "iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version
            )
            return {**policy, **document}

        self.reads.keep(("accounts", self.reads.account, "iam", "policies", arn), get, arn)

    def _call(self, operation: str, **more: str) -> object:
        names = {f"{self.word}Name": self.name, **more}
        return self.reads.caller.one("iam", operation, **names)

    def _whole(self, operation: str) -> object:
        return self.reads.caller.whole("iam", operation, **{f"{self.word}Name": self.name})
