"""The lab as a tool of the MCP server."""

from __future__ import annotations

from tests.mcp.conftest import Agent


def test_a_scenario_is_played_within_the_server() -> None:
    """Denied, explained, repaired, answered; account ids are pseudonyms here too."""
    answer = Agent(()).call("lab_run", name="role-lacks-action")
    assert answer["surprises"] == []
    assert (answer["verdict_before"], answer["verdict_after"]) == ("deny", "allow")
    assert answer["findings"] == ["BD401"]
    assert "AccessDeniedException" in answer["call_before"]
    assert "444455556666" not in str(answer)
    assert answer["fix"]
