"""The casebook asked of redacted snapshots: pseudonyms change no answer (our choice, ADR 0025)."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from bedrock_doctor import app
from bedrock_doctor.collect.pseudonyms import Pseudonyms
from bedrock_doctor.collect.redacted_file import redacted_file
from bedrock_doctor.collect.redacted_text import redacted_name, without_names
from bedrock_doctor.errors import BadInput, UsageError

from .conftest import Ask
from .page import Case
from .test_casebook import CASES, WORST_FIRST
from .world import build_world

KEY = "of the test"
CANNOT = (
    (
        "trust-requires-principal-arn/a-pattern-for-the-role-arn",
        "pseudonyms would change what `a*` matches",
    ),
)
NAMED = ("--external-id", "--session-name", "--session-tag", "--transitive-tag")
NAMED += ("--source-identity", "--hop")
# a third of the pages, always the same one, keeps the suite short
ASKED = [
    case
    for case in CASES
    if case.verdict != "none"
    and (crc32(case.name.encode()) % 3 == 0 or case.name == CANNOT[0][0])
    and case.arguments[0] == "diagnose"
    and not {"--event", "--config"} & set(case.arguments)
]


def in_pseudonyms(arguments: tuple[str, ...], pseudonyms: Pseudonyms, folder: Path) -> list[str]:
    found = []
    for option, text in zip(("", *arguments), arguments, strict=False):
        if option == "--session-policy" or (option == "--error" and text.startswith("@")):
            file = folder / text.removeprefix("@")
            file.write_text(redacted_file(file.read_text("utf-8"), pseudonyms), "utf-8")
        elif option == "--hop" and ":" in text:
            head, equals, value = text.partition("=")
            if head.endswith("session-policy"):
                file = folder / value
                file.write_text(redacted_file(file.read_text("utf-8"), pseudonyms), "utf-8")
            else:
                text = head + equals + redacted_name(value, pseudonyms)
        elif option in NAMED[:-1]:
            text = redacted_name(text, pseudonyms)
        else:
            text = without_names(text, pseudonyms)
        found.append(text)
    return found


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_a_redacted_snapshot_gives_the_same_answer(case: Case, ask: Ask, tmp_path: Path) -> None:
    """Verdict, findings and their order stay; a snapshot that cannot be redacted says so."""
    build_world(case.worlds, tmp_path)
    (tmp_path / "built").touch()
    source, merged = tmp_path / "snapshot.zip", tmp_path / "redacted"
    try:
        app.merge([source if source.exists() else tmp_path / "snapshot"], str(merged), "all", KEY)
    except BadInput as error:
        pytest.skip(error.message)
    except UsageError as error:
        assert (case.name, error.message) in CANNOT
        return
    shutil.rmtree(tmp_path / "snapshot", ignore_errors=True)
    source.unlink(missing_ok=True)
    merged.rename(tmp_path / "snapshot")
    arguments = in_pseudonyms(case.arguments, Pseudonyms(KEY.encode()), tmp_path)
    arguments = ["snapshot" if word == "snapshot.zip" else word for word in arguments]
    result = ask(replace(case, arguments=tuple(arguments)), "--format", "json")
    assert case.exit_code == result.exit_code, result.output
    answer = json.loads(result.stdout)
    assert list(case.expects) == [finding["id"] for finding in answer["findings"]]
    assert case.verdict == next(word for word in WORST_FIRST if word == answer["verdict"])
