"""The lab's state as a snapshot: the same files that the AWS CLI would have written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bedrock_doctor.lab import model_access
from bedrock_doctor.lab.bedrock_state import BedrockState
from bedrock_doctor.lab.moto_state import MotoState
from bedrock_doctor.lab.world import World

IAM_KINDS = ["User", "Role", "Group", "LocalManagedPolicy"]
POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def write_snapshot(folder: Path, world: World, state: MotoState, bedrock: BedrockState) -> None:
    """Writes the whole state into an empty folder."""
    missing: list[dict[str, str]] = []
    for account in world.accounts.values():
        _write_account(folder / "accounts" / account, account, world, state, bedrock, missing)
    _write_organization(folder / "organization", world, state)
    names = {account: {"name": name} for name, account in world.accounts.items()}
    manifest = {
        "schema": "bedrock-doctor/snapshot/1",
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "accounts": names,
        "missing": missing,
        "redaction": "none",
    }
    _write(folder / "snapshot.json", manifest)


def _write(path: Path, data: Any) -> None:
    if isinstance(data, dict):
        data.pop("ResponseMetadata", None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, default=_iso), "utf-8")


def _iso(value: datetime) -> str:
    return value.isoformat()


def _write_account(
    folder: Path,
    account: str,
    world: World,
    state: MotoState,
    bedrock: BedrockState,
    missing: list[dict[str, str]],
) -> None:
    pages = state.client("iam", account).get_paginator("get_account_authorization_details")
    access = bedrock.access
    merged = pages.paginate(Filter=IAM_KINDS).build_full_result()
    _write(folder / "iam" / "get-account-authorization-details.json", merged)
    for region in world.regions:
        place = folder / "bedrock" / region
        _write(place / "list-foundation-models.json", model_access.list_models(region))
        _write(place / "list-inference-profiles.json", model_access.list_profiles(account, region))
        for model in sorted(access.watched):
            name = f"{quote(model, safe='')}.json"
            found = access.availability(account, model, region)
            _write(place / "get-foundation-model-availability" / name, found)
            offered = model_access.offers(model)
            _write(place / "list-foundation-model-agreement-offers" / name, offered)
        if account in access.no_form:
            missing.append(
                {
                    "account": account,
                    "region": region,
                    "call": "bedrock:GetUseCaseForModelAccess",
                    "code": "ResourceNotFoundException",
                    "message": "No use case was found for this account.",
                }
            )
        else:
            _write(place / "get-use-case-for-model-access.json", {})
        _write_guardrails(place, account, region, bedrock, missing)
        quotas = folder / "service-quotas" / region / "list-service-quotas.json"
        _write(quotas, bedrock.quotas.listed(account, region))
    ec2 = state.client("ec2", account, world.regions[0])
    found = ec2.describe_vpc_endpoints()
    _write(folder / "ec2" / world.regions[0] / "describe-vpc-endpoints.json", found)


def _write_guardrails(
    place: Path, account: str, region: str, bedrock: BedrockState, missing: list[dict[str, str]]
) -> None:
    guardrails = bedrock.guardrails
    enforced = guardrails.enforced(account, region)
    _write(place / "list-enforced-guardrails-configuration.json", enforced)
    for arn, version, details in guardrails.held(account, region):
        name = quote(f"{arn}:{version}", safe="")
        _write(place / "get-guardrail" / f"{name}.json", details)
        if version != "DRAFT":
            continue
        policy = guardrails.policy(arn)
        if policy is None:
            message = f"No resource policy was found for {arn}."
            call = {"call": "bedrock:GetResourcePolicy", "code": "ResourceNotFoundException"}
            missing.append({"account": account, "region": region, **call, "message": message})
        else:
            found = {"resourcePolicy": policy}
            _write(place / "get-resource-policy" / f"{quote(arn, safe='')}.json", found)


def _write_organization(folder: Path, world: World, state: MotoState) -> None:
    client = state.client("organizations", world.management)
    _write(folder / "describe-organization.json", client.describe_organization())
    _write(folder / "list-roots.json", client.list_roots())
    accounts = client.get_paginator("list_accounts").paginate().build_full_result()
    _write(folder / "list-accounts.json", accounts)
    children = [*world.accounts.values(), *world.units.values()]
    for child in children:
        _write(folder / "list-parents" / f"{child}.json", client.list_parents(ChildId=child))
    policies: set[str] = set()
    for target in (world.root, *children):
        for kind in POLICY_TYPES:
            found = client.list_policies_for_target(TargetId=target, Filter=kind)
            policies.update(policy["Id"] for policy in found["Policies"])
            _write(folder / "list-policies-for-target" / target / f"{kind}.json", found)
    for policy in sorted(policies):
        described = client.describe_policy(PolicyId=policy)
        _write(folder / "describe-policy" / f"{policy}.json", described)
