"""Guardrails of the lab: what exists, its resource-based policies, and what accounts enforce.

The lab's guardrails object to nothing: what they look for is not kept.
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html
https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from bedrock_doctor.lab.credentials import Credentials
from bedrock_doctor.lab.wire import Call, Refused
from bedrock_doctor.model.arn import is_arn, parse_arn

_MADE = "2026-10-08T16:03:14Z"
DRAFT = "DRAFT"


class Guardrails:
    """All guardrails of the lab, by ARN."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._versions: dict[str, list[str]] = {}
        self._policies: dict[str, str] = {}
        self._enforced: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    def arn_of(self, identifier: str, account: str, region: str) -> str:
        """The ARN of a guardrail that is named by id or ARN."""
        if is_arn(identifier):
            return identifier
        return f"arn:aws:bedrock:{region}:{account}:guardrail/{identifier}"

    def check(self, identifier: str, version: str, account: str, region: str) -> str:
        """The ARN of a guardrail that exists in this version.

        Raises:
            Refused: there is none.
        """
        arn = self.arn_of(identifier, account, region)
        if version not in self._versions.get(arn, ()):
            message = "The guardrail identifier or version provided in the request does not exist."
            raise Refused("ValidationException", message)
        return arn

    def create(self, call: Call, who: Credentials) -> dict[str, Any]:
        """CreateGuardrail."""
        name = f"gr{next(self._numbers):010d}"
        arn = self.arn_of(name, who.account, call.region)
        self._names[arn] = str(call.params.get("name", ""))
        self._versions[arn] = [DRAFT]
        return {"guardrailId": name, "guardrailArn": arn, "version": DRAFT, "createdAt": _MADE}

    def create_version(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        """CreateGuardrailVersion."""
        arn = self._known(name, who, call.region)
        version = str(len(self._versions[arn]))
        self._versions[arn].append(version)
        return {"guardrailId": parse_arn(arn).resource_name, "version": version}

    def get(self, call: Call, who: Credentials, name: str) -> dict[str, Any]:
        """GetGuardrail."""
        arn = self._known(name, who, call.region)
        version = parse_qs(call.query).get("guardrailVersion", [DRAFT])[0]
        if version not in self._versions[arn]:
            raise _not_found(f"The guardrail {name} has no version {version}.")
        return self._details(arn, version)

    def list(self, call: Call, who: Credentials) -> dict[str, Any]:
        """ListGuardrails."""
        found = [arn for arn in self._names if _is_in(arn, who.account, call.region)]
        kept = ("status", "name", "version", "createdAt", "updatedAt")
        entries = []
        for arn in found:
            details = self._details(arn, DRAFT)
            entry = {key: details[key] for key in kept}
            entries.append({"id": details["guardrailId"], "arn": arn, **entry})
        return {"guardrails": entries}

    def put_policy(self, call: Call) -> dict[str, Any]:
        """PutResourcePolicy."""
        arn = str(call.params.get("resourceArn", ""))
        if arn not in self._names:
            raise _not_found(f"{arn} was not found.")
        self._policies[arn] = str(call.params.get("resourcePolicy", ""))
        return {"resourceArn": arn}

    def get_policy(self, arn: str) -> dict[str, Any]:
        """GetResourcePolicy."""
        if arn not in self._policies:
            raise _not_found(f"No resource policy was found for {arn}.")
        return {"resourcePolicy": self._policies[arn]}

    def delete_policy(self, arn: str) -> dict[str, Any]:
        """DeleteResourcePolicy."""
        self._policies.pop(arn, None)
        return {}

    def enforce(self, call: Call, who: Credentials) -> dict[str, Any]:
        """PutEnforcedGuardrailConfiguration."""
        asked = call.params.get("guardrailInferenceConfig")
        asked = asked if isinstance(asked, dict) else {}
        version = str(asked.get("guardrailVersion", ""))
        identifier = str(asked.get("guardrailIdentifier", ""))
        arn = self.check(identifier, version, who.account, call.region)
        name = str(call.params.get("configId") or f"cfg{next(self._numbers):010d}")
        entry = {
            "configId": name,
            "guardrailArn": arn,
            "guardrailId": parse_arn(arn).resource_name,
            "guardrailVersion": version,
            "owner": "ACCOUNT",
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "createdBy": who.arn,
            "updatedBy": who.arn,
        }
        if asked.get("modelEnforcement"):
            entry["modelEnforcement"] = asked["modelEnforcement"]
        self._enforced.setdefault((who.account, call.region), {})[name] = entry
        return {"configId": name, "updatedAt": _MADE, "updatedBy": who.arn}

    def enforced(self, account: str, region: str) -> dict[str, Any]:
        """Output of ListEnforcedGuardrailsConfiguration."""
        return {"guardrailsConfig": list(self._enforced.get((account, region), {}).values())}

    def no_longer_enforce(self, account: str, region: str, name: str) -> dict[str, Any]:
        """DeleteEnforcedGuardrailConfiguration."""
        if self._enforced.get((account, region), {}).pop(name, None) is None:
            raise _not_found(f"The configuration {name} was not found.")
        return {}

    def held(self, account: str, region: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """ARN, version and output of GetGuardrail for every version in one account and Region."""
        for arn, versions in self._versions.items():
            if _is_in(arn, account, region):
                for version in versions:
                    yield arn, version, self._details(arn, version)

    def policy(self, arn: str) -> str | None:
        """The resource-based policy of a guardrail."""
        return self._policies.get(arn)

    def _details(self, arn: str, version: str) -> dict[str, Any]:
        return {
            "name": self._names[arn],
            "guardrailId": parse_arn(arn).resource_name,
            "guardrailArn": arn,
            "version": version,
            "status": "READY",
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "blockedInputMessaging": "-",
            "blockedOutputsMessaging": "-",
        }

    def _known(self, name: str, who: Credentials, region: str) -> str:
        arn = self.arn_of(name, who.account, region)
        if arn not in self._names:
            raise _not_found(f"The guardrail {name} was not found.")
        return arn


def _is_in(arn: str, account: str, region: str) -> bool:
    parsed = parse_arn(arn)
    return (parsed.account, parsed.region) == (account, region)


def _not_found(message: str) -> Refused:
    return Refused("ResourceNotFoundException", message, 404)
