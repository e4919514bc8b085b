"""Model arguments as people write them, in a whole way."""

from __future__ import annotations

import pytest
from tests.unit.path.path_world import EU_SONNET, REGION, SONNET, TARGET, way

from bedrock_doctor.model.way import Purpose

PROFILE = f"arn:aws:bedrock:{REGION}:{TARGET}:inference-profile/{EU_SONNET}"


@pytest.mark.parametrize(
    ("written", "arn", "kind"),
    [
        (f"bedrock/converse/{EU_SONNET}", PROFILE, Purpose.PROFILE),
        (f"@bedrock-prod/{EU_SONNET}", PROFILE, Purpose.PROFILE),
        (f"{EU_SONNET}[1m]", PROFILE, Purpose.PROFILE),
        (f"bedrock/{PROFILE}", PROFILE, Purpose.PROFILE),
        (SONNET, f"arn:aws:bedrock:{REGION}::foundation-model/{SONNET}", Purpose.MODEL),
    ],
)
def test_every_spelling_is_resolved_and_echoed(written: str, arn: str, kind: Purpose) -> None:
    """The target says what was called and how it was written."""
    found = way(model=written).target
    assert (found.arn, found.kind, found.given) == (arn, kind, written)


def test_another_region_in_the_name_is_remarked() -> None:
    """LiteLLM lets the name choose the Region; the question here is about the other one."""
    notes = way(model=f"bedrock/us-west-2/{EU_SONNET}").notes
    assert any(f"names Region us-west-2; this is the answer for {REGION}" in n for n in notes)
    assert not any("names Region" in n for n in way(model=f"bedrock/{REGION}/{EU_SONNET}").notes)
