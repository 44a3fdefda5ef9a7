"""Check claims before anything is computed from them: set-based, on DuckDB, at any size.

A table of claims is read about five times: once for all rules that look at a row and its person, once for
the rows these found, twice for lines that are there more than once, and in part for examples of what is
frequent. What is held in memory grows with people, with the lines that repeat and with those that are found,
not with lines; the search for repeated lines holds one number a line and goes to disk where memory ends.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from allay.base.errors import InvalidInput
from allay.evaluation.claims.contract import TABLES
from allay.evaluation.claims.flagged import TableChecker
from allay.evaluation.claims.folder import ClaimsFolder, open_claims
from allay.evaluation.claims.kinds import RowDecision, decided, finding_kinds
from allay.evaluation.claims.limits import ClaimsLimits, claims_limits
from allay.evaluation.claims.persons import COVERED, COVERED_SQL, KNOWN, KNOWN_SQL
from allay.evaluation.claims.result import ClaimsCheck, ClaimsExample, ClaimsFinding
from allay.evaluation.claims.views import make_view
from allay.evaluation.memory import memory_amount

_BETWEEN = {"enrollment": KNOWN_SQL, "medical_claim": COVERED_SQL}
"""What is made of the tables before, when the turn of a table comes."""


def check_claims(
    folder: str | Path | ClaimsFolder,
    *,
    decisions: Mapping[str, str] | None = None,
    limits: ClaimsLimits | None = None,
    extract_end: dt.date | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
    memory: str = "8GB",
    allay_version: str = "",
) -> ClaimsCheck:
    """Check the tables of a claims folder.

    Tables are taken in their order, and rows that are dropped are gone for the tables after: a claim of a
    person whose member row was dropped is one of an unknown person. A row is judged as it lies there, by
    every rule.

    Parameters
    ----------
    folder : path or ClaimsFolder
        The claims.
    decisions : mapping of str to str, optional
        By kind of finding, what to do in place of the default (see `decided`).
    limits : ClaimsLimits, optional
        From where on a value is not believed; those that ship by default.
    extract_end : date, optional
        Last day of the extract. Services after it are found, and enrollment ends with it.
    connection : duckdb.DuckDBPyConnection, optional
        Where to work; afterwards it has the views of the contract without the rows that are dropped, as
        `claims_views` makes them.
    memory : str
        What DuckDB may take, where no connection is given.
    allay_version : str
        Goes into the result.

    Raises
    ------
    InvalidInput
        A folder that cannot be opened (see `open_claims`), a file that cannot be read to its end.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "member.csv").write_text("person_id,birth_date\\np1,1970-01-31\\n")
    ...     _ = (folder / "enrollment.csv").write_text(
    ...         "person_id,enrollment_start_date,enrollment_end_date\\np1,2024-01-01,2024-12-31\\n")
    ...     _ = (folder / "pharmacy_claim.csv").write_text(
    ...         "claim_id,claim_line_number,person_id,dispensing_date,paid_amount\\nc,1,p1,2025-05-02,9.8\\n")
    ...     check = check_claims(folder)
    >>> check.accepted, [(each.id, each.count, each.examples[0].row) for each in check.findings]
    (True, [('missing_table', 1, None), ('outside_enrollment', 1, 2)])
    """
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    chosen = decided(decisions)
    settled = limits or claims_limits()
    if connection is not None:
        return _Check(found, chosen, settled, extract_end, connection).run(allay_version)
    with working(memory) as own:
        return _Check(found, chosen, settled, extract_end, own).run(allay_version)


@contextmanager
def working(memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB of its own, which goes to a temporary folder where its memory ends.

    Parameters
    ----------
    memory : str
        What it may take, such as ``8GB``.

    Examples
    --------
    >>> with working("1GB") as connection:
    ...     connection.execute("SELECT 1 + 1").fetchall()
    [(2,)]
    """
    with tempfile.TemporaryDirectory(prefix="allay-claims-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_amount(memory),
            "temp_directory": spill,
        }
        with duckdb.connect(config=config) as connection:
            yield connection


