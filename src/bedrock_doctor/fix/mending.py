"""What mends each finding: a policy, the way in which the application calls, a setting, or nothing.

One row for every finding of the registry. Where no policy mends it, the row says why, and which
commands do. Commands are templates: `{account}`, `{region}`, `{model}`, `{subject}` and `{code}`
are filled in and quoted for a POSIX shell. Words in capitals are for the reader to replace.
"""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.fix import FixKind


@dataclass(frozen=True, slots=True)
class Mending:
    """How a finding is mended.

    Attributes:
        kind: what has to change; None: nothing that anybody could change now.
        why: why no policy change helps; empty for POLICY.
        commands: what to run, or to write into the configuration.
    """

    kind: FixKind | None
    why: str = ""
    commands: tuple[str, ...] = ()


_POLICY = Mending(FixKind.POLICY)


def _attempt(why: str, *commands: str) -> Mending:
    return Mending(FixKind.ATTEMPT, why, commands)


def _account(why: str, *commands: str) -> Mending:
    return Mending(FixKind.ACCOUNT, why, commands)


def _nothing(why: str, *commands: str) -> Mending:
    return Mending(None, why, commands)


_BY_POLICY = (
    "BD115", "BD201", "BD202", "BD203", "BD204", "BD205", "BD206", "BD210", "BD211", "BD212",
    "BD213", "BD215", "BD216", "BD217", "BD230", "BD240", "BD241", "BD242", "BD243", "BD250",
    "BD301", "BD302", "BD311", "BD312", "BD313", "BD314", "BD315", "BD316", "BD401", "BD402",
    "BD403", "BD404", "BD405", "BD406", "BD407", "BD408", "BD409", "BD410", "BD411", "BD412",
    "BD413", "BD414", "BD416", "BD501", "BD502", "BD503", "BD701", "BD704", "BD710", "BD711",
    "BD720", "BD730", "BD731", "BD732", "BD740", "BD741",
)  # fmt: skip
_KEY = "the key itself decides, before any policy is asked"
_SIGNS = "the credentials decide who asks; policies of the identity that was meant change nothing"
_CONDITION = (
    "a condition that somebody wanted does not hold; a second Allow would undo it, so its owner "
    "has to change it"
)
_EVIDENCE = "it is a gap in the evidence, not a refusal"
_SERVICE = "the service refused the request itself; access is not the cause"
_RETRY = "retry with backoff: AWS_RETRY_MODE=adaptive AWS_MAX_ATTEMPTS=8"
_OFFERS = "aws bedrock list-foundation-model-agreement-offers --region {region} --model-id {model}"
_MODELS = "bedrock-doctor models --region {region}"

