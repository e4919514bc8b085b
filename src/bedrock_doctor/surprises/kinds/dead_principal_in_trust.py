"""A trust policy names a principal that does not exist any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.errors import BadArn
from bedrock_doctor.model.policy import PrincipalValue
from bedrock_doctor.model.principal import PrincipalKind, parse_principal
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.telling import place_of, reached_of, underlined

_UNIQUE_ID = re.compile(r"A(?:RO|ID)A[A-Z0-9]{12,}")


def _find(ground: Ground) -> Iterator[Surprise]:
    for trust in ground.trusts:
        for statement, value in trust.named():
            why = _dead(ground, value)
            reach = ground.reach(trust.role.arn)
            if not why or reach.verdict is Verdict.DENY:
                continue
            role = name_of(trust.role.arn)
            yield Surprise(
                kind=KIND.slug,
                account=trust.account,
                owner_account=trust.account,
                certain=True,
                summary=f"the trust policy of {role} names {value.text.value}, {why}",
                subject=trust.role.arn,
                place=place_of(trust.policy, statement, [underlined(value.text, why)]),
                concerned=(value.text.value,),
                reached=reached_of(reach),
                help=(
                    f"take {value.text.value} out of this statement; if its successor needs the "
                    "role, its owner asks for that by its ARN",
                ),
            )


def _dead(ground: Ground, value: PrincipalValue) -> str:
    """Why the entry names nobody; empty where it does or may name somebody."""
    if value.type != "AWS":
        return ""
    if _UNIQUE_ID.fullmatch(value.text.value):
        return "the id of a principal that was deleted"
    try:
        named = parse_principal(value.text.value)
    except BadArn:
        return ""
    account = ground.snapshot.accounts.get(named.account)
    if account is None:
        return ""
    match named.kind:
        case PrincipalKind.ROLE | PrincipalKind.SESSION:
            held, kind = account.roles, "role"
            gone = named.name in account.absent_roles
        case PrincipalKind.USER:
            held, kind, gone = account.users, "user", False
        case _:
            return ""
    entity = held.get(named.name)
    if entity is not None:
        by_path = named.kind is not PrincipalKind.SESSION and entity.arn != named.arn
        return f"but the {kind} is {entity.arn}" if by_path else ""
    return f"a {kind} that does not exist" if gone or account.iam_complete else ""


KIND = SurpriseKind(
    slug="dead-principal-in-trust",
    title="A trust policy names a principal that does not exist any more",
    page=Page(
        seen=(
            "The trust policy of a role that reaches a model names the unique id of a deleted "
            "principal (AROA… or AIDA…), or a role or user that its completely collected account "
            "does not hold."
        ),
        why=(
            "IAM stores the unique id behind an ARN. When the principal is deleted the entry lets "
            "nobody in, and shows the id. It says that somebody had access who is gone, and that "
            "nobody tidied up; an application that was to be re-created still fails."
        ),
        confirm=(
            "Only what is certain is reported: ids, and names missing from accounts of which "
            "everything was collected. Were both accounts collected on the same day?"
        ),
        right="Take the entry out of the trust policy.",
        avoid=(
            "Do not re-create the principal to mend the entry: a new one of the same name has "
            "another id."
        ),
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
        ),
    ),
    find=_find,
)
