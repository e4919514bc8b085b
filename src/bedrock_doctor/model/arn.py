"""Amazon Resource Names of all partitions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bedrock_doctor.errors import BadArn

PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Arn:
    """The six parts of an ARN; Region and account may be empty, the resource may hold colons.

    Attributes:
        partition: for example ``aws`` or ``aws-us-gov``.
        service: service prefix, for example ``bedrock``.
        region: Region code, or empty for global resources and global routing.
        account: 12-digit account id, or empty for resources that AWS owns.
        resource: all that follows the fifth colon, unparsed.
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def resource_type(self) -> str:
        """The part of the resource before the first ``/`` or ``:``; empty when there is none."""
        found = re.match(r"([^/:]*)[/:]", self.resource)
        return found[1] if found else ""

    @property
    def resource_name(self) -> str:
        """The part of the resource behind its type; the whole resource when it has no type."""
        kind = self.resource_type
        return self.resource[len(kind) + 1 :] if kind else self.resource

    def in_region(self, region: str) -> Arn:
        """The same resource named in another Region."""
        return replace(self, region=region)


def parse_arn(text: str) -> Arn:
    """Splits an ARN into its parts.

    Raises:
        BadArn: `text` has fewer than six parts, no ``arn`` prefix, or an account that is neither
            empty nor 12 digits (``aws`` is accepted: it owns managed policies).
    """
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise BadArn(
            f"`{text}` is not an ARN",
            help="an ARN has six parts: arn:partition:service:region:account:resource",
        )
    _, partition, service, region, account, resource = parts
    if not partition or not service or not resource:
        raise BadArn(f"`{text}` is not an ARN: partition, service or resource is empty")
    if account and account != "aws" and not is_account_id(account):
        raise BadArn(
            f"`{text}` is not an ARN: the account is `{account}`",
            help="an account id has 12 digits",
        )
    return Arn(partition, service, region, account, resource)


def is_arn(text: str) -> bool:
    """Whether `text` can be parsed as an ARN."""
    try:
        parse_arn(text)
    except BadArn:
        return False
    return True


def is_account_id(text: str) -> bool:
    """Whether `text` is a 12-digit account id."""
    return _ACCOUNT.fullmatch(text) is not None
