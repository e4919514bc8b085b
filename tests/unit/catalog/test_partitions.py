"""Partitions, Regions and endpoints."""

from __future__ import annotations

import pytest

from bedrock_doctor.catalog import partitions
from bedrock_doctor.model.arn import PARTITIONS


def test_the_arn_model_knows_the_same_partitions() -> None:
    """AWS-documented: botocore's partition list."""
    assert set(partitions.partitions()) == set(PARTITIONS)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-south-9", "aws"),  # not yet there, told by its shape
        ("mars-east-1", None),
        ("", None),
    ],
)
def test_a_region_lies_in_one_partition(region: str, partition: str | None) -> None:
    """AWS-documented: partitions.json of botocore."""
    assert partitions.partition_of_region(region) == partition


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-central-1", False),
        ("eu-central-2", True),
        ("ap-southeast-7", True),
        ("me-central-1", True),
        ("us-gov-west-1", False),
        ("cn-north-1", False),
        ("eu-south-9", None),
        ("mars-east-1", None),
    ],
)
def test_opt_in_is_told_for_listed_regions_only(region: str, expected: bool | None) -> None:
    """AWS-documented: manage-acct-regions.html; no partition but aws has opt-in Regions."""
    assert partitions.is_opt_in(region) is expected


def test_opt_in_and_default_regions_belong_to_the_commercial_partition() -> None:
    """AWS-documented: every listed Region exists."""
    commercial = set(partitions.regions_of("aws"))
    assert {region for region in commercial if partitions.is_opt_in(region)} < commercial
    assert partitions.regions_of("aws-mars") == ()


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("bedrock-runtime", "eu-central-1", "bedrock-runtime.eu-central-1.amazonaws.com"),
        ("sts", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"),
        ("bedrock", "eusc-de-east-1", "bedrock.eusc-de-east-1.amazonaws.eu"),
        ("bedrock-mantle", "us-east-1", "bedrock-mantle.us-east-1.api.aws"),
        ("sts", "mars-east-1", "sts.mars-east-1.amazonaws.com"),
    ],
)
def test_endpoint_hosts_follow_the_partition(service: str, region: str, host: str) -> None:
    """AWS-documented: general/latest/gr/bedrock.html; mantle has the dual-stack name alone."""
    assert partitions.endpoint_host(service, region) == host


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws-us-gov:iam::111122223333:role/x", "aws-us-gov"),
        ("arn:aws:iam::111122223333:root", "aws"),
        ("arn:mars:iam::111122223333:root", None),
        ("arn:aws", None),
        ("bedrock:*", None),
        ("", None),
    ],
)
def test_the_partition_is_read_from_an_arn(arn: str, expected: str | None) -> None:
    """AWS-documented: second part of an ARN."""
    assert partitions.partition_of_arn(arn) == expected


def test_misspelt_regions_have_near_matches() -> None:
    """Our choice: likeness, with spaces and underscores read as hyphens."""
    assert partitions.near_regions("eu-centrl-1")[0] == "eu-central-1"
    assert partitions.near_regions("eu_central_1")[0] == "eu-central-1"
    assert not partitions.is_region("eu_central_1")


def test_bedrock_endpoints_are_in_known_regions() -> None:
    """AWS-documented: endpoints-region-availability.html and api-keys-supported.html."""
    for regions in (
        partitions.bedrock_regions(),
        partitions.mantle_regions(),
        partitions.api_key_regions(),
    ):
        assert all(map(partitions.is_region, regions))
        assert regions <= partitions.bedrock_regions()


def test_bedrock_is_in_every_partition_but_china() -> None:
    """botocore's endpoints.json; the European Sovereign Cloud has one Region."""
    found = {partitions.partition_of_region(region) for region in partitions.bedrock_regions()}
    assert {"aws", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b"} <= found
    assert "aws-cn" not in found
    host = partitions.endpoint_host("bedrock-runtime", "eusc-de-east-1")
    assert host == "bedrock-runtime.eusc-de-east-1.amazonaws.eu"


def test_an_unknown_partition_has_the_commercial_suffix() -> None:
    """Our choice: a usable default."""
    assert partitions.dns_suffix("aws-mars") == "amazonaws.com"
