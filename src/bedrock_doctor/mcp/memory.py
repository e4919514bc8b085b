"""What one server remembers: its snapshots, its reports, and one set of pseudonyms."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from bedrock_doctor import app
from bedrock_doctor.errors import UnknownName, UsageError
from bedrock_doctor.model.fix import ChangedDocument
from bedrock_doctor.model.policy import PolicyDocument, PolicyRef
from bedrock_doctor.model.report import Report
from bedrock_doctor.model.snapshot import Snapshot
from bedrock_doctor.render.printable import printable_lines
from bedrock_doctor.render.redact import Redaction, Redactor

REPORTS = 50
"""Reports that are remembered; the oldest leaves first."""
Answer = TypeVar("Answer", bound=BaseModel)
_OURS = frozenset({
    "report_id", "policy_ref", "verdict", "before", "after", "verdict_before", "verdict_after",
    "certainty", "likelihood", "id", "slug", "layer", "blocked_by", "level", "effect", "match",
    "kind", "reported_first", "mended", "introduced", "redaction", "version",
})  # fmt: skip
"""Fields whose values are words of ours."""


@dataclass(frozen=True, slots=True)
class Held:
    """A report with the documents behind it.

    Attributes:
        id: by which tools ask for it.
        report: the diagnosis.
        policies: by reference, ``policy-1`` and on, in AWS's order.
        changes: documents that were replaced before it was made.
    """

    id: str
    report: Report
    policies: dict[str, PolicyDocument]
    changes: tuple[ChangedDocument, ...] = ()

    def reference(self, ref: PolicyRef) -> str | None:
        """The reference of a policy; None where it binds no check."""
        found = (name for name, held in self.policies.items() if held.ref == ref)
        return next(found, None)

    def policy(self, reference: str) -> PolicyDocument:
        """The policy of a reference.

        Raises:
            UnknownName: there is none.
        """
        if reference not in self.policies:
            raise UnknownName(
                f"report `{self.id}` has no policy `{reference}`",
                help="get_trace lists the policies of a report",
            )
        return self.policies[reference]


class Memory:
    """The state of one server. Everything that leaves it passes through `conceal`."""

    def __init__(
        self, paths: Sequence[str], redaction: Redaction, trails: Sequence[str] = ()
    ) -> None:
        self._paths = tuple(paths)
        self.trails = tuple(trails)
        self._redactor = Redactor(redaction)
        self._reports: OrderedDict[str, Held] = OrderedDict()
        self._number = 0
        self._lock = threading.RLock()

    @property
    def redaction(self) -> Redaction:
        """How much is hidden."""
        return self._redactor.level

    @cached_property
    def snapshot(self) -> Snapshot:
        """The snapshots of the command line, merged; read once. No tool names a path."""
        return app.load_snapshot(self._paths) if self._paths else Snapshot()

    def asked_snapshot(self) -> Snapshot:
        """The same, where an answer needs one.

        Raises:
            UsageError: the server was started without.
        """
        if not self._paths:
            raise UsageError(
                "this server has no snapshot, so that no policies can be read",
                help="ask the user to start it with: bedrock-doctor mcp --snapshot PATH; "
                "explain_denial works without",
            )
        return self.snapshot

    def keep(self, report: Report, changes: tuple[ChangedDocument, ...] = ()) -> Held:
        """Remembers a report under a new id, with the documents that were replaced for it."""
        with self._lock:
            self._number += 1
            documents = app.policies_of(report)
            policies = {f"policy-{n}": document for n, document in enumerate(documents, 1)}
            held = Held(f"report-{self._number}", report, policies, changes)
            self._redactor.learn(report)
            self._reports[held.id] = held
            if len(self._reports) > REPORTS:
                self._reports.popitem(last=False)
            return held

    def report(self, id: str) -> Held:
        """The report of an id.

        Raises:
            UnknownName: there is none, or it has been forgotten.
        """
        with self._lock:
            held = self._reports.get(id)
        if held is None:
            raise UnknownName(
                f"no report `{id}` in memory",
                help=f"call diagnose again; the latest {REPORTS} reports are kept",
            )
        return held

    @property
    def ids(self) -> list[str]:
        """The reports in memory."""
        with self._lock:
            return list(self._reports)

    def conceal(self, text: str) -> str:
        """The text for the client: pseudonyms, and no character that a terminal obeys.

        Tabs and line ends stay, because they are blanks of the policy texts that come back.
        """
        with self._lock:
            hidden = self._redactor.text(text).replace("\r\n", "\n")
        return "\t".join(printable_lines(part) for part in hidden.split("\t"))

    def learn(self, report: Report) -> None:
        """Takes in the names of a report that is not kept."""
        with self._lock:
            self._redactor.learn(report)

    def learn_text(self, text: str) -> None:
        """Takes in names that only a message knows."""
        with self._lock:
            self._redactor.learn_text(text)

    def answer(self, answer: Answer) -> Answer:
        """An answer for the client."""
        found = self._concealed(answer.model_dump())
        return type(answer).model_validate(found)

    def _concealed(self, value: object) -> object:
        if isinstance(value, str):
            return self.conceal(value)
        if isinstance(value, list):
            return [self._concealed(item) for item in value]
        if isinstance(value, dict):
            return {
                name: item if name in _OURS else self._concealed(item)
                for name, item in value.items()
            }
        return value

    def reveal(self, text: str) -> str:
        """What the client means: pseudonyms that it was given stand for what they hide."""
        with self._lock:
            return self._redactor.reveal(text)
