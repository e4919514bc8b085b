"""The entry points of the engine: `authorize` for the answer, `explain` for the reasons.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re

from bedrock_doctor.evaluate.combine import Masks, Sides, combine
from bedrock_doctor.evaluate.compile import CompiledPolicies, compile_policies
from bedrock_doctor.evaluate.layers import control_policies, resource
from bedrock_doctor.evaluate.layers.hierarchy import OPEN
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.evaluate.layers.resource import NOWHERE
from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED, IMPLICIT
from bedrock_doctor.evaluate.policy_set import Answer
from bedrock_doctor.evaluate.tristate import NO, YES
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import Decision

_SIGNERS = frozenset({PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.SESSION})
_ROLES = frozenset({PrincipalKind.ROLE, PrincipalKind.SESSION})


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
    plan = policies.plan(request.action)
    simple, principal = plan.by_identity, request.principal
    if (
        simple is not None
        and principal.kind in _SIGNERS
        and _of_one_account(request)
        and control_policies.is_service_linked(request) == NO
    ):
        own = plan.identity
        return simple[own if isinstance(own, int) else own(request)]
    return combine(masks_of(policies, request))


def masks_of(policies: CompiledPolicies, request: Request) -> Masks:
    """What every layer answers, and which answers the request needs."""
    plan = policies.plan(request.action)
    own, boundary, session, scp = plan.identity, plan.boundary, plan.session, plan.scp
    rcp, endpoint, theirs = plan.rcp, plan.endpoint, plan.resource
    kind = request.principal.kind
    if kind not in WITH_POLICIES:
        own = boundary = session = scp = ABSENT
    elif kind is PrincipalKind.ROOT:
        own = IMPLICIT if resource.is_trust(request) else ALLOWED
        boundary = session = ABSENT
    if scp or rcp:
        linked = control_policies.is_service_linked(request)
        if linked != NO:
            scp, rcp = _perhaps_linked(scp, linked), _perhaps_linked(rcp, linked)
    own = own if isinstance(own, int) else own(request)
    boundary = boundary if isinstance(boundary, int) else boundary(request)
    session = session if isinstance(session, int) else session(request)
    scp = scp if isinstance(scp, int) else scp(request)
    rcp = rcp if isinstance(rcp, int) else rcp(request)
    endpoint = endpoint if isinstance(endpoint, int) else endpoint(request)
    sides, must_allow = _sides(request), resource.must_allow(request)
    by_role = kind in _ROLES
    if theirs is None:
        asked = must_allow or sides is not Sides.EITHER
        none = IMPLICIT if asked else ABSENT
        answers = (own, boundary, session, none, scp, rcp, endpoint)
        return Masks(*answers, sides, must_allow, by_role)
    theirs = theirs if isinstance(theirs, int) else theirs(request)
    reach = NOWHERE
    if sides is Sides.EITHER and policies.resource is not None:
        reach = resource.reach(policies.resource, request)
    answers = (own, boundary, session, theirs, scp, rcp, endpoint)
    return Masks(*answers, sides, must_allow, by_role, reach)


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
