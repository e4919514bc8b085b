"""Undoing what terminals, logs, mail programs and JSON do to a message.

A flat text has one line, plain quotes and no escapes. Wrapped lines can be joined in two ways: by a
space (wrapped at words) or by nothing (wrapped at a column). Both readings are offered; the reader
takes the one in which the message is more complete.
"""

from __future__ import annotations

import re

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|\x9b[0-?]*[@-~]"
)
_ESCAPES = re.compile(r"(?<!\\)\\++(u[0-9a-fA-F]{4}|[\"'/nrt])")
_ENTITIES = {
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&apos;": "'",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}
_ENTITY = re.compile("|".join(_ENTITIES))
_LINE_START = re.compile(
    r"(?m)^(?:[ \t]*(?:>[ \t]?)+"
    r"|[ \t]*[│║┃|][ \t]?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{5,9}Z[ \t]"
    r"|[A-Za-z][\w.-]{0,40}[ \t]+\|[ \t])"
)
_LINE_END = re.compile(r"(?m)[ \t]*[│║┃|]?[ \t]*\r?$")
_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\u2028": "\n",
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\ufeff": None,
        "\u2060": None,
        "\u00ad": None,
        "\x00": None,
        "\u2011": "-",
        "\u2010": "-",
    }
)
_BREAK_AFTER_HYPHEN = re.compile(r"(?<=[\w-])([-/])[ \t]*\n[ \t]*(?=[\w])")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_HARD_BREAK = re.compile(r"\n")
_SPACES = re.compile(r"[ \t]{2,}")


def _unescape(match: re.Match[str]) -> str:
    what = match[1]
    if what[0] == "u" and len(what) == 5:
        code = int(what[1:], 16)
        return "" if 0xD800 <= code <= 0xDFFF else chr(code)
    return {"n": "\n", "r": "", "t": " "}.get(what, what)


def plain_text(text: str) -> str:
    """The text without colours, escapes, entities, mail quotation, log and box decoration."""
    if "\x1b" in text or "\x9b" in text:
        text = _ANSI.sub("", text)
    text = text.translate(_PLAIN)
    if "\\" in text:
        text = _ESCAPES.sub(_unescape, text).translate(_PLAIN)
    if "&" in text:
        text = _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)
    if "\n" in text or text[:1] in "> |│":
        text = _LINE_END.sub("", _LINE_START.sub("", text))
    return text.replace("\r", "\n")


def joined_at_words(plain: str) -> str:
    """One line, where line ends count as spaces, except behind a hyphen or slash inside a word."""
    return _SPACES.sub(" ", _BREAK.sub(" ", _BREAK_AFTER_HYPHEN.sub(r"\1", plain)))


def joined_at_columns(plain: str) -> str:
    """One line, where line ends count as nothing."""
    return _SPACES.sub(" ", _HARD_BREAK.sub("", plain))
