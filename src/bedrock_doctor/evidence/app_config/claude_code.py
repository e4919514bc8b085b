"""Settings of Claude Code (``settings.json``).

https://code.claude.com/docs/en/amazon-bedrock
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bedrock_doctor.evidence.app_config.configuration import (
    ConfigFinding,
    Configuration,
    Signing,
    second_model,
)
from bedrock_doctor.evidence.app_config.environment import environment_list, read_environment
from bedrock_doctor.evidence.app_config.model_names import bedrock_model


def is_claude_code(tree: Any) -> bool:
    """Whether a JSON tree is a settings file of Claude Code."""
    if not isinstance(tree, Mapping):
        return False
    variables = tree.get("env")
    return (
        "awsAuthRefresh" in tree
        or "awsCredentialExport" in tree
        or (
            isinstance(variables, Mapping)
            and any(str(name).startswith(("CLAUDE_CODE_", "ANTHROPIC_")) for name in variables)
        )
    )


def read_claude_code(tree: Mapping[str, Any]) -> Configuration:
    """One attempt for each model: main, small, sub-agent and the aliases."""
    variables = environment_list(tree.get("env"))
    if bedrock_model(str(tree.get("model") or "")) and "ANTHROPIC_MODEL" not in variables:
        variables = {"ANTHROPIC_MODEL": str(tree["model"]), **variables}
    read = read_environment(variables, kind="claude-code", where="env")
    attempts = read.attempts
    findings = [finding for finding in read.findings if finding.id != "BD102"]
    if tree.get("awsCredentialExport") and not variables.get("AWS_BEARER_TOKEN_BEDROCK"):
        attempts = tuple(replace(item, signing=Signing.PROCESS) for item in attempts)
    if variables and variables.get("CLAUDE_CODE_USE_BEDROCK", "") in ("", "0", "false"):
        findings.append(
            ConfigFinding(
                "BD128", "role-setting-dropped", "env",
                "CLAUDE_CODE_USE_BEDROCK is not set here: unless the shell sets it, Bedrock is not "
                "called at all",
            )
        )  # fmt: skip
    return Configuration("claude-code", attempts, (*findings, *second_model(attempts)))
