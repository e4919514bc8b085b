"""Settings beside the credentials that change who signs, where a call goes, or whether it lives.

https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bedrock_doctor.model.signer import ApiKey, Level, SignerCheck

_ENDPOINTS = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_BEDROCK",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_ALLOWED_SKEW = 300
"""Seconds after which AWS refuses a signature.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""


def region_check(region: str, given: str, environment: Mapping[str, str]) -> SignerCheck:
    """The Region in effect, and a variable that boto3 does not read.

    boto3 reads AWS_DEFAULT_REGION alone, other SDKs AWS_REGION.
    https://docs.aws.amazon.com/boto3/latest/guide/configuration.html
    """
    default, other = environment.get("AWS_DEFAULT_REGION"), environment.get("AWS_REGION")
    if not region:
        details = (f"AWS_REGION is {other}, but boto3 does not read it",) if other else ()
        fix = f"export AWS_DEFAULT_REGION={other or 'eu-central-1'}"
        return SignerCheck("Region", Level.ERROR, "no Region is set", details, (fix,))
    source = "the profile"
    if given:
        source = "--region"
    elif default:
        source = "AWS_DEFAULT_REGION"
    text = f"{region}, from {source}"
    if other and other != region:
        detail = f"AWS_REGION is {other}: other SDKs go there, boto3 reads AWS_DEFAULT_REGION only"
        return SignerCheck("Region", Level.WARNING, text, (detail,))
    return SignerCheck("Region", Level.OK, text)


def override_check(environment: Mapping[str, str], key: ApiKey | None) -> SignerCheck:
    """Endpoint overrides, proxies and an API key."""
    details = tuple(_overrides(environment))
    if key is not None:
        return _key_check(key, details)
    if details:
        text = "settings of the environment change where calls go"
        return SignerCheck("Overrides", Level.WARNING, text, details)
    text = "no AWS_ENDPOINT_URL, no AWS_BEARER_TOKEN_BEDROCK, no proxy"
    return SignerCheck("Overrides", Level.OK, text)


def _overrides(environment: Mapping[str, str]) -> Iterator[str]:
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() != "true":
        for name in _ENDPOINTS:
            if environment.get(name):
                yield f"{name} sends calls to {_host(environment[name])}"
    proxies = [name for name in _PROXIES if environment.get(name)]
    if proxies:
        yield f"{proxies[0]} sends calls through {_host(environment[proxies[0]])}"
    if environment.get("AWS_STS_REGIONAL_ENDPOINTS", "").lower() == "legacy":
        effect = "tokens of the global endpoint fail in opt-in Regions"
        yield f"AWS_STS_REGIONAL_ENDPOINTS=legacy: {effect}"


def _host(url: str) -> str:
    """Scheme, host and port: user names and passwords in a URL are not shown."""
    parts = urlsplit(url if "://" in url else f"//{url}")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or 'a malformed URL'}{port}"


def _key_check(key: ApiKey, details: tuple[str, ...]) -> SignerCheck:
    text = f"AWS_BEARER_TOKEN_BEDROCK holds a {key.kind} API key: it signs every call to Bedrock"
    told = ["the credentials above are not used for Amazon Bedrock"]
    if key.region:
        told.append(f"the key works in {key.region} only")
    if key.account:
        told.append(f"its user is of account {key.account}")
    level = Level.WARNING
    if key.minutes_left is not None and key.minutes_left < 0:
        level = Level.ERROR
        told.append(f"it expired {-key.minutes_left} min ago")
    elif key.minutes_left is not None:
        told.append(f"at most {key.minutes_left} min left")
    if key.kind == "unrecognized":
        level = Level.ERROR
        told.append("it begins like no API key of Amazon Bedrock")
    fixes = ("unset AWS_BEARER_TOKEN_BEDROCK",)
    return SignerCheck("Overrides", level, text, (*told, *details), fixes, "BD101")


def clock_check(answered: str, now: datetime) -> SignerCheck:
    """Compares this machine's clock with the Date header of an answer of AWS."""
    try:
        ahead = int((now - parsedate_to_datetime(answered)).total_seconds())
    except (TypeError, ValueError):
        return SignerCheck("Clock", Level.SKIPPED, "not compared: AWS was not asked")
    minutes, seconds = divmod(abs(ahead), 60)
    direction = "ahead of" if ahead > 0 else "behind"
    amount = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    if abs(ahead) > _ALLOWED_SKEW:
        text = f"{amount} {direction} AWS; signed requests fail beyond 5 min"
        return SignerCheck("Clock", Level.ERROR, text, fixes=("sync the clock",))
    return SignerCheck("Clock", Level.OK, f"{amount} {direction} AWS" if ahead else "in step")
