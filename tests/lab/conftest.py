"""One lab for a module. Sockets to 127.0.0.1 are allowed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bedrock_doctor.lab.client import lab_client
from bedrock_doctor.lab.lab import Lab
from bedrock_doctor.lab.server import serving
from bedrock_doctor.lab.shell_environment import environment, profiles, variables

GATEWAY = "arn:aws:iam::444455556666:role/gateway"
NOVA = "eu.amazon.nova-lite-v1:0"
HELLO: list[dict[str, Any]] = [{"role": "user", "content": [{"text": "hello lab"}]}]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Running:
    """A served lab."""

    lab: Lab
    endpoint: str

    def client(self, service: str, name: str = "app", region: str = "eu-central-1") -> Any:
        return lab_client(service, self.endpoint, region, self.lab.credentials(name).keys)

    def session(self, service: str, **options: Any) -> Any:
        """A client that signs as a session of the gateway role."""
        given = {"RoleArn": GATEWAY, "RoleSessionName": "test", **options}
        made = self.client("sts").assume_role(**given)["Credentials"]
        keys = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        return lab_client(service, self.endpoint, "eu-central-1", keys)

    def environment(self, folder: Path) -> dict[str, str]:
        config = folder / "config"
        config.write_text(profiles(self.lab), "utf-8")
        return environment(
            {"PATH": "/usr/bin:/bin", "HOME": str(folder)},
            variables(self.lab, self.endpoint, config),
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    from pytest_socket import enable_socket

    enable_socket()
    lab = Lab()
    with serving(lab) as endpoint:
        yield Running(lab, endpoint)


@pytest.fixture(scope="module")
def running(served: Running) -> Running:
    served.lab.reset()
    return served
