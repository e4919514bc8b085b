"""Tries the hook with aiobotocore against the lab.

aiobotocore needs an older botocore than this project locks, so it cannot be a development
dependency. Run it in an environment of its own:

    uv run --isolated --no-project --with aiobotocore --with '.[lab]' tools/check_aiobotocore.py
"""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Any

from aiobotocore.session import get_session
from botocore.exceptions import ClientError

import bedrock_doctor
from bedrock_doctor import hook
from bedrock_doctor.lab.lab import Lab
from bedrock_doctor.lab.server import serving

NOVA = "eu.amazon.nova-lite-v1:0"
HELLO = [{"role": "user", "content": [{"text": "hello lab"}]}]
GATEWAY = "arn:aws:iam::444455556666:role/gateway"


async def denied(runtime: Any, operation: str) -> None:
    """One denied call, with its note."""
    try:
        async with bedrock_doctor.explain_denied():
            await getattr(runtime, operation)(modelId=NOVA, messages=HELLO)
    except ClientError as error:
        (note,) = error.__notes__
        assert f"the call named the model {NOVA}" in note, note
    else:
        raise AssertionError("the call was not denied")


async def check(lab: Lab, endpoint: str) -> None:
    """Denied and answered calls, one after the other and at the same time."""

    def client(service: str, keys: tuple[str, str, str]) -> Any:
        key, secret, token = keys
        return session.create_client(
            service,
            region_name="eu-central-1",
            endpoint_url=endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    hook.install()
    session = get_session()
    keys = lab.credentials("app").keys
    async with client("bedrock-runtime", keys) as runtime:
        await denied(runtime, "converse")
        await denied(runtime, "converse_stream")
        await asyncio.gather(*(denied(runtime, "converse") for _ in range(8)))
    found = [(call.operation, call.model, call.count) for call in hook.denied_calls()]
    assert found == [("Converse", NOVA, 9), ("ConverseStream", NOVA, 1)], found
    async with client("sts", keys) as sts:
        made = await sts.assume_role(RoleArn=GATEWAY, RoleSessionName="check")
    given = made["Credentials"]
    assumed = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    async with client("bedrock-runtime", assumed) as runtime:
        answer = await runtime.converse(modelId=NOVA, messages=HELLO)
        assert answer["stopReason"] == "end_turn"
    assert len(hook.denied_calls()) == 2
    hook.uninstall()


def main() -> None:
    """Prints what was tried."""
    lab = Lab()
    with serving(lab) as endpoint:
        asyncio.run(check(lab, endpoint))
    names = ("aiobotocore", "botocore")
    print(f"ok: {', '.join(f'{name} {version(name)}' for name in names)}")


if __name__ == "__main__":
    main()
