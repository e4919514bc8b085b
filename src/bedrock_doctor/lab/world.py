"""The world that scenarios start from, and how it is put into moto."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bedrock_doctor.lab.moto_state import MotoState

FULL_ACCESS = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)
HARMLESS = (
    '{"Version": "2012-10-17", "Statement": [{"Sid": "StayInTheOrganization", "Effect": "Deny",'
    ' "Action": "organizations:LeaveOrganization", "Resource": "*"}]}'
)
ADMIN = "admin"
"""The user of every account that may do everything its account's SCPs let it do."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One AWS API call as data.

    Attributes:
        service: boto3's name of the service.
        operation: name of the operation, ``PutRolePolicy``.
        account: name of the account in the world that makes it.
        parameters: its parameters.
    """

    service: str
    operation: str
    account: str
    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> ApiCall:
        """Reads a table with ``call``, ``account`` and the parameters."""
        service, _, operation = table["call"].partition(":")
        rest = {key: value for key, value in table.items() if key not in ("call", "account")}
        return cls(service, operation, table["account"], rest)

    def run(self, client: Any) -> Any:
        """Makes the call with a boto3 client of its service."""
        from botocore import xform_name

        return getattr(client, xform_name(self.operation))(**self.parameters)

    @property
    def words(self) -> str:
        """The call in one line, without documents."""
        shown = [
            f"{key}={value}"
            for key, value in self.parameters.items()
            if isinstance(value, str) and "{" not in value
        ]
        return f"{self.service}:{self.operation} {' '.join(shown)}".rstrip()


@dataclass(frozen=True, slots=True)
class World:
    """What the packaged file ``world.toml`` says.

    Attributes:
        management: id of the management account.
        organization: id of the organization.
        root: id of its root.
        accounts: name to id.
        units: name of an organizational unit to its id; holds the account of the same name.
        policies: policy id to name, type, target and content.
        regions: Regions that the model account uses.
        setup: calls that create what is in the accounts.
    """

    management: str
    organization: str
    root: str
    accounts: Mapping[str, str]
    units: Mapping[str, str]
    policies: Mapping[str, Mapping[str, str]]
    regions: tuple[str, ...]
    setup: tuple[ApiCall, ...]


def read_world() -> World:
    """The packaged world."""
    data = tomllib.loads(files("bedrock_doctor.lab").joinpath("world.toml").read_text("utf-8"))
    setup = tuple(ApiCall.of(table) for table in data.pop("setup"))
    regions = tuple(data.pop("regions"))
    return World(regions=regions, setup=setup, **data)


@contextmanager
def _next_id(generator: str, value: str) -> Iterator[None]:
    """Lets moto give this id to what is created within; it has no parameter for it."""
    from moto.organizations import utils

    before = getattr(utils, generator)
    setattr(utils, generator, lambda *_: value)
    try:
        yield
    finally:
        setattr(utils, generator, before)


def seed(world: World, state: MotoState) -> None:
    """Replaces moto's state by the world."""
    state.reset()
    organizations = state.client("organizations", world.management)
    with (
        _next_id("make_random_org_id", world.organization),
        _next_id("make_random_root_id", world.root),
    ):
        organizations.create_organization(FeatureSet="ALL")
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=world.root, PolicyType=kind)
    units = dict(world.units)
    for name, unit in units.items():
        with _next_id("make_random_ou_id", unit):
            organizations.create_organizational_unit(ParentId=world.root, Name=name)
    for name, account in world.accounts.items():
        if account != world.management:
            with _next_id("make_random_account_id", account):
                organizations.create_account(Email=f"{name}@example.com", AccountName=name)
            organizations.move_account(
                AccountId=account, SourceParentId=world.root, DestinationParentId=units[name]
            )
        _add_admin(state, account)
    for policy, facts in world.policies.items():
        with _next_id("make_random_policy_id", policy):
            organizations.create_policy(
                Name=facts["name"],
                Description=facts["name"],
                Type=facts["type"],
                Content=facts.get("content", HARMLESS),
            )
        organizations.attach_policy(PolicyId=policy, TargetId=facts["target"])
    for call in world.setup:
        call.run(state.client(call.service, world.accounts[call.account]))


def _add_admin(state: MotoState, account: str) -> None:
    iam = state.client("iam", account)
    iam.create_user(UserName=ADMIN)
    iam.put_user_policy(UserName=ADMIN, PolicyName="Everything", PolicyDocument=FULL_ACCESS)
