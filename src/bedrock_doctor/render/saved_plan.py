"""Reading the JSON of `fix --format json` again."""

from __future__ import annotations

import msgspec

from bedrock_doctor.errors import BadInput, UsageError
from bedrock_doctor.model.attempt import ApiKey, Attempt, HopOptions, Operation
from bedrock_doctor.model.policy import PolicyDocument, PolicyKind, PolicyRef
from bedrock_doctor.model.source import Source
from bedrock_doctor.model.verification import PlannedDocument, SavedPlan


class _SessionPolicy(msgspec.Struct):
    name: str
    account: str
    text: str


class _Hop(msgspec.Struct):
    external_id: str | None
    session_name: str | None
    session_tags: dict[str, str]
    transitive_tags: list[str]
    source_identity: str | None
    session_policy_documents: list[_SessionPolicy] = []


class _Attempt(msgspec.Struct):
    caller: str
    roles: list[str]
    model: str
    region: str
    operation: str
    hops: list[_Hop]
    mfa: bool | None
    endpoints: list[str]
    source_ip: str | None
    guardrail: str | None
    api_key: str | None
    context: dict[str, list[str]]
    service_role: str | None = None


class _Policy(msgspec.Struct):
    name: str
    kind: str
    title: str | None
    account: str | None
    arn: str | None
    attached_to: str | None


class _Fix(msgspec.Struct):
    id: str
    owner_account: str | None
    policy: _Policy | None
    before: str | None
    after: str | None


class _Option(msgspec.Struct):
    fixes: list[str]
    attempt: _Attempt | None


class _Plan(msgspec.Struct):
    schema_version: str
    attempt: _Attempt
    plans: list[_Option]
    fixes: list[_Fix]


def read_saved_plan(data: bytes, path: str, option: int) -> SavedPlan:
    """One option of a saved plan.

    Raises:
        BadInput: it is not what `fix --format json` writes.
        UsageError: it has no such option.
    """
    try:
        plan = msgspec.json.decode(data, type=_Plan)
        if not plan.schema_version.startswith("1."):
            raise ValueError(f"version {plan.schema_version} is not known")
        if option > len(plan.plans):
            raise UsageError(
                f"the plan has no option {option}", help=f"it has {len(plan.plans)} of them"
            )
        chosen = plan.plans[option - 1]
        documents = tuple(
            PlannedDocument(
                fix.id,
                _ref(fix.policy),
                fix.owner_account or "",
                fix.before or "",
                fix.after or "",
            )
            for fix in plan.fixes
            if fix.id in chosen.fixes and fix.policy is not None
        )
        attempt = _attempt(chosen.attempt or plan.attempt, documents)
    except (msgspec.DecodeError, ValueError, UnicodeDecodeError) as error:
        raise BadInput(
            f"is no saved plan: {error}",
            path=path,
            help="expected the output of `bedrock-doctor fix … --format json`",
        ) from None
    return SavedPlan(attempt, documents)


def _ref(entry: _Policy) -> PolicyRef:
    return PolicyRef(
        PolicyKind(entry.kind),
        entry.name,
        entry.account or "",
        entry.arn or "",
        entry.attached_to or "",
        entry.title or "",
    )


def _attempt(entry: _Attempt, documents: tuple[PlannedDocument, ...]) -> Attempt:
    passed = {d.policy.name: d.after for d in documents if d.policy.kind is PolicyKind.SESSION}
    return Attempt(
        caller=entry.caller,
        roles=tuple(entry.roles),
        model=entry.model,
        region=entry.region,
        operation=Operation(entry.operation),
        hops=tuple(_hop(hop, passed) for hop in entry.hops),
        mfa=entry.mfa,
        endpoints=tuple(entry.endpoints),
        source_ip=entry.source_ip,
        guardrail=entry.guardrail,
        api_key=ApiKey(entry.api_key) if entry.api_key else None,
        context={key: tuple(values) for key, values in entry.context.items()},
        service_role=entry.service_role,
    )


def _hop(entry: _Hop, passed: dict[str, str]) -> HopOptions:
    policies = tuple(
        PolicyDocument(
            PolicyRef(PolicyKind.SESSION, policy.name, policy.account),
            Source(passed.get(policy.name, policy.text)),
        )
        for policy in entry.session_policy_documents
    )
    return HopOptions(
        external_id=entry.external_id,
        session_name=entry.session_name,
        session_tags=entry.session_tags,
        transitive_tags=tuple(entry.transitive_tags),
        source_identity=entry.source_identity,
        session_policies=policies,
    )
