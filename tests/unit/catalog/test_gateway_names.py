"""Names as gateways write them; the routes are those of the documentation of LiteLLM."""

from __future__ import annotations

import pytest

from bedrock_doctor.catalog.gateway_names import bedrock_name

PROFILE = "us.anthropic.claude-sonnet-4-6"
ARN = f"arn:aws:bedrock:us-east-1:444455556666:inference-profile/{PROFILE}"
IMPORTED = "arn:aws:bedrock:us-east-1:444455556666:imported-model/abc123def456"


@pytest.mark.parametrize(
    ("written", "name", "region"),
    [
        (PROFILE, PROFILE, ""),
        (f"  bedrock/{PROFILE} ", PROFILE, ""),
        (f"bedrock_converse/{PROFILE}", PROFILE, ""),
        (f"bedrock/converse/{PROFILE}", PROFILE, ""),
        (f"bedrock/invoke/us-west-2/{PROFILE}", PROFILE, "us-west-2"),
        (f"bedrock/us-gov-west-1/{PROFILE}", PROFILE, "us-gov-west-1"),
        (f"converse/{PROFILE}", PROFILE, ""),
        (f"bedrock/{ARN}", ARN, ""),
        (f"bedrock/llama/{IMPORTED}", IMPORTED, ""),
        (f"bedrock/deepseek_r1/{IMPORTED}", IMPORTED, ""),
        (f"bedrock/openai/{IMPORTED}", IMPORTED, ""),
        ("bedrock/chat_completions/openai.gpt-oss-20b-1:0", "openai.gpt-oss-20b-1:0", ""),
        (f"@bedrock-prod/{PROFILE}", PROFILE, ""),
        (f"amazon-bedrock/{PROFILE}", PROFILE, ""),
        (f"{PROFILE}[1m]", PROFILE, ""),
        # no name of Bedrock: nothing is taken away
        ("openai/gpt-oss-20b", "openai/gpt-oss-20b", ""),
        ("@/x", "@/x", ""),
        ("bedrock/", "", ""),
        (ARN, ARN, ""),
    ],
)
def test_only_what_bedrock_never_sees_is_taken_off(written: str, name: str, region: str) -> None:
    """An ARN is never cut, whatever stands before it."""
    assert bedrock_name(written) == (name, region)
