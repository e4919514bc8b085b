"""Somebody whom nobody means, at the door of a role: the engine says whether it opens.

A stand-in asks to assume the role as a stranger would: from another account of another
organization, as another customer of the same vendor, as another tenant of the same identity
provider. Its own policies allow everything; what the role's account says decides: the trust policy
and the RCPs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.model.missing import Missing, NotApplicable, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef, Statement
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.request import Policies, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Match, Outcome, PolicyLayer, Trace
from bedrock_doctor.path.context import (
    PRINCIPAL_TYPES,
    Facts,
    tell_resource_tags,
    tell_target,
)
from bedrock_doctor.path.organization_policies import rcps
from bedrock_doctor.surprises.ground import Ground, Reach, Trust

NO_ACCOUNT = "000000000000"
"""Stands for an account that nobody here has anything to do with."""
OTHER_ORGANIZATION = "o-0000000000"
NEW_IDS = ("AROAXXXXXXXXXXXXXXXXX", "AIDAXXXXXXXXXXXXXXXXX")
"""Unique ids that no policy names: of a role, of a user."""
_OUTSIDE_ADDRESS = "192.0.2.1"
"""Of a block that no network uses: https://www.rfc-editor.org/rfc/rfc5737"""
_CHOSEN = (
    "sts:RoleSessionName",
    "sts:DurationSeconds",
    "sts:SourceIdentity",
    "aws:RequestedRegion",
)
"""What whoever asks may choose."""
_NOT_TOLD = ("aws:CurrentTime", "aws:EpochTime", "aws:userid", "aws:TokenIssueTime")
_OF_TAGS = "whoever administers the account of the caller chooses the tags of its roles and users"
_EVERYTHING = PolicyDocument(
    PolicyRef(PolicyKind.INLINE, "everything", NO_ACCOUNT),
    Source(json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})),
)
Values = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who asks.

    Attributes:
        principal: as whom.
        action: how: ``sts:AssumeRole`` or ``sts:AssumeRoleWithWebIdentity``.
        values: condition keys that its request carries.
        doubted: keys of which nobody can say what it would send, each with what would tell; they
            win over values.
    """

    principal: Principal
    action: str
    values: Values
    doubted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Admission:
    """A door that opens to a stranger.

    Attributes:
        reach: what is behind it: at least perhaps a model.
        unsure: what is not known, in words; empty where it opens for certain.
    """

    reach: Reach
    unsure: tuple[str, ...] = ()


def of_another_account(principal: Principal) -> Values:
    """What a role or user of an account outside the organization sends, as nobody's customer."""
    is_user = principal.kind is PrincipalKind.USER
    new = NEW_IDS[is_user]
    return {
        "aws:PrincipalArn": principal.role_arn or principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": PRINCIPAL_TYPES[principal.kind],
        **({"aws:username": principal.name} if is_user else {}),
        "aws:userid": new if is_user else f"{new}:{principal.session_name or 'any'}",
        "aws:PrincipalOrgID": OTHER_ORGANIZATION,
        "aws:PrincipalOrgPaths": (f"{OTHER_ORGANIZATION}/r-0000/",),
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        "aws:MultiFactorAuthPresent": "true",
        "aws:SecureTransport": "true",
        "aws:SourceIp": _OUTSIDE_ADDRESS,
    }


def admission(
    ground: Ground, trust: Trust, statement: Statement, strangers: Iterable[Stranger]
) -> Admission | None:
    """Whether one of the strangers comes in by this statement; None where none does, or where the
    role reaches no model."""
    reach = ground.reach(trust.role.arn)
    if reach.verdict is Verdict.DENY:
        return None
    doubt = (f"whether {name_of(trust.role.arn)} reaches a model",)
    doubts = doubt if reach.verdict is Verdict.UNKNOWN else ()
    perhaps = None
    for stranger in strangers:
        trace = explain(*_asked(ground, trust, stranger))
        if not _enters_by(trace, statement):
            continue
        if trace.decision.outcome is Outcome.ALLOWED:
            return Admission(reach, doubts)
        if trace.decision.outcome is Outcome.UNKNOWN and perhaps is None:
            words = tuple(dict.fromkeys(map(unknown_words, trace.deciding_missing)))
            perhaps = Admission(
                reach, (*(words or ("how AWS reads the trust policy here",)), *doubts)
            )
    return perhaps


def _enters_by(trace: Trace, statement: Statement) -> bool:
    entries = trace.layer(PolicyLayer.RESOURCE).statements
    met = next((e for e in entries if e.statement.pointer == statement.pointer), None)
    return met is not None and met.match is not Match.NO


def unknown_words(fact: Missing | UnknownFact) -> str:
    """What is not known, with what would tell."""
    if isinstance(fact, Missing):
        what, how = fact.what, fact.command
    else:
        what, how = f"the value of {fact.key}", "" if fact.settle[:2] == "--" else fact.settle
    return f"{what} ({how})" if how else what


def _asked(ground: Ground, trust: Trust, stranger: Stranger) -> tuple[Request, Policies]:
    facts = Facts()
    tell_target(facts, ground.snapshot, region="", resource_account=trust.account)
    tell_resource_tags(facts, trust.role.tags, "", "iam")
    for key in (*_CHOSEN, *_NOT_TOLD):
        facts.doubt(key)
    facts.doubt_prefix("aws:PrincipalTag/", _OF_TAGS)
    facts.doubt_prefix("aws:RequestTag/", "")
    for key, value in stranger.values.items():
        facts.tell(key, value)
    for key, settle in stranger.doubted.items():
        facts.doubt(key, settle)
    request = Request(
        stranger.principal, stranger.action, trust.role.arn, trust.account, facts.context({})
    )
    policies = Policies(
        identity=(_EVERYTHING,),
        resource=trust.policy.document,
        scp=NotApplicable("a stranger's own organization is the stranger's business"),
        rcp=rcps(ground.snapshot, trust.account, "sts"),
    )
    return request, policies
