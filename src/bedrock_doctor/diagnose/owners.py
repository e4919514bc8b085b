"""Who must change something: the account that owns the deciding policy."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.model.finding import Layer
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.trace import PolicyLayer


def owner_of(barrier: Barrier, snapshot: Snapshot) -> str:
    """The account that must change something; empty when not known."""
    hop = barrier.hop.hop
    if barrier.layer is PolicyLayer.SCP:
        return management_account(snapshot, hop.account)
    if barrier.layer is PolicyLayer.RCP:
        return management_account(snapshot, barrier.first.check.request.resource_account or "")
    if barrier.layer is PolicyLayer.ENDPOINT:
        entry = barrier.deny or barrier.nearest
        documents = [s.policy.document for s in barrier.trace.statements]
        ref = entry.policy.document.ref if entry else documents[0].ref if documents else None
        return ref.account if ref and ref.account else hop.account
    if barrier.layer is PolicyLayer.RESOURCE:
        return barrier.first.check.request.resource_account or hop.account
    if barrier.layer is PolicyLayer.SESSION:
        assuming = [h.account for h in barrier.way.hops if h.index == hop.index - 1]
        return assuming[0] if assuming else hop.account
    return hop.account


def management_account(snapshot: Snapshot, account: str) -> str:
    """The management account of an account's organization; empty when not known."""
    organization = snapshot.organization_of(account)
    return organization.management_account if organization else ""


def report_layer(barrier: Barrier) -> Layer:
    """The report's name of the layer."""
    names = {PolicyLayer.ENDPOINT: Layer.ENDPOINT}
    if barrier.layer is PolicyLayer.RESOURCE:
        return Layer.TRUST if barrier.assumes else Layer.RESOURCE
    return names.get(barrier.layer) or Layer(barrier.layer.value)
