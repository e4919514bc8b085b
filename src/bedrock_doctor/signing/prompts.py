"""MFA codes that nobody can type."""

from __future__ import annotations

import sys
from typing import Any

from botocore.exceptions import RefreshWithMFAUnsupportedError


def forbid_prompts(session: Any) -> None:
    """Without a terminal nobody can type an MFA code: the SDK must not wait for one."""
    if sys.stdin is not None and sys.stdin.isatty():
        return
    resolver = session.get_component("credential_provider")
    for provider in resolver.providers:
        if provider.METHOD == "assume-role":
            provider._prompter = _no_prompt


def _no_prompt(text: str) -> str:
    raise RefreshWithMFAUnsupportedError
