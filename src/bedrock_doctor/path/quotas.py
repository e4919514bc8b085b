"""Quotas of Amazon Bedrock in the account, as Service Quotas names them.

https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.way import Gate, GateState
from bedrock_doctor.path import missing_evidence
from bedrock_doctor.path.gate_builder import gate, unchecked
from bedrock_doctor.path.inference_call import InferenceCall


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", text.lower()))


def names_model(name: str, model: str) -> bool:
    """Whether a quota of this name is about a model: it holds every word of the id's last part.

    Dates and ``v1:0`` are no part of quota names.
    """
    tail = re.sub(r"-\d{8}|-v\d+(:\d+)?$", "", model.partition(".")[2])
    wanted = _words(tail)
    named = _words(name.partition(" for ")[2])
    return bool(wanted) and wanted <= named and "inference" in name.lower()


def quota_gates(call: InferenceCall) -> Iterator[Gate]:
    """Applied quotas of zero, which shut an account out although they look like throttling."""
    held = missing_evidence.bedrock_region(call.snapshot, call.account, call.region).quotas
    rule = "quota-is-zero"
    path = f"accounts/{call.account}/service-quotas/{call.region}/list-service-quotas.json"
    if not isinstance(held, tuple):
        missing = Missing(
            what=f"the applied Bedrock quotas of account {call.account} in {call.region}",
            call="servicequotas:ListServiceQuotas",
            account=call.account,
            region=call.region,
            command=(
                "aws service-quotas list-service-quotas --service-code bedrock "
                f"--region {call.region}"
            ),
            path=path,
        )
        yield unchecked(call, Layer.QUOTA, rule, call.target.id, missing)
        return
    for quota in held:
        if quota.value == 0 and any(names_model(quota.name, m) for m in call.target.models):
            facts = {"code": quota.code, "quota": quota.name}
            detail = f"{quota.name} is 0"
            state = GateState.HINT_CLOSED
            yield gate(call, Layer.QUOTA, rule, state, call.target.id, detail, path, facts)
