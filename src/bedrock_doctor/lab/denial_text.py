"""The sentence in which AWS refuses a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from bedrock_doctor.model.trace import Outcome, PolicyLayer, Trace

NAMES = {
    PolicyLayer.IDENTITY: "identity-based policy",
    PolicyLayer.BOUNDARY: "permissions boundary",
    PolicyLayer.SESSION: "session policy",
    PolicyLayer.RESOURCE: "resource-based policy",
    PolicyLayer.SCP: "service control policy",
    PolicyLayer.RCP: "resource control policy",
    PolicyLayer.ENDPOINT: "VPC endpoint policy",
}
ORDER = (
    PolicyLayer.SCP,
    PolicyLayer.RCP,
    PolicyLayer.ENDPOINT,
    PolicyLayer.RESOURCE,
    PolicyLayer.IDENTITY,
    PolicyLayer.BOUNDARY,
    PolicyLayer.SESSION,
)
"""Which layer a sentence names when several deny; AWS documents no order."""


def denial_text(trace: Trace) -> str:
    """The sentence for a request that the engine denies.

    Between accounts AssumeRole gives no reason: the caller must not learn about the other account.
    """
    request = trace.request
    where = "" if request.resource == "*" else f" on resource: {request.resource}"
    text = f"User: {request.principal.arn} is not authorized to perform: {request.action}{where}"
    foreign = request.resource_account not in (None, request.principal.account)
    if foreign and request.action.startswith("sts:"):
        return text
    return f"{text} {_reason(trace)}"


def _reason(trace: Trace) -> str:
    outcomes = dict(trace.decision.layers)
    is_trust = trace.request.action.startswith("sts:")
    for layer in ORDER:
        if outcomes.get(layer) is Outcome.EXPLICITLY_DENIED:
            if is_trust and layer is PolicyLayer.RESOURCE:
                return "with an explicit deny in the role trust policy"
            article = "an" if layer is PolicyLayer.IDENTITY else "a"
            return f"with an explicit deny in {article} {NAMES[layer]}"
    blocking = [layer for layer in ORDER if layer in trace.decision.blocked_by]
    layer = blocking[0] if blocking else PolicyLayer.IDENTITY
    trust = is_trust and layer is PolicyLayer.RESOURCE
    name = "role trust policy" if trust else NAMES[layer]
    return f"because no {name} allows the {trace.request.action} action"
