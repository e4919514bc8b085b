"""Which requests control policies bind (clauses D2, D3).

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from bedrock_doctor.catalog.service_authorization import rcp_supported
from bedrock_doctor.evaluate.layers.identity import WITH_POLICIES
from bedrock_doctor.model.missing import NotApplicable
from bedrock_doctor.model.principal import Principal
from bedrock_doctor.model.request import Context, Request

_SERVICE_LINKED = NotApplicable("service-linked roles are exempt")


def scp_exemption(request: Request) -> NotApplicable | None:
    """Why SCPs do not bind the request, or None."""
    if is_service_linked(request):
        return _SERVICE_LINKED
    if request.principal.kind not in WITH_POLICIES:
        return NotApplicable("SCPs bind users and roles only")
    return None


def rcp_exemption(request: Request) -> NotApplicable | None:
    """Why RCPs do not bind the request, or None."""
    if is_service_linked(request):
        return _SERVICE_LINKED
    service = request.action.partition(":")[0].lower()
    if not rcp_supported(service):
        return NotApplicable(f"RCPs do not cover {service}")
    return None


def is_service_linked(request: Request) -> bool:
    """Whether a service-linked role signs; a session ARN alone does not tell, its role ARN does."""
    return signs_service_linked(request.principal, request.context)


def signs_service_linked(principal: Principal, context: Context) -> bool:
    """The same of a principal and its context."""
    given = context.values.get("aws:principalarn")
    if given and ":role/aws-service-role/" in given[0]:
        return True
    return principal.is_service_linked
