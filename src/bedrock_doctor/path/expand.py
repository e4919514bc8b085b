"""An attempt becomes its way: the hops, the checks of each in AWS's order, and the gates."""

from __future__ import annotations

from bedrock_doctor.catalog import partitions
from bedrock_doctor.catalog.gateway_names import bedrock_name
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt
from bedrock_doctor.model.principal import PrincipalKind
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.model.way import Hop, HopKind, Way
from bedrock_doctor.path.assume_role import assume_hop, parse_role
from bedrock_doctor.path.batch import batch_notes, check_batch_options
from bedrock_doctor.path.gates import gates
from bedrock_doctor.path.guardrail_gates import guardrail_notes
from bedrock_doctor.path.inference import inference_checks
from bedrock_doctor.path.inference_call import InferenceCall
from bedrock_doctor.path.marketplace import first_call_checks
from bedrock_doctor.path.project import check_project
from bedrock_doctor.path.service_role import service_role_hops
from bedrock_doctor.path.signer import Signer, resolve_caller
from bedrock_doctor.path.target import resolve_target


def _check_region(attempt: Attempt, snapshot: Snapshot) -> None:
    region = attempt.region
    collected = any(region in held.bedrock for held in snapshot.accounts.values())
    if partitions.is_region(region) or collected:
        return
    near = " or ".join(f"`{name}`" for name in partitions.near_regions(region))
    raise UnknownName(
        f"`{region}` is no AWS Region that is known",
        help=f"did you mean {near}?" if near else None,
    )


def _check_partition(attempt: Attempt, signer: Signer) -> None:
    where = partitions.partition_of_region(attempt.region)
    if where and where != signer.principal.partition:
        raise UsageError(
            f"`{signer.principal.arn}` cannot call Region `{attempt.region}`",
            help=f"credentials of partition {signer.principal.partition} do not work in {where}",
        )


def _check_api_key(attempt: Attempt, signer: Signer) -> None:
    """A long-term key belongs to an IAM user; a short-term key to whoever signed it."""
    if attempt.key_region is not None and attempt.api_key is None:
        raise UsageError("a Region of an API key without a key", help="add --api-key short|long")
    if attempt.api_key is ApiKey.LONG and signer.principal.kind is not PrincipalKind.USER:
        raise UsageError(
            "a long-term API key belongs to an IAM user, not to a role",
            help="name the user with --as and leave out --role, or use --api-key short",
        )


def _check_passing(attempt: Attempt, signer: Signer) -> None:
    """A role can be passed within its own account only.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    role = attempt.service_role
    if role is not None and parse_role(role).account != signer.principal.account:
        raise UsageError(
            f"the service role `{role}` is of another account than the caller of the job",
            help=f"a role is passed within one account: name a role of {signer.principal.account}",
        )


def _notes(call: InferenceCall) -> tuple[str, ...]:
    attempt = call.attempt
    notes = [*guardrail_notes(call)]
    _, named = bedrock_name(attempt.model)
    if named and named != attempt.region:
        notes.append(
            f"`{attempt.model}` names Region {named}; this is the answer for {attempt.region}"
        )
    return (*notes, *batch_notes(call))


def expand(attempt: Attempt, snapshot: Snapshot) -> Way:
    """Everything that AWS would check for an attempt, in order, with what may bind each check.

    Raises:
        BadArn: a caller or role is no ARN.
        UnknownName: a caller, model or Region that the complete snapshot and the catalog do not
            hold.
        UsageError: the attempt cannot be made as asked.
    """
    _check_region(attempt, snapshot)
    check_batch_options(attempt)
    check_project(attempt)
    signer = resolve_caller(attempt, snapshot)
    hops: list[Hop] = []
    for index in range(1, len(attempt.roles) + 1):
        hop, signer = assume_hop(attempt, snapshot, signer, index)
        hops.append(hop)
    _check_partition(attempt, signer)
    _check_api_key(attempt, signer)
    _check_passing(attempt, signer)
    principal = signer.principal
    target = resolve_target(attempt, snapshot, principal.partition, principal.account)
    call = InferenceCall(attempt, snapshot, signer, target)
    invoke = Hop(
        kind=HopKind.INVOKE,
        index=len(attempt.roles) + 1,
        principal=principal.arn,
        account=principal.account,
        target=target.arn,
        checks=inference_checks(call),
    )
    behind = service_role_hops(call, invoke.index + 1)
    return Way(
        attempt,
        target,
        (*hops, invoke, *behind),
        gates(call),
        _notes(call),
        tuple(first_call_checks(call)),
    )
