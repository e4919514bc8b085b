"""CSV that a spreadsheet opens without running what stands in it.

A cell that begins with ``=``, ``+``, ``-``, ``@`` or a tab is a formula to spreadsheets; an
apostrophe before it makes it text. https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from bedrock_doctor.render.printable import printable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LINES = 1_000
Cell = str | int | Sequence[str]


def comma_separated(head: Sequence[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The text of a table, in pieces of some lines.

    Args:
        head: names of columns.
        rows: their cells; lists are separated by semicolons.
    """
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(head)
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(cell) for cell in row])
        if number % _LINES == 0:
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def _cell(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    text = printable(cell if isinstance(cell, str) else "; ".join(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text
