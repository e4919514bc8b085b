"""Words and places that the kinds share."""

from __future__ import annotations

from collections.abc import Iterable

from bedrock_doctor.diagnose.places import mark
from bedrock_doctor.diagnose.wording import counted
from bedrock_doctor.model.finding import Mark, Place
from bedrock_doctor.model.policy import Policy, Statement, Text
from bedrock_doctor.model.report import Verdict
from bedrock_doctor.model.surprise import Surprise
from bedrock_doctor.surprises.ground import Reach, Trust
from bedrock_doctor.surprises.strangers import Admission


def underlined(text: Text, label: str) -> Mark:
    """The deciding value with words beside it."""
    return mark(text, label)


def place_of(policy: Policy, statement: Statement, marks: Iterable[Mark] = ()) -> Place:
    """A statement with what decides underlined."""
    document = policy.document
    return Place(
        document.ref,
        document.source,
        statement.index + 1,
        statement.sid,
        statement.pointer,
        tuple(sorted(marks, key=lambda entry: entry.span)),
    )


def reach_words(reach: Reach) -> str:
    """How much is within reach: ``reaches 12 models``."""
    if reach.verdict is Verdict.UNKNOWN:
        return f"may reach {counted(len(reach.perhaps), 'model')}"
    return f"reaches {counted(len(reach.models), 'model')}"


def reached_of(reach: Reach) -> tuple[str, ...]:
    """The models within reach; where none certainly is, those that may be."""
    return reach.models or reach.perhaps


def let_in(
    kind: str,
    trust: Trust,
    statement: Statement,
    entered: Admission,
    *,
    summary: str,
    marks: Iterable[Mark],
    concerned: tuple[str, ...],
    help: tuple[str, ...],
    unsure: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Surprise:
    """A statement of a trust policy that lets in who was not meant.

    Args:
        kind: slug of the kind.
        trust: the trust policy.
        statement: of it.
        entered: what is behind it.
        summary: as of a surprise; so are `concerned`, `help` and `notes`.
        marks: what decides in the statement.
        unsure: what is not known beside what `entered` tells.
    """
    doubts = (*entered.unsure, *unsure)
    return Surprise(
        kind=kind,
        account=trust.account,
        owner_account=trust.account,
        certain=not doubts,
        summary=summary,
        subject=trust.role.arn,
        place=place_of(trust.policy, statement, marks),
        concerned=concerned,
        reached=reached_of(entered.reach),
        unsure=doubts,
        notes=notes,
        help=help,
    )
