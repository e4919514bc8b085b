"""The entry points of the engine: `authorize` for the answer, `explain` for the reasons.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re

from bedrock_doctor.evaluate.combine import Masks, combine
from bedrock_doctor.evaluate.compile import CompiledPolicies, compile_policies
from bedrock_doctor.evaluate.layers import control_policies, resource
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.policy_set import Answer
from bedrock_doctor.evaluate.principals import Grant
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import Decision

_SIGNERS = frozenset({PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.SESSION})


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
        and not control_policies.is_service_linked(request)
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
    if (scp or rcp) and control_policies.is_service_linked(request):
        scp = rcp = ABSENT
    own = own if isinstance(own, int) else own(request)
    boundary = boundary if isinstance(boundary, int) else boundary(request)
    session = session if isinstance(session, int) else session(request)
    scp = scp if isinstance(scp, int) else scp(request)
    rcp = rcp if isinstance(rcp, int) else rcp(request)
    endpoint = endpoint if isinstance(endpoint, int) else endpoint(request)
    together = _of_one_account(request)
    if theirs is None and together and own and not resource.is_trust(request):
        return Masks(own, boundary, session, ABSENT, scp, rcp, endpoint, False)
    answers = (own, boundary, session, scp, rcp, endpoint)
    return _with_resource(policies, request, theirs, answers, together)


def _with_resource(
    policies: CompiledPolicies,
    request: Request,
    answer: Answer | None,
    answers: tuple[int, int, int, int, int, int],
    together: bool,
) -> Masks:
    """The rest of `masks_of`, where a resource-based policy takes part (clauses D5-D7)."""
    own, boundary, session, scp, rcp, endpoint = answers
    trust = resource.is_trust(request)
    required = trust or not together or own == ABSENT
    if answer is None:
        theirs = IMPLICIT if required else ABSENT
    else:
        theirs = answer if isinstance(answer, int) else answer(request)
    grant = Grant.NONE
    if together and own != ABSENT and policies.resource is not None:
        grant = resource.direct_grant(policies.resource, request)
    replaces = resource.replaces_identity(grant)
    maybe = policies.resource is not None and resource.may_grant(policies.resource, request)
    certain = theirs in (ABSENT, ALLOWED, IMPLICIT, EXPLICIT, IMPLICIT | EXPLICIT)
    return Masks(
        own,
        boundary,
        session,
        theirs,
        scp,
        rcp,
        endpoint,
        required,
        identity_optional=together and trust,
        grant_replaces_identity=replaces,
        grant_passes_limits=resource.passes_limits(grant, request),
        grant_possible=together and own != ABSENT and not replaces and (not certain or maybe),
        barred=trust and request.principal.kind is PrincipalKind.ROOT,
    )
