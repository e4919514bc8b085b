"""A role that reaches a model can be assumed by principals of any AWS account."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.asked import asked_of
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground, Trust, everybody
from bedrock_doctor.surprises.people import in_organization, people, under_every_id
from bedrock_doctor.surprises.stand_ins import callers, stand_ins
from bedrock_doctor.surprises.strangers import (
    NO_ACCOUNT,
    Stranger,
    admission,
    of_another_account,
)
from bedrock_doctor.surprises.telling import let_in, reach_words, underlined

_OF_WORDS = "those who were told it may have told others"


def _find(ground: Ground) -> Iterator[Surprise]:
    for trust in ground.trusts:
        for statement in trust.policy.statements:
            named = everybody(statement)
            if not named:
                continue
            entered = admission(ground, trust, statement, _strangers(ground, trust, statement))
            if entered is None:
                continue
            role = name_of(trust.role.arn)
            yield let_in(
                KIND.slug,
                trust,
                statement,
                entered,
                summary=f"any AWS account may assume {role}, which {reach_words(entered.reach)}",
                marks=[underlined(text, "any principal of any AWS account") for text in named],
                concerned=("*",),
                help=(
                    "name the roles that call as Principal in place of everybody; where they are "
                    "many of one organization, add StringEquals aws:PrincipalOrgID with its id",
                ),
            )


def _strangers(ground: Ground, trust: Trust, statement: Statement) -> Iterator[Stranger]:
    """With and without an organization; under every ARN and id that a condition leaves open."""
    asked = asked_of(ground, trust)
    anybody = people(asked, trust.role.arn.split(":")[1], NO_ACCOUNT)
    for principal in (*anybody, *callers(stand_ins(statement, "aws:principalarn"))):
        values = of_another_account(principal)
        one = Stranger(principal, "sts:AssumeRole", values, {"sts:ExternalId": _OF_WORDS})
        for member in under_every_id(ground, asked, one):
            yield member
            yield in_organization(member, {})


KIND = SurpriseKind(
    slug="trust-of-anybody",
    title="Anybody with an AWS account can assume a role that reaches a model",
    page=Page(
        seen=(
            "The trust policy of a role names `*`, or everybody but some, and no condition keeps "
            "strangers out."
        ),
        why=(
            "`*` stands for every principal of every AWS account. Whoever learns the ARN of the "
            "role, which is no secret, can assume it and call models on your bill."
        ),
        confirm=(
            "The statement shown lets a role or user of an account in, of which nobody knows "
            "anything. Where a condition on a tag, a name or the type of the caller is the only "
            "guard, remember that the other account tags, names and makes its own principals. A "
            "condition on `aws:userid` with the id of nobody who is held is told as perhaps: "
            "`aws iam list-roles` and `aws iam list-users` say whose it is."
        ),
        right=(
            "Name the principals that call. Where they are many, keep `*` and add "
            "`StringEquals` on `aws:PrincipalOrgID`."
        ),
        avoid="Do not rely on the ARN of the role being unknown, or on an external id alone.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
        ),
    ),
    find=_find,
)
