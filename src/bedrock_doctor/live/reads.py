"""The table of all calls to AWS: the collector, the allow-list and the policies come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What is collected together; the words of ``--only``."""

    IAM = "iam"
    ORGANIZATIONS = "organizations"
    BEDROCK = "bedrock"
    NETWORK = "network"
    QUOTAS = "quotas"
    REGIONS = "regions"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Read:
    """One operation.

    Attributes:
        service: botocore's name of the service.
        operation: the operation's name.
        group: what it is collected with; None: it tells who reads.
        action: the IAM action that it needs, which is also its name in ``missing``.
        granted: whether a policy has to allow it.
        lists: members of the answer that hold lists; all have to be there.
        regional: whether each Region has its own answer.
        tells: what its answer settles.
    """

    service: str
    operation: str
    group: Group | None
    action: str
    tells: str
    lists: tuple[str, ...] = ()
    regional: bool = False
    granted: bool = True


def _iam(operation: str, tells: str, *lists: str) -> Read:
    return Read("iam", operation, Group.IAM, f"iam:{operation}", tells, lists)


def _org(operation: str, tells: str, *lists: str) -> Read:
    action = f"organizations:{operation}"
    return Read("organizations", operation, Group.ORGANIZATIONS, action, tells, lists)


def _bedrock(operation: str, tells: str, *lists: str) -> Read:
    action = f"bedrock:{operation}"
    return Read("bedrock", operation, Group.BEDROCK, action, tells, lists, regional=True)


# https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/: signed as iam
def _prompts(operation: str, tells: str, *lists: str) -> Read:
    action = f"bedrock:{operation}"
    return Read("bedrock-agent", operation, Group.BEDROCK, action, tells, lists, regional=True)


_EVIDENCE = (
    Read(
        "cloudtrail",
        "LookupEvents",
        Group.EVIDENCE,
        "cloudtrail:LookupEvents",
        "denied calls of the last days",
        ("Events",),
        regional=True,
    ),
    Read(
        "iam",
        "SimulatePrincipalPolicy",
        Group.EVIDENCE,
        "iam:SimulatePrincipalPolicy",
        "IAM's own answer, as a cross-check",
        ("EvaluationResults",),
    ),
    Read(
        "iam-toolbox",
        "GetRequestAuthorizationDetails",
        Group.EVIDENCE,
        "iam:GetRequestAuthorizationDetails",
        "AWS's evaluation of a denied request",
        ("evaluations",),
        regional=True,
    ),
    Read(
        "iam-toolbox",
        "GetRequestAuthorizationPolicy",
        Group.EVIDENCE,
        "iam:GetRequestAuthorizationPolicy",
        "a policy that AWS evaluated for it",
        regional=True,
    ),
)

