"""The state that moto keeps for us: IAM, Organizations and EC2, account by account."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from bedrock_doctor.errors import UsageError

GLOBAL_HOSTS = {
    "iam": "iam.amazonaws.com",
    "organizations": "organizations.us-east-1.amazonaws.com",
    "account": "account.us-east-1.amazonaws.com",
}
Answer = tuple[int, dict[str, str], bytes]


class _Raw(BytesIO):
    """What botocore reads a response's body from."""

    def stream(self, **_: object) -> Any:
        """The body in one piece."""
        yield self.read()


class MotoState:
    """moto's in-process services, called without any socket.

    Raises:
        UsageError: moto is not installed.
    """

    def __init__(self) -> None:
        # a setting of moto that has no other way in: its thousands of AMIs take most of a reset
        os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
        try:
            from moto.core.botocore_stubber import BotocoreStubber
        except ImportError:
            raise UsageError(
                "the lab needs moto, which is not installed",
                help="pip install 'bedrock-doctor[lab]'",
            ) from None
        self._stub = BotocoreStubber()
        self._clients: dict[tuple[str, str, str], Any] = {}

    @staticmethod
    def reset() -> None:
        """Forgets everything."""
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()

    def answer(
        self,
        service: str,
        region: str,
        account: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        """Lets moto answer one POST request as this account."""
        from botocore.awsrequest import AWSPreparedRequest
        from botocore.compat import HTTPHeaders

        host = GLOBAL_HOSTS.get(service, f"{service}.{region}.amazonaws.com")
        given = HTTPHeaders()
        for name, value in headers.items():
            given[name] = value
        given["x-moto-account-id"] = account
        request = AWSPreparedRequest("POST", f"https://{host}{path}", given, body, False)
        return self._process(request)

    def client(self, service: str, account: str, region: str = "us-east-1") -> Any:
        """A boto3 client that ends in this process and is not authorized: for seeding, reading."""
        key = (service, account, region)
        if key not in self._clients:
            from botocore.config import Config

            from bedrock_doctor.lab.client import bare_session

            # moto knows AWS's hosts only; a program in the lab is pointed elsewhere
            config = Config(ignore_configured_endpoint_urls=True, use_fips_endpoint=False)
            session = bare_session("lab", "lab", "")
            client = session.client(service, region_name=region, config=config)

            def send(request: Any, **_: object) -> Any:
                from botocore.awsrequest import AWSResponse

                request.headers["x-moto-account-id"] = account
                status, headers, body = self._process(request)
                return AWSResponse(request.url, status, headers, _Raw(body))

            client.meta.events.register("before-send", send)
            self._clients[key] = client
        return self._clients[key]

    def _process(self, request: Any) -> Answer:
        answer = self._stub.process_request(request)
        if answer is None:
            return 404, {}, b"Not yet implemented"
        status, headers, body = answer
        data = body.encode() if isinstance(body, str) else body
        return status, {str(k): str(v) for k, v in headers.items()}, data
