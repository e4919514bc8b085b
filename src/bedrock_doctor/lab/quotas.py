"""Applied quotas of Amazon Bedrock in the lab. An increase is granted at once, unlike in AWS.

https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
"""

from __future__ import annotations

from typing import Any

from bedrock_doctor.lab.wire import Call, Refused

_MODELS = (("Amazon Nova Lite", 1), ("Amazon Nova Micro", 3), ("Amazon Nova Pro", 5))
_DEFAULTS = {
    f"L-1AB{number + offset:05d}": (f"Cross-region model inference {unit} for {model}", value)
    for model, number in _MODELS
    for offset, (unit, value) in enumerate(
        (("requests per minute", 400.0), ("tokens per minute", 400_000.0))
    )
}
OPERATIONS = frozenset(("GetServiceQuota", "ListServiceQuotas", "RequestServiceQuotaIncrease"))


class Quotas:
    """The quotas of all accounts and Regions; every one starts with its default."""

    def __init__(self) -> None:
        self._applied: dict[tuple[str, str, str], float] = {}

    def set(self, account: str, region: str, code: str, value: float) -> None:
        """Applies a value, as AWS does for an account that it does not trust yet."""
        self._applied[account, region, code] = value

    def listed(self, account: str, region: str) -> dict[str, Any]:
        """Output of ListServiceQuotas."""
        return {"Quotas": [self._quota(account, region, code) for code in _DEFAULTS]}

    def answer(self, call: Call, account: str) -> dict[str, Any]:
        """Answers an operation of Service Quotas.

        Raises:
            Refused: of another service, or a quota that does not exist.
        """
        if call.params.get("ServiceCode") != "bedrock":
            raise Refused("NoSuchResourceException", "The lab has quotas of bedrock only.")
        if call.operation == "ListServiceQuotas":
            return self.listed(account, call.region)
        code = str(call.params.get("QuotaCode", ""))
        if code not in _DEFAULTS:
            raise Refused("NoSuchResourceException", f"There is no quota {code}.")
        if call.operation == "RequestServiceQuotaIncrease":
            wanted = float(call.params.get("DesiredValue", 0))
            self.set(account, call.region, code, wanted)
            asked = {"QuotaCode": code, "DesiredValue": wanted, "Status": "APPROVED"}
            return {"RequestedQuota": {"Id": f"lab-{code}", "ServiceCode": "bedrock", **asked}}
        return {"Quota": self._quota(account, call.region, code)}

    def _quota(self, account: str, region: str, code: str) -> dict[str, Any]:
        name, value = _DEFAULTS[code]
        return {
            "ServiceCode": "bedrock",
            "ServiceName": "Amazon Bedrock",
            "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:bedrock/{code}",
            "QuotaCode": code,
            "QuotaName": name,
            "Value": self._applied.get((account, region, code), value),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
            "QuotaAppliedAtLevel": "ACCOUNT",
        }
