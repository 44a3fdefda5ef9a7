"""Whether ratings fit their exercise, and which version of a statement each of them belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.consensus.protocol.exercise import PANEL, STATEMENTS, Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.remarks import Remarks
from allay.consensus.protocol.statements import Statement
from allay.consensus.ratings.table import RatingTable


def check_ratings(exercise: Exercise, tables: Sequence[RatingTable]) -> tuple[Finding, ...]:
    """Return what is odd about the ratings of an exercise, or refuse those that do not belong to it.

    Whether a statement was decided before, and need not be rated again, is not asked here: that takes
    verdicts. So statements nobody rated are found in rounds that rate all of them only. Costs one pass over
    statements and raters of each table.

    Parameters
    ----------
    exercise : Exercise
    tables : sequence of RatingTable
        One for each round, from `read_ratings`.

    Returns
    -------
    tuple of Finding
        Without codes of raters: a line of the file says which one is meant.

    Raises
    ------
    InvalidInput
        Naming the line of every round beyond the planned ones, rater who is not in the panel, statement that
        is not in the file or not rated in that round, version that was not rated then, rating off the scale
        of the protocol; and every empty group where each group decides.
    """
    remarks = Remarks()
    rounds = [table.round for table in tables]
    for table in tables:
        check = _TableCheck(exercise, table, remarks)
        if rounds.count(table.round) > 1:
            check.wrong(0, "round", "one table for each round", f"round {table.round} again")
        check.round()
        check.raters()
        check.statements()
        check.scale()
        check.groups()
    remarks.refuse()
    return tuple(remarks.findings)


def with_versions(exercise: Exercise, tables: Sequence[RatingTable]) -> tuple[RatingTable, ...]:
    """Return the tables with the version of each statement that was rated in the round.

    Ratings stay with the version they were given to, whatever was edited later. Versions the file of ratings
    names are kept; without a file of statements each statement has only its first version.

    Raises
    ------
    InvalidInput
        For a statement that is not rated in a round (`check_ratings` names all such places).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from allay.consensus.protocol.reading import _TEXT, read_exercise
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(_TEXT)
    ...     exercise = read_exercise(folder)
    >>> table = RatingTable("r.csv", ("s1",), ("a",), np.array([[7.0]]), np.array([[2]]))
    >>> check_ratings(exercise, [table]), with_versions(exercise, [table])[0].versions
    ((), (1,))
    """
    known = {one.id: one for one in exercise.statements}
    return tuple(
        table
        if table.versions
        else replace(table, versions=tuple(_versions(known, table, listed=bool(exercise.statement_document))))
        for table in tables
    )


def _versions(known: dict[str, Statement], table: RatingTable, *, listed: bool) -> Iterator[int]:
    for place, statement in enumerate(table.statements):
        standing = known[statement].in_round(table.round) if statement in known else None
        if listed and standing is None:
            line = str(_first(table.lines[place]))
            expected = f"a statement of round {table.round}"
            raise InvalidInput(Problem(table.name, line, "statement", expected, repr(statement)))
        yield standing.version if standing else 1


class _TableCheck:
    def __init__(self, exercise: Exercise, table: RatingTable, remarks: Remarks) -> None:
        self.exercise = exercise
        self.protocol = exercise.protocol
        self.table = table
        self.remarks = remarks
        self.answered: NDArray[np.bool_] = np.asarray(table.answered)
        self.who_answered: NDArray[np.bool_] = np.asarray(self.answered.any(axis=0))

    def wrong(self, line: int, column: str, expected: str, found: str) -> None:
        at = str(line) if line else "1"
        self.remarks.add(Problem(self.table.name, at, column, expected, found))

    def find(self, kind: str, line: int, text: str) -> None:
        where = f"{self.table.name}:{line}" if line else self.table.name
        self.remarks.find(kind, where, text)

    def round(self) -> None:
        planned, number = len(self.protocol.rounds), self.table.round
        if number > planned:
            self.wrong(_first(self.table.lines), "round", f"one of the {planned} planned rounds", str(number))
        held = [one.number for one in self.exercise.record.rounds]
        if held and number not in held and number <= planned:
            self.find("round not recorded", 0, f"round {number} was rated; the record does not have it")

    def raters(self) -> None:
        panel = None if self.exercise.panel_rows is None else {one.rater for one in self.exercise.panel}
        invited = {one.rater: one for one in self.exercise.invitations if one.round == self.table.round}
        for place, rater in enumerate(self.table.raters):
            line = _first(self.table.lines[:, place])
            if panel is not None and rater not in panel:
                self.wrong(line, "rater", "a rater of the panel", repr(rater))
            elif self.who_answered[place] and invited and rater not in invited:
                self.find(
                    "not invited", line, f"rated in round {self.table.round} without an invitation to it"
                )
            elif self.who_answered[place] and rater in invited and invited[rater].declined:
                self.find("declined and rated", line, f"rated in round {self.table.round} after declining it")

    def statements(self) -> None:
        if self.exercise.statement_document is None:
            self.only_first_versions()
            return
        number, table = self.table.round, self.table
        known = {one.id: one for one in self.exercise.statements}
        for place, name in enumerate(table.statements):
            line = _first(table.lines[place])
            version = known[name].in_round(number) if name in known else None
            if name not in known:
                self.wrong(line, "statement", f"a statement of {STATEMENTS}", repr(name))
            elif version is None:
                self.wrong(line, "statement", f"a statement that is rated in round {number}", repr(name))
            elif table.versions and table.versions[place] != version.version:
                expected = f"version {version.version}, which was rated in round {number}"
                self.wrong(line, "version", expected, str(table.versions[place]))
        if number > len(self.protocol.rounds) or self.protocol.rounds[number - 1].statements != "all":
            return
        rated = {table.statements[place] for place in np.flatnonzero(self.answered.any(axis=1))}
        for one in self.exercise.statements:
            if one.in_round(number) is not None and one.id not in rated:
                self.find("not rated", 0, f"nobody rated {one.id} in round {number}")

    def only_first_versions(self) -> None:
        for place, version in enumerate(self.table.versions):
            if version != 1:
                expected = f"version 1 (there is no {STATEMENTS} with another)"
                self.wrong(_first(self.table.lines[place]), "version", expected, str(version))

    def scale(self) -> None:
        scale, values = self.protocol.scale, self.table.values
        with np.errstate(invalid="ignore"):
            off = self.answered & ((values < scale.minimum) | (values > scale.maximum) | (values % 1 != 0))
        for row, column in np.argwhere(off).tolist():
            expected = f"a whole number from {scale.minimum} to {scale.maximum}"
            self.wrong(int(self.table.lines[row, column]), "rating", expected, f"{values[row, column]:g}")

    def groups(self) -> None:
        rule, number = self.protocol.rule, self.table.round
        if not self.protocol.groups:
            return
        deciding = rule.method != "ram" and rule.each_group
        if self.exercise.panel_rows is None:
            if deciding:
                expected = f"a file {PANEL} that says who is in which group (each group decides)"
                self.wrong(0, "rater", expected, "no such file")
            return
        of = {one.rater: one.group for one in self.exercise.panel}
        there = {of.get(self.table.raters[place]) for place in np.flatnonzero(self.who_answered)}
        for group in self.protocol.groups:
            if group.id in there:
                continue
            if deciding:
                expected = f"ratings of every group in round {number} (each group decides)"
                self.wrong(0, "rater", expected, f"none of the group {group.id}")
            else:
                self.find("empty group", 0, f"nobody of the group {group.id} rated in round {number}")


def _first(lines: NDArray[np.int64]) -> int:
    there = lines[lines > 0]
    return int(there.min()) if there.size else 0
