"""An account outside the organization can reach a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.finding import Mark
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.asked import asked_of
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground, Trust, everybody
from bedrock_doctor.surprises.outsiders import Outsider, outsiders, people_of
from bedrock_doctor.surprises.people import (
    admission_of_account,
    membership,
    organizations_named,
    people,
    under_every_id,
)
from bedrock_doctor.surprises.stand_ins import conditioned
from bedrock_doctor.surprises.strangers import (
    NO_ACCOUNT,
    Stranger,
    admission,
    of_another_account,
)
from bedrock_doctor.surprises.telling import let_in, reach_words, underlined


def _find(ground: Ground) -> Iterator[Surprise]:
    yield from _named(ground)
    yield from _by_organization(ground)


def _named(ground: Ground) -> Iterator[Surprise]:
    """Accounts that a trust policy names."""
    for found in ground.once(outsiders):
        trust, statement = found.trust, found.statement
        entered = admission_of_account(
            ground, trust, statement, found.account, _guests(ground, found)
        )
        if entered is None:
            continue
        role = name_of(trust.role.arn)
        yield let_in(
            KIND.slug,
            trust,
            statement,
            entered,
            summary=(
                f"account {found.account} outside the organization may assume {role}, which "
                f"{reach_words(entered.reach)}"
            ),
            marks=[underlined(found.value.text, "an account outside the organization")],
            concerned=(found.value.text.value,),
            unsure=found.unsure,
            notes=(
                "who in that account may come in is decided there; its policies are not yours to "
                "read",
            ),
            help=(
                f"if nobody there needs it, take {found.value.text.value} out of the trust policy "
                f"of {role}",
            ),
        )


def _by_organization(ground: Ground) -> Iterator[Surprise]:
    """Organizations that are let in by a condition on everybody."""
    own = {org.id for org in ground.snapshot.organizations}
    for trust in ground.trusts:
        for statement in trust.policy.statements:
            if not everybody(statement):
                continue
            for name in _organizations(statement):
                guests = _members(ground, trust, statement, name)
                entered = None if name in own else admission(ground, trust, statement, guests)
                if entered is None:
                    continue
                doubt = () if own - {""} else ("whether it is the organization of the role",)
                role = name_of(trust.role.arn)
                yield let_in(
                    KIND.slug,
                    trust,
                    statement,
                    entered,
                    summary=(
                        f"every account of another organization ({name}) may assume {role}, which "
                        f"{reach_words(entered.reach)}"
                    ),
                    marks=_marks(statement, name),
                    concerned=(name,),
                    unsure=doubt,
                    help=(
                        f"name the roles of {name} that call as Principal in place of everybody, "
                        "or take its id out of the condition",
                    ),
                )


def _organizations(statement: Statement) -> tuple[str, ...]:
    keys = ("aws:principalorgid", "aws:principalorgpaths")
    return organizations_named(value for key in keys for value in conditioned(statement, key))


def _members(
    ground: Ground, trust: Trust, statement: Statement, organization: str
) -> Iterator[Stranger]:
    asked = asked_of(ground, trust)
    member = membership(asked, organization)
    for principal in people(asked, trust.role.arn.split(":")[1], NO_ACCOUNT):
        values = {**of_another_account(principal), **_passes(statement), **member}
        one = Stranger(principal, "sts:AssumeRole", values)
        yield from under_every_id(ground, asked, one)


def _marks(statement: Statement, name: str) -> list[Mark]:
    return [
        underlined(text, "another organization")
        for condition in statement.conditions
        for text in condition.values
        if text.value.partition("/")[0] == name
    ]


def _guests(ground: Ground, found: Outsider) -> Iterator[Stranger]:
    """Who was let in on purpose: it knows the external id that the statement asks for."""
    for one in people_of(ground, found):
        yield replace(one, values={**one.values, **_passes(found.statement)})
        yield one


def _passes(statement: Statement) -> dict[str, str]:
    return {
        condition.key.value: condition.values[0].value
        for condition in statement.conditions
        if condition.key.value.lower() == "sts:externalid" and condition.values
    }


KIND = SurpriseKind(
    slug="foreign-account-with-access",
    title="An account outside the organization can reach a model",
    page=Page(
        seen=(
            "The trust policy of a role that reaches a model names an account, or a principal of "
            "an account, that is not a member of the organization; or it names everybody and lets "
            "in another organization by `aws:PrincipalOrgID`."
        ),
        why=(
            "Whoever may assume the role calls models on your bill and with your data, and nobody "
            "in your organization decides who that is: the other account does."
        ),
        confirm=(
            "Ask the owner of the role which contract or team the account belongs to. Without the "
            "member list of the organization (`aws organizations list-accounts`) accounts that the "
            "snapshot does not hold are reported as perhaps foreign. Conditions on "
            "`aws:PrincipalType` and `aws:username` keep no account out: it makes users as it "
            "likes. Of a condition on `aws:userid` only the other account can say whose id it is "
            "(`aws iam list-roles`, `aws iam list-users`), and of one on another organization "
            "whether it is a member (`aws organizations describe-organization`)."
        ),
        right=(
            "Take the account out of the trust policy when it is no longer needed. When it is, "
            "name the one role of it that calls in place of the whole account, and ask for an "
            "external id where it acts for several customers."
        ),
        avoid="Do not delete the role before its other callers are known.",
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        ),
    ),
    find=_find,
)
