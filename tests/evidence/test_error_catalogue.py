"""The error catalogue: every entry is complete and recognises its own family only."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from bedrock_doctor.evidence.catalogue import Entry, load_catalogue
from bedrock_doctor.evidence.explaining import evidence_of, explain
from bedrock_doctor.evidence.explanation import Likelihood

ENTRIES = load_catalogue().entries
TEMPLATES = [pytest.param(entry, id=entry.id) for entry in ENTRIES]
AMBIGUOUS_WITHOUT_CODE = {
    "sts.invalidtoken": "An error occurred (InvalidClientTokenId) when calling AssumeRole: ",
    "sts.expired": "An error occurred (ExpiredToken) when calling the AssumeRole operation: ",
    "sts.scope": "An error occurred (SignatureDoesNotMatch) when calling AssumeRole: ",
    "mantle.unavailable": "https://bedrock-mantle.us-east-1.api.aws/v1/responses 401 access_denied ",
}
"""Families that share their words with another one and are told apart by the code beside them."""


def said_by(entry: Entry) -> str:
    return AMBIGUOUS_WITHOUT_CODE.get(entry.id, "") + entry.template.replace(
        "{model}", "anthropic.claude-sonnet-4-6"
    )


@pytest.mark.parametrize("entry", TEMPLATES)
def test_an_entry_recognises_its_own_words_and_no_other_entry_does(entry: Entry) -> None:
    """Provenance: the templates, which are the services' own words."""
    found = [message.entry for message in explain(said_by(entry)).messages]
    assert [entry.id] == found


@pytest.mark.parametrize("entry", TEMPLATES)
def test_an_entry_explains_itself_by_the_layer_it_states(entry: Entry) -> None:
    """Our choice: message, entry and catalogue agree on layer, kind and settlement."""
    message = explain(said_by(entry)).messages[0]
    assert message.is_access_problem is entry.is_access_problem
    if entry.settled:
        assert message.settled
    if message.settled and entry.layer is not None and entry.when is None:
        assert message.layer is entry.layer


@pytest.mark.parametrize("entry", TEMPLATES)
def test_a_certain_candidate_stands_alone_and_only_where_the_layer_is_settled(entry: Entry) -> None:
    """Our choice: certainty is exclusive."""
    message = explain(said_by(entry)).messages[0]
    certain = [c for c in message.candidates if c.likelihood is Likelihood.CERTAIN]
    assert len(certain) <= 1
    assert not certain or message.settled


@pytest.mark.parametrize("entry", TEMPLATES)
def test_an_entry_names_sources_and_a_cause_in_words_of_its_own(entry: Entry) -> None:
    """Our choice: nobody has to believe the catalogue."""
    assert entry.sources
    assert all(re.match(r"https://\S+$", source) for source in entry.sources)
    assert entry.cause.endswith(".")
    assert entry.cause not in entry.template


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.pattern], ids=lambda e: e.id)
def test_a_pattern_cannot_match_without_one_of_its_anchors(entry: Entry) -> None:
    """The anchors are what the quick first pass looks for."""
    assert any(anchor in entry.template for anchor in entry.anchors)
    for alternative in re.split(r"\|(?![^(\[]*[)\]])", entry.pattern):
        plain = re.sub(r"\(\?:|\[[^\]]*\]|[\\^$()*+?{}]", "", alternative)
        assert plain.strip()


def test_every_finding_that_the_catalogue_describes_is_a_candidate_somewhere() -> None:
    """No words that nobody ever reads, except those that the ranking adds."""
    from_ranking = {
        "BD101", "BD102", "BD110", "BD128", "BD301", "BD302", "BD313", "BD402", "BD211", "BD213",
        "BD241", "BD243", "BD602", "BD610",
    }  # fmt: skip
    listed = {finding for entry in ENTRIES for finding, _ in entry.candidates}
    assert set(load_catalogue().findings) == listed | from_ranking


def test_ids_are_unique_and_the_data_tells_date_licence_and_source() -> None:
    """Our choice: data that outlives its date must say so."""
    ids = [entry.id for entry in ENTRIES]
    assert len(ids) == len(set(ids))
    raw = json.loads(
        (resources.files("bedrock_doctor.evidence") / "data" / "error_catalogue.json").read_text(
            encoding="utf-8"
        )
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", raw["header"]["date"])
    assert "Apache-2.0" in raw["header"]["licence"]
    assert raw["header"]["source"]


def test_slugs_are_kebab_case_and_unique() -> None:
    """CONTRACTS, section Ids."""
    slugs = [words.slug for words in load_catalogue().findings.values()]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


@pytest.mark.parametrize(
    ("entry", "finding"),
    [("ma.country", "BD618"), ("ma.verifying", "BD619"), ("ma.failed", ""), ("ma.noaccess", "")],
)
def test_only_words_that_settle_one_finding_name_it_to_the_diagnosis(
    entry: str, finding: str
) -> None:
    """Our choice: of several candidates the diagnosis takes none for proven."""
    (denial,) = evidence_of(said_by(load_catalogue().entry(entry)))
    assert (denial.entry, denial.finding) == (entry, finding)
