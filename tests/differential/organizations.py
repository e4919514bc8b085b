"""Random organizations: callers of some cases against the targets of others."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

from bedrock_doctor.evaluate.cases import read_case
from bedrock_doctor.evaluate.matrix import Axes, Subject, Target
from bedrock_doctor.model.missing import NotApplicable
from bedrock_doctor.model.request import Context, Policies, Request
from tests.differential.generate import case

NONE = NotApplicable("no organization")


def organization(rng: Random) -> Axes:
    """Some subjects, of which several share policies, and some targets, of which several do."""
    drawn = [_drawn(rng) for _ in range(rng.choice([2, 4, 6]))]
    subjects, targets = [], []
    for request, policies in drawn:
        mine, theirs = _halves(rng, request.context)
        subjects.append(
            Subject(request.principal, replace(policies, resource=None, rcp=NONE), mine)
        )
        targets.append(
            Target(
                request.resource,
                request.resource_account,
                theirs,
                policies.resource,
                policies.rcp,
            )
        )
    for _ in range(len(drawn)):
        one, other = rng.choice(subjects), rng.choice(subjects)
        subjects.append(replace(one, principal=other.principal))
        subjects.append(replace(one, context=other.context))
        near, far = rng.choice(targets), rng.choice(targets)
        targets.append(replace(near, context=far.context))
        targets.append(replace(near, resource=far.resource, account=far.account))
        targets.append(replace(near, policy=far.policy))
    actions = tuple(dict.fromkeys(request.action for request, _ in drawn))
    return Axes(tuple(subjects), actions, tuple(targets))


def _drawn(rng: Random) -> tuple[Request, Policies]:
    ready = read_case(json.dumps(case(rng)).encode())
    return ready.request, ready.policies.source


def _halves(rng: Random, context: Context) -> tuple[Context, Context]:
    """The keys dealt out to both sides; some go to both."""
    sides: tuple[Context, Context] = (Context({}, {}), Context({}, {}))
    mine, theirs = dict(context.values), dict(context.values)
    mine_open, theirs_open = dict(context.unknown), dict(context.unknown)
    for own, other in ((mine, theirs), (mine_open, theirs_open)):
        for key in list(own):
            roll = rng.random()
            if roll < 0.5:
                del other[key]
            elif roll < 0.95:
                del own[key]
    return replace(sides[0], values=mine, unknown=mine_open), replace(
        sides[1], values=theirs, unknown=theirs_open
    )
