"""Changed documents as artifacts that can be written in any form."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyKind, PolicyRef

_PLACES = {
    PolicyKind.MANAGED: Placement.MANAGED_POLICY,
    PolicyKind.BOUNDARY: Placement.MANAGED_POLICY,
    PolicyKind.TRUST: Placement.TRUST,
    PolicyKind.SCP: Placement.SCP,
    PolicyKind.RCP: Placement.RCP,
    PolicyKind.ENDPOINT: Placement.ENDPOINT,
}


def changed_artifacts(documents: Iterable[ChangedDocument]) -> tuple[PolicyArtifact, ...]:
    """One artifact for each document that AWS keeps; the caller passes session policies itself."""
    found = []
    for document in documents:
        place = _place(document.policy)
        if place is not None:
            found.append(_artifact(document, place))
    return tuple(found)


def _place(ref: PolicyRef) -> Placement | None:
    if ref.kind is not PolicyKind.INLINE:
        return _PLACES.get(ref.kind)
    if ":user/" in ref.holder:
        return Placement.USER_POLICY
    return Placement.GROUP_POLICY if ":group/" in ref.holder else Placement.ROLE_POLICY


def _artifact(document: ChangedDocument, place: Placement) -> PolicyArtifact:
    ref = document.policy
    existing = ""
    if document.before:
        organization = place in (Placement.SCP, Placement.RCP)
        existing = ref.name if organization else ref.arn or ref.holder or ref.name
    attached = place is Placement.MANAGED_POLICY and not document.before
    kind = "user" if ":user/" in ref.holder else "role"
    return PolicyArtifact(
        placement=place,
        document=json.loads(document.after),
        name=ref.title or ref.name,
        holder=ref.holder.rpartition("/")[2],
        path=_path(ref.arn if place is Placement.MANAGED_POLICY else ref.holder),
        existing_id=existing,
        comment="mends " + ", ".join(document.findings),
        account=document.owner,
        attach_to=kind if attached else "",
    )


def _path(arn: str) -> str:
    """The IAM path in an ARN."""
    middle = arn.partition("/")[2].rpartition("/")[0] if arn.startswith("arn:") else ""
    return f"/{middle}/" if middle else "/"
