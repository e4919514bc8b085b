"""The edits that may mend one barrier, the narrowest first. Whether they do is proved elsewhere.

Nothing here writes `*` as a principal or widens a trust beyond the calling role.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bedrock_doctor.diagnose.barrier import Barrier, fails_by_conditions
from bedrock_doctor.model.fix import AddException, AddStatement, Edit
from bedrock_doctor.model.json_spans import read_json
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.trace import PolicyLayer, ReasonKind, StatementTrace
from bedrock_doctor.model.way import TracedCheck

_PROFILE, _PRINCIPAL = "bedrock:InferenceProfileArn", "aws:PrincipalArn"
_ROUTING = frozenset({"aws:requestedregion", "bedrock:inferenceprofilearn"})
"""Keys by which a statement grants a part of a route; an exact grant of the rest undoes nothing."""


def candidates(barrier: Barrier, finding: str, owner: str) -> Iterator[Edit]:
    """Edits for one barrier.

    Args:
        barrier: what denies.
        finding: id of its finding.
        owner: account that must change something.
    """
    if barrier.deny is not None:
        yield from _exceptions(barrier, barrier.deny, finding, owner)
        return
    close = barrier.nearest
    if close and fails_by_conditions(close) and not _routes_only(close):
        return  # a second Allow would undo a condition that somebody wanted
    document = _document_to_extend(barrier)
    if document is None:
        return
    steps = tuple(AddStatement(statement) for statement in _grants(barrier))
    if not steps:
        return
    ref = document if isinstance(document, PolicyRef) else document.ref
    text = "" if isinstance(document, PolicyRef) else document.source.text
    yield Edit(finding, owner, ref, text, steps, _opened_by_grant(barrier, ref))


def _exceptions(barrier: Barrier, deny: StatementTrace, finding: str, owner: str) -> Iterator[Edit]:
    document = deny.policy.document
    if not _editable(document.ref):
        return
    by_profile = tuple(_profile_exception(barrier, deny, finding, owner))
    by_principal = tuple(_principal_exception(barrier, deny, finding, owner))
    keys = {condition.key.value.lower() for condition in deny.statement.conditions}
    fences = bool(keys & _ROUTING)
    yield from (*by_profile, *by_principal) if fences else (*by_principal, *by_profile)


def _profile_exception(
    barrier: Barrier, deny: StatementTrace, finding: str, owner: str
) -> Iterator[Edit]:
    document = deny.policy.document
    profiles = {_value(check, _PROFILE) for check in barrier.checks}
    if len(profiles) != 1 or None in profiles:
        return
    profile = str(profiles.pop())
    step = AddException(deny.statement.pointer, "ArnNotEquals", _PROFILE, profile)
    opens = (
        f"for everybody whom {deny.statement.label} binds: what it denies of calls through "
        f"{profile}, in all its Regions"
    )
    yield Edit(finding, owner, document.ref, document.source.text, (step,), opens)


def _principal_exception(
    barrier: Barrier, deny: StatementTrace, finding: str, owner: str
) -> Iterator[Edit]:
    document = deny.policy.document
    text = document.source.text
    principals = {_value(check, _PRINCIPAL) for check in barrier.checks}
    if len(principals) != 1 or None in principals:
        return
    principal = str(principals.pop())
    spare = AddException(deny.statement.pointer, "ArnNotEquals", _PRINCIPAL, principal)
    if barrier.layer is PolicyLayer.RESOURCE:
        opens = f"for {principal}: everything that {deny.statement.label} denies on this resource"
        yield Edit(finding, owner, document.ref, text, (spare,), opens)
        return
    rest = _rest_of(deny, barrier, principal)
    if rest is not None:
        opens = f"for {principal}: every action that {deny.statement.label} denies on " + ", ".join(
            barrier.resources
        )
        yield Edit(finding, owner, document.ref, text, (spare, AddStatement(rest)), opens)


def _rest_of(deny: StatementTrace, barrier: Barrier, principal: str) -> dict[str, Any] | None:
    """The same Deny for the excepted principal, but for the resources of the attempt."""
    resource = deny.statement.resource
    if resource is None or resource.negated or [v.value for v in resource.values] != ["*"]:
        return None
    text = deny.policy.document.source.text
    node = read_json(text).at(deny.statement.pointer)
    if node is None or "*" in barrier.resources:
        return None
    copy: dict[str, Any] = json.loads(text[node.span.start : node.span.end])
    del copy["Resource"]
    copy.pop("Sid", None)
    copy["NotResource"] = list(barrier.resources)
    condition = copy.setdefault("Condition", {})
    if any(name.lower() == "arnequals" for name in condition):
        return None
    condition["ArnEquals"] = {_PRINCIPAL: principal}
    return copy


def _routes_only(close: StatementTrace) -> bool:
    return all(
        reason.condition is not None and reason.condition.key.value.lower() in _ROUTING
        for reason in close.reasons
    )


def _editable(ref: PolicyRef) -> bool:
    """Whether a customer may change the policy: AWS's own cannot be changed."""
    return ":iam::aws:" not in ref.arn and not ref.name.startswith("p-FullAWSAccess")


