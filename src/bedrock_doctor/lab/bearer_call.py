"""Converse with an API key over plain HTTP: the SDKs send a key over HTTPS alone.

https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from bedrock_doctor.lab.client import check_endpoint

_SECONDS = 120


class BearerCallDenied(Exception):
    """The call was refused; the text is that of botocore for the same answer."""


def converse_by_key(endpoint: str, key: str, model: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer of the model.

    Raises:
        UsageError: the endpoint is not on loopback.
        BearerCallDenied: AWS refused.
    """
    check_endpoint(endpoint)
    request = Request(  # noqa: S310
        f"{endpoint}/model/{quote(model, safe='')}/converse",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except HTTPError as error:
        code = error.headers.get("x-amzn-ErrorType", str(error.code))
        message = json.loads(error.read()).get("message", "")
        raise BearerCallDenied(
            f"An error occurred ({code}) when calling the Converse operation: {message}"
        ) from None
