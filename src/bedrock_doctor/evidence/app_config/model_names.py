"""Model names as libraries write them, and what a model is for."""

from __future__ import annotations

import re

from bedrock_doctor.catalog.gateway_names import PROVIDERS, bedrock_name

_BEDROCK_ID = re.compile(
    r"^(?:(?:us-gov|us|eu|apac|jp|au|in|ca|global)\.)?"
    r"(?:anthropic|amazon|meta|mistral|cohere|ai21|stability|deepseek|qwen|openai|writer|twelvelabs"
    r"|google|nvidia|minimax|moonshotai|moonshot|luma|zai)\.[A-Za-z0-9][\w.:-]+$"
)
_BEDROCK_ARN = re.compile(r"^arn:[\w-]+:(?:bedrock|bedrock-mantle|sagemaker):[^\s]+$")


def bedrock_model(name: str, *, named_provider: bool = False) -> tuple[str, str] | None:
    """The plain id and the Region in a library's model name; None when it is no Bedrock model.

    Args:
        name: for example ``bedrock/us-east-1/anthropic.claude-…`` or a plain id or ARN.
        named_provider: True when the configuration says elsewhere that the provider is Bedrock.
    """
    said = named_provider or name.strip().partition("/")[0] in PROVIDERS
    plain, region = bedrock_name(name)
    if _BEDROCK_ID.match(plain) or _BEDROCK_ARN.match(plain):
        return plain, region
    return (plain, region) if said and name.startswith("bedrock") and plain else None


def purpose_of(setting: str, model: str) -> str:
    """What a model is for, from the name of its setting and its own."""
    words = f"{setting} {model}".lower()
    if "embed" in words:
        return "embedding"
    if "rerank" in words:
        return "rerank"
    if "subagent" in words or "sub_agent" in words:
        return "sub-agent"
    if "small" in words or "fast" in words or "haiku" in setting.lower():
        return "small"
    return "main"
