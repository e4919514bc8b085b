"""A small catalog: who can call what is compared for one family of models, not for all."""

from __future__ import annotations

import pytest

from bedrock_doctor.fix import blast_radius
from bedrock_doctor.universe import targets

_OFFERED = tuple(ask for ask in targets.catalog_asks("aws") if "amazon.nova-lite" in ask.name)


@pytest.fixture(autouse=True)
def small_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test of plans here; the whole catalog is met by the casebook and the benchmarks."""
    for module in (blast_radius, targets):
        monkeypatch.setattr(module, "catalog_asks", lambda partition: _OFFERED)
