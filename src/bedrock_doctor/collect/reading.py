"""One pass over a snapshot's files: decodes them and keeps a record of what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from bedrock_doctor.collect.aws_json import Output, Page, decode_outputs
from bedrock_doctor.collect.file_text import FileText, Malformed, decode_file
from bedrock_doctor.collect.file_tree import FileTree, SnapshotFile
from bedrock_doctor.collect.snapshot_files import FileUnreadable
from bedrock_doctor.model.missing import Absence
from bedrock_doctor.model.snapshot import FileProblem

T = TypeVar("T")
P = TypeVar("P", bound=Page)

_PROBLEMS_OF_ONE_FILE = 20
_COMPARED_IN_FULL = 8 << 20


class Reading:
    """The files of all snapshots and everything that is wrong with them.

    Attributes:
        tree: the files by place.
        problems: what was found wrong so far.
    """

    def __init__(self, tree: FileTree) -> None:
        self.tree = tree
        self.problems: list[FileProblem] = []
        self._counts: Counter[str] = Counter()

    def pages(self, *place: str, kind: type[P], unknown: str) -> Sequence[Output[P]] | Absence:
        """All pages of a list call, from all snapshots; the last one tells whether it is complete.

        Args:
            place: where the files stand.
            kind: shape of one page.
            unknown: what is not known when they cannot be read, in words.
        """
        copies = self._decoded(place, kind, unknown)
        if isinstance(copies, Absence):
            return copies
        if all(not outputs[-1].value.has_more for outputs in copies):
            return self._newest(copies)
        pages = [output for outputs in copies for output in outputs]
        if pages[-1].value.has_more:
            self.problem(
                FileProblem(
                    pages[-1].text.path,
                    None,
                    "AWS had further pages that are not in the file",
                    "all pages of the list",
                    f"what the further pages say of {unknown}",
                )
            )
        return pages

    def single(self, *place: str, kind: type[T], unknown: str) -> Output[T] | Absence:
        """The one output of a call that is not paged."""
        copies = self._decoded(place, kind, unknown)
        if isinstance(copies, Absence):
            return copies
        outputs = self._newest(copies)
        if len(outputs) > 1:
            text = outputs[1].text
            self.report(
                text,
                Malformed(
                    f"the file holds {len(outputs)} outputs",
                    text.position(outputs[1].place[0]),
                    "the output of one call",
                ),
                unknown,
            )
            return Absence.MALFORMED
        return outputs[0]

    def outputs(self, *place: str, kind: type[T], unknown: str) -> Sequence[Output[T]] | Absence:
        """All outputs of one file that holds the outputs of several calls."""
        copies = self._decoded(place, kind, unknown)
        return copies if isinstance(copies, Absence) else self._newest(copies)

    def text(self, file: SnapshotFile, unknown: str) -> FileText | Absence:
        """The text of one file."""
        try:
            return decode_file(file.name, file.files.read(file.name))
        except FileUnreadable as failure:
            self.problem(FileProblem(file.name, None, str(failure), "", unknown))
            return Absence.UNREADABLE
        except Malformed as failure:
            self.report(FileText(file.name, b""), failure, unknown)
            return Absence.MALFORMED

    def report(self, text: FileText, failure: Malformed, unknown: str) -> None:
        """Records that a file, or a part of it, is not what its name says."""
        self.problem(
            FileProblem(text.path, failure.position, failure.message, failure.expected, unknown)
        )

    def problem(self, problem: FileProblem) -> None:
        """Records a problem; of the many that one file may have, the first are enough."""
        self._counts[problem.path] += 1
        if self._counts[problem.path] <= _PROBLEMS_OF_ONE_FILE:
            self.problems.append(problem)

    def _decoded(
        self, place: tuple[str, ...], kind: type[T], unknown: str
    ) -> list[Sequence[Output[T]]] | Absence:
        """The outputs of each different copy that can be read, else why there is none."""
        absence = Absence.NOT_COLLECTED
        copies: list[Sequence[Output[T]]] = []
        for file in self.tree.copies(*place):
            text = self.text(file, unknown)
            if isinstance(text, Absence):
                absence = text
            elif all(text.data != other[0].text.data for other in copies):
                try:
                    copies.append(decode_outputs(text, kind))
                except Malformed as failure:
                    self.report(text, failure, unknown)
                    absence = Absence.MALFORMED
        return copies or absence

    def _newest(self, copies: list[Sequence[Output[T]]]) -> Sequence[Output[T]]:
        """The copy of the snapshot that was given last; that others differ is reported."""
        newest = copies[-1]
        if any(not same_content(copy[0].text, newest[0].text) for copy in copies[:-1]):
            self.problem(
                FileProblem(
                    newest[0].text.path,
                    None,
                    "snapshots differ in this file; the one given last is used",
                    "the same content in each, or snapshots of one time only",
                )
            )
        return newest


def same_content(one: FileText, other: FileText) -> bool:
    """Whether two files say the same, however they are formatted."""
    if max(len(one.data), len(other.data)) > _COMPARED_IN_FULL:
        return False
    try:
        return bool(msgspec.json.decode(one.data) == msgspec.json.decode(other.data))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
