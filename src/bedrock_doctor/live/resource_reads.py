"""Resources of Amazon Bedrock that one call describes each: named ones, or all that are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedrock_doctor.live.reads import READS, Group, Read
from bedrock_doctor.model.arn import is_arn, parse_arn

if TYPE_CHECKING:
    from bedrock_doctor.live.account_reads import AccountReads
    from bedrock_doctor.live.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Kind:
    """How resources of one kind are read.

    Attributes:
        get: operation that describes one.
        parameter: its parameter for the resource.
        takes_id: whether the parameter may be an id.
        list: operation that lists all.
        member: member of a listed entry that names it.
        kept: members of the answer that are kept; empty: all.
    """

    get: str
    parameter: str
    list: str
    member: str
    takes_id: bool = True
    kept: frozenset[str] = frozenset()


# What guardrails look for and what prompts say is nobody's business here.
_GUARDRAIL = frozenset(
    ("guardrailId", "guardrailArn", "name", "version", "status", "crossRegionDetails", "kmsKeyArn")
)
_PROMPT = frozenset(("arn", "id", "name", "version", "defaultVariant", "variants"))
_VARIANT = frozenset(("name", "modelId", "genAiResource"))
KINDS = {
    "provisioned-model": Kind(
        "GetProvisionedModelThroughput",
        "provisionedModelId",
        "ListProvisionedModelThroughputs",
        "provisionedModelArn",
    ),
    "custom-model": Kind("GetCustomModel", "modelIdentifier", "ListCustomModels", "modelArn"),
    "custom-model-deployment": Kind(
        "GetCustomModelDeployment",
        "customModelDeploymentIdentifier",
        "ListCustomModelDeployments",
        "customModelDeploymentArn",
    ),
    "imported-model": Kind("GetImportedModel", "modelIdentifier", "ListImportedModels", "modelArn"),
    "prompt-router": Kind(
        "GetPromptRouter", "promptRouterArn", "ListPromptRouters", "promptRouterArn", False
    ),
    "guardrail": Kind(
        "GetGuardrail", "guardrailIdentifier", "ListGuardrails", "arn", kept=_GUARDRAIL
    ),
    "prompt": Kind("GetPrompt", "promptIdentifier", "ListPrompts", "arn", kept=_PROMPT),
}
_WITH_POLICY = ("custom-model", "guardrail")
"""https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_service-with-iam.html"""
_BY_OPERATION = {read.operation: read for read in READS if read.group is Group.BEDROCK}
_SINGLE = ("GetResourcePolicy", "ListTagsForResource", "GetBucketPolicy")
SPECIAL = frozenset((*(k.get for k in KINDS.values()), *(k.list for k in KINDS.values()), *_SINGLE))


def resource_jobs(
    reads: AccountReads, wanted: Wanted, region: str
) -> Iterable[Callable[[], object]]:
    """The reads of one Region: of each named resource, and of all where everything is wanted."""
    for given in wanted.resources:
        kind = kind_of(given)
        if kind and _is_here(given, reads.account, region):
            yield lambda given=given, kind=kind: _read(reads, region, kind, given)  # type: ignore[misc]
    if wanted.everything:
        for kind in KINDS:
            yield lambda kind=kind: _read_all(reads, region, kind)  # type: ignore[misc]
        yield lambda: _application_profiles(reads, region)


def kind_of(given: str) -> str:
    """The kind of resource that an ARN or id names; empty where it is none that is read."""
    kind = parse_arn(given).resource.partition("/")[0] if is_arn(given) else "guardrail"
    kind = "prompt-router" if kind == "default-prompt-router" else kind
    return kind if kind in KINDS else ""


def _is_here(given: str, account: str, region: str) -> bool:
    if not is_arn(given):
        return True
    arn = parse_arn(given)
    return arn.account in (account, "") and arn.region in (region, "")


def _read(reads: AccountReads, region: str, kind: str, given: str) -> None:
    how = KINDS[kind]
    name, version = given, ""
    if kind in ("guardrail", "prompt"):
        head, colon, tail = given.rpartition(":")
        if colon and (tail.isdecimal() or tail == "DRAFT"):
            name, version = head, tail
    parameters = {how.parameter: name}
    if version and not (kind == "prompt" and version == "DRAFT"):
        parameters["guardrailVersion" if kind == "guardrail" else "promptVersion"] = version
    _keep(reads, region, how.get, given, how.kept, **parameters)
    if kind in _WITH_POLICY and is_arn(name):
        _keep(reads, region, "GetResourcePolicy", name, resourceArn=name)


def _read_all(reads: AccountReads, region: str, kind: str) -> None:
    how = KINDS[kind]
    read = _BY_OPERATION[how.list]
    found: list[Mapping[str, Any]] = []

    def listed() -> None:
        answer = reads.caller.whole(read.service, read.operation, region)
        found.extend(answer[read.lists[0]])

    reads.attempt(listed)
    for entry in found:
        if isinstance(entry.get(how.member), str):
            _read(reads, region, kind, entry[how.member])


def _application_profiles(reads: AccountReads, region: str) -> None:
    """ListInferenceProfiles lists those of AWS where no type is named."""
    found: list[Mapping[str, Any]] = []

    def listed() -> None:
        answer = reads.caller.whole(
            "bedrock", "ListInferenceProfiles", region, typeEquals="APPLICATION"
        )
        found.extend(answer["inferenceProfileSummaries"])

    reads.attempt(listed)
    for entry in found:
        arn = entry.get("inferenceProfileArn")
        if isinstance(arn, str):
            read_profile(reads, region, arn)


def read_profile(reads: AccountReads, region: str, profile: str) -> None:
    """An inference profile; of one that somebody made also its tags, which policies may ask for."""
    _keep(reads, region, "GetInferenceProfile", profile, inferenceProfileIdentifier=profile)
    if "application-inference-profile/" in profile:
        _keep(reads, region, "ListTagsForResource", profile, resourceARN=profile)


def read_enforced_guardrails(reads: AccountReads, region: str) -> None:
    """The guardrails that the account enforces, and each of them that is its own."""
    operation = "ListEnforcedGuardrailsConfiguration"
    file = "list-enforced-guardrails-configuration"
    place = ("accounts", reads.account, "bedrock", region, file)
    reads.keep(place, lambda: reads.caller.whole("bedrock", operation, region))
    for entry in reads.written(*place).get("guardrailsConfig", []):
        arn, version = entry.get("guardrailArn"), entry.get("guardrailVersion")
        if isinstance(arn, str) and is_arn(arn) and _is_here(arn, reads.account, region):
            _read(reads, region, "guardrail", f"{arn}:{version}" if version else arn)


def read_bucket(reads: AccountReads, bucket: str) -> None:
    """The policy of a bucket of this account; one of another account is refused.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    place = ("accounts", reads.account, "s3", "get-bucket-policy", bucket)
    reads.keep(
        place,
        lambda: reads.caller.one(
            "s3", "GetBucketPolicy", Bucket=bucket, ExpectedBucketOwner=reads.account
        ),
        bucket,
    )


def _keep(
    reads: AccountReads,
    region: str,
    operation: str,
    name: str,
    kept: frozenset[str] = frozenset(),
    **parameters: str,
) -> None:
    from bedrock_doctor.live.account_reads import file_of

    read: Read = _BY_OPERATION[operation]

    def answer() -> object:
        found = reads.caller.one(read.service, operation, region, **parameters)
        if not kept:
            return found
        return {key: _without_content(value) for key, value in found.items() if key in kept}

    place = ("accounts", reads.account, "bedrock", region, file_of(read), name)
    reads.keep(place, answer, name)


def _without_content(value: object) -> object:
    """Variants of a prompt without what they say."""
    if isinstance(value, list):
        return [
            {key: inner for key, inner in item.items() if key in _VARIANT}
            for item in value
            if isinstance(item, dict)
        ]
    return value
