"""One account: everything that was collected of it, put together."""

from __future__ import annotations

import re

from msgspec import Struct

from bedrock_doctor.collect.aws_json import Page
from bedrock_doctor.collect.cli_command import cli_command
from bedrock_doctor.collect.iam_store import IamStore, LazyEntities
from bedrock_doctor.collect.manifest import Manifest, Refusal
from bedrock_doctor.collect.read_bedrock import read_bedrock, use_case_absent
from bedrock_doctor.collect.read_bedrock_resources import policy_absent
from bedrock_doctor.collect.read_buckets import bucket_policy_absent, read_buckets
from bedrock_doctor.collect.read_network import read_network
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.snapshot import Account, BedrockRegion, Endpoint

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html (NoSuchEntity)
_NO_ROLE = re.compile(r"role with name (\S+) cannot be found", re.IGNORECASE)

# Calls that need no parameter but a Region: their command is known from the call alone.
_PLAIN_CALLS = frozenset(
    (
        "iam:GetAccountAuthorizationDetails",
        "sts:GetCallerIdentity",
        "account:ListRegions",
        "bedrock:ListFoundationModels",
        "bedrock:ListInferenceProfiles",
        "bedrock:GetAccountDataRetention",
        "bedrock:GetUseCaseForModelAccess",
        "bedrock:ListEnforcedGuardrailsConfiguration",
        "ec2:DescribeVpcEndpoints",
        "organizations:DescribeOrganization",
        "organizations:ListRoots",
        "organizations:ListAccounts",
    )
)


class CallerIdentity(Struct, rename="pascal"):
    """Output of GetCallerIdentity."""

    arn: str
    account: str


class AccountSummary(Struct, rename="pascal"):
    """Output of GetAccountSummary."""

    summary_map: dict[str, int]


class RegionStatus(Struct, rename="pascal"):
    """A Region of ListRegions."""

    region_name: str
    region_opt_status: str


class ListRegions(Page, rename="pascal", kw_only=True):
    """Output of ListRegions."""

    regions: list[RegionStatus]


class AccountParts:
    """What the files of one account folder say, apart from IAM."""

    def __init__(self, reading: Reading, manifest: Manifest, folder: str) -> None:
        self.id = folder
        self.missing: list[Missing] = []
        self.regions = self._regions(reading)
        self.endpoints: dict[str, Endpoint]
        self.bedrock: dict[str, BedrockRegion]
        self.endpoints, gaps = read_network(reading, folder)
        self.missing += gaps
        self.global_token_version = self._global_token_version(reading)
        self.buckets = read_buckets(reading, manifest, folder)
        self.bedrock, gaps = read_bedrock(reading, manifest, folder)
        self.missing += gaps

    def _global_token_version(self, reading: Reading) -> int | None:
        output = reading.single(
            "accounts",
            self.id,
            "iam",
            "get-account-summary",
            kind=AccountSummary,
            unknown=f"which session tokens the global endpoint gives account {self.id}",
        )
        if isinstance(output, Absence):
            return None
        return output.value.summary_map.get("GlobalEndpointTokenVersion")

    def _regions(self, reading: Reading) -> dict[str, str] | None:
        what = f"which Regions account {self.id} has enabled"
        place = ("accounts", self.id, "account", "list-regions")
        pages = reading.pages(*place, kind=ListRegions, unknown=what)
        if isinstance(pages, Absence) or pages[-1].value.has_more:
            absence = pages if isinstance(pages, Absence) else Absence.NOT_COLLECTED
            if absence is not Absence.NOT_COLLECTED:
                self.missing.append(_missing_regions(what, self.id, absence))
            return None
        return {
            region.region_name: region.region_opt_status
            for page in pages
            for region in page.value.regions
        }


def read_callers(reading: Reading) -> dict[str, str]:
    """ARN of GetCallerIdentity by the account that the answer names."""
    found = {}
    for folder in reading.tree.folders("accounts"):
        output = reading.single(
            "accounts",
            folder,
            "sts",
            "get-caller-identity",
            kind=CallerIdentity,
            unknown=f"who read account {folder}",
        )
        if not isinstance(output, Absence):
            found[output.value.account] = output.value.arn
    return found


def build_account(
    parts: AccountParts,
    store: IamStore,
    manifest: Manifest,
    caller: str,
    gaps: list[Missing],
    name: str,
) -> Account:
    """Puts an account together."""
    refusals = [refusal for refusal in manifest.refusals if refusal.account == parts.id]
    gone = {refusal: _absent_role(refusal) for refusal in refusals}
    return Account(
        parts.id,
        manifest.names.get(parts.id) or name,
        LazyEntities(store.roles.get(parts.id, {})),
        LazyEntities(store.users.get(parts.id, {})),
        parts.id in store.complete,
        caller,
        parts.bedrock,
        parts.endpoints,
        parts.regions,
        (
            *gaps,
            *parts.missing,
            *(refused_read(r) for r in refusals if not _is_answer(r) and not gone[r]),
        ),
        frozenset(filter(None, gone.values())),
        parts.buckets,
        parts.global_token_version,
    )


def _is_answer(refusal: Refusal) -> bool:
    """Whether the error answers the question, so that nothing is missing."""
    return use_case_absent(refusal) or policy_absent(refusal) or bucket_policy_absent(refusal)


def refused_read(refusal: Refusal) -> Missing:
    """A refused read of ``snapshot.json`` as a Missing."""
    place = f"account {refusal.account}" if refusal.account else "an unnamed account"
    if refusal.region:
        place += f", {refusal.region}"
    command = (
        cli_command(refusal.call, region=refusal.region) if refusal.call in _PLAIN_CALLS else ""
    )
    return Missing(
        f"the answer of {refusal.call} in {place}",
        refusal.call,
        refusal.account,
        refusal.region,
        Absence.REFUSED,
        refusal.code,
        command,
    )


def _absent_role(refusal: Refusal) -> str:
    """The role of which AWS said that it does not exist; empty for other refusals."""
    if refusal.call != "iam:GetRole" or not refusal.code.startswith("NoSuchEntity"):
        return ""
    found = _NO_ROLE.search(refusal.message)
    return found[1].strip("\"'`") if found else ""


def _missing_regions(what: str, account: str, absence: Absence) -> Missing:
    call = "account:ListRegions"
    path = f"accounts/{account}/account/list-regions.json"
    return Missing(what, call, account, "", absence, "", cli_command(call), path)
