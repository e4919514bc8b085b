"""What was collected of AWS accounts and organizations, with explicit gaps.

Absent evidence is a `Missing` value, never an empty list. The format of the files is in
docs/reference/snapshot.md; this is its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.source import Position


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that could not be read as what its name says.

    Attributes:
        path: the file inside the snapshot.
        position: where reading stopped, or None where a position makes no sense.
        message: what is wrong.
        expected: what belongs there.
        makes_unknown: which evidence is missing because of it, in words.
    """

    path: str
    position: Position | None
    message: str
    expected: str = ""
    makes_unknown: str = ""


@dataclass(frozen=True, slots=True)
class IamEntity:
    """A role or a user with everything attached to it.

    Attributes:
        arn: with its path.
        name: without path.
        unique_id: ``AROA…`` or ``AIDA…``; empty when not collected.
        policies: inline, attached and (for users) group policies, or `Missing` for each that could
            not be read.
        boundary: permissions boundary; None: it has none.
        trust: trust policy; None for users.
        tags: principal tags; None when not collected.
        max_session_duration: seconds, for roles; None when not collected.
    """

    arn: str
    name: str
    unique_id: str = ""
    policies: tuple[Readable, ...] = ()
    boundary: Readable | None = None
    trust: Readable | None = None
    tags: Mapping[str, str] | None = None
    max_session_duration: int | None = None


@dataclass(frozen=True, slots=True)
class InferenceProfile:
    """An inference profile as GetInferenceProfile or ListInferenceProfiles returns it.

    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html

    Attributes:
        arn: its ARN.
        id: its id, for example ``eu.anthropic.claude-sonnet-4-6``.
        type: ``SYSTEM_DEFINED`` or ``APPLICATION``.
        status: ``ACTIVE`` or what else AWS says.
        model_arns: one for each destination Region.
        tags: for application profiles, where collected.
    """

    arn: str
    id: str
    type: str
    status: str
    model_arns: tuple[str, ...]
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FoundationModel:
    """A model as ListFoundationModels returns it in one Region.

    Attributes:
        id: model id.
        inference_types: ``ON_DEMAND``, ``PROVISIONED``, ``INFERENCE_PROFILE``.
        lifecycle: ``ACTIVE`` or ``LEGACY``.
        end_of_life: ISO 8601 time, or empty.
        legacy_since: ISO 8601 time, or empty.
        streaming: whether responses can be streamed; None when not said.
    """

    id: str
    inference_types: tuple[str, ...] = ()
    lifecycle: str = ""
    end_of_life: str = ""
    legacy_since: str = ""
    streaming: bool | None = None


