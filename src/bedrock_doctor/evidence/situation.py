"""Facts that stand around a message: codes, statuses, endpoints, Regions, models, roles."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CODE = re.compile(
    r"\b(?P<code>(?:AccessDenied|Validation|Throttling|ResourceNotFound|ServiceQuotaExceeded"
    r"|ModelNotReady|ModelTimeout|ModelStreamError|ModelError|ServiceUnavailable|InternalServer|ExpiredToken"
    r"|InvalidSignature|UnrecognizedClient|MissingAuthenticationToken|IncompleteSignature"
    r"|TooManyRequests|SessionDurationEscalation|RegionDisabled|SubscriptionRequired|ForbiddenException)"
    r"(?:Exception|Error|Failure)?|InvalidClientTokenId|SignatureDoesNotMatch|MalformedPolicyDocument"
    r"|PackedPolicyTooLarge|InvalidIdentityToken|OptInRequired|UnauthorizedOperation|VpceAccessDenied"
    r"|RequestExpired|access_denied|permission_error|permission_denied_error|invalid_api_key"
    r"|not_found_error|EndpointConnectionError|NoCredentialsError|NoRegionError|ProfileNotFound)\b"
)
_STATUS = re.compile(
    r"(?i)(?:httpStatusCode\W{1,4}|status[ _-]?code\W{1,4}|statusCode\W{1,4}|\bstatus\W{1,4}"
    r"|HTTP/[\d.]+ |https? response error StatusCode: |\bHTTP )(?P<status>[45]\d\d)\b"
)
_OPERATION = re.compile(
    r"(?:when calling the (?P<boto>\w+) operation|operation error [\w ]+?: (?P<go>\w+)"
    r"|\((?:Service: )?[\w ]+; (?:Operation|Action): (?P<java>\w+)"
    r"|\beventName\W{1,6}(?P<event>\w+)"
    r"|[Tt]he (?P<plain>Converse(?:Stream)?|InvokeModel\w*) operation)"
)
_HOST = re.compile(
    r"\b(?P<service>bedrock-runtime|bedrock-agent-runtime|bedrock-agent|bedrock-mantle|bedrock|sts)"
    r"(?P<fips>-fips)?\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)\.(?:amazonaws\.(?:com|eu)|api\.aws|vpce\.)"
)
_URL_MODEL = re.compile(
    r"/model/(?P<model>[^/\s\"'?]+)/(?P<operation>invoke-with-response-stream"
    r"|invoke-with-bidirectional-stream|converse-stream|invoke|converse|count-tokens)\b"
)
_REGION_SETTING = re.compile(
    r"(?i)\b(?:aws_(?:default_)?region(?:_name)?|region_name|region|aws-region|awsRegion)"
    r"[\"']?\s{0,2}[=:]\s{0,2}[\"']?(?P<region>(?:us|eu|ap|sa|ca|me|af|il|mx|cn|eusc)(?:-[a-z]+)+-\d)\b"
)
_MODEL = re.compile(
    r"(?<![\w.-])(?P<geo>(?:us-gov|us|eu|apac|ap|jp|au|in|ca|global)\.)?"
    r"(?P<base>(?:anthropic|amazon|meta|mistral|cohere|ai21|stability|deepseek|qwen|openai|writer|twelvelabs"
    r"|google|nvidia|minimax|moonshotai|moonshot|luma|zai)\.[A-Za-z][\w.-]*[\w](?::\d+)?(?::\d+k)?)"
)
_PROFILE_ARN = re.compile(
    r"arn:[\w-]+:bedrock:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):"
    r"(?P<kind>(?:application-)?inference-profile)/(?P<name>[\w.:-]+)"
)
_ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_URL_OPERATIONS = {
    "invoke": "InvokeModel",
    "converse": "Converse",
    "invoke-with-response-stream": "InvokeModelWithResponseStream",
    "converse-stream": "ConverseStream",
    "invoke-with-bidirectional-stream": "InvokeModelWithBidirectionalStream",
    "count-tokens": "CountTokens",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What a piece of text tells beside its messages.

    Attributes:
        codes: AWS error codes with their offsets.
        statuses: HTTP statuses with their offsets.
        operations: API operations with their offsets.
        hosts: endpoint services and Regions with their offsets.
        regions: Regions set or called, in order, without repetition.
        models: model and profile ids outside of denied ARNs, in order, without repetition.
        profiles: ARNs of inference profiles named.
        roles: role ARNs named.
        bearer: whether a bearer token was in play.
        names_sts: whether STS is what the text speaks of.
        names_mantle: whether the mantle endpoint is.
        names_aws: whether the text speaks of AWS at all.
    """

    codes: tuple[tuple[int, str], ...] = ()
    statuses: tuple[tuple[int, int], ...] = ()
    operations: tuple[tuple[int, str], ...] = ()
    hosts: tuple[tuple[int, str, str], ...] = ()
    regions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    bearer: bool = False
    names_sts: bool = False
    names_mantle: bool = False
    names_aws: bool = False


