"""The environment in which the AWS CLI and other programs find the lab, and nothing else."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from bedrock_doctor.lab.client import check_endpoint
from bedrock_doctor.lab.lab import Lab

REGION = "eu-central-1"
_REMOVED = ("AWS_", "BEDROCK_DOCTOR_")


def profiles(lab: Lab) -> str:
    """An AWS configuration file: the application, its gateway role, and the administrators."""
    key, _, token = lab.credentials("app").keys
    role = f"arn:aws:iam::{lab.world.accounts['ai']}:role/gateway"
    words = [sys.executable, "-m", "bedrock_doctor.lab.process_session", key, token, role, REGION]
    parts = [f"[profile gateway]\ncredential_process = {shlex.join(words)}\nregion = {REGION}\n"]
    for name in lab.names:
        key, secret, token = lab.credentials(name).keys
        lines = [
            f"[profile {name}]",
            f"aws_access_key_id = {key}",
            f"aws_secret_access_key = {secret}",
        ]
        if token:
            lines.append(f"aws_session_token = {token}")
        parts.append("\n".join([*lines, f"region = {REGION}"]) + "\n")
    return "\n".join(parts)


def variables(lab: Lab, endpoint: str, config: Path) -> dict[str, str]:
    """The variables that point programs to the lab.

    Args:
        endpoint: URL of the lab.
        config: file that holds `profiles`.

    Raises:
        UsageError: the endpoint is not on loopback.
    """
    check_endpoint(endpoint)
    key, secret, token = lab.credentials("app").keys
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config.with_name("no-credentials")),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def environment(base: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program in the lab: nobody's own AWS settings are left in it."""
    kept = {name: value for name, value in base.items() if not name.startswith(_REMOVED)}
    return {**kept, **added}
