"""A policy allows everything of Amazon Bedrock on everything."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import counted, policy_name
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground, covers_action
from bedrock_doctor.surprises.holders import Held, held_allows
from bedrock_doctor.surprises.telling import place_of, underlined

_ANY_ACTIONS = ("bedrock:InvokeModel", "bedrock:DeleteCustomModel", "bedrock:Anything")
_ANY_RESOURCES = (
    "arn:aws:bedrock:any-where-1::foundation-model/any.any",
    "arn:aws:bedrock:any-where-1:000000000000:inference-profile/any.any",
)


def _find(ground: Ground) -> Iterator[Surprise]:
    offered = len(ground.names.models((1 << len(ground.audit.routes)) - 1))
    for held in held_allows(ground, _is_everything):
        told = _told(ground, held, offered)
        if told is not None:
            yield told


def _is_everything(statement: Statement) -> bool:
    return (
        not statement.conditions
        and all(covers_action(statement, action) for action in _ANY_ACTIONS)
        and all(_covers_resource(statement, resource) for resource in _ANY_RESOURCES)
    )


def _covers_resource(statement: Statement, resource: str) -> bool:
    element = statement.resource
    if element is None:
        return False
    hit = any(compile_glob(text.value)(resource) for text in element.values)
    return hit is not element.negated


def _told(ground: Ground, held: Held, offered: int) -> Surprise | None:
    """The surprise, with what is left of the grant; None where nothing is."""
    reaches = {arn: ground.own_reach(arn) for arn in held.holders}
    left = {arn: reach for arn, reach in reaches.items() if reach.verdict is not Verdict.DENY}
    if not left:
        return None
    models = {model for reach in left.values() for model in (*reach.models, *reach.perhaps)}
    bounded = [r for r in reaches.values() if len(r.models) + len(r.perhaps) < offered]
    open_ = [reach for reach in reaches.values() if reach.perhaps]
    ref = held.policy.document.ref
    element = held.statement.action
    marks = [underlined(element.key, "everything of Amazon Bedrock")]
    certain = any(reach.verdict is Verdict.ALLOW for reach in left.values())
    return Surprise(
        kind=KIND.slug,
        account=held.account,
        owner_account=held.account,
        certain=certain,
        summary=(
            f"{policy_name(ref)} allows {counted(len(held.holders), 'principal')} of account "
            f"{held.account} everything of Amazon Bedrock on everything"
        ),
        subject=ref.arn or ref.holder or ref.name,
        place=place_of(held.policy, held.statement, marks),
        concerned=held.holders,
        reached=tuple(sorted(models)),
        unsure=() if certain else ("whether another policy leaves anything of it",),
        notes=_effect(len(held.holders), len(left), len(bounded), len(open_), offered),
        help=(
            "allow the actions and the models that its holders use, by their ARNs; an application "
            "needs bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream alone",
        ),
    )


def _effect(holders: int, left: int, bounded: int, unclear: int, offered: int) -> tuple[str, ...]:
    """What boundaries, SCPs and Denies leave of it."""
    of_all = f"of {counted(holders, 'principal')}"
    notes = []
    if bounded:
        gone = f", {holders - left} of whom reach nothing" if holders > left else ""
        notes.append(f"boundaries, SCPs or other Denies limit it for {bounded} {of_all}{gone}")
    if unclear:
        notes.append(f"whether something limits it further is not known for {unclear} {of_all}")
    return tuple(notes) or (f"nothing limits it: all {offered} models are within reach",)


KIND = SurpriseKind(
    slug="bedrock-on-everything",
    title="A policy allows everything of Amazon Bedrock on everything",
    page=Page(
        seen=(
            "An identity-based policy has an Allow without condition that covers all actions of "
            "Amazon Bedrock (`bedrock:*`, `*`, or a `NotAction` that leaves them in) on all "
            "resources, and its holders reach models by it."
        ),
        why=(
            "Its holders may call every model in every Region, buy provisioned throughput, change "
            "guardrails and delete custom models. Models that appear tomorrow are included."
        ),
        confirm=(
            "The note says what is left of the grant behind boundaries, SCPs and Denies. For "
            "administrators it may be meant; for applications it is not."
        ),
        right=(
            "Allow the actions and models that are used, by their ARNs: `bedrock-doctor policy` "
            "writes the least policy of one way. Or bound it: a permissions boundary for the "
            "holders, an SCP for the account."
        ),
        avoid="Do not replace it by another wildcard.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html",
        ),
    ),
    find=_find,
)
