"""Whole matrices of requests: subjects x actions x targets, decided class by class.

    axes = Axes(subjects, ("bedrock:InvokeModel",), targets)
    matrix = evaluate_matrix(axes)
    matrix.decision(0, 0, 7)              # one cell, as `decide` answers it
    matrix.counts()                       # cells by outcome
    for entry in matrix.classes(): ...    # cells that share a decision, as sets
    for change in difference(before, after): ...

Subjects, actions and targets are named by their position on the axes. A set of targets is an
integer whose bit n stands for target n; `positions` lists its members. Equal policies are compiled
and met once; equal subjects share their rows. Every answer is one of the single engine's, for one
member of a class that no statement divides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_doctor.evaluate.matrix_axes import Axes, Subject, Target
from bedrock_doctor.evaluate.matrix_rows import RowMaker
from bedrock_doctor.evaluate.matrix_sides import Row
from bedrock_doctor.evaluate.matrix_targets import TargetIndex
from bedrock_doctor.evaluate.target_set import positions
from bedrock_doctor.model.garbage_collector import without_collector
from bedrock_doctor.model.trace import Decision, Outcome

__all__ = [
    "Axes",
    "CellClass",
    "Change",
    "Matrix",
    "Subject",
    "Target",
    "difference",
    "evaluate_matrix",
    "positions",
]


@dataclass(frozen=True, slots=True)
class CellClass:
    """Cells with one decision: each of the subjects with each of the targets.

    Attributes:
        subjects: positions, ascending.
        action: position.
        targets: set of positions.
        decision: the engine's.
    """

    subjects: tuple[int, ...]
    action: int
    targets: int
    decision: Decision

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.subjects) * self.targets.bit_count()


@dataclass(frozen=True, slots=True)
class Change:
    """Cells whose outcome differs in the same way: each of the subjects with each of the targets.

    Attributes:
        subjects: positions, ascending.
        action: position.
        targets: set of positions.
        before: outcome in the first matrix.
        after: outcome in the second one.
    """

    subjects: tuple[int, ...]
    action: int
    targets: int
    before: Outcome
    after: Outcome

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.subjects) * self.targets.bit_count()


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The decisions of all cells.

    Attributes:
        axes: what it is over.
        rows: for each subject and action the decisions with their sets of targets. Rows that are
            equal are one object.
    """

    axes: Axes
    rows: tuple[tuple[Row, ...], ...]

    def decision(self, subject: int, action: int, target: int) -> Decision:
        """The decision of one cell.

        Raises:
            IndexError: there is no such cell.
        """
        for decision, bits in self.rows[subject][action]:
            if bits >> target & 1:
                return decision
        raise IndexError(f"no target {target}")

    def counts(self) -> Counter[Outcome]:
        """The number of cells of each outcome that occurs."""
        counts: Counter[Outcome] = Counter()
        for entry in self.classes():
            counts[entry.decision.outcome] += entry.cells
        return counts

    def classes(self) -> Iterator[CellClass]:
        """All cells, as few classes: by action, then by the first subject."""
        for action in range(len(self.axes.actions)):
            alike: dict[int, list[int]] = {}
            for subject, rows in enumerate(self.rows):
                alike.setdefault(id(rows[action]), []).append(subject)
            for subjects in alike.values():
                for decision, bits in self.rows[subjects[0]][action]:
                    yield CellClass(tuple(subjects), action, bits, decision)


def evaluate_matrix(axes: Axes) -> Matrix:
    """Decides all cells."""
    with without_collector():
        maker = RowMaker(TargetIndex(axes.targets), axes.actions)
        return Matrix(axes, tuple(maker.rows(subject) for subject in axes.subjects))


def difference(before: Matrix, after: Matrix) -> Iterator[Change]:
    """The cells whose outcome differs, as classes: by action, then by the first subject.

    Policies and contexts may differ between the two; who asks for what may not.

    Raises:
        ValueError: the axes differ in principals, actions or resources.
    """
    if _named(before.axes) != _named(after.axes):
        raise ValueError("only matrices over the same principals, actions and resources compare")
    for action in range(len(before.axes.actions)):
        pairs: dict[tuple[int, int], list[int]] = {}
        for subject, (old, new) in enumerate(zip(before.rows, after.rows, strict=True)):
            pairs.setdefault((id(old[action]), id(new[action])), []).append(subject)
        for subjects in pairs.values():
            old_row, new_row = before.rows[subjects[0]][action], after.rows[subjects[0]][action]
            for (was, now), bits in _changed(old_row, new_row).items():
                yield Change(tuple(subjects), action, bits, was, now)


def _changed(old: Row, new: Row) -> dict[tuple[Outcome, Outcome], int]:
    changed: dict[tuple[Outcome, Outcome], int] = {}
    for was, old_bits in old:
        for now, new_bits in new:
            bits = old_bits & new_bits
            if bits and was.outcome is not now.outcome:
                key = was.outcome, now.outcome
                changed[key] = changed.get(key, 0) | bits
    return changed


def _named(axes: Axes) -> tuple[object, ...]:
    return (
        tuple(subject.principal for subject in axes.subjects),
        axes.actions,
        tuple((target.resource, target.account) for target in axes.targets),
    )
