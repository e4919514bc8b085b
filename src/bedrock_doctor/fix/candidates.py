"""The edits that may mend one barrier, the simplest first. Whether they do is proved elsewhere.

Nothing here writes `*` where an ARN is known, or widens a trust beyond the calling role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bedrock_doctor.diagnose.barrier import Barrier, fails_by_conditions
from bedrock_doctor.fix.exceptions import exceptions
from bedrock_doctor.fix.request_values import PRINCIPAL_ARN, PROFILE_ARN, value_of
from bedrock_doctor.model.fix import AddStatement, AddValue, Edit
from bedrock_doctor.model.json_spans import read_json
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.trace import PolicyLayer, ReasonKind, StatementTrace

_ROUTING = frozenset({"aws:requestedregion", "bedrock:inferenceprofilearn"})
"""Keys by which a statement grants a part of a route; an exact grant of the rest undoes nothing."""
_SHARED = (PolicyLayer.BOUNDARY, PolicyLayer.SCP)
"""Layers whose documents bind others as well, so that a grant may be narrowed to the caller."""
Document = PolicyDocument | PolicyRef
"""A document that is changed, or the reference of one that is created."""


def candidates(barrier: Barrier, finding: str, owner: str) -> Iterator[Edit]:
    """Edits for one barrier.

    Args:
        barrier: what denies.
        finding: id of its finding.
        owner: account that must change something.
    """
    if barrier.deny is not None:
        if is_editable(barrier.deny.policy.document.ref):
            yield from exceptions(barrier, barrier.deny, finding, owner)
        return
    close = barrier.nearest
    if close and fails_by_conditions(close) and not _routes_only(close):
        yield from _named_caller(barrier, close, finding, owner)
        return  # a second Allow would undo a condition that somebody wanted
    for document in _documents_to_extend(barrier):
        ref = document if isinstance(document, PolicyRef) else document.ref
        text = "" if isinstance(document, PolicyRef) else document.source.text
        for narrowed in (True, False) if barrier.layer in _SHARED else (False,):
            steps = tuple(AddStatement(statement) for statement in _grants(barrier, narrowed))
            if steps:
                opens = "" if narrowed else _opened_by_grant(barrier, ref)
                yield Edit(finding, owner, ref, text, steps, opens)


def _named_caller(
    barrier: Barrier, close: StatementTrace, finding: str, owner: str
) -> Iterator[Edit]:
    """A trust that lists its callers by ``aws:PrincipalArn`` gets one more."""
    principal = value_of(barrier.first, PRINCIPAL_ARN)
    document = close.policy.document
    condition = close.reasons[0].condition
    if len(close.reasons) != 1 or condition is None or not principal or not barrier.assumes:
        return
    positive = condition.operator.value.lower() in ("arnequals", "arnlike", "stringequals")
    if condition.key.value.lower() != PRINCIPAL_ARN.lower() or not positive:
        return
    step = AddValue(condition.key.pointer, principal)
    yield Edit(finding, owner, document.ref, document.source.text, (step,))


def _routes_only(close: StatementTrace) -> bool:
    return all(
        reason.condition is not None and reason.condition.key.value.lower() in _ROUTING
        for reason in close.reasons
    )


def is_editable(ref: PolicyRef) -> bool:
    """Whether a customer may change the policy: AWS's own cannot be changed."""
    return ":iam::aws:" not in ref.arn and not ref.name.startswith(
        ("p-FullAWSAccess", "p-RCPFullAWSAccess")
    )


def _documents_to_extend(barrier: Barrier) -> Iterator[Document]:
    """Documents that may get a new Allow, the best first."""
    held = barrier.first.check.policies
    entries: Iterable[object]
    match barrier.layer:
        case PolicyLayer.IDENTITY:
            yield from _identity_documents(barrier)
            return
        case PolicyLayer.BOUNDARY:
            entries = (held.boundary,)
        case PolicyLayer.SESSION:
            entries = held.session or ()
        case PolicyLayer.RESOURCE:
            entries = (held.resource,)
        case PolicyLayer.ENDPOINT:
            entries = (held.endpoint,)
        case PolicyLayer.SCP if barrier.level and isinstance(held.scp, tuple):
            at = barrier.level.target
            entries = next(level for level in held.scp if level.target == at).documents
        case _:
            entries = ()
    for entry in entries:
        if isinstance(entry, PolicyDocument) and is_editable(entry.ref):
            yield entry


