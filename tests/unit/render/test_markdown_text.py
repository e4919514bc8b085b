"""Foreign text in Markdown."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bedrock_doctor.render.markdown_text import block, code, plain


@given(st.text())
def test_running_text_holds_no_markup(text: str) -> None:
    """Every punctuation that begins markup is escaped (GFM 2.4)."""
    shown = plain(text)
    assert "\n" not in shown
    bare = re.sub(r"\\[\\`*_\[\]<>#|~&]", "", shown)
    assert not re.search(r"[`*_\[\]<>#|~&]", bare)


@given(st.text(alphabet="`a|\n ", max_size=30))
def test_code_cannot_be_left(text: str) -> None:
    """The fence is longer than any run of backticks inside (GFM 4.5, 6.3)."""
    first, *inside, last = block(text)
    fence = first.removesuffix("text")
    assert last == fence
    assert all(not line.lstrip().startswith(fence) for line in inside)
    span = code(text)
    if span:
        ticks = len(span) - len(span.lstrip("`"))
        assert "`" * ticks not in span[ticks:-ticks].replace("`" * (ticks + 1), "")


def test_a_line_that_would_become_a_list_or_heading_stays_a_line() -> None:
    """A leading dash, plus or number is escaped (GFM 5.2)."""
    assert plain("- one") == "\\- one"
    assert plain("# one") == "\\# one"
    assert plain("1. one") == "1\\. one"
    assert plain("1) one") == "1\\) one"
    assert plain("a - b") == "a - b"
