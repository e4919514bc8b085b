"""VPC endpoints as they will be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bedrock_doctor.model.snapshot import Account, Endpoint
from bedrock_doctor.preflight.declarations import PutEndpoint, SetEndpointPolicy


def with_endpoints(
    accounts: Mapping[str, Account], operations: Iterable[PutEndpoint | SetEndpointPolicy]
) -> dict[str, Account]:
    """The accounts with their endpoints changed."""
    changed = dict(accounts)
    for operation in sorted(operations, key=lambda o: isinstance(o, SetEndpointPolicy)):
        if isinstance(operation, PutEndpoint):
            account = changed.get(operation.account, Account(operation.account))
            endpoint = Endpoint(
                operation.id,
                operation.service,
                operation.vpc,
                operation.account,
                operation.region,
                operation.policy,
            )
            endpoints = {**account.endpoints, operation.id: endpoint}
            changed[operation.account] = replace(account, endpoints=endpoints)
            continue
        for key, account in changed.items():
            if operation.id in account.endpoints:
                changed[key] = replace(account, endpoints=_with_policy(account, operation))
    return changed


def _with_policy(account: Account, operation: SetEndpointPolicy) -> dict[str, Endpoint]:
    endpoints = dict(account.endpoints)
    if operation.policy is None:
        del endpoints[operation.id]
    else:
        endpoints[operation.id] = replace(endpoints[operation.id], policy=operation.policy)
    return endpoints
