"""Annotations as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and, for what GitHub reads of it,
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bedrock_doctor import __version__
from bedrock_doctor.diagnose.base import Rule
from bedrock_doctor.render.annotations import FAILED, Annotation, Location
from bedrock_doctor.render.manual import manual_markdown, manual_text

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_LINK = re.compile(r"\[([^\[\]]*)\]\(")
_FAILED_HELP = (
    "The file of expectations says what must hold of an attempt, and the evaluation says "
    "otherwise. Either the policies are wrong, or the expectation is."
)


def sarif_tree(annotations: Sequence[Annotation], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The whole log: one run.

    Args:
        annotations: what to show; suppressed ones carry their suppression.
        rules: all findings by id; those that are used are described in the log.
    """
    used = sorted({entry.rule for entry in annotations})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "bedrock-doctor",
                        "semanticVersion": __version__,
                        "rules": [_rule(name, rules.get(name)) for name in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(entry, used.index(entry.rule)) for entry in annotations],
            }
        ],
    }


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {
            "id": FAILED,
            "shortDescription": {"text": "An expectation is not met"},
            "fullDescription": {"text": _FAILED_HELP},
            "help": {"text": _FAILED_HELP, "markdown": _FAILED_HELP},
            "defaultConfiguration": {"level": "error"},
        }
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.manual.happened},
        "help": {"text": manual_text(rule), "markdown": manual_markdown(rule)},
        "helpUri": rule.manual.references[0],
        "defaultConfiguration": {"level": _LEVELS[rule.severity.value]},
        "properties": {"tags": ["aws", "bedrock", rule.layer.value]},
    }


def _result(entry: Annotation, index: int) -> dict[str, Any]:
    steps = "".join(f"\n- {step}" for step in entry.help)
    result: dict[str, Any] = {
        "ruleId": entry.rule,
        "ruleIndex": index,
        "level": _LEVELS[entry.level.value],
        "message": {"text": _plain(entry.message + steps)},
    }
    locations = [_location(place) for place in entry.locations]
    if locations:
        result["locations"] = locations[:1]
    if locations[1:]:
        result["relatedLocations"] = [
            {"id": number, **place} for number, place in enumerate(locations[1:], 1)
        ]
    result["partialFingerprints"] = {"bedrockDoctorCause/v1": entry.fingerprint}
    if entry.suppressed:
        result["suppressions"] = [{"kind": "external", "justification": entry.suppressed}]
    return result


def _location(place: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.start:
        region = {"startLine": place.start.line, "startColumn": place.start.column}
        if place.end and place.end > place.start:
            region |= {"endLine": place.end.line, "endColumn": place.end.column}
        physical["region"] = region
    told: dict[str, Any] = {"physicalLocation": physical}
    if place.resource:
        named = f"{place.resource} ({place.pointer})" if place.pointer else place.resource
        told["logicalLocations"] = [{"fullyQualifiedName": named, "kind": "resource"}]
    if place.words:
        told["message"] = {"text": _plain(place.words)}
    return told


def _uri(path: str) -> str:
    """A path as a URI reference."""
    written = path.replace("\\", "/")
    if written.startswith("/"):
        return "file://" + quote(written)
    if written[1:2] == ":":
        return "file:///" + quote(written, safe="/:")
    first, slash, rest = written.partition("/")
    return quote(f"./{first}" if ":" in first else first, safe="./") + quote(slash + rest)


def _plain(text: str) -> str:
    """Text in which nothing is taken for a placeholder or a link (SARIF 3.11.5 and 3.11.6)."""
    return _LINK.sub(r"\\[\1\\](", _PLACEHOLDER.sub(r"{{\1}}", text))
