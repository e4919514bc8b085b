"""The text of reports: goldens at width 100 and 80 without colour, and habits that hold always."""

from __future__ import annotations

import re

import pytest

from bedrock_doctor.render.text import report_text

from .golden import assert_golden
from .reports import ALL, denied, denied_twice, undecided

_SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", ALL)
def test_a_report_reads_as_recorded(name: str) -> None:
    """The layout follows the mock-ups of the design (our choice)."""
    assert_golden(f"{name}.txt", report_text(ALL[name]()))


@pytest.mark.parametrize("name", ALL)
def test_a_report_reads_as_recorded_at_80_columns(name: str) -> None:
    """A narrow terminal must do (our choice)."""
    assert_golden(f"{name}-80.txt", report_text(ALL[name](), width=80))


def test_verbose_shows_every_layer_and_statement() -> None:
    """`-v` is for people who check the tool (our choice)."""
    assert_golden("denied-verbose.txt", report_text(denied(), verbose=True))


@pytest.mark.parametrize("name", ALL)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    """Colour is never the only signal: without it the words are the same (our choice)."""
    coloured = report_text(ALL[name](), colour=True)
    assert "\x1b[" in coloured
    assert report_text(ALL[name]()) == _SGR.sub("", coloured)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("width", [80, 100])
def test_only_tokens_that_are_wider_pass_the_width(name: str, width: int) -> None:
    """ARNs are never cut or wrapped inside; all else stays within the width (our choice)."""
    for line in report_text(ALL[name](), width=width).splitlines():
        if len(line) > width:
            # Policy text is shown as it is written; other lines end with the token that is too long.
            policy = re.match(r" *\d* \|", line)
            assert policy or len(line.split()[-1]) > width - 20, line


@pytest.mark.parametrize("name", ALL)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    """Same input, byte-identical output (our choice)."""
    assert report_text(ALL[name]()) == report_text(ALL[name]())


def test_the_first_barrier_is_marked_when_there_are_several() -> None:
    """AWS reports one barrier at a time; people must know which (our choice)."""
    text = report_text(denied_twice())
    assert 1 == text.count("AWS will have reported")
    assert text.index("AWS will have reported") < text.index("error[BD312]")
    assert "AWS will have reported" not in report_text(denied())


def test_an_open_verdict_says_both_outcomes() -> None:
    """What would follow from either content of the missing document is told (our choice)."""
    text = report_text(undecided())
    assert "-> allowed" in text
    assert "-> denied, and the cause would be BD311" in text
