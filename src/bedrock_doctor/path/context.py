"""The condition context of a request, filled as AWS fills it.

Three states: a key with values, a key that nobody told us (an `UnknownFact` with what settles it),
and a key that is certainly not sent, which is simply not there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.missing import Missing, UnknownFact
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.request import Context
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.path.network import Network
from bedrock_doctor.path.organization_policies import is_outside_organizations
from bedrock_doctor.path.signer import Mfa, Signer

AWS_OWNED = "aws"
"""Stands for the account and organization of resources that AWS owns: equal to no customer's.

AWS documents that conditions on the owner of a foundation model fail, not what the keys hold.
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
"""

Values = dict[str, str | tuple[str, ...]]


@lru_cache(maxsize=4096)
def _unknown(key: str, settle: str) -> UnknownFact:
    return UnknownFact(key, settle or f"--context {key}=VALUE")


@dataclass(slots=True)
class Facts:
    """A context in the making. Later facts replace earlier ones under the same key, in any case."""

    _values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _unknown: dict[str, UnknownFact] = field(default_factory=dict)
    _unknown_prefixes: dict[str, UnknownFact] = field(default_factory=dict)
    _spelling: dict[str, str] = field(default_factory=dict)

    def tell(self, key: str, value: str | Iterable[str]) -> None:
        """The key has this value, or these values."""
        lower = key.lower()
        self._unknown.pop(lower, None)
        self._spelling[lower] = key
        self._values[lower] = (value,) if isinstance(value, str) else tuple(value)

    def doubt(self, key: str, settle: str = "") -> None:
        """Nobody knows whether the key is sent, or with which value."""
        lower = key.lower()
        self._values.pop(lower, None)
        self._spelling[lower] = key
        self._unknown[lower] = _unknown(key, settle)

    def doubt_prefix(self, prefix: str, settle: str) -> None:
        """The same for all keys with this beginning that have no value."""
        self._unknown_prefixes[prefix.lower()] = UnknownFact(prefix, settle)

    def context(self, given: Mapping[str, tuple[str, ...]]) -> Context:
        """The finished context; what the user gave wins over what was derived."""
        for key, values in given.items():
            self.tell(key, values)
        return Context(
            dict(self._values),
            dict(self._unknown),
            dict(self._unknown_prefixes),
            dict(self._spelling),
        )


def organization_path(snapshot: Snapshot, account: str) -> str | None:
    """Value of aws:PrincipalOrgPaths for an account; None when it cannot be told."""
    org = snapshot.organization_of(account)
    if org is None or not org.id:
        return None
    chain, complete = org.chain(account)
    return "/".join((org.id, *chain[:-1], "")) if complete else None


def _tell_organization(facts: Facts, snapshot: Snapshot, account: str, subject: str) -> None:
    """Tells aws:<subject>OrgID and aws:<subject>OrgPaths."""
    if is_outside_organizations(snapshot, account):
        return
    org = snapshot.organization_of(account)
    path = organization_path(snapshot, account)
    command = "aws organizations describe-organization"
    if org and org.id:
        facts.tell(f"aws:{subject}OrgID", org.id)
    else:
        facts.doubt(f"aws:{subject}OrgID", command)
    if path:
        facts.tell(f"aws:{subject}OrgPaths", (path,))
    else:
        facts.doubt(
            f"aws:{subject}OrgPaths", f"aws organizations list-parents --child-id {account}"
        )


PRINCIPAL_TYPES = {
    PrincipalKind.ROOT: "Account",
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE: "AssumedRole",
    PrincipalKind.SESSION: "AssumedRole",
}
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable"""


def _tell_userid(facts: Facts, signer: Signer) -> None:
    principal = signer.principal
    match principal.kind:
        case PrincipalKind.ROOT:
            facts.tell("aws:userid", principal.account)
        case PrincipalKind.USER if principal.unique_id:
            facts.tell("aws:userid", principal.unique_id)
        case PrincipalKind.SESSION if principal.unique_id:
            facts.tell("aws:userid", f"{principal.unique_id}:{principal.session_name}")
        case _:
            facts.doubt("aws:userid")
    if principal.kind is PrincipalKind.USER:
        facts.tell("aws:username", principal.name)


def _tell_principal_tags(facts: Facts, signer: Signer) -> None:
    """Session tags hide tags of the role under the same key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    entity = signer.entity
    tags = None if isinstance(entity, Missing) else entity.tags if entity else {}
    if tags is None:
        settle = missing_command(entity) or "--context aws:PrincipalTag/KEY=VALUE"
        facts.doubt_prefix("aws:PrincipalTag/", settle)
    for key, value in {**(tags or {}), **signer.session_tags}.items():
        facts.tell(f"aws:PrincipalTag/{key}", value)


def missing_command(entity: object) -> str:
    """The command of a Missing; empty for anything else."""
    return entity.command if isinstance(entity, Missing) else ""


def _tell_mfa(facts: Facts, signer: Signer) -> None:
    if signer.mfa in (Mfa.TRUE, Mfa.FALSE):
        facts.tell("aws:MultiFactorAuthPresent", signer.mfa.value)
    if signer.mfa is Mfa.UNKNOWN:
        settle = "" if signer.assumed else "--mfa or --no-mfa"
        facts.doubt("aws:MultiFactorAuthPresent", settle)
    if signer.mfa in (Mfa.TRUE, Mfa.UNKNOWN):
        facts.doubt("aws:MultiFactorAuthAge")


COMPUTE_KEYS = (
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "ec2:SourceInstanceARN",
    "ec2:RoleDelivery",
    "lambda:SourceFunctionArn",
    "ecs:cluster",
    "aws:FederatedProvider",
    "aws:SignInSessionArn",
)
"""Keys that a role's credentials carry when a service or a sign-in issued them, not AssumeRole."""


