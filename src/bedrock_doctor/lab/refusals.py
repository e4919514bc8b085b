"""How Bedrock words that a gate of an account or model is closed.

https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
"""

from __future__ import annotations

from bedrock_doctor.lab.wire import Refused
from bedrock_doctor.model.way import Gate

_TEXTS = {
    "agreement-missing": (
        "AccessDeniedException",
        403,
        "Model access is denied due to IAM user or service role is not authorized to perform the "
        "required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, "
        "aws-marketplace:Subscribe) to enable access to this model.",
    ),
    "use-case-form-missing": (
        "ResourceNotFoundException",
        404,
        "Model use case details have not been submitted for this account. Fill out the Anthropic "
        "use case details form before using the model.",
    ),
    "on-demand-not-supported": (
        "ValidationException",
        400,
        "Invocation of model ID {subject} with on-demand throughput isn’t supported. Retry your "
        "request with the ID or ARN of an inference profile that contains this model.",
    ),
    "model-end-of-life": (
        "ResourceNotFoundException",
        404,
        "This model version has reached the end of its life. Please refer to the AWS "
        "documentation for more details.",
    ),
    "quota-is-zero": (
        "ThrottlingException",
        429,
        "Too many tokens, please wait before trying again.",
    ),
}
_OTHERWISE = (
    "AccessDeniedException",
    403,
    "You don't have access to the model with the specified model ID.",
)


def gate_refusal(gate: Gate) -> Refused:
    """The error behind a closed gate."""
    code, status, text = _TEXTS.get(gate.rule, _OTHERWISE)
    return Refused(code, text.format(subject=gate.subject), status)
