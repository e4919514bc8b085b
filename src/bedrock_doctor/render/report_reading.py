"""Reading a report back: a JSON document, or an HTML page that carries one."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import msgspec

from bedrock_doctor.errors import BadInput
from bedrock_doctor.render.printable import printable_lines
from bedrock_doctor.render.report_document import SCHEMA_VERSION, ReportDocument

EMBEDDED = "bedrock-doctor-report"
"""Id of the script element that carries the document in a page."""
_HELP = "expected the answer of `bedrock-doctor diagnose --format json`, or a page of `report`"


def read_report(data: bytes, path: str | None = None) -> dict[str, Any]:
    """The JSON tree of a report.

    Args:
        data: a file of `diagnose --format json`, or a page that was made from one.
        path: its name, for errors.

    Raises:
        BadInput: it is neither, is damaged, or has a major version that this program cannot read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"is no UTF-8 text (byte {error.start})", path=path, help=_HELP) from None
    if text.lstrip()[:1] == "<":
        text = _embedded(text, path)
        path = f"{path or 'the page'} (its embedded report)"
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"is no JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            path=path, line=error.lineno, column=error.colno, help=_HELP,
        ) from None  # fmt: skip
    except RecursionError:
        raise BadInput("is no report: nested too deeply", path=path, help=_HELP) from None
    _check_version(tree, path)
    document_of(tree, path)
    found: dict[str, Any] = tree
    return found


def document_of(tree: object, path: str | None = None) -> ReportDocument:
    """The document of a tree.

    Raises:
        BadInput: a key is missing or has the wrong type.
    """
    try:
        return msgspec.convert(tree, ReportDocument)
    except msgspec.ValidationError as error:
        message = str(error)
        raise BadInput(
            f"is no report: {message[:1].lower()}{message[1:]}", path=path, help=_HELP
        ) from None


def shown(tree: object) -> Any:
    """The tree with every text as it may be shown: controls and overrides are escaped."""
    if isinstance(tree, str):
        return printable_lines(tree)
    if isinstance(tree, list):
        return [shown(item) for item in tree]
    if isinstance(tree, dict):
        return {printable_lines(str(key)): shown(value) for key, value in tree.items()}
    return tree


def _check_version(tree: object, path: str | None) -> None:
    version = tree.get("schema_version") if isinstance(tree, dict) else None
    if not isinstance(version, str) or not isinstance(tree, dict) or "hops" not in tree:
        raise BadInput("is JSON, but no report of a diagnosis", path=path, help=_HELP)
    major = SCHEMA_VERSION.partition(".")[0]
    if version.partition(".")[0] != major:
        raise BadInput(
            f"has schema version `{version}`; this program reads version {major}",
            path=path,
            help="make it again with this version of bedrock-doctor",
        )


class _Finder(HTMLParser):
    """Takes the text of one script element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("id", EMBEDDED) in attrs and self.found is None

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found = (self.found or "") + data


def _embedded(text: str, path: str | None) -> str:
    finder = _Finder()
    finder.feed(text)
    finder.close()
    if finder.found is None:
        raise BadInput("is a page without an embedded report", path=path, help=_HELP)
    return finder.found