def read_situation(flat: str) -> Situation:
    """Collects the facts of a flat text."""
    lowered = flat.lower()
    hosts = tuple((m.start(), m["service"], m["region"]) for m in _HOST.finditer(flat))
    urls = tuple(_URL_MODEL.finditer(flat)) if "/model/" in flat else ()
    operations = [(m.start(), next(g for g in m.groups() if g)) for m in _OPERATION.finditer(flat)]
    operations += [(m.start(), _URL_OPERATIONS[m["operation"]]) for m in urls]
    regions = [region for _, _, region in hosts]
    regions += [m["region"] for m in _REGION_SETTING.finditer(flat)]
    profiles = tuple(_PROFILE_ARN.finditer(flat))
    return Situation(
        codes=tuple((m.start(), m["code"]) for m in _CODE.finditer(flat)),
        statuses=tuple((m.start(), int(m["status"])) for m in _STATUS.finditer(flat))
        if "status" in lowered or "http" in lowered or not flat.isascii()
        else (),
        operations=tuple(sorted(operations)),
        hosts=hosts,
        regions=tuple(dict.fromkeys(regions)),
        models=tuple(dict.fromkeys(_models(flat))),
        profiles=tuple(dict.fromkeys(m[0].rstrip(".") for m in profiles)),
        roles=tuple(dict.fromkeys(m[0].rstrip(".,") for m in _ROLE_ARN.finditer(flat))),
        bearer="aws_bearer_token_bedrock" in lowered
        or "authorization: bearer" in lowered
        or "bedrock-api-key-" in lowered,
        names_sts="sts" in lowered or "assumerole" in lowered or "getcalleridentity" in lowered,
        names_mantle="bedrock-mantle" in lowered or "/v1/responses" in lowered,
        names_aws=any(
            word in lowered
            for word in ("bedrock", "aws", "amazon", "exception", "anthropic", "claude", "converse")
        ),
    )


def _models(flat: str) -> list[str]:
    found: list[str] = []
    for match in _MODEL.finditer(flat):
        before = flat[max(0, match.start() - 40) : match.start()]
        if before.endswith(("foundation-model/", "@", "://")) or ".amazonaws." in match[0]:
            continue
        if not re.search(r"[\d-]", match["base"].partition(".")[2]):
            continue
        found.append(match[0].rstrip("."))
    return found


def nearest(items: tuple[tuple[int, str], ...], start: int, end: int, reach: int = 400) -> str:
    """The item nearest to a stretch of text, preferring what stands before it; empty when none."""
    best, distance = "", reach + 1
    for at, value in items:
        away = start - at if at <= start else (at - end) + 60
        if at > start and at < end:
            away = 0
        if abs(away) < distance:
            best, distance = value, abs(away)
    return best


def nearest_status(items: tuple[tuple[int, int], ...], start: int, end: int) -> int | None:
    """The HTTP status nearest to a stretch of text, or None."""
    text = nearest(tuple((at, str(status)) for at, status in items), start, end)
    return int(text) if text else None
