"""An account outside the organization is trusted without a condition that tells customers apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bedrock_doctor.diagnose.wording import name_of
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.base import Page, SurpriseKind
from bedrock_doctor.surprises.ground import Ground
from bedrock_doctor.surprises.outsiders import Outsider, outsiders, people_of
from bedrock_doctor.surprises.people import admission_of_account
from bedrock_doctor.surprises.stand_ins import conditioned
from bedrock_doctor.surprises.strangers import Stranger
from bedrock_doctor.surprises.telling import let_in, reach_words, underlined

_NOT_ASKED = "no external id is asked for"
_ADDED = "add a condition to this statement"
_INSTEAD = "put another condition in place of the one on sts:ExternalId"


def _find(ground: Ground) -> Iterator[Surprise]:
    for found in ground.once(outsiders):
        trust, statement = found.trust, found.statement
        entered = admission_of_account(
            ground, trust, statement, found.account, _customers(ground, found)
        )
        if entered is None:
            continue
        role = name_of(trust.role.arn)
        asked = conditioned(statement, "sts:externalid")
        yield let_in(
            KIND.slug,
            trust,
            statement,
            entered,
            summary=(
                f"any customer of account {found.account} can have it assume {role}, which "
                f"{reach_words(entered.reach)}: "
                f"{'others meet its condition on sts:ExternalId' if asked else _NOT_ASKED}"
            ),
            marks=[underlined(found.value.text, "trusted whoever it acts for")],
            concerned=(found.value.text.value,),
            unsure=found.unsure,
            help=(
                f"{_INSTEAD if asked else _ADDED}: StringEquals sts:ExternalId with the value "
                f"that account {found.account} uses for you alone",
            ),
        )


def _customers(ground: Ground, found: Outsider) -> Iterator[Stranger]:
    """On behalf of nobody, and of another customer than the one who wrote the trust policy."""
    for one in people_of(ground, found):
        yield one
        yield replace(one, values={**one.values, "sts:ExternalId": "another-customer"})


KIND = SurpriseKind(
    slug="foreign-trust-without-condition",
    title="A foreign account is trusted without an external id",
    page=Page(
        seen=(
            "The trust policy of a role that reaches a model names a principal outside the "
            "organization, and lets it in when it passes no external id, or the one of another of "
            "its customers."
        ),
        why=(
            "A vendor assumes the roles of all its customers with the same identity. Another "
            "customer who knows or guesses the ARN of your role can have the vendor use it: the "
            "confused deputy. The external id tells the vendor's customers apart."
        ),
        confirm=(
            "Does the account act for others than you? Then anybody among them who knows the ARN "
            "is a danger. A partner who only calls for himself needs no external id, but one does "
            "no harm."
        ),
        right=(
            "Ask the vendor for the external id that it made for you and add it to the statement "
            "as `StringEquals` on `sts:ExternalId`."
        ),
        avoid=(
            "Do not invent the external id for several vendors alike, and do not use "
            "`StringEqualsIfExists`: it is met by a request without one."
        ),
        references=(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
        ),
    ),
    find=_find,
)
