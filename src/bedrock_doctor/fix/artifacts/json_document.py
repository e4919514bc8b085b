"""Policy documents as JSON text.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json

from bedrock_doctor.fix.artifacts.policy_artifact import Document


def json_document(document: Document) -> str:
    """A document as indented JSON with a final newline, elements in the order of the value."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def json_line(document: Document) -> str:
    """A document as JSON without insignificant blanks: what counts against AWS's size limits."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
