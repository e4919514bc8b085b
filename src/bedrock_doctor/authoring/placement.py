"""Where the documents of a draft are kept, for templates."""

from __future__ import annotations

from bedrock_doctor.authoring.draft import Draft, DraftPolicy, Part
from bedrock_doctor.errors import UsageError
from bedrock_doctor.fix.artifacts.policy_artifact import Placement, PolicyArtifact
from bedrock_doctor.model.arn import parse_arn

_NAMES = {Part.ROLE: "CallBedrockModel", Part.CALLER: "AssumeBedrockRole"}
_COMMENTS = {Part.TRUST: "where the role exists already, import it before you apply this"}
_ELSEWHERE = (Part.ENDPOINT, Part.SCP)
"""Documents that change something whose other half is not known here."""


def artifacts_of(draft: Draft, parts: tuple[Part, ...]) -> tuple[PolicyArtifact, ...]:
    """The documents of one account as templates take them.

    Args:
        draft: the policies.
        parts: which of them; none: all that a template can carry.

    Raises:
        UsageError: they belong to several accounts, or a part cannot stand in a template.
    """
    refused = [part.value for part in parts if part in _ELSEWHERE]
    if refused:
        raise UsageError(
            f"`--part {refused[0]}` is a change of something that is there already",
            help="take it as --format json",
        )
    chosen = [
        policy
        for policy in draft.policies
        if policy.part not in _ELSEWHERE and (not parts or policy.part in parts)
    ]
    accounts = dict.fromkeys(policy.account for policy in chosen)
    if len(accounts) > 1:
        raise UsageError(
            f"a template is for one account, and these are {' and '.join(accounts)}",
            help="choose with --part role --part trust, or with --part caller",
        )
    return tuple(_artifact(policy) for policy in chosen)


def _artifact(policy: DraftPolicy) -> PolicyArtifact:
    if not policy.holder:
        name = _NAMES[policy.part]
        placement = Placement.MANAGED_POLICY
        return PolicyArtifact(placement, policy.document, name, account=policy.account)
    kind, _, path = parse_arn(policy.holder).resource.partition("/")
    head, _, holder = path.rpartition("/")
    inline = Placement.USER_POLICY if kind == "user" else Placement.ROLE_POLICY
    return PolicyArtifact(
        Placement.TRUST if policy.part is Part.TRUST else inline,
        policy.document,
        _NAMES.get(policy.part, ""),
        holder,
        path=f"/{head}/" if head else "/",
        comment=_COMMENTS.get(policy.part, ""),
        account=policy.account,
    )
