"""The explained answer: every layer and statement with its reasons, and what settles a doubt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bedrock_doctor.evaluate.authorize import decide, masks_of
from bedrock_doctor.evaluate.combine import Sides
from bedrock_doctor.evaluate.compile import CompiledLevels, CompiledPolicies, compile_policies
from bedrock_doctor.evaluate.layers import control_policies
from bedrock_doctor.evaluate.layers.hierarchy import NO_DENY
from bedrock_doctor.evaluate.outcome_set import outcome, outcomes
from bedrock_doctor.evaluate.policy_set import PolicySet
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.missing import Absence, Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import Effect, Policy, PolicyKind
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import (
    Decision,
    LayerTrace,
    LevelTrace,
    Match,
    Outcome,
    PolicyLayer,
    StatementTrace,
    Trace,
)


def explain(request: Request, policies: Policies) -> Trace:
    """Decides one request and says why.

    The decision is the one that `authorize` returns.
    """
    compiled = compile_policies(policies)
    masks = masks_of(compiled, request)
    decision = decide(compiled, request)
    layers = tuple(_layer(layer, mask, compiled, request) for layer, mask in masks.layers())
    if decision.outcome is Outcome.UNKNOWN and masks.reach.everyone != NO:
        layers = tuple(map(_perhaps_passed, layers))
    return Trace(
        request,
        policies,
        decision,
        layers,
        masks.sides is Sides.EITHER and YES in masks.reach,
        _deciding(decision, layers),
    )


_EVERYONE = Missing(
    "whether an Allow for everyone passes a boundary or session policy that does not allow",
    "",
    absence=Absence.UNDOCUMENTED,
)
"""Clause D16."""


def _perhaps_passed(trace: LayerTrace) -> LayerTrace:
    limits = trace.layer in (PolicyLayer.BOUNDARY, PolicyLayer.SESSION)
    lacks = limits and trace.outcome is Outcome.IMPLICITLY_DENIED
    return replace(trace, missing=(*trace.missing, _EVERYONE)) if lacks else trace


def _layer(
    layer: PolicyLayer, mask: int, policies: CompiledPolicies, request: Request
) -> LayerTrace:
    answer = outcome(mask)
    if layer in (PolicyLayer.SCP, PolicyLayer.RCP):
        return _hierarchy(layer, answer, mask, policies, request)
    found = _set_of(layer, policies)
    if answer is Outcome.NOT_APPLICABLE or found is None:
        return LayerTrace(layer, answer, not_applicable=_why_not(layer, answer, found))
    statements = found.trace(request)
    return LayerTrace(
        layer,
        answer,
        _decisive(answer, statements),
        statements,
        broken=found.broken,
        missing=(*found.missing, *_facts(statements)),
        possible=outcomes(mask),
    )


def _set_of(layer: PolicyLayer, policies: CompiledPolicies) -> PolicySet | None:
    return {
        PolicyLayer.IDENTITY: policies.identity,
        PolicyLayer.BOUNDARY: policies.boundary,
        PolicyLayer.SESSION: policies.session or None,
        PolicyLayer.RESOURCE: policies.resource,
        PolicyLayer.ENDPOINT: policies.endpoint,
    }.get(layer)


def _why_not(layer: PolicyLayer, answer: Outcome, found: PolicySet | None) -> NotApplicable | None:
    if answer is not Outcome.NOT_APPLICABLE:
        return None
    if found is None:
        return NotApplicable("none")
    return NotApplicable("the principal carries no policies of its own")


def _hierarchy(
    layer: PolicyLayer, answer: Outcome, mask: int, policies: CompiledPolicies, request: Request
) -> LayerTrace:
    is_scp = layer is PolicyLayer.SCP
    levels = policies.scp if is_scp else policies.rcp
    exempt = (control_policies.scp_exemption if is_scp else control_policies.rcp_exemption)(request)
    if exempt is not None or isinstance(levels.whole, NotApplicable):
        reason = exempt or levels.whole
        assert isinstance(reason, NotApplicable)  # noqa: S101 - narrows the type
        return LayerTrace(layer, answer, not_applicable=reason)
    if isinstance(levels.whole, Missing):
        return LayerTrace(layer, answer, missing=(levels.whole,), possible=outcomes(mask))
    if control_policies.is_service_linked(request) == MAYBE:
        path = UnknownFact("aws:PrincipalArn", "--context aws:PrincipalArn=ARN")
        return LayerTrace(layer, answer, missing=(path,), possible=outcomes(mask))
    traced = tuple(_levels(levels, request, is_scp))
    statements = tuple(entry for level in traced for entry in level.statements)
    gaps = [gap for found in levels.sets for gap in found.missing]
    return LayerTrace(
        layer,
        answer,
        _decisive(answer, statements),
        statements,
        traced,
        tuple(policy for found in levels.sets for policy in found.broken),
        (*gaps, *_facts(statements)),
        possible=outcomes(mask),
    )


def _levels(levels: CompiledLevels, request: Request, is_scp: bool) -> Iterable[LevelTrace]:
    for level, found in zip(levels.levels, levels.sets, strict=True):
        mask = found.possible(request)
        answer = outcome(mask if is_scp else NO_DENY[mask])
        yield LevelTrace(level.target, level.name, answer, found.trace(request))


def _decisive(answer: Outcome, statements: Iterable[StatementTrace]) -> tuple[StatementTrace, ...]:
    effects = {Outcome.EXPLICITLY_DENIED: Effect.DENY, Outcome.ALLOWED: Effect.ALLOW}
    wanted = effects.get(answer)
    return tuple(
        entry
        for entry in statements
        if entry.match is Match.YES and entry.statement.effect is wanted
    )


def _facts(statements: Iterable[StatementTrace]) -> tuple[Missing | UnknownFact, ...]:
    """The unknown facts on which a statement depends and on nothing else."""
    found: dict[Missing | UnknownFact, None] = {}
    for entry in statements:
        for reason in entry.reasons if entry.match is Match.UNKNOWN else ():
            if reason.fact is not None:
                found[reason.fact] = None
            else:
                what = f"how AWS reads `{reason.at.value}` in {_where(entry)}"
                found[Missing(what, "", absence=Absence.UNDOCUMENTED)] = None
    return tuple(found)


def _where(entry: StatementTrace) -> str:
    ref = entry.policy.document.ref
    return f"{entry.statement.label} of the {ref.kind} {ref.name}"


def _deciding(
    decision: Decision, layers: tuple[LayerTrace, ...]
) -> tuple[Missing | UnknownFact, ...]:
    """What would settle an unknown verdict: what the layers lack that are in doubt themselves."""
    if decision.outcome is not Outcome.UNKNOWN:
        return ()
    found: dict[Missing | UnknownFact, None] = {}
    for trace in layers:
        if _EVERYONE in trace.missing:
            found[_EVERYONE] = None
        if len(trace.possible) > 1:
            found.update(dict.fromkeys((*trace.missing, *map(_malformed, trace.broken))))
    return tuple(found)


_READS = {
    **dict.fromkeys(
        (PolicyKind.TRUST, PolicyKind.INLINE, PolicyKind.MANAGED, PolicyKind.BOUNDARY),
        ("iam:GetAccountAuthorizationDetails", "aws iam get-account-authorization-details"),
    ),
    **dict.fromkeys(
        (PolicyKind.SCP, PolicyKind.RCP),
        ("organizations:DescribePolicy", "aws organizations describe-policy --policy-id {name}"),
    ),
}
"""The calls that read policies again; those of other kinds have no one call."""


def _malformed(policy: Policy) -> Missing:
    """A policy that AWS would not have stored as it stands: its copy is not the policy."""
    ref = policy.document.ref
    call, command = _READS.get(ref.kind, ("", ""))
    return Missing(
        what=f"{ref.kind} {ref.name} (malformed)",
        call=call,
        account=ref.account,
        absence=Absence.MALFORMED,
        command=command.format(name=ref.name),
    )