def _identity_documents(barrier: Barrier) -> Iterator[Document]:
    """The inline policy that comes nearest; a new one; a new managed policy, which holds more."""
    principal = value_of(barrier.first, PRINCIPAL_ARN)
    if principal is None or ":root" in principal:
        return
    close = barrier.nearest.policy.document if barrier.nearest else None
    if close and close.ref.kind is PolicyKind.INLINE and close.ref.holder == principal:
        yield close
    held = barrier.first.check.policies.identity
    names = {entry.ref.name for entry in held if isinstance(entry, PolicyDocument)}
    base = "AllowAssumeRole" if barrier.assumes else "AllowModelCall"
    name = next(n for n in (base, *(f"{base}{i}" for i in range(2, 99))) if n not in names)
    account = barrier.hop.hop.account
    yield PolicyRef(PolicyKind.INLINE, name, account, holder=principal)
    partition = principal.split(":")[1]
    arn = f"arn:{partition}:iam::{account}:policy/{name}"
    yield PolicyRef(PolicyKind.MANAGED, name, account, arn, holder=principal)


def _grants(barrier: Barrier, narrowed: bool) -> Iterator[dict[str, Any]]:
    """Exact Allow statements for the denied checks of a barrier.

    Args:
        barrier: what denies.
        narrowed: whether they are for the caller alone, in a document that binds others too.
    """
    principal = value_of(barrier.first, PRINCIPAL_ARN)
    if barrier.layer is PolicyLayer.RESOURCE and barrier.assumes:
        grant = _trust_grant(barrier)
        if grant is not None:
            yield grant
        return
    if principal is None and barrier.layer is not PolicyLayer.SESSION:
        return
    for actions, profile, resources in _asked(barrier):
        conditions = {PROFILE_ARN: profile} if profile else {}
        statement: dict[str, Any] = {"Effect": "Allow"}
        if barrier.layer is PolicyLayer.RESOURCE:
            statement["Principal"] = {"AWS": principal}
        if barrier.layer is PolicyLayer.ENDPOINT:
            # an endpoint policy takes no session of another account by its role's ARN in Principal
            statement["Principal"] = "*"
        if principal and (narrowed or barrier.layer is PolicyLayer.ENDPOINT):
            conditions[PRINCIPAL_ARN] = principal
        statement["Action"] = list(actions) if len(actions) > 1 else actions[0]
        statement["Resource"] = list(resources) if len(resources) > 1 else resources[0]
        if conditions:
            statement["Condition"] = {"ArnEquals": conditions}
        passed_to = value_of(barrier.first, "iam:PassedToService")
        if actions == ("iam:PassRole",) and passed_to:
            held = statement.setdefault("Condition", {})
            held["StringEquals"] = {"iam:PassedToService": passed_to}
        yield statement


def _asked(barrier: Barrier) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """What is denied: actions, the profile that routes them, and resources."""
    actions: dict[tuple[str, str], list[str]] = {}
    for check in barrier.checks:
        request = check.check.request
        routed = ":foundation-model/" in request.resource
        profile = value_of(check, PROFILE_ARN) if routed else None
        held = actions.setdefault((request.resource, profile or ""), [])
        if request.action not in held:
            held.append(request.action)
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (resource, through), names in actions.items():
        groups.setdefault((tuple(names), through), []).append(resource)
    for (names_of, through), resources in groups.items():
        yield names_of, through, tuple(resources)


def _service_grant(barrier: Barrier) -> dict[str, Any] | None:
    """Trust in a service for the jobs of this account alone, so that nobody else's can use it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    account = value_of(barrier.first, "aws:SourceAccount")
    source = value_of(barrier.first, "aws:SourceArn")
    if not account or not source:
        return None
    return {
        "Effect": "Allow",
        "Principal": {"Service": barrier.first.check.request.principal.arn},
        "Action": barrier.action,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": source},
        },
    }


def _trust_grant(barrier: Barrier) -> dict[str, Any] | None:
    """Trust in the calling role alone; conditions of the nearest statement stay."""
    if barrier.first.check.request.principal.kind is PrincipalKind.SERVICE:
        return _service_grant(barrier)
    principal = value_of(barrier.first, PRINCIPAL_ARN)
    if principal is None:
        return None
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": list(barrier.actions) if len(barrier.actions) > 1 else barrier.actions[0],
    }
    close = barrier.nearest
    if close is None:
        return statement
    if not close.fails_only_by <= {ReasonKind.PRINCIPAL, ReasonKind.ACTION}:
        return None
    text = close.policy.document.source.text
    node = read_json(text).at(close.statement.pointer)
    condition = node.member("Condition") if node else None
    if condition:
        span = condition.value.span
        statement["Condition"] = json.loads(text[span.start : span.end])
    return statement


def _opened_by_grant(barrier: Barrier, ref: PolicyRef) -> str:
    what = f"{', '.join(barrier.actions)} on {', '.join(barrier.resources)}"
    if ref.kind is PolicyKind.BOUNDARY:
        return f"for every principal bounded by {ref.arn}: {what}, as far as its policies allow it"
    if ref.kind is PolicyKind.SCP:
        return f"for every account below {ref.holder or 'it'}: {what}, as far as policies allow it"
    return ""
