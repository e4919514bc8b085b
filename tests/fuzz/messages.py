"""Fuzzes the reader of messages, logs and events."""

from __future__ import annotations

import json
import sys

import atheris

with atheris.instrument_imports(include=["bedrock_doctor"]):
    from bedrock_doctor.evidence.explaining import explain
    from bedrock_doctor.evidence.explanation import to_json
    from bedrock_doctor.render.explain_text import explanation_markdown, explanation_text

SECRET = b"aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY "


def one_input(data: bytes) -> None:
    """Explains the bytes, with a secret before them, in every format."""
    explanation = explain(SECRET + data)
    shown = json.dumps(to_json(explanation))
    shown += explanation_text(explanation) + explanation_markdown(explanation)
    assert "wJalrXUtnFEMI" not in shown


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
