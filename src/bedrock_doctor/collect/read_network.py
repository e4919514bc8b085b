"""VPC endpoints and their policies.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType

from bedrock_doctor.collect.aws_json import Output, Page
from bedrock_doctor.collect.cli_command import cli_command
from bedrock_doctor.collect.policy_text import policy_source
from bedrock_doctor.collect.reading import Reading
from bedrock_doctor.model.missing import Absence, Missing
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.request import Readable
from bedrock_doctor.model.snapshot import Endpoint

_CALL = "ec2:DescribeVpcEndpoints"


class VpcEndpoint(Struct, rename="pascal"):
    """An endpoint."""

    vpc_endpoint_id: str
    service_name: str
    vpc_id: str = ""
    owner_id: str = ""
    policy_document: Raw | UnsetType = UNSET


class DescribeVpcEndpoints(Page, rename="pascal", kw_only=True):
    """Output of DescribeVpcEndpoints."""

    vpc_endpoints: list[VpcEndpoint]


def read_network(reading: Reading, account: str) -> tuple[dict[str, Endpoint], list[Missing]]:
    """Reads the endpoints of one account in all Regions.

    Returns:
        Endpoints by id, and reads that failed.
    """
    found: dict[str, Endpoint] = {}
    missing: list[Missing] = []
    for region in reading.tree.folders("accounts", account, "ec2"):
        what = f"VPC endpoints of account {account} in {region}"
        place = ("accounts", account, "ec2", region, "describe-vpc-endpoints")
        pages = reading.pages(*place, kind=DescribeVpcEndpoints, unknown=what)
        if isinstance(pages, Absence):
            if pages is not Absence.NOT_COLLECTED:
                missing.append(_missing(what, account, region, pages))
            continue
        for page in pages:
            for index, endpoint in enumerate(page.value.vpc_endpoints):
                found[endpoint.vpc_endpoint_id] = _endpoint(page, index, account, region)
        if pages[-1].value.has_more:
            missing.append(_missing(f"further {what}", account, region, Absence.NOT_COLLECTED))
    return found, missing


def _endpoint(
    page: Output[DescribeVpcEndpoints], index: int, account: str, region: str
) -> Endpoint:
    endpoint = page.value.vpc_endpoints[index]
    owner = endpoint.owner_id or account
    name = endpoint.vpc_endpoint_id
    policy: Readable
    if isinstance(endpoint.policy_document, UnsetType):
        policy = _missing(f"policy of endpoint {name}", owner, region, Absence.NOT_COLLECTED, name)
    else:
        ref = PolicyRef(PolicyKind.ENDPOINT, name, owner, "", name)
        pointer = ("VpcEndpoints", index, "PolicyDocument")
        policy = PolicyDocument(ref, policy_source(endpoint.policy_document, page, *pointer))
    return Endpoint(name, endpoint.service_name, endpoint.vpc_id, owner, region, policy)


def _missing(what: str, account: str, region: str, absence: Absence, id: str = "") -> Missing:
    parameters = {"vpc_endpoint_ids": id} if id else {}
    command = cli_command(_CALL, region=region, **parameters)
    path = f"accounts/{account}/ec2/{region}/describe-vpc-endpoints.json"
    return Missing(what, _CALL, account, region, absence, "", command, path)
