"""Models, profiles, destinations, lifecycle."""

from __future__ import annotations

import pytest

from bedrock_doctor.catalog import bedrock_models, inference_profiles, partitions
from bedrock_doctor.catalog.bedrock_models import Offer

EU = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")
US = ("us-east-1", "us-east-2", "us-west-2")


@pytest.mark.parametrize(
    ("profile", "source", "expected"),
    [
        ("eu.anthropic.claude-sonnet-4-6", "eu-central-1", EU),
        ("us.anthropic.claude-sonnet-5", "us-east-1", US),
        ("us.anthropic.claude-sonnet-5", "ca-central-1", ("ca-central-1", *US)),
        ("us.anthropic.claude-sonnet-5", "ca-west-1", ("ca-west-1", *US)),
        ("eu.anthropic.claude-sonnet-4-6", "us-east-1", None),
        ("xx.anthropic.claude-sonnet-4-6", "us-east-1", None),
        ("anthropic.claude-sonnet-4-6", "us-east-1", None),
    ],
)
def test_destinations_depend_on_the_source_region(
    profile: str, source: str, expected: tuple[str, ...] | None
) -> None:
    """AWS-documented: one profile id routes differently from different source Regions."""
    assert inference_profiles.destinations(profile, source) == expected


def test_a_source_region_need_not_be_a_destination() -> None:
    """Observed in the data: OpenAI models route from Canada to US Regions only."""
    found = inference_profiles.destinations("us.openai.gpt-5.4", "ca-central-1")
    assert found == US


def test_every_destination_is_a_region_of_the_same_partition() -> None:
    """AWS-documented: profiles never leave a partition."""
    for name in inference_profiles.profile_ids():
        for source in inference_profiles.sources(name):
            found = inference_profiles.destinations(name, source)
            assert found
            assert list(found) == sorted(set(found))
            assert {partitions.partition_of_region(region) for region in found} == {"aws"}


def test_every_profile_wraps_a_known_model() -> None:
    """Our choice: prefix and model id split without remainder."""
    for name in inference_profiles.profile_ids():
        parts = inference_profiles.split_profile_id(name)
        assert parts is not None
        assert bedrock_models.model(parts[1]) is not None


def test_no_model_id_looks_like_a_profile_id() -> None:
    """Our choice: provider names and profile prefixes do not overlap."""
    split = map(inference_profiles.split_profile_id, bedrock_models.model_ids())
    assert set(split) == {None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us-gov.anthropic.claude-opus-5", ("us-gov", "anthropic.claude-opus-5")),
        ("global.amazon.nova-2-lite-v1:0", ("global", "amazon.nova-2-lite-v1:0")),
        ("eu.whatever", None),
        ("", None),
        ("EU.anthropic.claude-sonnet-4-6", None),
    ],
)
def test_profile_ids_are_split_at_the_prefix(text: str, expected: tuple[str, str] | None) -> None:
    """AWS-documented: prefix, dot, model id; ids are case-sensitive."""
    assert inference_profiles.split_profile_id(text) == expected


def test_profiles_of_a_region_end_with_the_global_one() -> None:
    """Our choice of order: the geographic profile first."""
    assert inference_profiles.profiles_for("anthropic.claude-sonnet-4-6", "eu-central-1") == (
        "eu.anthropic.claude-sonnet-4-6",
        "global.anthropic.claude-sonnet-4-6",
    )
    assert "eu.anthropic.claude-sonnet-4-6" in inference_profiles.profiles_of("eu-central-1")
    assert "us.anthropic.claude-sonnet-4-6" not in inference_profiles.profiles_of("eu-central-1")
    assert inference_profiles.sources("no.such.profile") == ()


def test_a_global_profile_routes_to_every_region_it_was_seen_in() -> None:
    """Observed in the data: the list is the same from every source Region."""
    found = inference_profiles.destinations("global.anthropic.claude-sonnet-4-6", "eu-central-1")
    assert found is not None
    assert {"us-east-1", "ap-northeast-1", "eu-central-1"} <= set(found)


@pytest.mark.parametrize(
    ("model", "region", "expected"),
    [
        ("amazon.titan-embed-text-v2:0", "us-east-1", Offer.YES),
        ("deepseek.r1-v1:0", "us-east-1", Offer.NO),  # through its profile only
        ("anthropic.claude-opus-5", "us-east-1", Offer.UNKNOWN),  # on-demand on mantle
        ("anthropic.claude-opus-5", "us-east-2", Offer.NO),
        ("google.gemma-4-31b", "us-east-1", Offer.NO),  # on mantle alone
        ("amazon.titan-embed-text-v2:0", "us-gov-west-1", Offer.UNKNOWN),  # not scanned
        ("no.such-model", "us-east-1", Offer.UNKNOWN),
    ],
)
def test_on_demand_is_certain_only_where_the_scan_is(
    model: str, region: str, expected: Offer
) -> None:
    """AWS-documented: Opus 5 has no in-Region use on bedrock-runtime, though the scan says so."""
    assert bedrock_models.on_demand(model, region) is expected


