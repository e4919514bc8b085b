"""Guardrails that an account or its organization enforces on every inference call.

https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.snapshot import Account, EnforcedGuardrail
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.inference_call import InferenceCall

POLICY_TYPE = "BEDROCK_POLICY"
_NO_POLICY = "EffectivePolicyNotFoundException"
"""AWS's answer for an account on which no policy of that type is in force."""


def enforced_entries(call: InferenceCall) -> tuple[EnforcedGuardrail, ...]:
    """What the snapshot says is enforced on the call: the account's entries, the organization's."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    listed = held.enforced_guardrails if isinstance(held.enforced_guardrails, tuple) else ()
    org = call.snapshot.organization_of(call.account)
    content = org.bedrock_policies.get(call.account, "") if org else ""
    entries = [*listed, *_from_policy(content, call.region)]
    return tuple(entry for entry in entries if _applies(entry, call.target.models))


def _applies(entry: EnforcedGuardrail, models: tuple[str, ...]) -> bool:
    """Whether an enforced guardrail covers one of the models."""
    if models and all(model in entry.excluded_models for model in models):
        return False
    included = [name for name in entry.included_models if name != "ALL"]
    return not included or not models or any(model in included for model in models)


def _text(value: object) -> str:
    """A value of an effective policy, which may stand under an inheritance operator."""
    if isinstance(value, Mapping):
        return _text(value.get("@@assign"))
    return value if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return _names(value.get("@@assign"))
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()


def _member(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _from_policy(content: str, region: str) -> Iterator[EnforcedGuardrail]:
    """Entries of an effective BEDROCK_POLICY for a Region; nothing where it has another shape.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_bedrock_syntax.html
    """
    try:
        policy = json.loads(content)
    except ValueError:
        return
    inference = _member(_member(policy, "bedrock"), "guardrail_inference")
    entries = _member(inference, region)
    for entry in entries.values() if isinstance(entries, Mapping) else ():
        models = _member(entry, "model_enforcement")
        yield EnforcedGuardrail(
            guardrail_arn=_text(_member(entry, "identifier")),
            version="",
            owner="ORGANIZATION",
            included_models=_names(_member(models, "included_models")),
            excluded_models=_names(_member(models, "excluded_models")),
        )


def not_collected(call: InferenceCall) -> Iterator[Missing]:
    """Reads that would tell of further enforced guardrails."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region)
    if not isinstance(held.enforced_guardrails, tuple):
        yield missing_evidence.bedrock(
            call.snapshot,
            call.account,
            call.region,
            operation="list-enforced-guardrails-configuration",
            what=f"the guardrails that account {call.account} enforces in {call.region}",
        )
    org = call.snapshot.organization_of(call.account)
    enabled = org is not None and (org.policy_types is None or POLICY_TYPE in org.policy_types)
    if org is None or not enabled or call.account in org.bedrock_policies:
        return
    missing = Missing(
        what=f"the guardrails that the organization enforces on account {call.account}",
        call="organizations:DescribeEffectivePolicy",
        account=call.account,
        command=f"aws organizations describe-effective-policy --policy-type {POLICY_TYPE} "
        f"--target-id {call.account}",
        path=f"organization/describe-effective-policy/{call.account}/{POLICY_TYPE}.json",
    )
    own = call.snapshot.accounts.get(call.account, Account(call.account)).missing
    found = missing_evidence.as_refused(missing, (*own, *org.missing))
    if found.code != _NO_POLICY:
        yield replace(found, account=call.account)