MENDINGS: dict[str, Mending] = {
    **dict.fromkeys(_BY_POLICY, _POLICY),
    "BD000": _nothing("it is a fault of bedrock-doctor"),
    "BD001": _nothing(_EVIDENCE),
    "BD002": _nothing("AWS would not store this text, so it is not the policy in force"),
    "BD010": _nothing(_EVIDENCE),
    "BD011": _nothing(
        "AWS names the layer, and its text is not in the snapshot: an edit cannot be written"
    ),
    "BD021": _nothing(_EVIDENCE),
    "BD022": _nothing(_EVIDENCE),
    "BD023": _nothing(
        _EVIDENCE,
        "aws bedrock get-inference-profile --region {region} "
        "--inference-profile-identifier {model}",
    ),
    "BD101": _attempt(_SIGNS, "bedrock-doctor whoami"),
    "BD102": _attempt("the configuration names a second model; every model needs its own access"),
    "BD110": _attempt(_KEY, "unset AWS_BEARER_TOKEN_BEDROCK"),
    "BD111": _attempt(_KEY, "unset AWS_BEARER_TOKEN_BEDROCK"),
    "BD112": _attempt(_KEY, "unset AWS_BEARER_TOKEN_BEDROCK"),
    "BD113": _attempt(_KEY, "unset AWS_BEARER_TOKEN_BEDROCK"),
    "BD114": _attempt("this operation takes no API key", "unset AWS_BEARER_TOKEN_BEDROCK"),
    "BD116": _account(_KEY, "aws iam list-service-specific-credentials --user-name USER"),
    "BD120": _attempt("nobody signs the request", "bedrock-doctor whoami"),
    "BD121": _attempt(_SIGNS, "aws sso login --profile PROFILE"),
    "BD122": _attempt(_SIGNS, "bedrock-doctor whoami"),
    "BD123": _attempt("the signature is wrong, so nobody is known to ask"),
    "BD124": _attempt("the sign-in has ended", "aws sso login --profile PROFILE"),
    "BD125": _attempt("the profile does not exist", "aws configure list-profiles"),
    "BD126": _attempt("the clock is off, so the signature is refused", "chronyc makestep"),
    "BD127": _attempt("STS refused the MFA code, before any policy is asked"),
    "BD128": _attempt("the library drops the role, so another identity asks"),
    "BD130": _attempt("AWS lets no root user assume a role, whatever policies say"),
    "BD207": _attempt("no policy makes up for a role that does not exist", "bedrock-doctor whoami"),
    "BD208": _attempt(_CONDITION),
    "BD214": _account("partitions are apart: no policy of one trusts a principal of another"),
    "BD220": _attempt("the condition is the owner's protection; the caller passes the value"),
    "BD221": _attempt("the condition is the owner's protection; the caller passes the value"),
    "BD222": _attempt("the condition is the owner's protection; the caller passes the value"),
    "BD223": _account("the role is closed to other organizations; its owner has to want them"),
    "BD224": _attempt(
        "the condition is the owner's protection; the caller signs with MFA",
        "aws sts assume-role --role-arn {subject} --role-session-name NAME "
        "--serial-number MFA_DEVICE --token-code CODE",
    ),
    "BD225": _attempt("the condition admits networks; the caller calls from one of them"),
    "BD226": _attempt("the condition admits session names; the caller passes one of them"),
    "BD227": _attempt("the condition demands tags; the caller passes them, or its role has them"),
    "BD228": _attempt("the condition demands a source identity; the caller passes it"),
    "BD229": _attempt(_CONDITION),
    "BD251": _attempt("chained roles get one hour at most, whatever policies say"),
    "BD415": _attempt(_CONDITION),
    "BD420": _attempt(
        "a model resource of another account needs a policy of its own there, or the ARN of one's "
        "own account"
    ),
    "BD510": _account("no request reached AWS, so no policy was asked"),
    "BD601": _attempt("policies cannot offer a model in a Region", _MODELS),
    "BD602": _attempt("policies cannot offer a profile in a Region", _MODELS),
    "BD603": _attempt("the model takes no on-demand calls by its bare id", _MODELS),
    "BD604": _account(
        "model access is a state of the account",
        "aws bedrock get-foundation-model-availability --region {region} --model-id {model}",
    ),
    "BD605": _account(
        "the agreement is accepted once for the account, by a principal with Marketplace rights",
        _OFFERS,
        "aws bedrock create-foundation-model-agreement --region {region} --model-id {model} "
        "--offer-token OFFER_TOKEN",
    ),
    "BD606": _account(
        "the first call of a model subscribes the account: a principal with both Marketplace "
        "rights makes it once, and the application does not need them",
        _OFFERS,
        "aws bedrock create-foundation-model-agreement --region {region} --model-id {model} "
        "--offer-token OFFER_TOKEN",
    ),
    "BD607": _account(
        "the form is submitted once for the account or its organization",
        "aws bedrock put-use-case-for-model-access --region {region} "
        "--form-data fileb://use-case.json",
    ),
    "BD608": _attempt("a Legacy model is closed by its provider's calendar", _MODELS),
    "BD609": _attempt("a model past its end of life answers nobody", _MODELS),
    "BD610": _account(
        "the Region is off for the whole account",
        "aws account enable-region --account-id {account} --region-name {region}",
    ),
    "BD611": _account(
        "the quota of the account is zero",
        "aws service-quotas request-service-quota-increase --region {region} "
        "--service-code bedrock --quota-code {code} --desired-value VALUE",
    ),
    "BD612": _account(
        "the model accepts only some modes of data retention, and the account decides",
        "aws bedrock get-account-data-retention --region {region}",
        "aws bedrock put-account-data-retention --region {region} --mode MODE",
    ),
    "BD613": _attempt("the id names no model", _MODELS),
    "BD614": _account("AWS has restricted the account"),
    "BD615": _account("AWS Marketplace cannot charge the account"),
    "BD616": _nothing("the subscription is being made"),
    "BD617": _attempt(
        "global tokens are not valid in Regions that are enabled by hand",
        "export AWS_STS_REGIONAL_ENDPOINTS=regional",
    ),
    "BD618": _account("the provider does not sell to this country or channel"),
    "BD619": _nothing("AWS is still verifying the account"),
    "BD702": _attempt("the condition demands a guardrail; the call passes it"),
    "BD703": _account(
        "the guardrail of another account needs a policy of its own there",
        "aws bedrock put-resource-policy --region {region} --resource-arn {subject} "
        "--resource-policy file://guardrail-policy.json",
    ),
    "BD705": _account("the enforced guardrail itself is not valid"),
    "BD760": _account("the message names an action of another service; its policies decide"),
    "BD801": _attempt(_SERVICE, _RETRY),
    "BD802": _account(_SERVICE),
    "BD803": _attempt(_SERVICE, _RETRY),
    "BD804": _attempt(_SERVICE, _RETRY),
    "BD805": _attempt(_SERVICE),
    "BD806": _attempt(_SERVICE),
    "BD807": _attempt(_SERVICE, _RETRY),
    "BD808": _account(_SERVICE),
    "BD809": _attempt(_SERVICE),
    "BD810": _attempt(_SERVICE),
}
"""Findings by their id."""


def mending_of(finding: str) -> Mending:
    """How a finding is mended; a finding that has no row is left to its policies."""
    return MENDINGS.get(finding, _POLICY)
