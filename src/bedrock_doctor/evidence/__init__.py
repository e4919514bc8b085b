"""What we were told: messages, tracebacks, logs, events, evaluations and configurations.

The public names are loaded when they are first used, so that start-up stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bedrock_doctor.evidence.explaining import (
        evaluated_policies,
        evidence_of,
        explain,
        explain_stream,
        explained_event,
    )
    from bedrock_doctor.evidence.explanation import (
        Candidate,
        ExplainedMessage,
        Explanation,
        Likelihood,
        Parsed,
        to_json,
    )
    from bedrock_doctor.evidence.hints import AttemptHints, attempt_hints

__all__ = [
    "AttemptHints",
    "Candidate",
    "ExplainedMessage",
    "Explanation",
    "Likelihood",
    "Parsed",
    "attempt_hints",
    "evaluated_policies",
    "evidence_of",
    "explain",
    "explain_stream",
    "explained_event",
    "to_json",
]
_HOME = {
    "AttemptHints": "hints",
    "attempt_hints": "hints",
    "evaluated_policies": "explaining",
    "evidence_of": "explaining",
    "explain": "explaining",
    "explain_stream": "explaining",
    "explained_event": "explaining",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOME.get(name, 'explanation')}")
    return getattr(module, name)
