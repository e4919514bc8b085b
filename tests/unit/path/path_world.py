"""A small world for the tests of path/: a source account, a target account, one organization."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    Endpoint,
    IamEntity,
    InferenceProfile,
    Organization,
    Snapshot,
)
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.way import Check, Gate, Purpose, Way
from bedrock_doctor.path.expand import expand

SOURCE, TARGET, MANAGEMENT = "111122223333", "444455556666", "999900001111"
CALLER = f"arn:aws:iam::{SOURCE}:role/apps/rag-api"
USER = f"arn:aws:iam::{SOURCE}:user/ada"
ROLE = f"arn:aws:iam::{TARGET}:role/svc/gateway"
SECOND = f"arn:aws:iam::{TARGET}:role/second"
REGION = "eu-central-1"
SONNET = "anthropic.claude-sonnet-4-6"
EU_SONNET = f"eu.{SONNET}"


def document(name: str, kind: PolicyKind = PolicyKind.INLINE) -> PolicyDocument:
    """A policy that is only looked at from outside."""
    return PolicyDocument(PolicyRef(kind, name), Source("{}"))


def role(arn: str, unique_id: str = "AROAEXAMPLE", **changes: Any) -> IamEntity:
    """A role with one policy and a trust policy."""
    name = arn.rpartition("/")[2]
    entity = IamEntity(
        arn=arn,
        name=name,
        unique_id=unique_id,
        policies=(document(f"policy of {name}"),),
        trust=document(f"trust of {name}", PolicyKind.TRUST),
        tags={"team": "search"},
    )
    return replace(entity, **changes)


def organization(**changes: Any) -> Organization:
    """Root, one unit, both accounts; SCPs and RCPs everywhere."""
    scps = {
        target: (document(f"scp {target}", PolicyKind.SCP),)
        for target in ("r-ab12", "ou-ab12-prod", SOURCE, TARGET)
    }
    rcps = {
        target: (document(f"rcp {target}", PolicyKind.RCP),)
        for target in ("r-ab12", "ou-ab12-prod", SOURCE, TARGET)
    }
    org = Organization(
        id="o-example",
        management_account=MANAGEMENT,
        feature_set="ALL",
        policy_types=frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}),
        members={SOURCE: "workloads", TARGET: "ai-platform"},
        members_complete=True,
        parents={
            SOURCE: "ou-ab12-prod",
            TARGET: "ou-ab12-prod",
            "ou-ab12-prod": "r-ab12",
            MANAGEMENT: "r-ab12",
        },
        names={"r-ab12": "Root", "ou-ab12-prod": "Production"},
        scps=scps,
        rcps=rcps,
    )
    return replace(org, **changes)


def eu_profile() -> InferenceProfile:
    """The eu. profile with two destinations, unlike the catalog's."""
    arns = tuple(
        f"arn:aws:bedrock:{region}::foundation-model/{SONNET}"
        for region in ("eu-west-1", "eu-central-1")
    )
    arn = f"arn:aws:bedrock:{REGION}:{TARGET}:inference-profile/{EU_SONNET}"
    return InferenceProfile(arn, EU_SONNET, "SYSTEM_DEFINED", "ACTIVE", arns)


def endpoint(name: str, service: str) -> Endpoint:
    """A VPC endpoint of the source account."""
    policy = document(f"policy of {name}", PolicyKind.ENDPOINT)
    full = f"com.amazonaws.{REGION}.{service}"
    return Endpoint(name, full, "vpc-1", SOURCE, REGION, policy)


def bedrock(**changes: Any) -> BedrockRegion:
    """Bedrock of the target account in the Region."""
    return replace(BedrockRegion(REGION), **changes)


def snapshot(
    *,
    org: Organization | None = None,
    region: BedrockRegion | None = None,
    source: dict[str, Any] | None = None,
    target: dict[str, Any] | None = None,
    **changes: Any,
) -> Snapshot:
    """A complete snapshot of both accounts and their organization."""
    source_account = Account(
        SOURCE,
        roles={"rag-api": role(CALLER, "AROACALLER")},
        users={"ada": IamEntity(USER, "ada", "AIDAEXAMPLE", (document("user policy"),), tags={})},
        iam_complete=True,
        endpoints={
            "vpce-sts": endpoint("vpce-sts", "sts"),
            "vpce-run": endpoint("vpce-run", "bedrock-runtime"),
        },
    )
    target_account = Account(
        TARGET,
        roles={"gateway": role(ROLE), "second": role(SECOND, "AROASECOND", tags=None)},
        iam_complete=True,
        bedrock={REGION: region or bedrock()},
    )
    return Snapshot(
        accounts={
            SOURCE: replace(source_account, **(source or {})),
            TARGET: replace(target_account, **(target or {})),
        },
        organizations=(org or organization(),),
        **changes,
    )


def attempt(**changes: Any) -> Attempt:
    """The caller assumes the role and calls the eu. profile."""
    return replace(Attempt(CALLER, (ROLE,), EU_SONNET, REGION), **changes)


def way(given: Attempt | None = None, held: Snapshot | None = None, **changes: Any) -> Way:
    """The expanded way of an attempt with changes."""
    return expand(replace(given or attempt(), **changes), held or snapshot())


def invoke_checks(found: Way) -> list[tuple[Purpose, str, str]]:
    """Purpose, resource and Region of the checks of the last hop."""
    return [
        (check.purpose, check.request.resource, check.region) for check in found.hops[-1].checks
    ]


def context(check: Check) -> Context:
    """The condition context of a check."""
    return check.request.context


def gate(found: Way, rule: str) -> Gate:
    """The one gate with this rule."""
    gates = [gate for gate in found.gates if gate.rule == rule]
    assert len(gates) == 1, [gate.rule for gate in found.gates]
    return gates[0]