class _Check:
    """One check on one connection."""

    def __init__(
        self,
        folder: ClaimsFolder,
        decisions: Mapping[str, RowDecision],
        limits: ClaimsLimits,
        extract_end: dt.date | None,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.folder = folder
        self.decisions = decisions
        self.limits = limits
        self.extract_end = extract_end
        self.connection = connection
        self.findings: list[ClaimsFinding] = []

    def run(self, allay_version: str) -> ClaimsCheck:
        rows: dict[str, int] = {}
        dropped: dict[str, int] = {}
        for name in TABLES:
            if name in _BETWEEN:
                self.connection.execute(_BETWEEN[name])
            rows[name], dropped[name] = self._table(name)
        for name in (KNOWN, COVERED):
            self.connection.execute(f"DROP TABLE {name}")
        order = {kind: place for place, kind in enumerate(finding_kinds())}
        findings = sorted(self.findings, key=lambda each: (TABLES.index(each.table), order[each.id]))
        return ClaimsCheck(
            allay_version=allay_version,
            rows=rows,
            dropped=dropped,
            extract_end=self.extract_end,
            limits=self.limits,
            decisions=dict(self.decisions),
            findings=tuple(findings),
            notes=self.folder.notes,
            accepted=all(each.decision is not RowDecision.REFUSE for each in findings),
        )

    def _table(self, name: str) -> tuple[int, int]:
        files = self.folder[name]
        if files.form == "absent":
            self._whole("missing_table", name, str(self.folder.path), "this table", "none")
            make_view(self.connection, files)
            return 0, 0
        checker = TableChecker(files, self.decisions, self.limits, self.extract_end, self.connection)
        checker.run()
        self.findings += checker.findings
        make_view(self.connection, files, dropped=checker.dropped > 0, extract_end=self.extract_end)
        if checker.rows == checker.dropped:
            found = "none" if not checker.rows else f"none: all {checker.rows:,} are dropped"
            self._whole("empty_table", name, str(files.files[0]), "rows", found)
        return checker.rows, checker.dropped

    def _whole(self, kind: str, table: str, file: str, expected: str, found: str) -> None:
        """Add a finding about a table as a whole."""
        example = ClaimsExample(file=file, row=None, expected=expected, found=found)
        self.findings.append(
            ClaimsFinding(
                id=kind,
                title=finding_kinds()[kind].title,
                table=table,
                column="(table)",
                count=1,
                decision=self.decisions[kind],
                examples=(example,),
            )
        )


def claims_views(
    connection: duckdb.DuckDBPyConnection,
    folder: str | Path | ClaimsFolder,
    *,
    decisions: Mapping[str, str] | None = None,
    limits: ClaimsLimits | None = None,
    extract_end: dt.date | None = None,
) -> ClaimsFolder:
    """Make the views ``member``, ``enrollment``, ``medical_claim`` and ``pharmacy_claim`` of a claims folder.

    They have every column of the contract, in its order and of its type: optional ones that are not there are
    NULL, other columns are left out, and a table that is not there is empty. Nothing is copied.

    Without `decisions` only cells of columns are looked at whose type allows wrong ones, as in CSV. With
    them, be they empty, the claims are checked first, and rows to drop are left out; `check_claims` does the
    same and returns what it found.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where to make the views; those of an earlier folder are replaced.
    folder : path or ClaimsFolder
        The claims.
    decisions, limits, extract_end
        As `check_claims` takes them.

    Raises
    ------
    InvalidInput
        A folder that cannot be opened, cells that are not of their type; with `decisions`, findings that are
        refused.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "member.csv").write_text("person_id,birth_date\\np1,1970-01-31\\n")
    ...     _ = (folder / "enrollment.csv").write_text(
    ...         "person_id,enrollment_start_date,enrollment_end_date\\np1,2024-01-01,2024-12-31\\n")
    ...     _ = (folder / "pharmacy_claim.csv").write_text(
    ...         "claim_id,claim_line_number,person_id,dispensing_date,paid_amount\\nc,1,p1,2024-05-02,9.8\\n")
    ...     claims = claims_views(connection, folder)
    ...     connection.execute("SELECT paid_amount, days_supply FROM pharmacy_claim").fetchall()
    [(Decimal('9.80'), None)]
    """
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    if decisions is None:
        _refuse_wrong_types(connection, found)
        for files in found.tables.values():
            make_view(connection, files, extract_end=extract_end)
        return found
    check = check_claims(
        found, decisions=decisions, limits=limits, extract_end=extract_end, connection=connection
    )
    refuse(check)
    return found


def _refuse_wrong_types(connection: duckdb.DuckDBPyConnection, folder: ClaimsFolder) -> None:
    found: list[ClaimsFinding] = []
    for files in folder.tables.values():
        if files.unsure:
            checker = TableChecker(files, decided(), claims_limits(), None, connection)
            checker.check_types()
            found += checker.findings
    if found:
        problems = [problem for finding in found for problem in finding.problems]
        raise InvalidInput(problems, total=sum(finding.count for finding in found))


def refuse(check: ClaimsCheck) -> None:
    """Raise `InvalidInput` with the first rows of every finding that is refused; nothing without any.

    Examples
    --------
    >>> from allay.evaluation.claims.kinds import decided
    >>> refuse(ClaimsCheck(allay_version="", rows={}, dropped={}, extract_end=None, limits=claims_limits(),
    ...     decisions=decided(), findings=(), notes=(), accepted=True))
    """
    if not check.accepted:
        problems = [problem for finding in check.refused for problem in finding.problems]
        raise InvalidInput(problems, total=sum(finding.count for finding in check.refused))
