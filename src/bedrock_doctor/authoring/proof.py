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
from bedrock_doctor.model.principal import parse_principal
from bedrock_doctor.model.request import Level, Policies, Request
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.trace import Outcome
from bedrock_doctor.model.way import HopKind, Way

_KINDS = {
    Part.ROLE: PolicyKind.INLINE,
    Part.CALLER: PolicyKind.INLINE,
    Part.TRUST: PolicyKind.TRUST,
    Part.ENDPOINT: PolicyKind.ENDPOINT,
    Part.SCP: PolicyKind.SCP,
}
_NEIGHBOUR = "bedrock-doctor-neighbour"


class NotProved(Exception):
    """A draft does not do what it is for: a defect of bedrock-doctor. It is never shown."""


def prove(draft: Draft, way: Way) -> None:
    """Checks the whole draft with the engine: all of it together, and each document alone.

    Raises:
        NotProved: a request of the way is refused, or a neighbour of it passes.
    """
    documents = {policy.part: _parsed(policy) for policy in draft.policies}
    for hop in way.hops:
        for check in hop.checks:
            for policies, neighbours in _trials(hop.kind, check.request, documents):
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


def _trials(
    kind: HopKind, request: Request, documents: dict[Part, PolicyDocument]
) -> Iterator[tuple[Policies, tuple[Request, ...]]]:
    """Each document of the draft beside others that allow everything, with what it must refuse."""
    nothing = NotApplicable("not part of the draft")
    if kind is HopKind.ASSUME:
        own, trust = documents[Part.CALLER], documents[Part.TRUST]
        open_trust = _anything(PolicyKind.TRUST, '"Principal":"*",')
        alone = Policies(identity=(own,), resource=open_trust, scp=nothing, rcp=nothing)
        yield alone, tuple(_other_calls(request))
        yield replace(alone, identity=(_ANYTHING,), resource=trust), tuple(_strangers(request))
        yield replace(alone, resource=trust), ()
        return
    alone = Policies(identity=(documents[Part.ROLE],), scp=nothing, rcp=nothing)
    neighbours = (*_other_calls(request), *_other_ways(request))
    yield alone, neighbours
    free = replace(alone, identity=(_ANYTHING,))
    yield replace(free, endpoint=documents[Part.ENDPOINT]), neighbours
    if Part.SCP in documents:
        level = Level("account", "", (_anything(PolicyKind.SCP, ""), documents[Part.SCP]))
        fence = next(iter(parse_policy(documents[Part.SCP]).statements)).conditions[0]
        outside = request.context.values["aws:requestedregion"][0] != fence.values[0].value
        routed = tuple(_other_ways(request)) if outside else ()
        yield replace(free, scp=(level,)), routed


def _anything(kind: PolicyKind, principal: str) -> PolicyDocument:
    resource = "" if kind is PolicyKind.TRUST else ',"Resource":"*"'
    action = "sts:*" if kind is PolicyKind.TRUST else "*"
    statement = f'{{"Effect":"Allow",{principal}"Action":"{action}"{resource}}}'
    text = f'{{"Version":"2012-10-17","Statement":{statement}}}'
    return PolicyDocument(PolicyRef(kind, "allows anything"), Source(text))


_ANYTHING = _anything(PolicyKind.INLINE, "")


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
    """The same resource, by another profile or model, or directly."""
    values = request.context.values
    for key in ("bedrock:inferenceprofilearn", "bedrock-mantle:model"):
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


def _with(request: Request, values: Mapping[str, tuple[str, ...]]) -> Request:
    return replace(request, context=replace(request.context, values=values))
