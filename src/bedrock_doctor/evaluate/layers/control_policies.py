"""Which requests control policies bind (clauses D2, D3).

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from bedrock_doctor.catalog.service_authorization import rcp_supported
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.evaluate.tristate import MAYBE, NO, YES
from bedrock_doctor.model.missing import NotApplicable
from bedrock_doctor.model.principal import SERVICE_LINKED_PATH, Principal
from bedrock_doctor.model.request import Context, Request

_SERVICE_LINKED = NotApplicable("service-linked roles are exempt")


def scp_exemption(request: Request) -> NotApplicable | None:
    """Why SCPs do not bind the request, or None."""
    if is_service_linked(request) == YES:
        return _SERVICE_LINKED
    if request.principal.kind not in WITH_POLICIES:
        return NotApplicable("SCPs bind users and roles only")
    return None


def rcp_exemption(request: Request) -> NotApplicable | None:
    """Why RCPs do not bind the request, or None."""
    if is_service_linked(request) == YES:
        return _SERVICE_LINKED
    service = request.action.partition(":")[0].lower()
    if not rcp_supported(service):
        return NotApplicable(f"RCPs do not cover {service}")
    if not rcps_cover(request.action.lower()):
        return NotApplicable(f"RCPs do not cover {request.action}")
    return None


def rcps_cover(action: str) -> bool:
    """Whether RCPs take part in a lower-case action.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return action != "kms:retiregrant" and rcp_supported(action.partition(":")[0])


def is_service_linked(request: Request) -> int:
    """Whether a service-linked role signs."""
    return signs_service_linked(request.principal, request.context)


def signs_service_linked(principal: Principal, context: Context) -> int:
    """The same of a principal and its context, in three values.

    The path of the role tells. Where none is known, a role that is called like a service-linked
    one may be one (clause D2).
    """
    given = context.values.get("aws:principalarn", ())
    for arn in given:
        if SERVICE_LINKED_PATH in arn:
            return YES
    if not principal.may_be_service_linked:
        return NO
    if principal.role_arn:
        return YES
    return NO if any(":role/" in arn for arn in given) else MAYBE
