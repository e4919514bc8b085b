"""Fixes as values: edits of policy documents, and the plan that they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bedrock_doctor.model.attempt import Attempt
from bedrock_doctor.model.blast_radius import BlastRadius
from bedrock_doctor.model.finding import Finding
from bedrock_doctor.model.policy import PolicyRef


@dataclass(frozen=True, slots=True)
class AddStatement:
    """A statement is appended; where there is no document yet, one is made for it.

    Attributes:
        statement: JSON values, with AWS's element names.
    """

    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AddException:
    """A Deny statement gets one more condition that must hold for it to apply.

    Attributes:
        pointer: JSON pointer of the statement.
        operator: a negated ARN operator: its values are exceptions.
        key: the condition key.
        value: the exception.
    """

    pointer: str
    operator: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class AddValue:
    """A condition key of an Allow statement takes one more value.

    Attributes:
        pointer: JSON pointer of the condition key's values.
        value: the value.
    """

    pointer: str
    value: str


Step = AddStatement | AddException | AddValue


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that is made or left out as a whole.

    Attributes:
        finding: id of the finding that it mends.
        owner: account that makes it; empty when not known.
        policy: the document; for a new inline policy one that does not exist yet.
        original: text of the document before all edits; empty: it is created.
        steps: what is done to it, in order.
        opens: what else it opens, in words; empty: nothing beyond the attempt.
    """

    finding: str
    owner: str
    policy: PolicyRef
    original: str
    steps: tuple[Step, ...]
    opens: str = ""


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """A document with all its edits.

    Attributes:
        policy: which one.
        owner: account that makes the change.
        before: its text; empty: it is created.
        after: its text with the edits, formatting and order of the rest kept.
        findings: ids of the findings that it mends.
        opens: what else it opens, one sentence each.
    """

    policy: PolicyRef
    owner: str
    before: str
    after: str
    findings: tuple[str, ...]
    opens: tuple[str, ...]


class FixKind(StrEnum):
    """What a fix changes."""

    POLICY = "policy"
    """A policy document."""
    ATTEMPT = "attempt"
    """How the application calls."""
    ACCOUNT = "account"
    """A setting of an account that no policy document holds."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that one person does.

    Attributes:
        id: ``fix-1``, ``fix-2``, …: unique over a plan and its alternatives.
        kind: what is changed.
        findings: ids of the findings that it mends.
        owner: account in which it is done; empty when not known.
        person: who does it there, for example ``administrator of organization policies``.
        summary: one line: what to do; lower case, no final period.
        document: the changed document, for POLICY.
        commands: exact commands or lines of code, for the other kinds.
        verified: what was proved by evaluating again, in words; empty: nothing was.
        opens: what else it opens, one line each; empty: nothing.
        radius: every decision that it changes while the rest of the plan is in place; None where no
            policy changes.
    """

    id: str
    kind: FixKind
    findings: tuple[str, ...]
    owner: str
    person: str
    summary: str
    document: ChangedDocument | None = None
    commands: tuple[str, ...] = ()
    verified: str = ""
    opens: tuple[str, ...] = ()
    radius: BlastRadius | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What turns an attempt to allow.

    Attributes:
        needed: whether the attempt is refused at all.
        proved: with all changes every check allows, and without any one edit it does not.
        edits: the edits, in the order of the way.
        documents: the documents that they change.
        remaining: findings that no edit mends; with one of them nothing is proved.
        doubts: why the plan is not proved, apart from `remaining`.
        fixes: the plan as what each person does, in the order of the way: `documents`, changes of
            the attempt, and settings of accounts.
        attempt: the attempt as it has to be made, where that is a part of the plan; else None.
        radius: every decision that all `documents` together change.
        alternatives: other plans, the one that opens least first; they have none themselves.
        smallest: whether every smaller set of the edits that are known was tried and does not help.
    """

    needed: bool
    proved: bool
    edits: tuple[Edit, ...]
    documents: tuple[ChangedDocument, ...]
    remaining: tuple[Finding, ...]
    doubts: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    attempt: Attempt | None = None
    radius: BlastRadius | None = None
    alternatives: tuple[Plan, ...] = ()
    smallest: bool = True

    @property
    def options(self) -> tuple[Plan, ...]:
        """The plan itself, then its alternatives: option 1, option 2, …"""
        return (self, *self.alternatives)
