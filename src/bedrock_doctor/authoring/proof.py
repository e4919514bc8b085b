"""Proves a draft: what it should let pass passes, and its neighbours stay denied.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.evaluate.authorize import authorize
from bedrock_doctor.model.arn import parse_arn
from bedrock_doctor.model.missing import NotApplicable
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.policy_parser import parse_policy
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.request import Level, Policies, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import Check, Hop, HopKind, Purpose, Way

_KINDS = {
    Part.ROLE: PolicyKind.INLINE,
    Part.CALLER: PolicyKind.INLINE,
    Part.TRUST: PolicyKind.TRUST,
    Part.SERVICE_ROLE: PolicyKind.INLINE,
    Part.SERVICE_TRUST: PolicyKind.TRUST,
    Part.ENDPOINT: PolicyKind.ENDPOINT,
    Part.STS_ENDPOINT: PolicyKind.ENDPOINT,
    Part.SCP: PolicyKind.SCP,
}
_NEIGHBOUR = "bedrock-doctor-neighbour"
_Documents = Mapping[tuple[Part, int], PolicyDocument]
_Trial = tuple[Policies, tuple[Request, ...]]


class NotProved(Exception):
    """A draft does not do what it is for: a defect of bedrock-doctor. It is never shown."""


def prove(draft: Draft, way: Way) -> None:
    """Checks the whole draft with the engine: all of it together, and each document alone.

    Raises:
        NotProved: a request of the way is refused, or a neighbour of it passes.
    """
    documents = {(policy.part, policy.hop): _parsed(policy) for policy in draft.policies}
    for hop in way.hops:
        for check in hop.checks:
            for policies, neighbours in _trials(way, hop, check, documents):
                _expect(_passes(check.request, policies), "refuses", check.request)
                for neighbour in neighbours:
                    _expect(not _passes(neighbour, policies), "lets pass", neighbour)


def _passes(request: Request, policies: Policies) -> bool:
    return authorize(request, policies).outcome is Outcome.ALLOWED


def _expect(holds: bool, what: str, request: Request) -> None:
    if not holds:
        raise NotProved(f"the draft {what} {request.action} on {request.resource}")


def _parsed(policy: DraftPolicy) -> PolicyDocument:
    ref = PolicyRef(_KINDS[policy.part], policy.part.value, policy.account, "", policy.holder)
    document = PolicyDocument(ref, Source(json.dumps(policy.document)))
    problems = parse_policy(document).problems
    if problems:
        raise NotProved(f"the draft of {policy.part.value} is malformed: {problems[0].message}")
    return document


def _trials(way: Way, hop: Hop, check: Check, documents: _Documents) -> Iterator[_Trial]:
    """Each document of the draft beside others that allow everything, with what it must refuse."""
    if hop.kind is HopKind.ASSUME:
        yield from _assume_trials(hop, check.request, documents)
    elif hop is way.call:
        yield from _call_trials(hop, check, documents)
    else:
        yield from _role_trials(documents[Part.SERVICE_ROLE, hop.index], check, documents)


def _assume_trials(hop: Hop, request: Request, documents: _Documents) -> Iterator[_Trial]:
    if request.principal.kind is PrincipalKind.SERVICE:
        trust = documents[Part.SERVICE_TRUST, hop.index]
        yield _nothing_else(resource=trust), tuple(_other_jobs(request))
        return
    own, trust = documents[Part.CALLER, hop.index], documents[Part.TRUST, hop.index]
    others, strangers = tuple(_other_calls(request)), tuple(_strangers(request))
    alone = _nothing_else(identity=(own,), resource=_OPEN_TRUST)
    yield alone, others
    yield replace(alone, identity=(_ANYTHING,), resource=trust), strangers
    yield replace(alone, resource=trust), ()
    endpoint = documents[Part.STS_ENDPOINT, 0]
    through = replace(alone, identity=(_ANYTHING,), endpoint=endpoint)
    yield through, (*others, strangers[0])


def _call_trials(hop: Hop, check: Check, documents: _Documents) -> Iterator[_Trial]:
    yield from _role_trials(documents[Part.ROLE, hop.index], check, documents)
    if check.purpose is not Purpose.PASS_ROLE:
        through = _nothing_else(identity=(_ANYTHING,), endpoint=documents[Part.ENDPOINT, 0])
        yield through, (*_other_calls(check.request), *_other_ways(check.request))


def _role_trials(own: PolicyDocument, check: Check, documents: _Documents) -> Iterator[_Trial]:
    request = check.request
    yield _nothing_else(identity=(own,)), (*_other_calls(request), *_other_ways(request))
    if (Part.SCP, 0) in documents:
        fence = documents[Part.SCP, 0]
        level = Level("account", "", (_anything(PolicyKind.SCP, ""), fence))
        condition = next(iter(parse_policy(fence).statements)).conditions[0]
        outside = request.context.values["aws:requestedregion"][0] != condition.values[0].value
        routed = tuple(_other_ways(request)) if outside else ()
        yield replace(_nothing_else(identity=(_ANYTHING,)), scp=(level,)), routed


def _nothing_else(
    *,
    identity: tuple[PolicyDocument, ...] = (),
    resource: PolicyDocument | None = None,
    endpoint: PolicyDocument | None = None,
) -> Policies:
    nothing = NotApplicable("not part of the draft")
    return Policies(
        identity=identity, resource=resource, endpoint=endpoint, scp=nothing, rcp=nothing
    )


def _anything(kind: PolicyKind, principal: str) -> PolicyDocument:
    resource = "" if kind is PolicyKind.TRUST else ',"Resource":"*"'
    action = "sts:*" if kind is PolicyKind.TRUST else "*"
    statement = f'{{"Effect":"Allow",{principal}"Action":"{action}"{resource}}}'
    text = f'{{"Version":"2012-10-17","Statement":{statement}}}'
    return PolicyDocument(PolicyRef(kind, "allows anything"), Source(text))


_ANYTHING = _anything(PolicyKind.INLINE, "")
_OPEN_TRUST = _anything(PolicyKind.TRUST, '"Principal":"*",')


def _other_calls(request: Request) -> Iterator[Request]:
    """Another resource, another action."""
    service = request.action.partition(":")[0]
    yield replace(request, action=f"{service}:DeleteEverything")
    if request.resource != "*":
        arn = parse_arn(request.resource)
        yield replace(request, resource=str(replace(arn, resource=f"{_NEIGHBOUR}-{arn.resource}")))
        if "*" not in arn.resource:
            yield replace(request, resource=f"{request.resource}-{_NEIGHBOUR}")


def _other_ways(request: Request) -> Iterator[Request]:
    """The same resource, by another profile, model or service, or directly."""
    values = request.context.values
    for key in ("bedrock:inferenceprofilearn", "bedrock-mantle:model", "iam:passedtoservice"):
        if key in values:
            yield _with(request, {**values, key: (f"{values[key][0]}-{_NEIGHBOUR}",)})
            yield _with(request, {name: value for name, value in values.items() if name != key})


def _strangers(request: Request) -> Iterator[Request]:
    """Another caller of the same account, another external id, none."""
    stranger = f"arn:{request.principal.partition}:iam::{request.principal.account}:role/x"
    values = request.context.values
    other = _with(request, {**values, "aws:principalarn": (stranger,)})
    yield replace(other, principal=parse_principal(stranger))
    if "sts:externalid" in values:
        yield _with(request, {**values, "sts:externalid": (_NEIGHBOUR,)})
        yield _with(request, {k: v for k, v in values.items() if k != "sts:externalid"})


def _other_jobs(request: Request) -> Iterator[Request]:
    """The same service for another account, or for another job of the account."""
    values = request.context.values
    other = ("123456789012",)
    yield _with(request, {**values, "aws:sourceaccount": other})
    agent = values["aws:sourcearn"][0].replace(":model-invocation-job/", ":agent/")
    yield _with(request, {**values, "aws:sourcearn": (agent,)})


def _with(request: Request, values: Mapping[str, tuple[str, ...]]) -> Request:
    return replace(request, context=replace(request.context, values=values))
