"""Finds out what kind of configuration a text is, and reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bedrock_doctor.errors import BadInput
from bedrock_doctor.evidence.app_config.aws_profile import read_aws_profiles
from bedrock_doctor.evidence.app_config.claude_code import is_claude_code, read_claude_code
from bedrock_doctor.evidence.app_config.configuration import Configuration
from bedrock_doctor.evidence.app_config.environment import (
    environment_lines,
    environment_list,
    read_environment,
)
from bedrock_doctor.evidence.app_config.litellm import is_litellm, read_litellm
from bedrock_doctor.evidence.app_config.settings_tree import read_settings
from bedrock_doctor.evidence.text_decoding import decode_text

_SECTION = re.compile(r"(?m)^\s*\[(?:profile |sso-session |default\]|[\w@. -]+\]\s*$)")
_LARGEST = 4 * 1024 * 1024


def read_configuration(text: str | bytes, name: str = "") -> Configuration:
    """Reads a configuration: AWS config file, LiteLLM YAML, Claude Code settings, settings of other
    tools in JSON or YAML, or an environment.

    Args:
        text: the file's content.
        name: its name, used in errors only.

    Raises:
        BadInput: it is none of these, is too large, or is broken.
    """
    if len(text) > _LARGEST:
        raise BadInput("the configuration is larger than 4 MB", path=name or None)
    plain = decode_text(text).lstrip("\ufeff")
    try:
        found = _read(plain)
    except BadInput as error:
        raise BadInput(
            error.message, path=name or None, line=error.line, column=error.column, help=error.help
        ) from None
    if found is None:
        raise BadInput(
            "no configuration of a way to Bedrock was recognised",
            path=name or None,
            help="expected an AWS config file, LiteLLM YAML, Claude Code settings, JSON or YAML "
            "settings, or lines of KEY=VALUE",
        )
    return found


def _read(text: str) -> Configuration | None:
    stripped = text.strip()
    if stripped[:1] in ("{", "[") and not _SECTION.match(text):
        return _read_tree(_json(text))
    if _SECTION.search(text):
        return read_aws_profiles(text)
    variables = environment_lines(text)
    lines = [line for line in stripped.splitlines() if line.strip() and line.lstrip()[:1] != "#"]
    if variables and len(variables) * 2 >= len(lines):
        return read_environment(variables)
    tree = _yaml(text)
    return _read_tree(tree) if isinstance(tree, Mapping | list) else None


def _read_tree(tree: Any) -> Configuration:
    if is_litellm(tree):
        return read_litellm(tree)
    if is_claude_code(tree):
        return read_claude_code(tree)
    variables = environment_list(tree)
    if variables and all(re.fullmatch(r"[A-Z][A-Z0-9_]+", key) for key in variables):
        return read_environment(variables)
    return read_settings(tree)


def _json(text: str) -> Any:
    try:
        return json.loads(_without_comments(text))
    except json.JSONDecodeError as error:
        raise BadInput(
            f"the configuration is no valid JSON: {error.msg.lower()}",
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise BadInput("the configuration is nested too deeply") from None


def _without_comments(text: str) -> str:
    """JSON with whole-line ``//`` comments, as editors write it; lines keep their numbers."""
    return re.sub(r"(?m)^\s*//.*$", "", text)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadInput(
            f"the configuration is no valid YAML: {error.problem or 'it cannot be read'}",
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise BadInput("the configuration is no valid YAML") from None
