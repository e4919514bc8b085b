"""Who may call with Amazon Bedrock API keys, as the engine decides it.

A call with an API key needs CallWithBearerToken of the service that it calls, beside the action
itself. Keys for `bedrock` and `bedrock-mantle` are allowed and denied apart.
https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_doctor.evaluate.matrix import Axes, Matrix, Subject, Target, evaluate_matrix
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.trace import Decision
from bedrock_doctor.path.context import Facts, tell_target
from bedrock_doctor.surprises.ground import Ground
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
        bearers: by ARN.
    """

    account: str
    axes: Axes
    bearers: tuple[Bearer, ...]


def bearers_of(ground: Ground) -> tuple[Bearers, ...]:
    """Roles and users that reach a model by themselves, account by account."""
    return tuple(_bearers(ground))


def _bearers(ground: Ground) -> Iterator[Bearers]:
    for account in sorted(ground.snapshot.accounts):
        subjects = tuple(
            subject
            for subject in subjects_of(
                account, Viewpoint(), ground.snapshot, service="bedrock-runtime", endpoints=False
            )
            if ground.own_reach(subject.principal.arn).verdict is not Verdict.DENY
        )
        if subjects:
            axes = Axes(subjects, (*_ACTIONS, _INFER), _targets(ground, account, subjects[0]))
            matrix = evaluate_matrix(axes)
            found = tuple(_bearer(matrix, at, subject) for at, subject in enumerate(subjects))
            yield Bearers(account, axes, found)


def _bearer(matrix: Matrix, at: int, subject: Subject) -> Bearer:
    decisions = {
        (service, kind): matrix.decision(at, (RUNTIME, MANTLE).index(service), target)
        for target, (service, kind) in enumerate(_KEYS)
    }
    infers = matrix.decision(at, len(_ACTIONS), len(_KEYS))
    is_user = subject.principal.kind is PrincipalKind.USER
    return Bearer(subject.principal.arn, is_user, decisions, infers)


def _targets(ground: Ground, account: str, subject: Subject) -> tuple[Target, ...]:
    """One for each service and kind of key, and the default project of bedrock-mantle."""
    found = []
    for service, kind in _KEYS:
        facts = _facts(ground, account)
        facts.tell(f"{service}:BearerTokenType", kind)
        found.append(Target("*", account, facts.context({})))
    project = f"arn:{subject.principal.partition}:{MANTLE}:us-east-1:{account}:project/default"
    facts = _facts(ground, account)
    for key in ("Model", "ServiceTier", "ProjectArn"):
        facts.doubt(f"{MANTLE}:{key}")
    facts.tell(f"{MANTLE}:BearerTokenType", SHORT)
    return (*found, Target(project, account, facts.context({})))


def _facts(ground: Ground, account: str) -> Facts:
    facts = Facts()
    tell_target(facts, ground.snapshot, region="", resource_account=account)
    facts.doubt("aws:RequestedRegion")
    return facts
