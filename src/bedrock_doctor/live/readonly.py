"""Clients that refuse every operation outside the table before its request is built."""

from __future__ import annotations

from threading import Lock
from typing import Any

from bedrock_doctor.errors import BedrockDoctorError
from bedrock_doctor.live.reads import read_of

PROBES = frozenset(
    (
        ("sts", "AssumeRole"),
        ("bedrock-runtime", "InvokeModel"),
        ("bedrock-runtime", "InvokeModelWithResponseStream"),
    )
)
"""Operations that are called to learn whether they pass, and return nothing that is kept."""


class RefusedOperation(BedrockDoctorError):
    """A call that the table of reads does not hold: a defect of the caller."""


class ReadOnlyClients:
    """Clients of one session, one for each service and Region.

    Calls that botocore itself makes to obtain credentials use clients of its own.

    Attributes:
        calls: how many calls were made; repetitions of one are not counted.
    """

    def __init__(self, session: Any, endpoint_url: str | None, attempts: int = 6) -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._retries = {"mode": "adaptive", "total_max_attempts": attempts}
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = Lock()
        self.calls = 0

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service; creating one is not safe in threads, so it is locked."""
        with self._lock:
            found = self._clients.get((service, region))
            if found is None:
                found = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint_url,
                    config=_config(service, self._retries),
                )
                refuse_writes(found)
                found.meta.events.register("before-call", self._count)
                self._clients[service, region] = found
            return found

    def _count(self, **_: Any) -> None:
        with self._lock:
            self.calls += 1


def client_for(
    session: Any,
    service: str,
    operation: str,
    region: str,
    endpoint_url: str | None,
    attempts: int = 3,
    *,
    by_key: bool = False,
) -> Any:
    """A client that makes one operation and no other: for the probes, which are no reads.

    Args:
        by_key: whether AWS_BEARER_TOKEN_BEDROCK signs, and not the session.

    Raises:
        RefusedOperation: the operation is no probe.
    """
    if (service, operation) not in PROBES:
        raise RefusedOperation(f"`{service}:{operation}` is not among the probes of bedrock-doctor")
    retries = {"mode": "standard", "total_max_attempts": attempts}
    client = session.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        config=_config(service, retries, by_key=by_key),
    )

    def check(model: Any, **_: Any) -> None:
        if model.name != operation:
            raise RefusedOperation(f"`{service}:{model.name}` is not what this client is for")

    client.meta.events.register_first("provide-client-params", check)
    return client


def _config(service: str, retries: dict[str, Any], *, by_key: bool = False) -> Any:
    """Settings of a client.

    botocore lets AWS_BEARER_TOKEN_BEDROCK sign calls to Bedrock in place of the session, unless a
    signature is asked for: what is read would then be another identity's, maybe another account's.
    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
    """
    from botocore.config import Config

    signature = {} if by_key or not service.startswith("bedrock") else {"signature_version": "v4"}
    return Config(
        retries=retries,
        connect_timeout=10,
        read_timeout=60,
        user_agent_extra="bedrock-doctor",
        **signature,
    )


def refuse_writes(client: Any) -> None:
    """Lets a client of botocore call only what the table of reads holds."""
    client.meta.events.register_first("provide-client-params", _check)


def _check(model: Any, **_: Any) -> None:
    service, operation = model.service_model.service_name, model.name
    if read_of(service, operation) is None:
        raise RefusedOperation(f"`{service}:{operation}` is not among the reads of bedrock-doctor")
