"""Making foreign text safe to print: what a terminal would obey or hide is shown as an escape.

Names in policies, messages and arguments come from strangers. A control character can move the
cursor or change colours, and a bidirectional override can make a line read as another one:
https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls, escape among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible letters and marks
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff"  # halves of surrogate pairs cannot be encoded
    "\U000e0000-\U000e0fff"  # tags and variation selectors
    "]"
)


def printable(text: str) -> str:
    r"""The text with controls, invisible characters and direction overrides as ``\u202e``."""
    return _UNSAFE.sub(_escape, text) if not text.isascii() or not text.isprintable() else text


def printable_lines(text: str) -> str:
    """The same for text of several lines: line feeds stay."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
