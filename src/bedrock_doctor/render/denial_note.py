"""What a denial means, as a note of a few lines under a traceback."""

from __future__ import annotations

from bedrock_doctor.evidence.explanation import ExplainedMessage, Explanation
from bedrock_doctor.render.explain_text import headline
from bedrock_doctor.render.printable import printable

_SHOWN = 3


def denial_note(explanation: Explanation, *, model: str = "") -> str:
    """The first denial of an explanation.

    Args:
        explanation: one that denies access.
        model: model id that the call named, or empty.
    """
    message = next(entry for entry in explanation.messages if entry.is_access_problem)
    lines = [headline(message)]
    lines += [f"the call named the model {model}"] if model else []
    lines += _candidates(message)
    return "\n  ".join(printable(line) for line in lines)


def _candidates(message: ExplainedMessage) -> list[str]:
    shown = message.candidates[:_SHOWN]
    lines = [f"{entry.id} {entry.slug} ({entry.likelihood.value})" for entry in shown]
    if shown:
        lines.append(f"next step: {shown[0].confirm}")
        lines.append(f"manual: bedrock-doctor rule {shown[0].id}")
    return lines
