"""The checks of one AssumeRole call: AssumeRole, TagSession, SetSourceIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.errors import UsageError
from bedrock_doctor.model.arn import Arn, parse_arn
from bedrock_doctor.model.attempt import Attempt, HopOptions
from bedrock_doctor.model.missing import Missing
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Policies, Readable, Request
from bedrock_doctor.model.snapshot import IamEntity, Snapshot
from bedrock_doctor.model.way import Check, Hop, HopKind, HopProblem, Purpose
from bedrock_doctor.path import context, missing_evidence, organization_policies, signer
from bedrock_doctor.path.network import network
from bedrock_doctor.path.signer import Signer


def parse_role(text: str) -> Arn:
    """Reads a role ARN.

    Raises:
        UsageError: `text` is no ARN of a role.
        BadArn: `text` is no ARN at all.
    """
    arn = parse_arn(text)
    if arn.service != "iam" or not arn.resource.startswith("role/") or not arn.account:
        raise UsageError(
            f"`{text}` is not the ARN of a role",
            help="expected arn:aws:iam::ACCOUNT:role/NAME, with the path of the role if it has one",
        )
    return arn


@dataclass(frozen=True, slots=True)
class _Call:
    """One AssumeRole call and what is known around it."""

    attempt: Attempt
    snapshot: Snapshot
    signer: Signer
    role: Arn
    entity: IamEntity | Missing
    options: HopOptions

    @property
    def tags_are_passed(self) -> bool:
        """Whether the session gets tags: passed now, or inherited along the chain."""
        return bool(self.options.session_tags or self.signer.transitive)

    @property
    def sets_source_identity(self) -> bool:
        """Whether a source identity is set now or inherited."""
        return bool(self.options.source_identity or self.signer.source_identity)


def _request_facts(call: _Call) -> context.Facts:
    """The context of the call: global keys, and what the call passes."""
    attempt, options = call.attempt, call.options
    facts = context.base_facts(
        attempt,
        call.snapshot,
        call.signer,
        network(attempt, call.snapshot, "sts"),
        region=attempt.region,
        resource_account=call.role.account,
    )
    if isinstance(call.entity, Missing):
        tags, settle = None, call.entity.command
    else:
        tags, settle = call.entity.tags, f"aws iam list-role-tags --role-name {call.entity.name}"
    context.tell_resource_tags(facts, tags, settle, "iam")
    if options.external_id is not None:
        facts.tell("sts:ExternalId", options.external_id)
    if options.session_name is None:
        facts.doubt("sts:RoleSessionName", "--session-name NAME")
    else:
        facts.tell("sts:RoleSessionName", options.session_name)
    if options.source_identity is not None:
        facts.tell("sts:SourceIdentity", options.source_identity)
    for key, value in options.session_tags.items():
        facts.tell(f"aws:RequestTag/{key}", value)
    if options.session_tags:
        facts.tell("aws:TagKeys", options.session_tags.keys())
    if options.transitive_tags:
        facts.tell("sts:TransitiveTagKeys", options.transitive_tags)
    facts.doubt("sts:DurationSeconds")
    return facts


def trust_of(entity: IamEntity | Missing) -> Readable | None:
    """The trust policy of a role; the Missing that stands for a role that was not collected."""
    return entity if isinstance(entity, Missing) else entity.trust


def _check(call: _Call, action: str, purpose: Purpose) -> Check:
    attempt, who = call.attempt, call.signer
    policies = Policies(
        identity=who.identity,
        resource=trust_of(call.entity),
        boundary=who.boundary,
        session=who.session_policies,
        scp=organization_policies.scps(call.snapshot, who.principal.account),
        rcp=organization_policies.rcps(call.snapshot, call.role.account, "sts"),
        endpoint=network(attempt, call.snapshot, "sts").policy,
    )
    request = Request(
        principal=who.principal,
        action=action,
        resource=str(call.role),
        resource_account=call.role.account,
        context=_request_facts(call).context(attempt.context),
    )
    return Check(purpose, request, policies, attempt.region)


def _problem(call: _Call, exists: bool) -> HopProblem | None:
    """Why the call fails whatever the policies say; None when it does not."""
    who = call.signer.principal
    if who.kind is PrincipalKind.ROOT:
        return HopProblem("root-cannot-assume-role", {"account": who.account})
    if who.partition != call.role.partition:
        return HopProblem(
            "trust-in-wrong-partition",
            {"caller_partition": who.partition, "role_partition": call.role.partition},
        )
    return None if exists else missing_role(call.snapshot, call.role)


def missing_role(snapshot: Snapshot, role: Arn) -> HopProblem:
    """A role that does not exist under this ARN, with roles that may be meant."""
    name = role.resource.rpartition("/")[2]
    near = signer.near_arns(snapshot, role.account, name, "role")
    return HopProblem(
        "role-does-not-exist",
        {"role": str(role), "account": role.account, "near": " ".join(near)},
    )


def resolve_role(snapshot: Snapshot, role: Arn) -> tuple[IamEntity | Missing, bool]:
    """The role, and whether it exists under this very ARN as far as is known.

    Names are unique in an account, so a role that is held under another path settles it.
    """
    name = role.resource.rpartition("/")[2]
    account = snapshot.accounts.get(role.account)
    if account is not None and name in account.absent_roles:
        return missing_evidence.iam_entity(snapshot, role.account, "role", name), False
    found = signer.find_role(snapshot, role.account, name)
    if isinstance(found, Missing):
        return found, True
    if found is None or found.arn != str(role):
        return missing_evidence.iam_entity(snapshot, role.account, "role", name), False
    return found, True


def assume_hop(attempt: Attempt, snapshot: Snapshot, who: Signer, index: int) -> tuple[Hop, Signer]:
    """The hop with this number (from 1), and the session that comes out of it.

    Raises:
        UsageError: the role is given by something else than its ARN.
    """
    role = parse_role(attempt.roles[index - 1])
    options = attempt.hop_options(index - 1)
    entity, exists = resolve_role(snapshot, role)
    call = _Call(attempt, snapshot, who, role, entity, options)
    problem = _problem(call, exists)
    checks: list[Check] = []
    if problem is None:
        checks.append(_check(call, "sts:AssumeRole", Purpose.ASSUME_ROLE))
        if call.tags_are_passed:
            checks.append(_check(call, "sts:TagSession", Purpose.TAG_SESSION))
        if call.sets_source_identity:
            checks.append(_check(call, "sts:SetSourceIdentity", Purpose.SET_SOURCE_IDENTITY))
    hop = Hop(
        kind=HopKind.ASSUME,
        index=index,
        principal=who.principal.arn,
        account=who.principal.account,
        target=str(role),
        checks=tuple(checks),
        problem=problem,
    )
    return hop, signer.assume(who, str(role), entity, options)