def _document_to_extend(barrier: Barrier) -> PolicyDocument | PolicyRef | None:
    """The document that gets a new Allow; a reference where a new inline policy is due."""
    held = barrier.first.check.policies
    match barrier.layer:
        case PolicyLayer.IDENTITY:
            return _inline(barrier)
        case PolicyLayer.BOUNDARY:
            found = held.boundary
        case PolicyLayer.SESSION:
            found = held.session[0] if held.session and len(held.session) == 1 else None
        case PolicyLayer.RESOURCE:
            found = held.resource
        case PolicyLayer.ENDPOINT:
            found = held.endpoint
        case PolicyLayer.SCP if barrier.level and isinstance(held.scp, tuple):
            at = next(lv for lv in held.scp if lv.target == barrier.level.target)
            own = [d for d in at.documents if isinstance(d, PolicyDocument) and _editable(d.ref)]
            found = own[0] if own else None
        case _:
            found = None
    return found if isinstance(found, PolicyDocument) and _editable(found.ref) else None


def _inline(barrier: Barrier) -> PolicyDocument | PolicyRef | None:
    principal = _value(barrier.first, _PRINCIPAL)
    if principal is None or ":root" in principal:
        return None
    close = barrier.nearest.policy.document if barrier.nearest else None
    if close and close.ref.kind is PolicyKind.INLINE and close.ref.holder == principal:
        return close
    names = {
        d.ref.name for d in barrier.first.check.policies.identity if isinstance(d, PolicyDocument)
    }
    base = "AllowAssumeRole" if barrier.assumes else "AllowModelCall"
    name = next(n for n in (base, *(f"{base}{i}" for i in range(2, 99))) if n not in names)
    return PolicyRef(PolicyKind.INLINE, name, barrier.hop.hop.account, holder=principal)


def _grants(barrier: Barrier) -> Iterator[dict[str, Any]]:
    """Exact Allow statements for the denied checks of a barrier."""
    if barrier.layer is PolicyLayer.RESOURCE:
        grant = _trust_grant(barrier)
        if grant is not None:
            yield grant
        return
    actions: dict[tuple[str, str], list[str]] = {}
    for check in barrier.checks:
        request = check.check.request
        profile = _value(check, _PROFILE) if ":foundation-model/" in request.resource else None
        held = actions.setdefault((request.resource, profile or ""), [])
        if request.action not in held:
            held.append(request.action)
    groups: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (resource, profile_arn), names in actions.items():
        groups.setdefault((tuple(names), profile_arn), []).append(resource)
    for (names_of, profile_arn), resources in groups.items():
        conditions = {_PROFILE: profile_arn} if profile_arn else {}
        statement: dict[str, Any] = {"Effect": "Allow"}
        if barrier.layer is PolicyLayer.ENDPOINT:
            statement["Principal"] = "*"  # the condition names the one caller
            conditions[_PRINCIPAL] = _value(barrier.first, _PRINCIPAL) or ""
            if not conditions[_PRINCIPAL]:
                return
        statement["Action"] = list(names_of) if len(names_of) > 1 else names_of[0]
        statement["Resource"] = resources if len(resources) > 1 else resources[0]
        if conditions:
            statement["Condition"] = {"ArnEquals": conditions}
        yield statement


def _trust_grant(barrier: Barrier) -> dict[str, Any] | None:
    """Trust in the calling role alone; conditions of the nearest statement stay."""
    principal = _value(barrier.first, _PRINCIPAL)
    if principal is None or not barrier.assumes:
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


def _value(check: TracedCheck, key: str) -> str | None:
    values = check.check.request.context.values.get(key.lower(), ())
    return values[0] if len(values) == 1 else None


def _opened_by_grant(barrier: Barrier, ref: PolicyRef) -> str:
    what = f"{', '.join(barrier.actions)} on {', '.join(barrier.resources)}"
    if ref.kind is PolicyKind.BOUNDARY:
        return f"for every principal bounded by {ref.arn}: {what}, as far as its policies allow it"
    if ref.kind is PolicyKind.SCP:
        return f"for every account below {ref.holder or 'it'}: {what}, as far as policies allow it"
    return ""
