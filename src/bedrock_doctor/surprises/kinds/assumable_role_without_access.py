"""A role that is made for calling models, and that others assume, reaches none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import counted, listed, name_of
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.audit import Access
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.holders import held_allows
from bedrock_doctor.surprises.telling import place_of, underlined

_CALLS = ("bedrock:invokemodel", "bedrock:invokemodelwithresponsestream", "bedrock:converse")
_LAYERS = {
    PolicyLayer.IDENTITY: "its own policies",
    PolicyLayer.BOUNDARY: "its permissions boundary",
    PolicyLayer.SCP: "SCPs",
}


def _find(ground: Ground) -> Iterator[Surprise]:
    audit, standings = ground.audit, ground.standings
    sources = defaultdict(set)
    for edge in audit.edges:
        sources[edge.role].add(edge.source)
    told = set()
    for held in held_allows(ground, _is_for_models):
        for arn in held.holders:
            position = standings.positions.get(arn)
            if position is None or arn in told or position not in sources:
                continue
            if ground.reach(arn).verdict is not Verdict.DENY:
                continue
            told.add(arn)
            who = tuple(sorted(audit.principals[at].arn for at in sources[position]))
            layers = _blocking(ground, position)
            by = listed([_LAYERS.get(layer, layer.value) for layer in layers]) or "its policies"
            owner = audit.owner(held.account, layers[0]) if layers else held.account
            text = next(t for t in held.statement.action.values if _names_calls(t.value))
            yield Surprise(
                kind=KIND.slug,
                account=held.account,
                owner_account=owner,
                certain=True,
                summary=(
                    f"{counted(len(who), 'principal')} may assume {name_of(arn)}, which is made "
                    f"for calling models and reaches none: {by} in the way"
                ),
                subject=arn,
                place=place_of(
                    held.policy, held.statement, [underlined(text, "allowed here, to no effect")]
                ),
                concerned=who,
                help=(
                    f"bedrock-doctor diagnose --as {who[0]} --role {arn} --model MODEL names what "
                    "stands in the way; a role that nobody needs is better deleted",
                ),
            )


def _is_for_models(statement: Statement) -> bool:
    """Whether an Allow is written for calls of models, not for everything."""
    return not statement.action.negated and any(
        _names_calls(text.value) for text in statement.action.values
    )


def _names_calls(pattern: str) -> bool:
    lower = pattern.lower()
    return lower.startswith("bedrock:") and any(compile_glob(lower)(call) for call in _CALLS)


def _blocking(ground: Ground, position: int) -> tuple[PolicyLayer, ...]:
    """The layers that block a role where its own policies allow; else all that do."""
    blocked = [
        entry
        for entry in ground.classes_of(position)
        if entry.access in (Access.BLOCKED, Access.HALF_BLOCKED)
    ]
    granted = [entry for entry in blocked if PolicyLayer.IDENTITY not in entry.blocked_by]
    counts: dict[PolicyLayer, int] = defaultdict(int)
    for entry in granted or blocked:
        for layer in entry.blocked_by:
            counts[layer] += entry.routes.bit_count()
    return tuple(sorted(counts, key=lambda layer: (-counts[layer], layer.value)))


KIND = SurpriseKind(
    slug="assumable-role-without-access",
    title="A role for calling models can be assumed and reaches none",
    page=Page(
        seen=(
            "A role has an Allow for calls of Amazon Bedrock, others may assume it, and not one "
            "model is within its reach."
        ),
        why=(
            "The way works until its last step: the role is assumed, and every call is refused. "
            "After assumption the permissions of the caller no longer count; only those of the "
            "role do, behind its boundary and the SCPs of its account."
        ),
        confirm="`bedrock-doctor diagnose` over this role and a model names every barrier.",
        right=(
            "Mend what blocks the role with `bedrock-doctor fix`, for the models that its callers "
            "need. A role that nobody uses is better deleted with its trust."
        ),
        avoid="Do not widen the callers' own policies: they do not count behind the role.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html",
        ),
    ),
    find=_find,
)