READS = (
    *_EVIDENCE,
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission
    Read(
        "sts",
        "GetCallerIdentity",
        None,
        "sts:GetCallerIdentity",
        "which account is read",
        granted=False,
    ),
    _iam(
        "GetAccountAuthorizationDetails",
        "all roles, users, groups and policies",
        "UserDetailList",
        "GroupDetailList",
        "RoleDetailList",
        "Policies",
    ),
    _iam("GetRole", "trust policy, boundary and tags of a role"),
    _iam("ListRolePolicies", "names of a role's inline policies", "PolicyNames"),
    _iam("GetRolePolicy", "an inline policy of a role"),
    _iam("ListAttachedRolePolicies", "managed policies of a role", "AttachedPolicies"),
    _iam("GetUser", "boundary and tags of a user"),
    _iam("ListUserPolicies", "names of a user's inline policies", "PolicyNames"),
    _iam("GetUserPolicy", "an inline policy of a user"),
    _iam("ListAttachedUserPolicies", "managed policies of a user", "AttachedPolicies"),
    _iam("ListGroupsForUser", "groups of a user", "Groups"),
    _iam("ListGroupPolicies", "names of a group's inline policies", "PolicyNames"),
    _iam("GetGroupPolicy", "an inline policy of a group"),
    _iam("ListAttachedGroupPolicies", "managed policies of a group", "AttachedPolicies"),
    _iam("GetPolicy", "the default version of a managed policy"),
    _iam("GetPolicyVersion", "the document of a managed policy"),
    _org("DescribeOrganization", "organization and management account"),
    _org("ListRoots", "policy types that are enabled", "Roots"),
    _org("ListAccounts", "members of the organization", "Accounts"),
    _org(
        "ListDelegatedAdministrators",
        "accounts that may read the organization",
        "DelegatedAdministrators",
    ),
    _org("ListParents", "the units above an account", "Parents"),
    _org("ListPoliciesForTarget", "SCPs and RCPs at each level", "Policies"),
    _org("DescribePolicy", "content of an SCP or RCP"),
    _org("DescribeEffectivePolicy", "Bedrock policy of the organization"),
    _bedrock("ListFoundationModels", "models and their life cycle", "modelSummaries"),
    _bedrock("ListInferenceProfiles", "profiles and their Regions", "inferenceProfileSummaries"),
    _bedrock("GetInferenceProfile", "destination Regions of a profile"),
    _bedrock("GetFoundationModelAvailability", "hints about access to a model"),
    _bedrock("ListFoundationModelAgreementOffers", "offers of a model", "offers"),
    _bedrock("GetUseCaseForModelAccess", "that the use case form was submitted"),
    _bedrock(
        "ListEnforcedGuardrailsConfiguration", "guardrails that are enforced", "guardrailsConfig"
    ),
    _bedrock("GetAccountDataRetention", "the data retention mode"),
    _bedrock("GetResourcePolicy", "resource-based policy of a model or guardrail"),
    _bedrock("ListTagsForResource", "tags of an application inference profile", "tags"),
    _bedrock("GetProvisionedModelThroughput", "the model behind provisioned throughput"),
    _bedrock(
        "ListProvisionedModelThroughputs", "provisioned throughput", "provisionedModelSummaries"
    ),
    _bedrock("GetCustomModel", "the model that a custom model was made from"),
    _bedrock("ListCustomModels", "custom models", "modelSummaries"),
    _bedrock("GetCustomModelDeployment", "the custom model behind a deployment"),
    _bedrock(
        "ListCustomModelDeployments", "deployments of custom models", "modelDeploymentSummaries"
    ),
    _bedrock("GetImportedModel", "an imported model"),
    _bedrock("ListImportedModels", "imported models", "modelSummaries"),
    _bedrock("GetPromptRouter", "the models behind a prompt router"),
    _bedrock("ListPromptRouters", "prompt routers", "promptRouterSummaries"),
    _bedrock("GetGuardrail", "version, key and profile of a guardrail"),
    _bedrock("ListGuardrails", "guardrails", "guardrails"),
    _prompts("GetPrompt", "the model behind a prompt, without what it says"),
    _prompts("ListPrompts", "prompts", "promptSummaries"),
    Read(
        "s3",
        "GetBucketPolicy",
        Group.BEDROCK,
        "s3:GetBucketPolicy",
        "the policy of a bucket that a batch job reads or writes",
    ),
    Read(
        "ec2",
        "DescribeVpcEndpoints",
        Group.NETWORK,
        "ec2:DescribeVpcEndpoints",
        "endpoints and their policies",
        ("VpcEndpoints",),
        regional=True,
    ),
    Read(
        "service-quotas",
        "ListServiceQuotas",
        Group.QUOTAS,
        "servicequotas:ListServiceQuotas",
        "quotas that apply",
        ("Quotas",),
        regional=True,
    ),
    Read(
        "account",
        "ListRegions",
        Group.REGIONS,
        "account:ListRegions",
        "Regions that are enabled",
        ("Regions",),
    ),
)

TRAIL_READS = (
    Read("s3", "ListObjectsV2", None, "s3:ListBucket", "log files of a trail"),
    # botocore asks it for the Region of a bucket that another Region answered for
    Read("s3", "HeadBucket", None, "s3:ListBucket", "the Region of a bucket"),
    Read("s3", "GetObject", None, "s3:GetObject", "a log file"),
)  # fmt: skip
"""What a scan of trails reads, beside LookupEvents; a collection makes none of these calls."""

_BY_CALL = {(read.service, read.operation): read for read in (*READS, *TRAIL_READS)}


def read_of(service: str, operation: str) -> Read | None:
    """The entry of an operation; None for one that is never called."""
    return _BY_CALL.get((service, operation))