@dataclass(frozen=True, slots=True)
class ModelAvailability:
    """GetFoundationModelAvailability for one model: a hint, not proof.

    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
    """

    model: str
    agreement: str
    authorization: str
    entitlement: str
    region: str
    agreement_error: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class EnforcedGuardrail:
    """One entry of ListEnforcedGuardrailsConfiguration."""

    guardrail_arn: str
    version: str
    owner: str = ""
    included_models: tuple[str, ...] = ()
    excluded_models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """One applied service quota of service ``bedrock``."""

    code: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class BedrockRegion:
    """What was collected of Amazon Bedrock in one account and Region. None: not collected.

    Attributes:
        region: Region code.
        models: by model id.
        profiles: by profile id and by ARN (the same value under both keys).
        profiles_complete: True when ListInferenceProfiles was collected, so that a profile that is
            not in `profiles` does not exist.
        availability: by model id.
        agreement_offers: model ids for which offers were listed, with the number of offers.
        enforced_guardrails: configuration in force.
        data_retention: mode, for example ``default``.
        use_case: True: a form was submitted; False: AWS said that none was.
        resource_policies: by resource ARN or id; a Missing where it was refused.
        without_policy: ids and ARNs of resources that have none, as AWS's answers name them.
        quotas: applied quotas.
        resources: details of other resources (provisioned models, custom model deployments,
            imported models, prompt routers, prompts), by ARN, and of guardrails by ARN with
            version: each a mapping of names to text.
    """

    region: str
    models: Mapping[str, FoundationModel] | Missing | None = None
    profiles: Mapping[str, InferenceProfile] = field(default_factory=dict)
    profiles_complete: bool = False
    availability: Mapping[str, ModelAvailability] = field(default_factory=dict)
    agreement_offers: Mapping[str, int] = field(default_factory=dict)
    enforced_guardrails: tuple[EnforcedGuardrail, ...] | Missing | None = None
    data_retention: str | Missing | None = None
    use_case: bool | Missing | None = None
    resource_policies: Mapping[str, Readable] = field(default_factory=dict)
    quotas: tuple[Quota, ...] | Missing | None = None
    resources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    without_policy: frozenset[str] = frozenset()

    def has_no_policy(self, arn: str) -> bool:
        """Whether AWS said that the resource has no resource-based policy."""
        return not self.without_policy.isdisjoint((arn, arn.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint.

    Attributes:
        id: ``vpce-…``.
        service: service name, for example ``com.amazonaws.eu-central-1.bedrock-runtime``.
        vpc: VPC id.
        owner: account that owns the endpoint.
        region: Region it stands in.
        policy: its policy.
    """

    id: str
    service: str
    vpc: str
    owner: str
    region: str
    policy: Readable


@dataclass(frozen=True, slots=True)
class Account:
    """What was collected of one account.

    Attributes:
        id: 12 digits.
        name: friendly name, or empty.
        roles: by role name (names are unique in an account whatever the path).
        users: by user name.
        iam_complete: True when GetAccountAuthorizationDetails was collected: a role or user that is
            not here does not exist.
        caller: ARN of GetCallerIdentity, where collected; else empty.
        bedrock: by Region.
        endpoints: by endpoint id.
        regions: Region code to opt-in status of ListRegions (``ENABLED``, ``ENABLED_BY_DEFAULT``,
            ``DISABLED``, …), or None when not collected.
        missing: refused or absent reads of this account.
        absent_roles: names of roles of which AWS said that they do not exist.
        global_token_version: version of the session tokens that the global endpoint of AWS STS
            gives, as GetAccountSummary tells it: 1 or 2; None when not collected.
        bucket_policies: policies of its S3 buckets by name; None: AWS said that there is none.
    """

    id: str
    name: str = ""
    roles: Mapping[str, IamEntity] = field(default_factory=dict)
    users: Mapping[str, IamEntity] = field(default_factory=dict)
    iam_complete: bool = False
    caller: str = ""
    bedrock: Mapping[str, BedrockRegion] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    regions: Mapping[str, str] | None = None
    missing: tuple[Missing, ...] = ()
    absent_roles: frozenset[str] = frozenset()
    bucket_policies: Mapping[str, Readable | None] = field(default_factory=dict)
    global_token_version: int | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """What was collected of one organization.

    Attributes:
        id: ``o-…``; empty when DescribeOrganization was not collected.
        management_account: account id; empty when not known.
        feature_set: ``ALL`` or ``CONSOLIDATED_BILLING``; empty when not known.
        policy_types: types enabled in the root, for example ``SERVICE_CONTROL_POLICY``; None when
            ListRoots was not collected.
        members: account id to friendly name, of ListAccounts.
        members_complete: True when ListAccounts was collected.
        parents: id of an account or unit to the id of its parent.
        names: id of a root or unit to its friendly name, where known.
        scps: id of root, unit or account to the policies attached there. A target that is not in it
            was not collected.
        rcps: the same for resource control policies.
        bedrock_policies: account id to the content of its effective BEDROCK_POLICY.
        missing: refused or absent reads.
    """

    id: str = ""
    management_account: str = ""
    feature_set: str = ""
    policy_types: frozenset[str] | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    members_complete: bool = False
    parents: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    scps: Mapping[str, tuple[Readable, ...]] = field(default_factory=dict)
    rcps: Mapping[str, tuple[Readable, ...]] = field(default_factory=dict)
    bedrock_policies: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()

    def is_member(self, account: str) -> bool | None:
        """Whether the account belongs to the organization; None when not known."""
        if account == self.management_account or account in self.members or account in self.parents:
            return True
        return False if self.members_complete else None

    def chain(self, account: str) -> tuple[tuple[str, ...], bool]:
        """Ids from the topmost known ancestor down to the account.

        Returns:
            The chain, and whether it reaches a root (``r-…``): False when a parent is not known.
        """
        found = [account]
        while found[-1] in self.parents and len(found) <= 10:
            found.append(self.parents[found[-1]])
        return tuple(reversed(found)), found[-1].startswith("r-")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that was collected, merged from one or several places.

    Attributes:
        accounts: by id.
        organizations: all that were found.
        evidence: files of the evidence folder: path to text.
        problems: files that could not be read.
        ignored: files whose names mean nothing to us.
        created: ISO 8601 time of the snapshot, or empty.
        redaction: level at which it was redacted: ``none``, ``accounts`` or ``all``.
        origins: the places it was read from, as the user named them.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    organizations: tuple[Organization, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()
    ignored: tuple[str, ...] = ()
    created: str = ""
    redaction: str = "none"
    origins: tuple[str, ...] = ()

    def organization_of(self, account: str) -> Organization | None:
        """The organization that the account is known to belong to."""
        return next((org for org in self.organizations if org.is_member(account)), None)
