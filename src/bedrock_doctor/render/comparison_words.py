"""A comparison in sentences."""

from __future__ import annotations

from typing import Any

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.render.document_words import VERDICT_WORDS, layer_words

SIDES = (("left", "the first attempt"), ("right", "the other"))
NAMES = {"left": "first", "right": "other"}


def heading(tree: dict[str, Any]) -> str:
    """The answer in a sentence."""
    first = tree["first"]
    if first is None:
        verdict = VERDICT_WORDS[tree["left"]["verdict"]]
        same = tree["left"]["verdict"] == tree["right"]["verdict"]
        return (
            f"the two attempts fare alike in every layer: {verdict}"
            if same
            else ("no layer tells the two attempts apart")
        )
    where = f"{first['step']}, {layer_words(first['layer'])}"
    if first["parting"] == "perhaps":
        return f"whether the two attempts part is not known; the first doubt is at {where}"
    return f"the two attempts part at {where}"


def reasons(tree: dict[str, Any]) -> list[str]:
    """How each attempt fares where they part."""
    first = tree["first"]
    if first is None:
        return []
    layer = layer_words(first["layer"])
    told = [f"{name} {_fares(first[side], layer)}" for side, name in SIDES]
    before = tree["layers"][: tree["layers"].index(first)]
    both = [row for row in before if all(row[side]["state"] == "DENY" for side in NAMES)]
    if both:
        where = f"{both[0]['step']}, {layer_words(both[0]['layer'])}"
        told.append(f"both are denied before that, at {where}")
    return told


def verdict_words(report: dict[str, Any]) -> str:
    """The verdict of one attempt with the ids of its barriers."""
    ids = dict.fromkeys(entry["id"] for entry in report["findings"] if entry["blocking"])
    named = f" ({', '.join(ids)})" if ids else ""
    return VERDICT_WORDS[report["verdict"]] + named


def side_words(side: dict[str, Any]) -> str:
    """One cell: the state, and where it is not the same in all Regions."""
    where = f" in {listed(side['regions'])}" if side["regions"] else ""
    return f"{side['state']}{where}"


def option_words(values: list[str]) -> str:
    """The values of an option; nothing is said."""
    return ", ".join(values) or "(none)"


def _fares(side: dict[str, Any], layer: str) -> str:
    state = side["state"]
    where = f" in {listed(side['regions'])}" if side["regions"] else ""
    words = f": {side['words']}" if side["words"] else ""
    if state == "DENY":
        named = f" ({', '.join(dict.fromkeys(side['findings']))})" if side["findings"] else ""
        return f"is denied by the {layer}{where}{words}{named}"
    if state == "unknown":
        return f"is not known there{where}{words}"
    if state == "no such step":
        return "does not make this step"
    return f"passes{words}" if state == "allow" else f"has no {layer} that binds it"
