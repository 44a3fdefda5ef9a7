"""Apply the rules of one table: count, take examples, and say which rows are dropped."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from allay.evaluation.claims.columns import quoted
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.kinds import RowDecision, finding_kinds
from allay.evaluation.claims.limits import ClaimsLimits
from allay.evaluation.claims.persons import COVERED, KNOWN, beside_person, person_rules
from allay.evaluation.claims.repeats import marks_rules, marks_sql, marks_table
from allay.evaluation.claims.result import ClaimsExample, ClaimsFinding
from allay.evaluation.claims.rules import ClaimsRule, row_rules
from allay.evaluation.claims.views import dropped_table, rows_sql, unreadable

EXAMPLES = 5
"""Rows that are named of each finding."""

FEW = 100_000
"""Findings of up to so many rows are set aside in one pass; of the others the first are looked for."""

Counted = tuple[ClaimsRule, int]
Found = tuple[str, int, str]  # file, row from 0, what stands there


class TableChecker:
    """The check of one table; `run` fills `rows`, `dropped` and `findings`.

    Parameters
    ----------
    files : TableFiles
        The table, which is there.
    decisions : mapping of str to RowDecision
        For every kind.
    limits : ClaimsLimits
        From where on a value is not believed.
    extract_end : date or None
        Last day of the extract.
    connection : duckdb.DuckDBPyConnection
        With what is known of persons from the tables before.
    """

    def __init__(
        self,
        files: TableFiles,
        decisions: Mapping[str, RowDecision],
        limits: ClaimsLimits,
        extract_end: dt.date | None,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.files = files
        self.decisions = decisions
        self.limits = limits
        self.extract_end = extract_end
        self.connection = connection
        self.rows = 0
        self.dropped = 0
        self.findings: list[ClaimsFinding] = []

    def run(self) -> None:
        """Check the table."""
        try:
            self._run()
        except duckdb.Error as error:
            raise unreadable(self.files, error) from None

    def check_types(self) -> None:
        """Check only whether cells are of their types; nothing is dropped."""
        rules = [
            rule for rule in row_rules(self.files, self.limits, extract_end=None) if rule.kind == "wrong_type"
        ]
        try:
            plain, placed = rows_sql(self.files, raw=True), rows_sql(self.files, raw=True, places=True)
            self._apply(rules, plain, placed, touched=self.files.form == "csv")
        except duckdb.Error as error:
            raise unreadable(self.files, error) from None

    def _run(self) -> None:
        files, execute = self.files, self.connection.execute
        execute(f"CREATE OR REPLACE TEMP TABLE {dropped_table(files)} (_file VARCHAR, _row BIGINT)")
        rules = row_rules(files, self.limits, extract_end=self.extract_end)
        plain, placed = rows_sql(files, raw=True), rows_sql(files, raw=True, places=True)
        if files.name != "member":
            rules += person_rules(files, self.limits)
            known = KNOWN if files.name == "enrollment" else COVERED
            plain, placed = beside_person(plain, known), beside_person(placed, known)
        self.rows = self._apply(rules, plain, placed, touched=files.form == "csv")
        for statement in marks_sql(files, rows=rows_sql(files, places=True), keys=rows_sql(files)):
            execute(statement)
        marks = f"SELECT * FROM {marks_table(files)}"
        self._apply(marks_rules(files), marks, marks)
        execute(f"DROP TABLE {marks_table(files)}")
        self.dropped = self._distinct()

    def _distinct(self) -> int:
        """Leave each dropped row once, and count them."""
        name = dropped_table(self.files)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT _file, _row FROM {name}"
        )
        return int(self.connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0])

    def _apply(self, rules: Sequence[ClaimsRule], plain: str, placed: str, *, touched: bool = False) -> int:
        """Count the rows of a query and what each rule finds; note it, and set aside what is dropped.

        With `touched` every column is read, whether a rule is about it or not.
        """
        counts = ["count(*)", *(f"count_if({rule.wrong})" for rule in rules)]
        if touched:
            # A CSV file is checked to be UTF-8 only in the columns that a query takes.
            counts += [f"count({quoted(name)})" for name in self.files.found]
        query = f"SELECT {', '.join(counts)} FROM ({plain})"
        rows, *found = self.connection.execute(query).fetchall()[0]
        found = found[: len(rules)]
        counted = [(rule, int(count)) for rule, count in zip(rules, found, strict=True) if count]
        aside = [each for each in counted if each[1] <= FEW or self._drops(each[0])]
        examples = self._set_aside(aside, placed)
        for rule, _ in counted:
            if rule not in examples:
                query = (
                    f"SELECT _file, _row, {rule.found} FROM ({placed}) WHERE {rule.wrong} LIMIT {EXAMPLES}"
                )
                examples[rule] = self.connection.execute(query).fetchall()
        self.findings += self._named(counted, examples)
        return int(rows)

    def _drops(self, rule: ClaimsRule) -> bool:
        return self.decisions[rule.kind] is RowDecision.DROP

    def _set_aside(self, aside: Sequence[Counted], placed: str) -> dict[ClaimsRule, list[Found]]:
        """Take the rows of some rules in one pass: return examples, and note which rows are dropped."""
        if not aside:
            return {}
        execute = self.connection.execute
        flags = ", ".join(f"coalesce({rule.wrong}, false) AS flag_{n}" for n, (rule, _) in enumerate(aside))
        texts = ", ".join(
            f"CASE WHEN {rule.wrong} THEN {rule.found} END AS found_{n}" for n, (rule, _) in enumerate(aside)
        )
        either = " OR ".join(f"({rule.wrong})" for rule, _ in aside)
        execute(
            "CREATE OR REPLACE TEMP TABLE allay_aside AS "
            f"SELECT _file, _row, {flags}, {texts} FROM ({placed}) WHERE {either}"
        )
        examples = {
            rule: execute(
                f"SELECT _file, _row, found_{n} FROM allay_aside WHERE flag_{n} "
                f"ORDER BY _file, _row LIMIT {EXAMPLES}"
            ).fetchall()
            for n, (rule, _) in enumerate(aside)
        }
        drops = [f"flag_{n}" for n, (rule, _) in enumerate(aside) if self._drops(rule)]
        if drops:
            execute(
                f"INSERT INTO {dropped_table(self.files)} "
                f"SELECT _file, _row FROM allay_aside WHERE {' OR '.join(drops)}"
            )
        execute("DROP TABLE allay_aside")
        return examples

    def _named(
        self, counted: Sequence[Counted], examples: Mapping[ClaimsRule, list[Found]]
    ) -> Iterable[ClaimsFinding]:
        wanted = {row for rule, _ in counted for _, row, _ in examples[rule]}
        lines = csv_lines(self.files.files[0], wanted) if self.files.form == "csv" else {}
        for rule, count in counted:
            yield ClaimsFinding(
                id=rule.kind,
                title=finding_kinds()[rule.kind].title,
                table=self.files.name,
                column=rule.column,
                count=count,
                decision=self.decisions[rule.kind],
                examples=tuple(
                    ClaimsExample(
                        file=file, row=lines.get(row, row + 1), expected=rule.expected, found=str(found)
                    )
                    for file, row, found in examples[rule]
                ),
            )


def csv_lines(file: Path, rows: Iterable[int]) -> dict[int, int]:
    """Return on which line of a CSV file rows start, an editor's line: fields may hold line breaks.

    Parameters
    ----------
    file : Path
        The file.
    rows : iterable of int
        Numbers of rows, from 0; the file is read up to the last of them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     file = Path(name) / "a.csv"
    ...     _ = file.write_text('id,text\\n1,"two\\nlines"\\n2,x\\n')
    ...     csv_lines(file, [0, 1])
    {0: 2, 1: 4}
    """
    wanted = set(rows)
    found: dict[int, int] = {}
    if not wanted:
        return found
    last = max(wanted)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened)
        next(reader, None)
        start = reader.line_num + 1
        number = 0
        for row in reader:
            if row:  # the engine takes no notice of empty lines
                if number in wanted:
                    found[number] = start
                if number >= last:
                    break
                number += 1
            start = reader.line_num + 1
    return found
