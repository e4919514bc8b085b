"""Who else can become a role: other accounts, identity providers, AWS services, anybody.

Of them nothing is held, so the trust policy alone is judged: they allow themselves everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bedrock_doctor.audit.claims import NOTHING, Claims, claims_of, in_levels
from bedrock_doctor.audit.doors import ROOT, Door
from bedrock_doctor.audit.trust_edges import ASSUME, Step, decided
from bedrock_doctor.errors import BadArn
from bedrock_doctor.evaluate.matrix import Subject
from bedrock_doctor.evaluate.matrix_axes import request_of
from bedrock_doctor.model.audit import Access, AuditedPrincipal, PrincipalType, Settle
from bedrock_doctor.model.missing import NotApplicable, UnknownFact
from bedrock_doctor.model.policy import PolicyDocument
from bedrock_doctor.model.principal import Principal, PrincipalKind
from bedrock_doctor.model.request import Policies
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.path import organization_policies
from bedrock_doctor.path.context import Facts, caller_facts
from bedrock_doctor.path.network import network
from bedrock_doctor.path.organization_policies import Levels
from bedrock_doctor.universe.subjects import allowed_all, outsiders
from bedrock_doctor.universe.viewpoint import Viewpoint

SAML = "sts:AssumeRoleWithSAML"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
ANYBODY = AuditedPrincipal("*", "", PrincipalType.ANYBODY, known=False)
_OF_CALLS = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:UserAgent",
    "aws:Referer",
    "aws:SourceIp",
    "aws:VpcSourceIp",
    "aws:SourceVpce",
    "aws:SourceVpc",
    "aws:TokenIssueTime",
)
_ARN = "aws:PrincipalArn"
_OF_ORGANIZATIONS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
_OF_SOMEBODY = ("aws:PrincipalType", "aws:username", "aws:userid")
"""What a user and a role of an account differ in, beside their ARNs."""

_OF_SERVICES = (
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:PrincipalServiceNamesList",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a snapshot holds of principals, whichever accounts are looked at.

    Attributes:
        complete: accounts whose roles and users are all known.
        arns: roles and users of all other accounts that are held.
    """

    complete: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()

    def covers(self, account: str, value: str) -> bool:
        """Whether an entry of a trust policy names nobody but who is held, or is gone."""
        return account in self.complete or (value != ROOT and value in self.arns)


