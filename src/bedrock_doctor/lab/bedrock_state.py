"""What Amazon Bedrock and Service Quotas remember in the lab."""

from __future__ import annotations

from dataclasses import dataclass, field

from bedrock_doctor.lab.guardrails import Guardrails
from bedrock_doctor.lab.model_access import ModelAccess
from bedrock_doctor.lab.quotas import Quotas


@dataclass(slots=True)
class BedrockState:
    """All that is no state of moto.

    Attributes:
        access: agreements, forms and models that were called.
        guardrails: guardrails, their policies, and where they are enforced.
        quotas: applied quotas.
    """

    access: ModelAccess = field(default_factory=ModelAccess)
    guardrails: Guardrails = field(default_factory=Guardrails)
    quotas: Quotas = field(default_factory=Quotas)
