"""Partitions, their Regions, and where Amazon Bedrock has endpoints.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bedrock_doctor.catalog.dataset import CatalogHeader, read_file
from bedrock_doctor.catalog.spelling import near_matches


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition.

    Attributes:
        dns_suffix: end of its endpoint names, for example ``amazonaws.com``.
        dual_stack_dns_suffix: the same for dual-stack endpoints, for example ``api.aws``.
        region_pattern: regular expression that its Region codes match, future ones included.
        regions: its Region codes.
    """

    dns_suffix: str
    dual_stack_dns_suffix: str
    region_pattern: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    header: CatalogHeader
    partitions: dict[str, Partition]
    opt_in_regions: frozenset[str]
    default_regions: frozenset[str]
    runtime_regions: frozenset[str]
    mantle_regions: frozenset[str]
    api_key_regions: frozenset[str]


@cache
def _file() -> _File:
    return read_file("partitions.json", _File)


def partitions() -> tuple[str, ...]:
    """Ids of all partitions."""
    return tuple(_file().partitions)


def regions_of(partition: str) -> tuple[str, ...]:
    """Region codes of a partition; empty for an unknown partition."""
    found = _file().partitions.get(partition)
    return found.regions if found else ()


@cache
def partition_of_region(region: str) -> str | None:
    """The partition that holds a Region, or would hold it by the shape of its code; else None."""
    for name, partition in _file().partitions.items():
        if region in partition.regions:
            return name
    for name, partition in _file().partitions.items():
        if re.match(partition.region_pattern, region):
            return name
    return None


def partition_of_arn(arn: str) -> str | None:
    """The partition that an ARN names; None when the text names none that exists."""
    prefix, _, rest = arn.partition(":")
    partition, colon, _ = rest.partition(":")
    known = prefix == "arn" and colon and partition in _file().partitions
    return partition if known else None


def is_region(region: str) -> bool:
    """Whether the Region is known."""
    return any(region in partition.regions for partition in _file().partitions.values())


def near_regions(text: str, limit: int = 3) -> tuple[str, ...]:
    """Regions that somebody who wrote `text` may have meant, best first."""
    names = [region for partition in _file().partitions.values() for region in partition.regions]
    return near_matches(text.replace("_", "-").replace(" ", "-"), names, limit)


def is_opt_in(region: str) -> bool | None:
    """Whether an account must enable the Region before use; None when not known.

    Only the commercial partition has opt-in Regions.
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    if region in _file().opt_in_regions:
        return True
    if region in _file().default_regions:
        return False
    return False if is_region(region) and partition_of_region(region) != "aws" else None


def dns_suffix(partition: str) -> str:
    """End of the partition's endpoint names; ``amazonaws.com`` for an unknown partition."""
    found = _file().partitions.get(partition)
    return found.dns_suffix if found else "amazonaws.com"


def endpoint_host(service: str, region: str) -> str:
    """Host name of a Regional endpoint, for example of ``bedrock-runtime`` or ``sts``.

    bedrock-mantle lives under the dual-stack suffix alone.
    https://docs.aws.amazon.com/general/latest/gr/bedrock.html
    """
    partition = partition_of_region(region) or "aws"
    dual_stack = _file().partitions[partition].dual_stack_dns_suffix
    suffix = dual_stack if service == "bedrock-mantle" else dns_suffix(partition)
    return f"{service}.{region}.{suffix}"


def bedrock_regions() -> frozenset[str]:
    """Regions with a bedrock-runtime endpoint, in all partitions; China has none.

    Those of AWS's page, and those in which botocore lists the service.

    https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints-region-availability.html
    """
    return _file().runtime_regions


def mantle_regions() -> frozenset[str]:
    """Regions with a bedrock-mantle endpoint. The list grows; single models are in further ones."""
    return _file().mantle_regions


def api_key_regions() -> frozenset[str]:
    """Regions that accept Amazon Bedrock API keys.

    https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-supported.html
    """
    return _file().api_key_regions
