"""The catalog's files as data: provenance, age and completeness."""

from __future__ import annotations

import datetime
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from bedrock_doctor.catalog import dataset


def raw(name: str) -> dict[str, object]:
    """The file without any type."""
    text = files("bedrock_doctor.catalog").joinpath("data", name).read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def entries(name: str) -> dict[str, int]:
    """How many entries of each kind the file holds."""
    data = raw(name)
    found: dict[str, int] = {
        key: len(value)
        for key, value in data.items()
        if key != "header" and isinstance(value, list | dict)
    }
    services = data.get("services", {})
    models = data.get("models", {})
    assert isinstance(services, dict)
    assert isinstance(models, dict)
    if services:
        found["action"] = sum(len(parts["actions"]) for parts in services.values())
        found["resource"] = sum(len(parts["resource_types"]) for parts in services.values())
        found["condition"] = sum(len(parts["condition_keys"]) for parts in services.values())
    if models:
        found["model"] = len(models)
        routes = [route for entry in models.values() for route in entry["profiles"].values()]
        found["profile"] = sum(len(route) for route in routes)
    return found


@pytest.mark.parametrize("name", dataset.FILES)
def test_every_source_names_its_home_licence_and_date(name: str) -> None:
    """Our choice: nothing in the catalog is anonymous."""
    for source in dataset.header(name).sources:
        assert source.url.startswith("https://")
        assert source.licence in {"MIT", "MIT-0", "Apache-2.0", "facts"}
        assert datetime.date.fromisoformat(source.date)
        assert bool(source.version) == (source.licence != "facts")


@pytest.mark.parametrize("name", dataset.FILES)
def test_data_was_fresh_when_it_was_generated(name: str) -> None:
    """Our choice: age is compared with the day of generation, which is part of the file.

    Comparing with the clock would make the tests of an unchanged release fail with time;
    `tools/refresh_catalog.py --check --today DATE` does that comparison for maintainers.
    """
    header = dataset.header(name)
    day = datetime.date.fromisoformat(header.generated_on)
    assert [source.name for source in header.sources if source.is_stale(day)] == []
    assert all(source.age_days(day) >= 0 for source in header.sources)


RELEASED = re.compile(r"^## \[?\d[^\s\]]*\]? - (\d{4}-\d\d-\d\d)$", re.MULTILINE)


def stale_on(day: datetime.date) -> list[str]:
    """What is too old on a day, as messages for whoever makes a release."""
    return [
        f"{name}: {source.name} is {source.age_days(day)} days old, limit {source.max_age_days}: "
        "run tools/refresh_catalog.py (CONTRIBUTING.md)"
        for name in dataset.FILES
        for source in dataset.header(name).sources
        if source.is_stale(day)
    ]


def test_no_release_goes_out_with_old_data() -> None:
    """Our choice: age is compared with the day that the changelog gives the newest release.

    So the test fails in the change that dates a release, never in another change by the clock.
    """
    changelog = Path(__file__).parents[3] / "CHANGELOG.md"
    days = [datetime.date.fromisoformat(d) for d in RELEASED.findall(changelog.read_text("utf-8"))]
    assert stale_on(max(days, default=datetime.date(2026, 11, 24))) == []


def test_old_data_is_named_with_what_to_do() -> None:
    """A release far in the future would be stopped for every source, in words."""
    found = stale_on(datetime.date(2028, 1, 1))
    assert len(found) == sum(len(dataset.header(name).sources) for name in dataset.FILES)
    assert all("refresh_catalog.py" in message for message in found)
    assert RELEASED.findall("## 0.2.0 - 2028-01-01\n## [0.1.0] - 2027-01-01\n## Unreleased\n") == [
        "2028-01-01",
        "2027-01-01",
    ]


@pytest.mark.parametrize("name", dataset.FILES)
def test_no_kind_of_entry_falls_below_its_floor(name: str) -> None:
    """Our choice: a refresh that loses entries is noticed."""
    found, floors = entries(name), dataset.header(name).floors
    assert floors
    assert {kind: found[kind] for kind in floors if found[kind] < floors[kind]} == {}


def test_a_source_is_stale_only_beyond_its_limit() -> None:
    """Our choice: the limit itself is still fresh."""
    source = dataset.CatalogSource("x", "https://example.com", "1", "MIT", "2026-10-01", 30)
    assert not source.is_stale(datetime.date(2026, 10, 31))
    assert source.is_stale(datetime.date(2026, 11, 1))


def test_the_date_of_a_file_is_that_of_its_main_source() -> None:
    """Our choice: reports say "data of" the package, not of the hand-read pages."""
    header = dataset.header("bedrock_models.json")
    assert header.sources[0].name == "bedrock-models"
    assert header.date == header.sources[0].date


def test_descriptions_are_not_carried_over() -> None:
    """Our choice: facts are kept, sentences of the service authorization reference are not."""
    text = files("bedrock_doctor.catalog").joinpath("data", "service_authorization.json")
    assert "Grants permission" not in text.read_text(encoding="utf-8")


def test_a_package_without_data_access_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our choice: never an empty catalog, which would make every model unknown."""
    monkeypatch.setattr("pkgutil.get_data", lambda package, resource: None)
    with pytest.raises(FileNotFoundError):
        dataset.read_file("partitions.json", dict)
