"""People who stand for everybody of an account: who they are, their ids, their organizations.

What policies ask for is tried: a user name can be given to a new user, but nobody chooses a unique
id. Whose the ids are that policies name is known only of roles and users that are held.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bedrock_doctor.diagnose.wording import listed
from bedrock_doctor.evaluate.glob import compile_glob
from bedrock_doctor.model.policy import Statement
from bedrock_doctor.model.principal import Principal, PrincipalKind, parse_principal
from bedrock_doctor.surprises.asked import Asked, asked_of
from bedrock_doctor.surprises.ground import Ground, Trust
from bedrock_doctor.surprises.stand_ins import filled
from bedrock_doctor.surprises.strangers import (
    NEW_IDS,
    OTHER_ORGANIZATION,
    Admission,
    Stranger,
    Values,
    admission,
)

_TELLING = ("aws:principaltype", "aws:username", "aws:userid", "aws:principalarn")
"""Keys in which roles and users of an account differ."""
_USER_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_KINDS_OF_ID = ("AROA", "AIDA")
_ORGANIZATION = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
_ORG_ID, _ORG_PATHS = (key.lower() for key in _ORGANIZATION)


def people(asked: Asked, partition: str, account: str) -> Iterator[Principal]:
    """A role of an account, and users where policies tell them apart.

    Args:
        asked: what the policies on the door ask.
        partition: of the account.
        account: 12 digits.
    """
    iam = f"arn:{partition}:iam::{account}"
    yield parse_principal(f"{iam}:role/any")
    if asked.any_of(_TELLING):
        names = dict.fromkeys(("any", *map(filled, asked.of("aws:username"))))
        for name in filter(_USER_NAME.fullmatch, names):
            yield parse_principal(f"{iam}:user/{name}")


def under_every_id(ground: Ground, asked: Asked, stranger: Stranger) -> Iterator[Stranger]:
    """Somebody with a new unique id, and with those that policies ask for, if they can be its own.

    Args:
        ground: what is held.
        asked: what the policies on the door ask.
        stranger: a role or user.
    """
    yield stranger
    is_user = stranger.principal.kind is PrincipalKind.USER
    new = NEW_IDS[is_user]
    strange = []
    for value in asked.of("aws:userid"):
        head, colon, session = value.partition(":")
        if compile_glob(head)(new):
            told = stranger.principal.session_name or (filled(session) if colon else "any")
            text = new if is_user else f"{new}:{told}"
            yield replace(stranger, values={**stranger.values, "aws:userid": text})
        elif not head.isdigit() and _may_be(head, new) and head not in ground.unique_ids:
            strange.append(head)
    if strange:
        lists = "aws iam list-roles and list-users of the account that calls"
        whose = f"{lists} tell whose id {listed(strange)} is"
        yield replace(stranger, doubted={**stranger.doubted, "aws:userid": whose})


def _may_be(head: str, new: str) -> bool:
    """Whether an id can be that of the same kind of principal."""
    return head[:4] not in _KINDS_OF_ID or head[:4] == new[:4]


def in_organization(stranger: Stranger, membership: Values) -> Stranger:
    """The same person as a member of an organization, or of none."""
    values = {key: text for key, text in stranger.values.items() if key not in _ORGANIZATION}
    return replace(stranger, values={**values, **membership})


def membership(asked: Asked, organization: str) -> Values:
    """What a member of an organization sends, in a unit that policies ask for.

    Args:
        asked: what the policies on the door ask.
        organization: its id.
    """
    asked_paths = (path for path in asked.of(_ORG_PATHS) if path.startswith(f"{organization}/"))
    path = next((path.replace("*", "").replace("?", "a") for path in asked_paths), "")
    return dict(
        zip(_ORGANIZATION, (organization, (path or f"{organization}/r-0000/",)), strict=True)
    )


def organizations_named(values: Iterable[str]) -> tuple[str, ...]:
    """The organizations in values of aws:PrincipalOrgID and aws:PrincipalOrgPaths, each once."""
    names = dict.fromkeys(value.partition("/")[0] for value in values)
    return tuple(name for name in names if name.startswith("o-") and "*" not in name)


def admission_of_account(
    ground: Ground, trust: Trust, statement: Statement, account: str, strangers: Iterable[Stranger]
) -> Admission | None:
    """Whether people of one account outside come in by a statement: None where they do not.

    The account may be in any organization but the own ones, or in none. Were it in an own one, it
    would be no stranger.

    Args:
        ground: what is held.
        trust: the trust policy.
        statement: of it.
        account: the account.
        strangers: its people.
    """
    asked = asked_of(ground, trust)
    every = tuple(strangers)
    found = [
        admission(ground, trust, statement, (in_organization(one, where) for one in every))
        for where in _memberships(ground, asked)
    ]
    entered = [one for one in found if one is not None]
    if not entered:
        return None
    unsure = dict.fromkeys(fact for one in entered for fact in one.unsure)
    if len(entered) < len(found):
        command = "aws organizations describe-organization in it tells"
        unsure[f"to which organization account {account} belongs, if to any ({command})"] = None
    return Admission(entered[0].reach, tuple(unsure))


def _memberships(ground: Ground, asked: Asked) -> Iterator[Values]:
    yield membership(asked, OTHER_ORGANIZATION)
    if asked.any_of((_ORG_ID, _ORG_PATHS)):
        yield {}
        own = {org.id for org in ground.snapshot.organizations}
        for name in organizations_named((*asked.of(_ORG_ID), *asked.of(_ORG_PATHS))):
            if name not in own:
                yield membership(asked, name)
