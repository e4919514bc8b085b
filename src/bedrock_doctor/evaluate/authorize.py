"""The entry points of the engine: `authorize` for the answer, `explain` for the reasons.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re

from bedrock_doctor.evaluate.combine import (
    BOUNDARY,
    BY_ROLE,
    ENDPOINT,
    IDENTITY,
    RCP,
    RESOURCE,
    SCP,
    SESSION,
    Masks,
    Sides,
    combine,
    flags,
    unpack,
)
from bedrock_doctor.evaluate.compile import CompiledPolicies, Plan, compile_policies
from bedrock_doctor.evaluate.layers import control_policies, resource
from bedrock_doctor.evaluate.layers.hierarchy import OPEN
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.evaluate.layers.resource import NOWHERE, Reach
from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED, IMPLICIT
from bedrock_doctor.evaluate.policy_set import Answer
from bedrock_doctor.evaluate.tristate import NO, YES
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import Decision

_SIGNERS = WITH_POLICIES - {PrincipalKind.ROOT}
_ROLES = frozenset({PrincipalKind.ROLE, PrincipalKind.SESSION})
_PLACES = (IDENTITY, BOUNDARY, SESSION, SCP, RCP, ENDPOINT)


_MODEL = re.compile(r"arn:[\w-]+:bedrock:[\w-]*::foundation-model/")


def of_one_account(caller: str, owner: str | None, resource: str) -> bool:
    """Whether caller and resource count as of one account; models that AWS owns always do (D9).

    Args:
        caller: account of the principal.
        owner: account of the resource; None when it belongs to none.
        resource: its ARN.
    """
    return owner is None or owner == caller or _MODEL.match(resource) is not None


def _of_one_account(request: Request) -> bool:
    return of_one_account(request.principal.account, request.resource_account, request.resource)


def authorize(request: Request, policies: Policies) -> Decision:
    """Decides one request.

    Returns:
        The decision. It is UNKNOWN where missing evidence can turn it.
    """
    return decide(compile_policies(policies), request)


def decide(policies: CompiledPolicies, request: Request) -> Decision:
    """Decides one request against policies that were compiled before."""
    return combine(_packed(policies, request))


def masks_of(policies: CompiledPolicies, request: Request) -> Masks:
    """What every layer answers, and which answers the request needs."""
    return unpack(_packed(policies, request))


def _packed(policies: CompiledPolicies, request: Request) -> int:
    plan = policies.plans.get(request.action) or policies.plan(request.action)
    principal = request.principal
    if principal.kind not in _SIGNERS or (
        plan.is_controlled
        and control_policies.signs_service_linked(principal, request.context) != NO
    ):
        return _of_exempt(plan, request) | _of_resource(plan, request)
    packed = plan.constant
    for place, answer in plan.functions:
        packed |= answer(request) << place
    if plan.is_plain and (
        request.resource_account == principal.account or _of_one_account(request)
    ):
        return packed | BY_ROLE if principal.kind in _ROLES else packed
    return packed | _of_resource(plan, request)


def _of_exempt(plan: Plan, request: Request) -> int:
    """The answers to callers whom some layers do not bind, all but the resource-based policy's."""
    own, boundary, session, scp, rcp = (
        plan.identity,
        plan.boundary,
        plan.session,
        plan.scp,
        plan.rcp,
    )
    kind = request.principal.kind
    if kind not in WITH_POLICIES:
        own = boundary = session = scp = ABSENT
    elif kind is PrincipalKind.ROOT:
        own = IMPLICIT if resource.is_trust(request) else ALLOWED
        boundary = session = ABSENT
    linked = control_policies.is_service_linked(request)
    if linked != NO:
        scp, rcp = _perhaps_linked(scp, linked), _perhaps_linked(rcp, linked)
    packed = 0
    for place, answer in zip(
        _PLACES, (own, boundary, session, scp, rcp, plan.endpoint), strict=True
    ):
        packed |= (answer if isinstance(answer, int) else answer(request)) << place
    return packed


def _of_resource(plan: Plan, request: Request) -> int:
    """The answer of the resource-based policy, and how the request depends on it."""
    theirs, reach = plan.resource, NOWHERE
    sides = _sides(request)
    must_allow = plan.owned is not None and plan.owned(request.resource)
    if theirs is None:
        theirs = IMPLICIT if must_allow or sides is not Sides.EITHER else ABSENT
    elif not isinstance(theirs, int):
        theirs = theirs(request)
    if sides is Sides.EITHER:
        reach = plan.reach if isinstance(plan.reach, Reach) else plan.reach(request)
    by_role = request.principal.kind in _ROLES
    return theirs << RESOURCE | flags(sides, must_allow, by_role, reach)


def _perhaps_linked(answer: Answer, linked: int) -> Answer:
    """The answer of control policies to a role that is, or may be, a service-linked one."""
    return ABSENT if linked == YES or answer == ABSENT else OPEN


def _sides(request: Request) -> Sides:
    """Whose Allow the request needs (clauses D5, D6, D10, D14)."""
    kind = request.principal.kind
    if kind not in WITH_POLICIES:
        return Sides.RESOURCE
    if kind is PrincipalKind.ROOT and resource.is_trust(request):
        return Sides.BOTH
    return Sides.EITHER if _of_one_account(request) else Sides.BOTH
