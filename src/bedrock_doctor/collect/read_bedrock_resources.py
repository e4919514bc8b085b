"""Resources of Amazon Bedrock that one call describes each, and their resource-based policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_doctor.collect.bedrock_files import BedrockFiles
from bedrock_doctor.collect.bedrock_shapes import ResourcePolicy
from bedrock_doctor.collect.manifest import Manifest, Refusal
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.model.missing import Absence
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable

_RESOURCE_POLICY = "bedrock:GetResourcePolicy"
_NO_POLICY = "ResourceNotFoundException"

# Calls that describe one resource, and the member of their output that identifies it.
_RESOURCES = {
    "get-provisioned-model-throughput": "provisionedModelArn",
    "get-custom-model": "modelArn",
    "get-custom-model-deployment": "customModelDeploymentArn",
    "get-imported-model": "modelArn",
    "get-prompt-router": "promptRouterArn",
    "get-prompt": "arn",
    "get-guardrail": "guardrailArn",
}


def read_resources(files: BedrockFiles) -> dict[str, Mapping[str, str]]:
    """Details by ARN; of guardrails, whose ARN has no version, by ARN with version."""
    found: dict[str, Mapping[str, str]] = {}
    for call, identity in _RESOURCES.items():
        for name in files.names(call):
            output = files.one(call, name, dict[str, Any], f"`{name}`")
            if not isinstance(output, Absence):
                details = dict(_flat(output.value))
                found[_key(call, details.get(identity, name), details)] = details
    return found


def _key(call: str, identity: str, details: Mapping[str, str]) -> str:
    """The ARN, with the version where AWS leaves it out: drafts of prompts have none."""
    version = details.get("version", "DRAFT")
    if call == "get-guardrail":
        return f"{identity}:{version}"
    lacking = call == "get-prompt" and ":" not in identity.rpartition("/")[2]
    return f"{identity}:{version}" if lacking and version != "DRAFT" else identity


def _flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """All texts, numbers and booleans below a value, under dotted names (``models.0.modelArn``)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{name}.{index}")
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif value is not None:
        yield name, str(value)


def read_resource_policies(files: BedrockFiles) -> dict[str, Readable]:
    """Resource-based policies by the name of their file, which is an ARN or an id."""
    found: dict[str, Readable] = {}
    for name in files.names("get-resource-policy"):
        what = f"resource policy of `{name}`"
        output = files.one("get-resource-policy", name, ResourcePolicy, what)
        if isinstance(output, Absence):
            found[name] = files.not_read(output, what, _RESOURCE_POLICY, name, resource_arn=name)
        else:
            ref = PolicyRef(PolicyKind.RESOURCE, name, files.account, "", name)
            source = policy_source(output.value.resource_policy, output, "resourcePolicy")
            found[name] = PolicyDocument(ref, source)
    return found


def policy_absent(refusal: Refusal) -> bool:
    """Whether AWS's error says that a resource has no policy, which is an answer, not a refusal."""
    return refusal.call == _RESOURCE_POLICY and refusal.code == _NO_POLICY


def without_policy(manifest: Manifest, account: str, region: str) -> frozenset[str]:
    """Every word of the answers that say so: ids and ARNs of resources are among them."""
    return frozenset(
        word.strip("\"'`(),.;")
        for refusal in manifest.refusals
        if policy_absent(refusal) and refusal.account == account and refusal.region in ("", region)
        for word in refusal.message.split()
    )
