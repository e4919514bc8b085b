"""Model names as gateways and clients write them, and the name that Amazon Bedrock gets.

LiteLLM: https://docs.litellm.ai/docs/providers/bedrock
Portkey: https://portkey.ai/docs/integrations/llms/bedrock-mantle
Claude Code: https://docs.claude.com/en/docs/claude-code/model-config
"""

from __future__ import annotations

import re

from bedrock_doctor.catalog import partitions

PROVIDERS = frozenset({"bedrock", "bedrock_converse", "bedrock_mantle", "amazon-bedrock"})
"""First parts that say that the model is one of Amazon Bedrock."""

ROUTES = frozenset(
    {
        "chat_completions",
        "converse",
        "converse_like",
        "deepseek_r1",
        "invoke",
        "llama",
        "moonshot",
        "openai",
        "qwen2",
        "qwen3",
    }
)
"""Parts behind it that choose how LiteLLM writes the request; Bedrock never sees them."""

_LONG_CONTEXT = re.compile(r"\[\d+m\]$")


def bedrock_name(text: str) -> tuple[str, str]:
    """The plain id or ARN in a name such as ``bedrock/converse/eu-west-1/anthropic.claude-…``.

    ``@slug/`` of Portkey and the ``[1m]`` of Claude Code are taken off as well. Other text is
    returned as it is, without blanks around it.

    Returns:
        The name, and the Region that stood before it, or an empty text.
    """
    rest, region, named = text.strip(), "", False
    while not rest.startswith("arn:"):
        head, slash, tail = rest.partition("/")
        provider = head in PROVIDERS or (head.startswith("@") and len(head) > 1)
        # a bare route is accepted for the two that people write alone
        route = head in ROUTES and (named or head in ("converse", "invoke"))
        if not slash or not (provider or route or partitions.is_region(head)):
            break
        named = named or provider
        region = head if partitions.is_region(head) else region
        rest = tail
    return _LONG_CONTEXT.sub("", rest), region
