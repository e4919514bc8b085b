"""Who may call with Amazon Bedrock API keys, as the engine decides it.

A call with an API key needs CallWithBearerToken of the service that it calls, beside the action
itself. Keys for `bedrock` and `bedrock-mantle` are allowed and denied apart.
https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bedrock_doctor.audit.standing import best_of
from bedrock_doctor.evaluate.explain import explain
from bedrock_doctor.evaluate.matrix import Axes, Matrix, Subject, Target, evaluate_matrix
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.snapshot import IamEntity
from bedrock_doctor.model.trace import Decision, Trace
from bedrock_doctor.path.context import Facts, tell_target
from bedrock_doctor.surprises.ground import Ground, covers_action
from bedrock_doctor.surprises.holders import held_allows
from bedrock_doctor.universe.subjects import subjects_of
from bedrock_doctor.universe.viewpoint import Viewpoint

RUNTIME, MANTLE = "bedrock", "bedrock-mantle"
SHORT, LONG = "SHORT_TERM", "LONG_TERM"
_ACTIONS = tuple(f"{service}:CallWithBearerToken" for service in (RUNTIME, MANTLE))
_INFER = f"{MANTLE}:CreateInference"
_KEYS = tuple((service, kind) for service in (RUNTIME, MANTLE) for kind in (SHORT, LONG))


@dataclass(frozen=True, slots=True)
class Bearer:
    """A principal that reaches a model, and what it may do with API keys.

    Attributes:
        arn: its ARN.
        is_user: whether it is an IAM user: only those have long-term keys.
        decisions: by service and kind of key.
        infers: the decision for a call of bedrock-mantle itself.
    """

    arn: str
    is_user: bool
    decisions: dict[tuple[str, str], Decision]
    infers: Decision

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of key that can be made for it."""
        return (SHORT, LONG) if self.is_user else (SHORT,)


@dataclass(frozen=True, slots=True)
class Bearers:
    """The bearers of one account.

    Attributes:
        account: 12 digits.
        axes: what was asked, for explanations.
        bearers: by ARN; who has no Allow for API keys is none.
    """

    account: str
    axes: Axes
    bearers: tuple[Bearer, ...]


def bearers_of(ground: Ground) -> tuple[Bearers, ...]:
    """Roles and users that reach a model by themselves, account by account."""
    return tuple(_bearers(ground))


def _bearers(ground: Ground) -> Iterator[Bearers]:
    granted = _granted(ground)
    for number, account in sorted(ground.snapshot.accounts.items()):
        wanted = {
            entity.arn
            for entity in (*account.roles.values(), *account.users.values())
            if (entity.arn in granted or _is_open(entity))
            and ground.own_reach(entity.arn).verdict is not Verdict.DENY
        }
        if not wanted:
            continue
        alone = replace(
            account, roles=_only(account.roles, wanted), users=_only(account.users, wanted)
        )
        snapshot = replace(ground.snapshot, accounts={number: alone})
        subjects = subjects_of(
            number, Viewpoint(), snapshot, service="bedrock-runtime", endpoints=False
        )
        region = _open_region(ground, wanted)
        targets = _targets(ground, number, subjects[0].principal.partition, region)
        axes = Axes(subjects, (*_ACTIONS, _INFER), targets)
        matrix = evaluate_matrix(axes)
        found = tuple(_bearer(matrix, at, subject) for at, subject in enumerate(subjects))
        yield Bearers(number, axes, found)


def _granted(ground: Ground) -> frozenset[str]:
    """Who has an Allow that covers calls with API keys; nobody else can be allowed them."""
    held = held_allows(ground, lambda s: any(covers_action(s, action) for action in _ACTIONS))
    return frozenset(arn for entry in held for arn in entry.holders)


def _is_open(entity: IamEntity) -> bool:
    """Whether a policy of it was not collected."""
    return any(not isinstance(policy, PolicyDocument) for policy in entity.policies)


def _only(entities: Mapping[str, IamEntity], wanted: set[str]) -> dict[str, IamEntity]:
    return {name: entity for name, entity in entities.items() if entity.arn in wanted}


def explained(found: Bearers, bearer: Bearer, service: str) -> Trace:
    """The decision about short-term keys of a service, with its reasons."""
    axes = found.axes
    subject = next(n for n, s in enumerate(axes.subjects) if s.principal.arn == bearer.arn)
    action, target = (RUNTIME, MANTLE).index(service), _KEYS.index((service, SHORT))
    return explain(axes.request(subject, action, target), axes.policies(subject, target))


def _bearer(matrix: Matrix, at: int, subject: Subject) -> Bearer:
    decisions = {
        (service, kind): matrix.decision(at, (RUNTIME, MANTLE).index(service), target)
        for target, (service, kind) in enumerate(_KEYS)
    }
    infers = matrix.decision(at, len(_ACTIONS), len(_KEYS))
    is_user = subject.principal.kind is PrincipalKind.USER
    return Bearer(subject.principal.arn, is_user, decisions, infers)


def _open_region(ground: Ground, arns: set[str]) -> str:
    """A Region from which the most of them reach a model; empty where none certainly does."""
    counts: Counter[str] = Counter()
    for arn in arns:
        allowed = best_of(ground.standings.own[ground.standings.positions[arn]]).allowed
        counts.update({ground.audit.routes[at].region for at in positions(allowed)})
    return min(counts, key=lambda region: (-counts[region], region), default="")


def _targets(ground: Ground, account: str, partition: str, region: str) -> tuple[Target, ...]:
    """One for each service and kind of key, and the default project of bedrock-mantle."""
    found = []
    for service, kind in _KEYS:
        facts = _facts(ground, account, region)
        facts.tell(f"{service}:BearerTokenType", kind)
        found.append(Target("*", account, facts.context({})))
    project = f"arn:{partition}:{MANTLE}:{region or 'us-east-1'}:{account}:project/default"
    facts = _facts(ground, account, region)
    for key in ("Model", "ServiceTier", "ProjectArn"):
        facts.doubt(f"{MANTLE}:{key}")
    facts.tell(f"{MANTLE}:BearerTokenType", SHORT)
    return (*found, Target(project, account, facts.context({})))


def _facts(ground: Ground, account: str, region: str) -> Facts:
    facts = Facts()
    tell_target(facts, ground.snapshot, region=region, resource_account=account)
    if not region:
        facts.doubt("aws:RequestedRegion")
    return facts
