"""Small snapshots for the tests: file names to content, written as a directory or a zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bedrock_doctor.collect.load_snapshot import load_snapshot
from bedrock_doctor.model.snapshot import Snapshot

SOURCE = "111122223333"
TARGET = "444455556666"
MANAGEMENT = "999900001111"
REGION = "eu-central-1"

Files = Mapping[str, Any]


def policy(action: str, *, principal: str = "") -> dict[str, Any]:
    """A policy that allows one action."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action}
    if principal:
        statement["Principal"] = {"AWS": principal}
    else:
        statement["Resource"] = "*"
    return {"Version": "2012-10-17", "Statement": [statement]}


def content(value: Any) -> bytes:
    """A file's bytes: bytes and texts as they are, anything else as the AWS CLI prints it."""
    if isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json.dumps(value, indent=4, ensure_ascii=False)
    return (text + "\n").encode()


def write_directory(root: Path, files: Files) -> Path:
    """Writes a snapshot directory."""
    for name, value in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(value))
    return root


def write_zip(path: Path, files: Files, prefix: str = "") -> Path:
    """Writes a snapshot zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(prefix + name, content(value))
    return path


def load(root: Path, files: Files) -> Snapshot:
    """Writes a snapshot directory and loads it; a manifest is added where there is none."""
    return load_snapshot([write_directory(root, {"snapshot.json": MANIFEST, **files})])


def role(name: str, account: str = TARGET, **members: Any) -> dict[str, Any]:
    """A role of GetAccountAuthorizationDetails."""
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE" + name.upper(),
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "AssumeRolePolicyDocument": policy("sts:AssumeRole", principal=SOURCE),
        "InstanceProfileList": [],
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **members,
    }


def user(name: str, account: str = SOURCE, **members: Any) -> dict[str, Any]:
    """A user of GetAccountAuthorizationDetails."""
    return {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDAEXAMPLE" + name.upper(),
        "Arn": f"arn:aws:iam::{account}:user/{name}",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **members,
    }


def managed(name: str, document: Any, account: str = TARGET, **members: Any) -> dict[str, Any]:
    """A managed policy of GetAccountAuthorizationDetails, with an old and a default version."""
    return {
        "PolicyName": name,
        "PolicyId": "ANPAEXAMPLE" + name.upper(),
        "Arn": f"arn:aws:iam::{account}:policy/{name}",
        "Path": "/",
        "DefaultVersionId": "v2",
        "PolicyVersionList": [
            {"Document": document, "VersionId": "v2", "IsDefaultVersion": True},
            {"Document": policy("old:Action"), "VersionId": "v1", "IsDefaultVersion": False},
        ],
        **members,
    }


def details(**lists: Any) -> dict[str, Any]:
    """An output of GetAccountAuthorizationDetails."""
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
        **lists,
    }


def attached(name: str, account: str = TARGET) -> dict[str, str]:
    """An attachment of a managed policy."""
    return {"PolicyName": name, "PolicyArn": f"arn:aws:iam::{account}:policy/{name}"}


def scp(id: str, name: str, kind: str = "SERVICE_CONTROL_POLICY") -> dict[str, Any]:
    """A summary of an organization policy."""
    owner = "aws" if "FullAWSAccess" in id else MANAGEMENT
    place = kind.lower() + ("/" if owner == "aws" else "/o-a1b2c3d4e5/")
    return {
        "Id": id,
        "Arn": f"arn:aws:organizations::{owner}:policy/{place.lstrip('/')}{id}",
        "Name": name,
        "Type": kind,
        "AwsManaged": owner == "aws",
    }


MANIFEST: Files = {
    "schema": "bedrock-doctor/snapshot/1",
    "created": "2026-11-23T22:01:00Z",
    "accounts": {SOURCE: {"name": "apps"}, TARGET: {"name": "models"}},
    "missing": [],
    "redaction": "none",
}

_IAM = "iam/get-account-authorization-details.json"
_BEDROCK = f"accounts/{TARGET}/bedrock/{REGION}"
_CALL = {"PolicyName": "Call", "PolicyDocument": policy("sts:AssumeRole")}
_PROFILE = {
    "inferenceProfileName": "EU Anthropic Claude",
    "inferenceProfileArn": f"arn:aws:bedrock:{REGION}:{TARGET}:inference-profile/eu.anthropic.c-1",
    "models": [{"modelArn": f"arn:aws:bedrock:{REGION}::foundation-model/anthropic.c-1"}],
    "inferenceProfileId": "eu.anthropic.c-1",
    "status": "ACTIVE",
    "type": "SYSTEM_DEFINED",
}

WORLD: Files = {
    "snapshot.json": {
        **MANIFEST,
        "missing": [
            {
                "account": TARGET,
                "region": REGION,
                "call": "bedrock:GetUseCaseForModelAccess",
                "code": "ResourceNotFoundException",
                "message": "no form",
            }
        ],
    },
    f"accounts/{SOURCE}/{_IAM}": details(
        RoleDetailList=[role("Gateway", SOURCE, RolePolicyList=[_CALL])],
        UserDetailList=[user("ci", GroupList=["builders"])],
        GroupDetailList=[
            {
                "GroupName": "builders",
                "Arn": f"arn:aws:iam::{SOURCE}:group/builders",
                "GroupPolicyList": [_CALL],
                "AttachedManagedPolicies": [attached("Base", SOURCE)],
            }
        ],
        Policies=[managed("Base", policy("s3:GetObject"), SOURCE)],
    ),
    f"accounts/{SOURCE}/sts/get-caller-identity.json": {
        "UserId": "AIDA",
        "Account": SOURCE,
        "Arn": f"arn:aws:iam::{SOURCE}:user/ci",
    },
    f"accounts/{SOURCE}/account/list-regions.json": {
        "Regions": [{"RegionName": REGION, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]
    },
    f"accounts/{SOURCE}/ec2/{REGION}/describe-vpc-endpoints.json": {
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-0a1",
                "VpcId": "vpc-1",
                "ServiceName": f"com.amazonaws.{REGION}.bedrock-runtime",
                "PolicyDocument": json.dumps(policy("*", principal="*")),
                "OwnerId": SOURCE,
            }
        ]
    },
    f"accounts/{TARGET}/iam/roles/Invoke/get-role.json": {
        "Role": {
            "RoleName": "Invoke",
            "Arn": f"arn:aws:iam::{TARGET}:role/ai/Invoke",
            "RoleId": "AROAINVOKE",
            "AssumeRolePolicyDocument": policy("sts:AssumeRole", principal=SOURCE),
            "MaxSessionDuration": 3600,
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": f"arn:aws:iam::{TARGET}:policy/Limit",
            },
        }
    },
    f"accounts/{TARGET}/iam/roles/Invoke/list-role-policies.json": {"PolicyNames": ["Use"]},
    f"accounts/{TARGET}/iam/roles/Invoke/list-attached-role-policies.json": {
        "AttachedPolicies": [attached("Shared")]
    },
    f"accounts/{TARGET}/iam/roles/Invoke/get-role-policy/Use.json": {
        "RoleName": "Invoke",
        "PolicyName": "Use",
        "PolicyDocument": policy("bedrock:InvokeModel"),
    },
    f"accounts/{TARGET}/iam/policies/ANPASHARED.json": {
        "Policy": {"Arn": f"arn:aws:iam::{TARGET}:policy/Shared", "DefaultVersionId": "v3"},
        "PolicyVersion": {
            "Document": policy("logs:*"),
            "VersionId": "v3",
            "IsDefaultVersion": True,
        },
    },
    f"{_BEDROCK}/list-foundation-models.json": {
        "modelSummaries": [
            {
                "modelId": "anthropic.c-1",
                "inferenceTypesSupported": ["INFERENCE_PROFILE"],
                "modelLifecycle": {"status": "ACTIVE"},
                "responseStreamingSupported": True,
            }
        ]
    },
    f"{_BEDROCK}/list-inference-profiles.json": {"inferenceProfileSummaries": [_PROFILE]},
    f"{_BEDROCK}/get-inference-profile/eu.anthropic.c-1.json": _PROFILE,
    f"{_BEDROCK}/get-foundation-model-availability/anthropic.c-1.json": {
        "modelId": "anthropic.c-1",
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    },
    f"{_BEDROCK}/list-enforced-guardrails-configuration.json": {"guardrailsConfig": []},
    f"{_BEDROCK}/get-account-data-retention.json": {"mode": "default"},
    f"accounts/{TARGET}/service-quotas/{REGION}/list-service-quotas.json": {
        "Quotas": [
            {"ServiceCode": "bedrock", "QuotaCode": "L-1", "QuotaName": "Calls", "Value": 10.0}
        ]
    },
    "organization/describe-organization.json": {
        "Organization": {
            "Id": "o-a1b2c3d4e5",
            "MasterAccountId": MANAGEMENT,
            "FeatureSet": "ALL",
        }
    },
    "organization/list-roots.json": {
        "Roots": [
            {
                "Id": "r-ab12",
                "Name": "Root",
                "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
            }
        ]
    },
    "organization/list-accounts.json": {
        "Accounts": [{"Id": SOURCE, "Name": "apps"}, {"Id": TARGET, "Name": "models"}]
    },
    f"organization/list-parents/{TARGET}.json": {"Parents": [{"Id": "ou-ab12-1", "Type": "X"}]},
    "organization/list-parents/ou-ab12-1.json": {"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]},
    "organization/list-policies-for-target/ou-ab12-1/SERVICE_CONTROL_POLICY.json": {
        "Policies": [scp("p-FullAWSAccess", "FullAWSAccess"), scp("p-fence", "Fence")]
    },
    "organization/describe-policy/p-fence.json": {
        "Policy": {
            "PolicySummary": scp("p-fence", "Fence"),
            "Content": json.dumps(policy("bedrock:*")),
        }
    },
}
"""One snapshot with a file of almost every kind."""
