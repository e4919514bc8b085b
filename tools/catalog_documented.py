"""Facts that no package carries: copied by hand from AWS pages, with the date of each page's text.

A refresh keeps them as they are; whoever refreshes the catalog reads the pages again and moves the
`as_of` dates (`refresh_catalog.py --check` says when that is due).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """An AWS page and the date of its text from which the constants below were taken."""

    url: str
    as_of: str


OPT_IN_PAGE = Page(
    "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html", "2026-10-01"
)
OPT_IN_REGIONS = (
    "af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
    "ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 "
    "me-central-1 me-south-1 mx-central-1"
)
DEFAULT_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 "
    "ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 "
    "us-east-2 us-west-1 us-west-2"
)

ENDPOINT_PAGE = Page(
    "https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints-region-availability.html",
    "2026-10-01",
)
RUNTIME_REGIONS = (
    "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
    "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 "
    "ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 "
    "eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 "
    "sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2"
)
MANTLE_REGIONS = (
    "ap-northeast-1 ap-south-1 ap-southeast-2 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 "
    "eu-west-1 eu-west-2 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-2"
)

API_KEY_PAGE = Page(
    "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-supported.html", "2026-10-01"
)
API_KEY_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
    "ap-southeast-2 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 "
    "eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-gov-east-1 us-gov-west-1 us-west-2"
)

LIFECYCLE_PAGE = Page(
    "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html",
    "2026-10-01",
)
LIFECYCLE: dict[str, list[tuple[str, str, str, str]]] = {
    # model id: (Regions, Legacy since, public extended access from, end of life)
    "ai21.jamba-1-5-large-v1:0": [("us-east-1", "2026-05-26", "2026-08-26", "2026-11-26")],
    "ai21.jamba-1-5-mini-v1:0": [("us-east-1", "2026-05-26", "2026-08-26", "2026-11-26")],
    "amazon.nova-canvas-v1:0": [
        ("ap-northeast-1 eu-west-1 us-east-1", "2026-03-30", "", "2026-09-30")
    ],
    "amazon.nova-reel-v1:0": [
        ("ap-northeast-1 eu-west-1 us-east-1", "2026-03-30", "", "2026-09-30")
    ],
    "amazon.nova-reel-v1:1": [("us-east-1", "2026-03-30", "", "2026-09-30")],
    "amazon.nova-sonic-v1:0": [
        ("ap-northeast-1 eu-north-1 us-east-1", "2026-03-13", "", "2026-09-14")
    ],
    "anthropic.claude-3-haiku-20240307-v1:0": [
        (
            "ap-northeast-1 ap-southeast-2 eu-central-1 eu-west-1 eu-west-2 eu-west-3 us-east-1 "
            "us-east-2 us-gov-east-1 us-gov-west-1 us-west-2",
            "2026-03-10",
            "2026-06-10",
            "2026-09-10",
        )
    ],
    "anthropic.claude-opus-4-1-20250805-v1:0": [
        ("us-east-1 us-east-2 us-west-2", "2026-07-08", "2026-10-08", "2027-01-08")
    ],
    "anthropic.claude-sonnet-4-20250514-v1:0": [
        (
            "ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
            "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
            "ap-southeast-7 eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3 "
            "il-central-1 us-east-1 us-east-2 us-west-1 us-west-2",
            "2026-04-14",
            "2026-07-14",
            "2026-10-14",
        )
    ],
    "cohere.command-r-v1:0": [("us-east-1 us-west-2", "2026-02-19", "2026-05-19", "2026-08-19")],
    "cohere.command-r-plus-v1:0": [
        ("us-east-1 us-west-2", "2026-02-19", "2026-05-19", "2026-08-19")
    ],
    "twelvelabs.marengo-embed-2-7-v1:0": [
        ("ap-northeast-2 eu-west-1 us-east-1", "2026-05-29", "2026-08-29", "2026-11-30")
    ],
}

GUARDRAIL_PROFILE_PAGE = Page(
    "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html",
    "2026-10-01",
)
_APAC = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
    "ap-southeast-2 ap-southeast-4"
)
_APAC_CORE = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2"
_EU = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3"
_US = "us-east-1 us-east-2 us-west-2"
GUARDRAIL_PROFILES: dict[str, dict[str, str]] = {
    # guardrail profile: source Region: destination Regions
    "apac.guardrail.v1:0": {
        **dict.fromkeys(
            (
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-south-1",
                "ap-southeast-1",
                "ap-southeast-2",
            ),
            _APAC_CORE,
        ),
        "ap-east-2": f"{_APAC} ap-east-2 ap-southeast-3",
        "ap-southeast-3": f"{_APAC} ap-southeast-3",
        "ap-southeast-4": _APAC,
        "ap-southeast-5": f"{_APAC} ap-southeast-3 ap-southeast-5",
        "ap-southeast-7": f"{_APAC} ap-southeast-3 ap-southeast-7",
        "me-central-1": f"{_APAC} ap-southeast-3 me-central-1",
    },
    "au.guardrail.v1:0": {"ap-southeast-2": "ap-southeast-2"},
    "ca.guardrail.v1:0": {"ca-central-1": "ca-central-1 ca-west-1"},
    "eu.guardrail.v1:0": {
        **dict.fromkeys(_EU.split(), _EU),
        "il-central-1": f"{_EU} il-central-1",
    },
    "uk.guardrail.v1:0": {"eu-west-2": "eu-west-2"},
    "us.guardrail.v1:0": {
        **dict.fromkeys(_US.split(), _US),
        "us-west-1": f"{_US} us-west-1",
    },
    "us-gov.guardrail.v1:0": dict.fromkeys(
        ("us-gov-east-1", "us-gov-west-1"), "us-gov-east-1 us-gov-west-1"
    ),
}