class Outsiders:
    """Finds the steps of others into the roles of some accounts.

    Args:
        snapshot: what holds the accounts and all organizations.
        view: from where they call.
        held: what else is held.

    Attributes:
        principals: those found, each once.
    """

    def __init__(self, snapshot: Snapshot, view: Viewpoint, held: Held) -> None:
        self._snapshot, self._view, self._held = snapshot, view, held
        self._attempt = view.attempt(endpoints=False)
        self._members_known = bool(snapshot.organizations) and all(
            org.members_complete for org in snapshot.organizations
        )
        self._members = sorted(
            {member for org in snapshot.organizations for member in org.members} - held.complete
        )
        self.principals: dict[AuditedPrincipal, int] = {}
        self._organizations = frozenset(org.id for org in snapshot.organizations)
        self._found: dict[tuple[str, str, tuple[str, ...]], tuple[Subject, ...]] = {}
        self._known: dict[tuple[object, ...], tuple[Access, Settle]] = {}

    def steps(self, door: Door) -> Iterator[Step]:
        """All steps of others through a door."""
        named, claims = door.named, _claims(door)
        principals = dict.fromkeys(named.principals)
        if named.anybody:
            yield from self._step(ANYBODY, ASSUME, self._anybody(claims), door)
            # members that are not held are no strangers, and conditions may name others
            others = (*self._members, *sorted(claims.named.difference(self._members)))
            principals.update(((account, ROOT), None) for account in others)
        for account, value in principals:
            if account and not self._held.covers(account, value):
                partition = door.target.resource.split(":", 2)[1]
                arn = f"arn:{partition}:iam::{account}:root" if value == ROOT else value
                principal = AuditedPrincipal(arn, account, PrincipalType.FOREIGN, known=False)
                yield from self._step(principal, ASSUME, self._foreign(account, arn, claims), door)
        for service in named.services:
            principal = AuditedPrincipal(service, "", PrincipalType.SERVICE, known=False)
            yield from self._step(principal, ASSUME, self._service(service), door)
        for provider in named.providers:
            account = provider.split(":")[4] if provider.startswith("arn:") else ""
            principal = AuditedPrincipal(provider, account, PrincipalType.FEDERATED, known=False)
            action = SAML if ":saml-provider/" in provider else WEB_IDENTITY
            yield from self._step(principal, action, self._federated(provider), door)

    def _step(
        self, principal: AuditedPrincipal, action: str, subjects: tuple[Subject, ...], door: Door
    ) -> Iterator[Step]:
        access, settle = self._decided(principal, action, subjects, door)
        if access is not Access.BLOCKED:
            position = self.principals.setdefault(principal, len(self.principals))
            yield Step(position, door.target.resource, access, action, settle)

    def _decided(
        self,
        principal: AuditedPrincipal,
        action: str,
        subjects: tuple[Subject, ...],
        door: Door,
    ) -> tuple[Access, Settle]:
        target = door.target
        # without conditions and RCPs one role is as good as another
        alike = not door.named.conditional and not isinstance(target.rcp, tuple)
        key = principal, action, target.policy
        found = self._known.get(key) if alike else None
        if found is None:
            found = _joined(
                [decided(one, request_of(one, action, target), target) for one in subjects]
            )
            if alike:
                self._known[key] = found
        return found

    def _anybody(self, claims: Claims) -> tuple[Subject, ...]:
        keys = [*_OF_SOMEBODY]
        if "" in claims.arns:
            keys.append(_ARN)
        if "" in claims.accounts:
            keys.append("aws:PrincipalAccount")
        if not claims.organizations <= self._organizations:
            keys += _OF_ORGANIZATIONS
        return tuple(_doubting(subject, keys) for subject in outsiders(self._attempt))

    def _foreign(self, account: str, arn: str, claims: Claims) -> tuple[Subject, ...]:
        """A principal of another account; who stands for all of it is some role or user."""
        keys = tuple(self._not_known(account, claims, whole=arn.endswith(":root")))
        found = self._found.get((account, arn, keys))
        if found is None:
            name = arn.removesuffix("root") + "role/any" if arn.endswith(":root") else arn
            try:
                subjects = self._of_account(account, name)
                found = tuple(_doubting(subject, keys) for subject in subjects)
            except BadArn:
                found = ()
            self._found[account, arn, keys] = found
        return found

    def _not_known(self, account: str, claims: Claims, *, whole: bool) -> Iterator[str]:
        """The keys of somebody of an account that policies of either side may ask for."""
        member = self._snapshot.organization_of(account) is not None
        if not member and not claims.organizations <= self._organizations:
            yield from _OF_ORGANIZATIONS
        if whole:
            yield from _OF_SOMEBODY
            own = claims_of(in_levels(self._scps(account)))
            if claims.asks_arn(account) or own.asks_arn(account):
                yield _ARN

    def _scps(self, account: str) -> Levels:
        if self._snapshot.organization_of(account) is None:
            return NotApplicable("the account is not held")
        return organization_policies.scps(self._snapshot, account)

    def _of_account(self, account: str, arn: str) -> Iterator[Subject]:
        if self._members_known and self._snapshot.organization_of(account) is None:
            yield from outsiders(self._attempt, arn)
            return
        way = network(self._attempt, self._snapshot, "sts")
        signer = allowed_all(arn)
        facts = caller_facts(self._attempt, self._snapshot, signer, way)
        policies = Policies(identity=signer.identity, scp=self._scps(account))
        yield Subject(signer.principal, policies, facts.context({}))

    def _service(self, name: str) -> tuple[Subject, ...]:
        facts = _call_facts()
        facts.tell("aws:PrincipalIsAWSService", "true")
        facts.tell("aws:PrincipalServiceName", name)
        for key in _OF_SERVICES:
            facts.doubt(key)
        principal = Principal(PrincipalKind.SERVICE, name, name=name)
        return (Subject(principal, Policies(), facts.context({})),)

    def _federated(self, provider: str) -> tuple[Subject, ...]:
        facts = _call_facts()
        facts.tell("aws:PrincipalIsAWSService", "false")
        facts.tell("aws:FederatedProvider", provider)
        is_saml = ":saml-provider/" in provider
        host = provider.partition(":oidc-provider/")[2] or provider
        facts.doubt_prefix("saml:" if is_saml else f"{host}:", "the claims of the token")
        kind = PrincipalKind.SAML if is_saml else PrincipalKind.WEB_IDENTITY
        principal = Principal(kind, provider, name=host)
        return (Subject(principal, Policies(), facts.context({})),)


def _claims(door: Door) -> Claims:
    """What the policies on a door want of who asks."""
    named, target = door.named, door.target
    if not named.anybody and not named.principals:
        return NOTHING
    trust = (target.policy,) if isinstance(target.policy, PolicyDocument) else ()
    return claims_of((*(trust if named.conditional else ()), *in_levels(target.rcp)))


def _doubting(subject: Subject, keys: Collection[str]) -> Subject:
    """Somebody of whom some keys are not known."""
    told = subject.context
    lower = {key.lower(): key for key in keys}
    return replace(
        subject,
        context=replace(
            told,
            values={key: value for key, value in told.values.items() if key not in lower},
            unknown={
                **told.unknown,
                **{
                    key: UnknownFact(name) for key, name in lower.items() if key not in told.unknown
                },
            },
        ),
    )


def _call_facts() -> Facts:
    """What goes with every call, whoever makes it."""
    facts = Facts()
    facts.tell("aws:SecureTransport", "true")
    facts.tell("aws:ViaAWSService", "false")
    for key in _OF_CALLS:
        facts.doubt(key)
    return facts


def _joined(answers: list[tuple[Access, Settle]]) -> tuple[Access, Settle]:
    """One answer for somebody of whom two things can be true."""
    kinds = {access for access, _ in answers}
    if len(kinds) == 1:
        return answers[0]
    if not kinds:
        return Access.BLOCKED, ()
    facts = dict.fromkeys(fact for _, settle in answers for fact in settle)
    return Access.UNKNOWN, tuple(facts) or (UnknownFact("aws:PrincipalOrgID"),)
