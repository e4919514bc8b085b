"""IAM actions, resource types and condition keys, and the services that RCPs cover.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bedrock_doctor.catalog.dataset import CatalogHeader, read_file
from bedrock_doctor.catalog.spelling import near_matches

API_OPERATIONS = {
    "bedrock:converse": "bedrock:InvokeModel",
    "bedrock:conversestream": "bedrock:InvokeModelWithResponseStream",
    "bedrock:startasyncinvoke": "bedrock:InvokeModel",
    "bedrock:invokemodelwithbidirectionalstream": "bedrock:InvokeModel",
}
"""Operations without an IAM action of their own, in lower case, and the action that is checked.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
https://docs.aws.amazon.com/bedrock/latest/userguide/speech-bidirection.html
"""

ENDPOINT_PREFIXES = {
    "bedrock-runtime": "bedrock",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
}
"""Names of endpoints that people write as if they were service prefixes, and the prefix."""


@dataclass(frozen=True, slots=True)
class Action:
    """One IAM action.

    Attributes:
        access: ``Read``, ``Write``, ``List``, ``Tagging`` or ``Permissions management``.
        resources: resource types that it may be checked against; empty: only ``*``. A call is
            checked against those that it touches, not against all.
        keys: condition keys that its requests may carry, beside the global ones.
        dependent: further actions that the caller needs.
    """

    access: str
    resources: tuple[str, ...]
    keys: tuple[str, ...]
    dependent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Service:
    actions: dict[str, Action]
    resource_types: dict[str, str]
    condition_keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    header: CatalogHeader
    rcp_services: frozenset[str]
    prefixes: frozenset[str]
    services: dict[str, _Service]


@cache
def _file() -> _File:
    return read_file("service_authorization.json", _File)


@cache
def _spellings() -> dict[str, str]:
    """Lower-case ``service:action`` to AWS's spelling."""
    return {
        f"{service}:{name}".lower(): f"{service}:{name}"
        for service, parts in _file().services.items()
        for name in parts.actions
    }


def data_date() -> str:
    """Date of the service authorization data, ISO 8601."""
    return _file().header.date


def is_service(prefix: str) -> bool:
    """Whether `prefix` is the service prefix of some IAM actions, whatever its case."""
    return prefix.lower() in _file().prefixes


def services_in_full() -> tuple[str, ...]:
    """Prefixes of the services whose actions the catalog knows."""
    return tuple(_file().services)


def actions(service: str) -> tuple[str, ...]:
    """All actions of a service as ``service:Name``; empty when the catalog does not hold it."""
    parts = _file().services.get(service.lower())
    return tuple(f"{service.lower()}:{name}" for name in parts.actions) if parts else ()


def canonical_action(action: str) -> str | None:
    """AWS's spelling of an action given in any case; None when the catalog does not know it."""
    return _spellings().get(action.lower())


def is_action(action: str) -> bool | None:
    """Whether ``service:Name`` is an IAM action.

    Returns:
        True or False, without regard to case; None when the catalog holds the prefix of the service
        but not its actions.
    """
    lower = action.lower()
    if lower in _spellings():
        return True
    service = lower.partition(":")[0]
    held = service in _file().services or service not in _file().prefixes
    return False if held else None


def action(name: str) -> Action | None:
    """What is known of an action given in any case; None when the catalog does not know it."""
    spelled = canonical_action(name)
    if spelled is None:
        return None
    service, _, short = spelled.partition(":")
    return _file().services[service].actions[short]


def near_actions(name: str, limit: int = 3) -> tuple[str, ...]:
    """Actions that somebody who wrote `name` may have meant, best first.

    An API operation without an action gives the action that is checked for it; an endpoint name
    used as prefix is replaced by the service's prefix.
    """
    prefix, _, short = name.partition(":")
    service = ENDPOINT_PREFIXES.get(prefix.lower(), prefix.lower())
    checked = API_OPERATIONS.get(f"{service}:{short}".lower())
    if checked:
        return (checked,)
    spelled = canonical_action(f"{service}:{short}")
    if spelled:
        return (spelled,)
    return near_matches(f"{service}:{short}", actions(service), limit)


def resource_types(name: str) -> tuple[str, ...]:
    """Resource types that an action may be checked against; empty for ``*`` or unknown actions."""
    found = action(name)
    return found.resources if found else ()


def resource_arn_template(service: str, resource_type: str) -> str | None:
    """ARN template of a resource type, for example ``arn:${Partition}:bedrock:${Region}::…``."""
    parts = _file().services.get(service.lower())
    return parts.resource_types.get(resource_type) if parts else None


def condition_keys(service: str) -> dict[str, str]:
    """Condition keys of a service and their types, as ``String``, ``ARN`` or ``ArrayOfString``."""
    parts = _file().services.get(service.lower())
    return dict(parts.condition_keys) if parts else {}


def rcp_supported(service: str) -> bool:
    """Whether resource control policies bind the actions of a service prefix.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return service.lower() in _file().rcp_services


def rcp_services() -> frozenset[str]:
    """Prefixes of all services that support resource control policies."""
    return _file().rcp_services
