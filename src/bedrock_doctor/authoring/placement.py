"""Where the documents of a draft are kept, for templates."""

from __future__ import annotations

from dataclasses import replace

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.errors import UsageError
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.model.arn import parse_arn

_NAMES = {
    Part.ROLE: "CallBedrockModel",
    Part.CALLER: "AssumeBedrockRole",
    Part.SERVICE_ROLE: "RunBatchJobs",
    Part.SCP: "RegionFenceExceptProfile",
}
_COMMENTS = {
    Part.TRUST: "where the role exists already, import it before you apply this",
    Part.SERVICE_TRUST: "where the role exists already, import it before you apply this",
    Part.ENDPOINT: "it replaces the policy of the endpoint that the calls go through",
    Part.STS_ENDPOINT: "it replaces the policy of the endpoint for AWS STS",
    Part.SCP: "attached to nothing: the Deny that is there needs the same ArnNotEquals block",
}
_TRUSTS = (Part.TRUST, Part.SERVICE_TRUST)
_ON_REQUEST = (Part.ENDPOINT, Part.STS_ENDPOINT, Part.SCP)
"""Documents that change something whose other half is not known here: only where asked for."""
_PLACES = {
    Part.ENDPOINT: Placement.ENDPOINT,
    Part.STS_ENDPOINT: Placement.ENDPOINT,
    Part.SCP: Placement.SCP,
}


def of_account(draft: Draft, account: str) -> Draft:
    """The documents that one account puts in place.

    Raises:
        UsageError: it has none.
    """
    kept = tuple(policy for policy in draft.policies if policy.account == account)
    if not kept:
        owners = dict.fromkeys(policy.account for policy in draft.policies if policy.account)
        raise UsageError(
            f"account `{account}` has no document of this way",
            help=f"expected {' or '.join(owners)}",
        )
    return replace(draft, policies=kept)


def artifacts_of(draft: Draft, parts: tuple[Part, ...]) -> tuple[PolicyArtifact, ...]:
    """The documents of one account as templates take them.

    Args:
        draft: the policies.
        parts: which of them; none: those whose account is known.

    Raises:
        UsageError: they belong to several accounts, or nothing of the draft is left.
    """
    chosen = [
        policy
        for policy in draft.policies
        if (policy.part in parts if parts else policy.part not in _ON_REQUEST)
    ]
    if not chosen:
        raise UsageError(
            "the way has no such document",
            help=f"it has {', '.join(f'--part {policy.part.value}' for policy in draft.policies)}",
        )
    owners = dict.fromkeys(
        policy.account or f"the owner of --part {policy.part.value}" for policy in chosen
    )
    if len(owners) > 1:
        raise UsageError(
            f"a template is for one account, and these are {' and '.join(owners)}",
            help="choose with --part role --part trust, another --part alone, or --account ID",
        )
    return tuple(_artifact(policy) for policy in chosen)


def _artifact(policy: DraftPolicy) -> PolicyArtifact:
    if policy.part in _PLACES:
        return PolicyArtifact(
            _PLACES[policy.part],
            policy.document,
            _NAMES.get(policy.part, ""),
            comment=_COMMENTS[policy.part],
        )
    if not policy.holder:
        name = _NAMES[policy.part]
        placement = Placement.MANAGED_POLICY
        return PolicyArtifact(placement, policy.document, name, account=policy.account)
    kind, _, path = parse_arn(policy.holder).resource.partition("/")
    head, _, holder = path.rpartition("/")
    inline = Placement.USER_POLICY if kind == "user" else Placement.ROLE_POLICY
    return PolicyArtifact(
        Placement.TRUST if policy.part in _TRUSTS else inline,
        policy.document,
        _NAMES.get(policy.part, ""),
        holder,
        path=f"/{head}/" if head else "/",
        comment=_COMMENTS.get(policy.part, ""),
        account=policy.account,
    )
