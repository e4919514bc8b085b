"""Which models can be called from a Region: catalog, snapshot, and what nobody knows."""

from __future__ import annotations

import pytest

from bedrock_doctor.catalog import bedrock_models, inference_profiles
from bedrock_doctor.catalog.bedrock_models import Offer
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.snapshot import (
    Account,
    BedrockRegion,
    FoundationModel,
    InferenceProfile,
    Snapshot,
)
from bedrock_doctor.path.callable_models import list_models

DAY = "2026-11-25"
ACCOUNT = "444455556666"
PROFILE = InferenceProfile(
    f"arn:aws-us-gov:bedrock:us-gov-west-1:{ACCOUNT}:inference-profile/us-gov.acme.m",
    "us-gov.acme.m",
    "SYSTEM_DEFINED",
    "ACTIVE",
    (
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/acme.m",
        "arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model/acme.m",
    ),
)


def snapshot(region: str, held: BedrockRegion) -> Snapshot:
    return Snapshot(
        {ACCOUNT: Account(ACCOUNT, bedrock={region: held})}, created="2026-11-20T08:00Z"
    )


@pytest.mark.parametrize("region", sorted(bedrock_models._file().scanned_regions))
def test_every_profile_of_a_region_is_listed_with_its_destinations(region: str) -> None:
    """The catalog alone answers for every Region that it covers."""
    listing = list_models(region, Snapshot(), None, DAY)
    assert listing.is_complete
    shown = {profile.id: profile.destinations for row in listing.models for profile in row.profiles}
    ended = {
        name
        for name in inference_profiles.profiles_of(region)
        if (dates := bedrock_models.lifecycle(name.partition(".")[2], region)) and dates.end <= DAY
    }
    assert set(shown) == set(inference_profiles.profiles_of(region)) - ended
    for name, destinations in shown.items():
        assert destinations == inference_profiles.destinations(name, region)


def test_what_the_catalog_does_not_cover_is_not_known() -> None:
    """GovCloud was not scanned: nothing is claimed about it."""
    listing = list_models("us-gov-west-1", Snapshot(), None, DAY)
    assert (listing.models, listing.is_complete) == ((), False)


def test_collected_profiles_are_known_where_the_catalog_is_not() -> None:
    """What an account shows counts; what else there is stays open."""
    held = BedrockRegion("us-gov-west-1", profiles={PROFILE.id: PROFILE, PROFILE.arn: PROFILE})
    listing = list_models("us-gov-west-1", snapshot("us-gov-west-1", held), None, DAY)
    (row,) = listing.models
    assert row.profiles[0].destinations == ("us-gov-east-1", "us-gov-west-1")
    assert (row.profiles[0].source, row.lifecycle, listing.is_complete) == ("snapshot", "", False)


def test_a_snapshot_wins_over_the_catalog() -> None:
    """Lists of the account decide which models and ways there are."""
    held = BedrockRegion(
        "eu-central-1",
        models={
            "amazon.nova-lite-v1:0": FoundationModel(
                "amazon.nova-lite-v1:0", ("ON_DEMAND",), "LEGACY", "2027-02-01T00:00:00Z"
            ),
            "amazon.nova-pro-v1:0": FoundationModel("amazon.nova-pro-v1:0", ("PROVISIONED",)),
        },
        profiles_complete=True,
    )
    listing = list_models("eu-central-1", snapshot("eu-central-1", held), ACCOUNT, DAY)
    (row,) = listing.models
    assert (row.id, row.direct, row.profiles) == ("amazon.nova-lite-v1:0", Offer.YES, ())
    assert (row.lifecycle, row.end_of_life, row.source) == ("LEGACY", "2027-02-01", "snapshot")
    assert listing.sources["snapshot"] == "2026-11-20"


def test_models_past_their_end_are_left_out() -> None:
    """Requests to them fail, whatever the list still holds."""
    name = "anthropic.claude-sonnet-4-20250514-v1:0"
    before = list_models("eu-central-1", Snapshot(), None, "2026-10-13").models
    after = list_models("eu-central-1", Snapshot(), None, "2026-10-14").models
    assert [row.lifecycle for row in before if row.id == name] == ["LEGACY"]
    assert name not in {row.id for row in after}


def test_mistakes_are_named() -> None:
    """A mistyped Region, an account that is not there, or several without a choice."""
    with pytest.raises(UnknownName, match="no AWS Region"):
        list_models("eu-centrl-1", Snapshot(), None, DAY)
    two = Snapshot({name: Account(name) for name in ("1" * 12, "2" * 12)})
    with pytest.raises(UsageError, match="several accounts"):
        list_models("eu-central-1", two, None, DAY)
    with pytest.raises(UnknownName, match="holds no account"):
        list_models("eu-central-1", two, "3" * 12, DAY)
    with pytest.raises(UnknownName, match="holds no account"):
        list_models("eu-central-1", Snapshot(), "3" * 12, DAY)
