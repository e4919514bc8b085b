"""boto3 clients for the lab: they read no settings of the machine and leave no loopback."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bedrock_doctor.errors import UsageError

LOOPBACK = "127.0.0.1"


def bare_session(access_key: str, secret: str, token: str) -> Any:
    """A boto3 session with these credentials that reads no file in ``~/.aws``."""
    import boto3
    from botocore.session import Session

    # no environment variable names a profile or a file for this session
    core = Session(session_vars={"profile": (None, None, None, None)})
    core.set_config_variable("config_file", os.devnull)
    core.set_config_variable("credentials_file", os.devnull)
    core.register_component("data_loader", _loader())
    core.set_credentials(access_key, secret, token or None)
    return boto3.Session(botocore_session=core)


@lru_cache(maxsize=1)
def _loader() -> Any:
    """One loader for all sessions: reading the service models is what makes clients slow."""
    from botocore.loaders import Loader

    return Loader()


def check_endpoint(endpoint: str) -> None:
    """Makes sure that lab credentials stay on this machine.

    Raises:
        UsageError: the endpoint is something else than ``http://127.0.0.1:PORT``.
    """
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or parts.hostname != LOOPBACK or parts.username is not None:
        raise UsageError(
            f"the lab makes no client for `{endpoint}`", help="expected http://127.0.0.1:PORT"
        )


def lab_client(service: str, endpoint: str, region: str, keys: tuple[str, str, str]) -> Any:
    """A boto3 client of the lab.

    Args:
        keys: access key id, secret access key, session token (empty: none).

    Raises:
        UsageError: the endpoint is not on loopback.
    """
    from botocore.config import Config

    check_endpoint(endpoint)
    # a fixed signature keeps AWS_BEARER_TOKEN_BEDROCK out, empty proxies keep HTTP_PROXY out
    config = Config(
        signature_version="v4", proxies={}, retries={"total_max_attempts": 1}, read_timeout=120
    )
    return bare_session(*keys).client(
        service, region_name=region, endpoint_url=endpoint, config=config
    )
