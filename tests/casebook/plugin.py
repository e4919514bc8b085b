"""The option that records what the tool says into the pages; register it in tests/conftest.py."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--update-cases``."""
    parser.addoption(
        "--update-cases",
        action="store_true",
        default=False,
        help="rewrite the output blocks of tests/casebook/pages, never what a page expects",
    )
