"""The two event handlers. They run inside the user's calls, so that nothing may leave them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bedrock_doctor.evidence.secrets import without_secrets
from bedrock_doctor.hook.memory import DeniedCall, remember

SERVICES = ("bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime", "sts")
"""Service ids as botocore hyphenizes them in the names of events."""
_FORBIDDEN = 403
_KEY = "bedrock_doctor"
_MODEL = ("modelId", "inferenceProfileIdentifier", "modelIdentifier")
_GUARDRAIL = ("guardrailIdentifier",)
_ROLE = ("RoleArn", "roleArn")
_LONGEST = 2048

_log = logging.getLogger("bedrock_doctor.hook")


class Watch:
    """The handlers of one session or client.

    Clients copy the handlers of their session when they are made. Turning off the watch turns off
    all copies.
    """

    def __init__(self) -> None:
        self.active = True

    def before(self, params: Any, context: Any, **others: Any) -> None:
        """``provide-client-params``: keeps ids, never messages."""
        if not self.active:
            return
        try:
            guardrails = params.get("guardrailConfig") or params
            context[_KEY] = (
                _first(params, _MODEL),
                _first(guardrails, _GUARDRAIL),
                _first(params, _ROLE),
            )
        except Exception:
            _log.debug("the parameters of a call could not be read", exc_info=True)

    def after(
        self, http_response: Any, parsed: Any, model: Any, context: Any, **others: Any
    ) -> None:
        """``after-call``: remembers what was answered with 403."""
        try:
            if http_response.status_code != _FORBIDDEN or not self.active:
                return
            operation, service = model.name, model.service_model.service_id.hyphenize()
            if service == "sts" and not operation.startswith("AssumeRole"):
                return
            named, guardrail, role = context.get(_KEY, ("", "", ""))
            error = parsed.get("Error", {})
            remember(
                DeniedCall(
                    number=0,
                    service=service,
                    operation=operation,
                    region=str(context.get("client_region") or ""),
                    model=named,
                    guardrail=guardrail,
                    role=role,
                    error_code=str(error.get("Code", "")),
                    message=without_secrets(str(error.get("Message", ""))),
                    request_id=request_id_of(parsed),
                )
            )
        except Exception:
            _log.debug("a denied call could not be remembered", exc_info=True)


def request_id_of(response: Mapping[str, Any]) -> str:
    """AWS's id of the request behind a parsed response, or empty."""
    return str(response.get("ResponseMetadata", {}).get("RequestId", ""))


def _first(params: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = (params.get(name) for name in names)
    return next((text[:_LONGEST] for text in found if isinstance(text, str)), "")
