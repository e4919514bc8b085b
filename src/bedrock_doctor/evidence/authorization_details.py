"""Answers of GetRequestAuthorizationDetails and GetRequestAuthorizationPolicy.

They are the strongest evidence there is: AWS's own evaluation of the denied request.
https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
(public preview when this was written; shapes from botocore's model ``iam-toolbox`` 2018-05-10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_doctor.evidence.json_records import objects_in
from bedrock_doctor.evidence.refusal import Refusal, read_resource, read_signer
from bedrock_doctor.model.evaluated_policy import EvaluatedPolicy
from bedrock_doctor.model.finding import Layer

CHECK_LAYERS = {
    "SERVICE_CONTROL_POLICY": Layer.SCP,
    "RESOURCE_CONTROL_POLICY": Layer.RCP,
    "VPC_ENDPOINT": Layer.ENDPOINT,
    "RESOURCE": Layer.RESOURCE,
    "PRINCIPAL": Layer.IDENTITY,
    "PERMISSIONS_BOUNDARY": Layer.BOUNDARY,
    "SESSION": Layer.SESSION,
}


_NO_STATEMENT: tuple[Mapping[str, Any], ...] = ({},)


@dataclass(frozen=True, slots=True)
class DeniedCheck:
    """One requirement that was not met.

    Attributes:
        layer: our layer for AWS's check type; trust for the resource check of an AssumeRole call.
        explicit: explicit or implicit denial.
        target: the organization's root, unit or account of an SCP or RCP check, else empty.
        statements: policies and statements that matched, as ``uri#sid``.
    """

    layer: Layer
    explicit: bool
    target: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeniedEvaluation:
    """One denied pair of action and resource."""

    action: str
    resource: str
    context: Mapping[str, Any]
    checks: tuple[DeniedCheck, ...]


@dataclass(frozen=True, slots=True)
class AuthorizationDetails:
    """The evaluation that AWS kept for one denied request.

    Attributes:
        context: condition keys of the whole request with their values.
        denied: evaluations that did not end in Allow.
        policies: all policies that took part, denying or not: input for the engine, so that what
            stands behind the first blocker is found as well.
    """

    context: Mapping[str, Any]
    denied: tuple[DeniedEvaluation, ...]
    policies: tuple[EvaluatedPolicy, ...]


def find_details(value: Any) -> Iterator[AuthorizationDetails]:
    """All answers of GetRequestAuthorizationDetails inside a JSON value.

    Answers of GetRequestAuthorizationPolicy beside them, ``{"policyUri": …, "policyDocument": …}``,
    lend their documents by uri.
    """
    items = list(objects_in(value))
    documents = {
        str(item["policyUri"]): item["policyDocument"]
        for item in items
        if "policyUri" in item and isinstance(item.get("policyDocument"), Mapping)
    }
    for item in items:
        if "requestContext" in item and isinstance(item.get("evaluations"), list):
            yield _details(item, documents)


def refusals_of(details: AuthorizationDetails) -> Iterator[Refusal]:
    """One refusal for each requirement that was not met."""
    arn = str(_first(details.context, "aws:PrincipalArn"))
    signer = read_signer(arn)
    region = str(_first(details.context, "aws:RequestedRegion"))
    for evaluation in details.denied:
        for check in evaluation.checks:
            policies = [entry.partition("#")[0] for entry in check.statements]
            named = [uri for uri in policies if uri.startswith("arn:")]
            how = "an explicit deny" if check.explicit else "no allow"
            yield Refusal(
                text=f"{evaluation.action} on {evaluation.resource or '*'}: {how} in the check "
                f"{check.layer.value}" + (f" at {check.target}" if check.target else ""),
                source="authorization-details",
                signer=signer,
                action=evaluation.action,
                resource=read_resource(evaluation.resource),
                layer=check.layer,
                explicit=check.explicit,
                policy_arn=named[0] if check.explicit and named else "",
                call_region=region,
                service=evaluation.action.partition(":")[0],
                matched_policies=check.statements,
            )


def _details(item: Mapping[str, Any], documents: Mapping[str, Any]) -> AuthorizationDetails:
    denied = []
    for evaluation in item["evaluations"]:
        if not isinstance(evaluation, Mapping) or evaluation.get("evaluatedEffect") == "ALLOW":
            continue
        action = str(evaluation.get("action") or "")
        denied.append(
            DeniedEvaluation(
                action=action,
                resource=str(evaluation.get("resource") or ""),
                context=evaluation.get("context") or {},
                checks=tuple(_checks(evaluation, action)),
            )
        )
    return AuthorizationDetails(
        context=item["requestContext"] if isinstance(item["requestContext"], Mapping) else {},
        denied=tuple(denied),
        policies=tuple(_policies(item.get("policies"), documents)),
    )


def _checks(evaluation: Mapping[str, Any], action: str) -> Iterator[DeniedCheck]:
    for check in evaluation.get("checks") or ():
        effect = str(check.get("evaluatedEffect", ""))
        layer = CHECK_LAYERS.get(str(check.get("checkType", "")))
        if not effect.endswith("_DENY") or layer is None:
            continue
        if layer is Layer.RESOURCE and action.startswith("sts:AssumeRole"):
            layer = Layer.TRUST
        yield DeniedCheck(
            layer=layer,
            explicit=effect == "EXPLICIT_DENY",
            target=str(check.get("targetArn") or ""),
            statements=tuple(
                f"{policy.get('uri', '')}#{statement.get('sid', '')}"
                for policy in check.get("matchedPolicies") or ()
                for statement in policy.get("matchedStatements") or _NO_STATEMENT
            ),
        )


def _policies(value: Any, documents: Mapping[str, Any]) -> Iterator[EvaluatedPolicy]:
    for policy in value if isinstance(value, list) else ():
        uri = str(policy.get("uri") or "")
        yield EvaluatedPolicy(
            uri=uri,
            type=str(policy.get("type") or ""),
            inline=bool(policy.get("inline")),
            attached_to=tuple(str(at.get("arn", "")) for at in policy.get("attachedTo") or ()),
            document=documents.get(uri),
        )


def _first(context: Mapping[str, Any], key: str) -> Any:
    for name, value in context.items():
        if name.lower() == key.lower():
            return value[0] if isinstance(value, list) and value else value
    return ""
