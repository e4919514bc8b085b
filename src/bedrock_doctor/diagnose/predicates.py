"""Questions that several rules ask about a barrier."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.diagnose.barrier import Barrier, fails_by_conditions
from bedrock_doctor.diagnose.places import nears
from bedrock_doctor.model.trace import Near, NearMiss, PolicyLayer, ReasonKind
from bedrock_doctor.model.way import Purpose


def explicit_in(barrier: Barrier, layer: PolicyLayer, *, assumes: bool | None = None) -> bool:
    """Whether a statement of this layer denies, on an assume hop or not."""
    return barrier.deny is not None and _on(barrier, layer, assumes)


def implicit_in(barrier: Barrier, layer: PolicyLayer, *, assumes: bool | None = None) -> bool:
    """Whether this layer lacks an Allow, on an assume hop or not."""
    return barrier.deny is None and _on(barrier, layer, assumes)


def _on(barrier: Barrier, layer: PolicyLayer, assumes: bool | None) -> bool:
    return barrier.layer is layer and assumes in (None, barrier.assumes)


def reason_is(barrier: Barrier, kind: ReasonKind) -> bool:
    """Whether the barrier is one failing element of a trust policy, of this kind."""
    return barrier.reason is not None and barrier.reason.kind is kind


def only_purpose(barrier: Barrier, *purposes: Purpose) -> bool:
    """Whether all denied checks are about one of these."""
    return all(check.check.purpose in purposes for check in barrier.checks)


def about(barrier: Barrier, *purposes: Purpose) -> bool:
    """Whether the first denied check is about one of these; others may share its cause."""
    return barrier.purpose in purposes


def near_kind(barrier: Barrier, *kinds: NearMiss) -> Near | None:
    """The first near miss of one of these kinds among the statements that cover the action."""
    found: Iterable[Near] = nears(barrier)
    return next((near for near in found if near.kind in kinds), None)


def fence_key(barrier: Barrier, *keys: str) -> bool:
    """Whether the denying statement has a condition on one of these lower-case keys."""
    entry = barrier.deny
    return entry is not None and any(
        condition.key.value.lower() in keys for condition in entry.statement.conditions
    )


def only_failing_conditions(barrier: Barrier) -> bool:
    """Whether the nearest statement covers action, resource and principal, but for conditions."""
    return barrier.nearest is not None and fails_by_conditions(barrier.nearest)


def profile_arn(barrier: Barrier) -> str:
    """The inference profile through which the denied models are called; empty without one."""
    checks = (check.check.request.context.values for check in barrier.checks)
    found = (values.get("bedrock:inferenceprofilearn", ("",))[0] for values in checks)
    return next(filter(None, found), "")


def failing_keys(barrier: Barrier) -> tuple[str, ...]:
    """The condition keys by which the nearest statement fails, as the policy writes them."""
    reasons = barrier.nearest.reasons if barrier.nearest else ()
    keys = (reason.condition.key.value for reason in reasons if reason.condition is not None)
    return tuple(dict.fromkeys(keys))