@pytest.mark.parametrize(
    ("model", "region", "expected"),
    [
        ("deepseek.r1-v1:0", "us-east-1", Offer.YES),
        ("deepseek.r1-v1:0", "eu-central-1", Offer.NO),
        ("anthropic.claude-opus-5", "us-east-1", Offer.YES),
        ("amazon.titan-embed-text-v2:0", "us-east-1", Offer.YES),
        ("google.gemma-4-31b", "us-east-1", Offer.NO),
        ("anthropic.claude-opus-5", "me-central-1", Offer.UNKNOWN),
        ("no.such-model", "us-east-1", Offer.UNKNOWN),
    ],
)
def test_a_model_is_offered_directly_or_through_a_profile(
    model: str, region: str, expected: Offer
) -> None:
    """Observed in the data; me-central-1 is AWS-documented but not scanned, so not known."""
    assert bedrock_models.offered_in(model, region) is expected


@pytest.mark.parametrize(
    ("model", "region", "expected"),
    [
        ("anthropic.claude-opus-5", "us-east-1", Offer.YES),
        ("anthropic.claude-opus-5", "us-east-2", Offer.NO),
        ("anthropic.claude-opus-5", "us-gov-west-1", Offer.UNKNOWN),
        ("no.such-model", "us-east-1", Offer.UNKNOWN),
    ],
)
def test_mantle_serves_models_in_its_own_regions(model: str, region: str, expected: Offer) -> None:
    """AWS-documented: the model card of Claude Opus 5 lists mantle's Regions apart."""
    assert bedrock_models.mantle_offer(model, region) is expected


def test_lifecycle_dates_hold_for_the_listed_regions_only() -> None:
    """AWS-documented: model-lifecycle-legacy.html."""
    found = bedrock_models.lifecycle("anthropic.claude-opus-4-1-20250805-v1:0", "us-east-1")
    assert found is not None
    assert (found.legacy, found.extended, found.end) == ("2026-07-08", "2026-10-08", "2027-01-08")
    assert bedrock_models.lifecycle("anthropic.claude-opus-4-1-20250805-v1:0", "eu-west-1") is None
    assert bedrock_models.lifecycle("anthropic.claude-sonnet-4-6", "us-east-1") is None
    assert bedrock_models.lifecycle_date() >= "2026-10-01"


def test_former_models_are_remembered() -> None:
    """Observed in the data: removal follows end of life by a day or so."""
    assert bedrock_models.removed_on("amazon.nova-canvas-v1:0") == "2026-10-01"
    assert bedrock_models.removed_on("anthropic.claude-sonnet-4-6") is None
    assert bedrock_models.is_known("amazon.nova-canvas-v1:0")
    assert bedrock_models.model("amazon.nova-canvas-v1:0") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("anthropic.claude-sonet-4-6", "anthropic.claude-sonnet-4-6"),
        ("claude-sonnet-4-6", "anthropic.claude-sonnet-4-6"),
        ("Anthropic.Claude-Sonnet-4-6", "anthropic.claude-sonnet-4-6"),
        (" amazon.nova-lite-v1", "amazon.nova-lite-v1:0"),
    ],
)
def test_misspelt_model_ids_have_near_matches(written: str, expected: str) -> None:
    """Our choice: likeness, and ids without their provider."""
    assert expected in bedrock_models.near_models(written)
    assert not bedrock_models.is_known(written)


@pytest.mark.parametrize("written", ["", "zzzzzzzz"])
def test_nonsense_has_no_near_matches(written: str) -> None:
    """Our choice: no suggestion is better than a wild one."""
    assert bedrock_models.near_models(written) == ()


def test_misspelt_profile_ids_are_compared_with_those_of_the_region() -> None:
    """Our choice: a profile that the Region does not offer is no suggestion."""
    near = inference_profiles.near_profiles("eu.anthropic.claude-sonet-4-6", "eu-central-1")
    assert near[0] == "eu.anthropic.claude-sonnet-4-6"
    assert inference_profiles.is_known(near[0])


def test_data_is_dated() -> None:
    """Our choice: the report shows the date."""
    assert bedrock_models.data_date() >= "2026-10-27"
