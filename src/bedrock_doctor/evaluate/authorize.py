"""The entry points of the engine: `authorize` for the answer, `explain` for the reasons.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from bedrock_doctor.evaluate.combine import Masks, combine
from bedrock_doctor.evaluate.compile import CompiledLevels, CompiledPolicies, compile_policies
from bedrock_doctor.evaluate.layers import control_policies, hierarchy, identity, resource
from bedrock_doctor.evaluate.outcome_set import ABSENT, ALLOWED, EXPLICIT, IMPLICIT
from bedrock_doctor.evaluate.principals import Grant
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.trace import Decision

OPEN = ALLOWED | IMPLICIT | EXPLICIT


def authorize(request: Request, policies: Policies) -> Decision:
    """Decides one request.

    Returns:
        The decision. It is UNKNOWN where missing evidence can turn it.
    """
    return decide(compile_policies(policies), request)


def decide(policies: CompiledPolicies, request: Request) -> Decision:
    """Decides one request against policies that were compiled before."""
    return combine(masks_of(policies, request))


def masks_of(policies: CompiledPolicies, request: Request) -> Masks:
    """What every layer answers, and which answers the request needs."""
    own = identity.possible(policies.identity, request)
    boundary = identity.limit(policies.boundary, request)
    session = identity.limit(policies.session, request)
    scp = scp_possible(policies.scp, request)
    rcp = rcp_possible(policies.rcp, request)
    endpoint = ABSENT if policies.endpoint is None else policies.endpoint.possible(request)
    together = resource.same_account(request)
    trust = resource.is_trust(request)
    if policies.resource is None:
        required = trust or not together or own == ABSENT
        missing = IMPLICIT if required else ABSENT
        barred = trust and request.principal.kind is PrincipalKind.ROOT
        return Masks(
            own,
            boundary,
            session,
            missing,
            scp,
            rcp,
            endpoint,
            required,
            trust and together,
            barred=barred,
        )
    theirs = policies.resource.possible(request)
    required = trust or not together or own == ABSENT
    grant = resource.direct_grant(policies.resource, request) if together else Grant.NONE
    maybe = together and own != ABSENT and _may_grant(theirs, grant)
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
        grant_replaces_identity=resource.replaces_identity(grant),
        grant_passes_limits=resource.passes_limits(grant, request),
        grant_possible=maybe,
        barred=trust and request.principal.kind is PrincipalKind.ROOT,
    )


def _may_grant(theirs: int, grant: Grant) -> bool:
    """Whether evidence that is missing may hold a grant to the caller itself."""
    return theirs not in (ALLOWED, IMPLICIT, EXPLICIT, IMPLICIT | EXPLICIT) and (
        not resource.replaces_identity(grant)
    )


def scp_possible(levels: CompiledLevels, request: Request) -> int:
    """What service control policies answer."""
    if control_policies.scp_exemption(request) is not None:
        return ABSENT
    if levels.whole is not None:
        return OPEN if isinstance(levels.whole, Missing) else ABSENT
    return hierarchy.every_level_allows(levels.sets, request)


def rcp_possible(levels: CompiledLevels, request: Request) -> int:
    """What resource control policies answer."""
    if control_policies.rcp_exemption(request) is not None:
        return ABSENT
    if levels.whole is not None:
        return ALLOWED | EXPLICIT if isinstance(levels.whole, Missing) else ABSENT
    return hierarchy.no_level_denies(levels.sets, request)
