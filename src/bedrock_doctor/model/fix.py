"""Fixes as values: edits of policy documents, and the plan that they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


Step = AddStatement | AddException


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
    """

    needed: bool
    proved: bool
    edits: tuple[Edit, ...]
    documents: tuple[ChangedDocument, ...]
    remaining: tuple[Finding, ...]
    doubts: tuple[str, ...] = ()
