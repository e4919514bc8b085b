"""Reading and recording pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from .page import NOT_RECORDED, PageError, read_page, record

PAGE = """# A title

```world two-accounts
--- delete a.json
```

## First

```console
$ bedrock-doctor diagnose --snapshot snapshot \\
    --model 'a b'
```

- verdict: deny
- expects: BD403 BD312
- exit: 1

```output
(not yet recorded)
```

## Second

```world
--- delete b.json
```

```console
$ bedrock-doctor diagnose
```

- verdict: allow
- expects: nothing
- way: allowed a over b to c
- way: unknown *
- exit: 0

```output
fine
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_section_inherits_the_world_of_its_page(page: Path) -> None:
    """A world block without a base adds to the page's world (our choice)."""
    first, second = read_page(page)
    whole = ("two-accounts", "--- delete a.json\n")
    assert first.worlds == (whole,)
    assert second.worlds == (whole, ("", "--- delete b.json\n"))


def test_a_case_is_read_whole(page: Path) -> None:
    """Everything that a case needs is in its section (our choice)."""
    first, second = read_page(page)
    assert first.name == "page/first"
    assert first.arguments == ("diagnose", "--snapshot", "snapshot", "--model", "a b")
    assert (first.verdict, first.expects, first.exit_code) == ("deny", ("BD403", "BD312"), 1)
    assert first.output == NOT_RECORDED
    assert (second.expects, second.exit_code, second.output) == ((), 0, "fine\n")
    assert (first.ways, second.ways) == ((), ("allowed a over b to c", "unknown *"))


def test_recording_changes_the_output_and_nothing_else(page: Path) -> None:
    """`--update-cases` must never touch what a page expects (our choice)."""
    first, second = read_page(page)
    record(first, "one\ntwo\n")
    record(second, "three")
    text = PAGE.replace("(not yet recorded)\n", "one\ntwo\n").replace("fine\n", "three\n")
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("- expects: nothing\n", "", "are needed"),
        ("BD403 BD312", "BD403, BD312", "expected ids"),
        ("- verdict: deny", "- verdict: denied", "a verdict is one of"),
        ("$ bedrock-doctor diagnose\n", "bedrock-doctor diagnose\n", "begins with"),
        ("```world two-accounts", "```world", "names its base"),
        ("fine\n```\n", "fine\n", "has no end"),
    ],
)
def test_a_slip_in_a_page_is_refused(page: Path, old: str, new: str, complaint: str) -> None:
    """A page that is read wrongly would prove nothing (our choice)."""
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(PageError, match=complaint):
        read_page(page)


def test_a_page_without_a_question_is_refused(page: Path) -> None:
    """Prose alone is documentation, not a case (our choice)."""
    page.write_text("# A title\n", encoding="utf-8")
    with pytest.raises(PageError, match="asks nothing"):
        read_page(page)