def _tell_principal(facts: Facts, signer: Signer, snapshot: Snapshot) -> None:
    principal = signer.principal
    if principal.kind is PrincipalKind.SESSION and not principal.role_arn:
        # the session ARN does not tell the path of the role
        facts.doubt("aws:PrincipalArn", missing_command(signer.entity))
    else:
        facts.tell("aws:PrincipalArn", principal.role_arn or principal.arn)
    facts.tell("aws:PrincipalAccount", principal.account)
    facts.tell("aws:PrincipalType", PRINCIPAL_TYPES[principal.kind])
    facts.tell("aws:PrincipalIsAWSService", "false")
    _tell_userid(facts, signer)
    _tell_principal_tags(facts, signer)
    _tell_mfa(facts, signer)
    _tell_organization(facts, snapshot, principal.account, "Principal")
    if signer.source_identity:
        facts.tell("aws:SourceIdentity", signer.source_identity)
    facts.doubt("aws:TokenIssueTime")
    if not signer.assumed and principal.kind in (PrincipalKind.ROLE, PrincipalKind.SESSION):
        facts.doubt("aws:SourceIdentity")
        for key in COMPUTE_KEYS:
            facts.doubt(key)


NETWORK_KEYS = ("aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths")


def _tell_network(facts: Facts, attempt: Attempt, way: Network) -> None:
    """Behind a VPC endpoint the address is private and goes by another key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    """
    facts.tell("aws:SecureTransport", "true")
    if way.unclear:
        for key in ("aws:SourceVpce", "aws:SourceVpc", "aws:SourceIp", "aws:VpcSourceIp"):
            facts.doubt(key, way.unclear.command)
        for key in NETWORK_KEYS:
            facts.doubt(key)
        return
    source = "aws:VpcSourceIp" if way.endpoint else "aws:SourceIp"
    if attempt.source_ip:
        facts.tell(source, attempt.source_ip)
    else:
        facts.doubt(source, "--source-ip ADDRESS")
    if way.endpoint:
        facts.tell("aws:SourceVpce", way.endpoint.id)
        facts.tell("aws:SourceVpc", way.endpoint.vpc)
        for key in NETWORK_KEYS:
            facts.doubt(key)
    elif not attempt.endpoints and not attempt.source_ip:
        for key in ("aws:SourceVpce", "aws:SourceVpc"):
            facts.doubt(key, "--vpce ID, or --source-ip ADDRESS for a public endpoint")


def _tell_resource(facts: Facts, snapshot: Snapshot, resource_account: str | None) -> None:
    if resource_account is None:
        for key in ("aws:ResourceAccount", "aws:ResourceOrgID"):
            facts.tell(key, AWS_OWNED)
        facts.tell("aws:ResourceOrgPaths", (f"{AWS_OWNED}/",))
        return
    facts.tell("aws:ResourceAccount", resource_account)
    _tell_organization(facts, snapshot, resource_account, "Resource")


def tell_resource_tags(
    facts: Facts, tags: Mapping[str, str] | None, settle: str, *services: str
) -> None:
    """Tells ``aws:ResourceTag/…`` and the same keys of the services given."""
    for prefix in ("aws", *services):
        if tags is None:
            facts.doubt_prefix(f"{prefix}:ResourceTag/", settle)
        for key, value in (tags or {}).items():
            facts.tell(f"{prefix}:ResourceTag/{key}", value)


def caller_facts(attempt: Attempt, snapshot: Snapshot, signer: Signer, way: Network) -> Facts:
    """The global condition keys that a caller brings to every request.

    Args:
        way: how its requests reach AWS.
    """
    facts = Facts()
    _tell_principal(facts, signer, snapshot)
    _tell_network(facts, attempt, way)
    facts.tell("aws:ViaAWSService", "false")
    for key in ("aws:CurrentTime", "aws:EpochTime", "aws:UserAgent", "aws:Referer"):
        facts.doubt(key)
    return facts


def tell_target(
    facts: Facts, snapshot: Snapshot, *, region: str, resource_account: str | None
) -> None:
    """Tells the global condition keys that go with what is asked for.

    Args:
        region: value of aws:RequestedRegion.
        resource_account: account that owns the resource; None: AWS owns it.
    """
    _tell_resource(facts, snapshot, resource_account)
    facts.tell("aws:RequestedRegion", region)


def base_facts(
    attempt: Attempt,
    snapshot: Snapshot,
    signer: Signer,
    way: Network,
    *,
    region: str,
    resource_account: str | None,
) -> Facts:
    """The global condition keys of one request: those of the caller and of the target."""
    facts = caller_facts(attempt, snapshot, signer, way)
    tell_target(facts, snapshot, region=region, resource_account=resource_account)
    return facts
