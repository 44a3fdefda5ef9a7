"""The cohort of a study: starters and comparison members as arrays, and the months of their outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.study.flow import INCLUDED, Flow, make_flow
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.roster import StarterRoster, refuse_strangers

if TYPE_CHECKING:  # the shapes of results need no engine
    import duckdb

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Labels = NDArray[np.str_]
NEVER = -1
"""Start of members who never start."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyCohort:
    """Members of a study.

    Attributes
    ----------
    start : int64 array [member]
        Month of the start, counted from the first month of the window; `NEVER` for comparison members.
    age : float64 array [member]
        At the first month of the window, in years.
    diagnoses : float64 array [member]
        Distinct diagnosis categories in the first months; zeros where the protocol does not ask for them.
    labels : mapping of str to array [member]
        Gender, region, payer and site in words; blank is ``unknown``.
    months : int
        Months of the window.
    flow : Flow
    counts : mapping of (reason, whether a starter) to int
        Of the flow, not suppressed; they stay inside.
    """

    start: Integers
    age: Floats
    diagnoses: Floats
    labels: Mapping[str, Labels]
    months: int
    flow: Flow
    counts: Mapping[tuple[str, bool], int] = field(repr=False)
    _connection: duckdb.DuckDBPyConnection = field(repr=False)

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Who started."""
        return np.asarray(self.start != NEVER)

    def __len__(self) -> int:
        return len(self.start)

    def among(self, members: NDArray[np.bool_]) -> StudyCohort:
        """Return the members of a mask; their months stay those of the whole, so only traits may be read."""
        return replace(
            self,
            start=self.start[members],
            age=self.age[members],
            diagnoses=self.diagnoses[members],
            labels={name: labels[members] for name, labels in self.labels.items()},
        )

    def outcome(self, outcome: StudyOutcome) -> Floats:
        """Return an outcome as array [member, month]; nan in months without coverage."""
        return self._filled(outcome, where="")

    def outcome_before(self, outcome: StudyOutcome, *, anticipation: int) -> Floats:
        """Return an outcome before anybody's start: all that may be read before a protocol is frozen.

        Starters have their months up to the anticipation window, comparison members those up to the first
        start of anybody; all others are nan and are not read.
        """
        first = int(self.start[self.treated].min()) if self.treated.any() else self.months
        where = f"WHERE r.month < CASE WHEN m.start = {NEVER} THEN {first} ELSE m.start END - {anticipation}"
        return self._filled(outcome, where=where)

    def _filled(self, outcome: StudyOutcome, *, where: str) -> Floats:
        query = (
            f'SELECT r.unit, r.month, r."{outcome.column}" AS value FROM study_row r '  # noqa: S608
            f"JOIN study_unit m USING (unit) {where}"
        )
        got = self._connection.execute(query).fetchnumpy()
        values = np.full((len(self), self.months), np.nan)
        values[got["unit"], got["month"]] = np.asarray(got["value"], dtype=np.float64) / outcome.divisor
        return values

    def covered(self) -> NDArray[np.bool_]:
        """Return in which months members are covered: array [member, month]."""
        got = self._connection.execute("SELECT unit, month FROM study_row").fetchnumpy()
        found = np.zeros((len(self), self.months), dtype=bool)
        found[got["unit"], got["month"]] = True
        return found


def build_cohort(
    connection: duckdb.DuckDBPyConnection,
    study: Study,
    roster: StarterRoster,
    *,
    panel: str | Path,
    roster_name: str = "roster",
    exposed: tuple[str, ...] = (),
    whole_window: bool = True,
) -> StudyCohort:
    """Find the starters and comparison members of a study.

    All that is done for every member is done in DuckDB; arrays hold those who are in.

    Parameters
    ----------
    connection : duckdb connection
        With the views ``member``, ``enrollment`` and ``medical_claim`` (`allay.evaluation.claims`).
    study : Study
    roster : StarterRoster
    panel : path
        The panel file.
    exposed : tuple of str
        People exposed before.
    whole_window : bool
        Whether every month of the window must be covered; otherwise half the baseline and one month after.

    Raises
    ------
    InvalidInput
        A roster of which nobody is a member.
    """
    from allay.evaluation.study import cohortsql

    cohortsql.load_people(connection, "study_roster", roster.person_id, roster.index_date)
    cohortsql.load_people(connection, "study_exposed", exposed, None)
    known = _one(connection, "SELECT count(*) FROM study_roster SEMI JOIN member USING (person_id)")
    refuse_strangers(roster, known=known, name=roster_name)
    panel_sql = f"read_parquet({cohortsql.literal(str(panel))})"
    connection.execute(cohortsql.people_sql(study, panel=panel_sql, whole_window=whole_window))
    connection.execute(cohortsql.chosen_sql(study))
    columns = sorted({one.column for one in study.outcomes})
    connection.execute(cohortsql.rows_sql(study, panel=panel_sql, columns=columns))
    counts = _counts(connection, len(roster) - known)
    flow = make_flow(
        counts,
        members=_one(connection, "SELECT count(*) FROM study_person"),
        roster=len(roster),
        repeated=roster.repeated,
        hidden_up_to=study.smallest_cell - 1,
    )
    return _arrays(connection, study, flow=flow, counts=counts)


def _arrays(
    connection: duckdb.DuckDBPyConnection,
    study: Study,
    *,
    flow: Flow,
    counts: Mapping[tuple[str, bool], int],
) -> StudyCohort:
    from allay.evaluation.study import cohortsql

    connection.execute(cohortsql.traits_sql(study))
    got = connection.execute("SELECT * FROM study_trait ORDER BY unit").fetchnumpy()
    return StudyCohort(
        start=np.asarray(got["start"], dtype=np.int64),
        age=np.asarray(got["age"], dtype=np.float64),
        diagnoses=np.asarray(got["diagnoses"], dtype=np.float64),
        labels={name: _words(got[name]) for name in ("gender", "region", "payer", "site")},
        months=study.window.months,
        flow=flow,
        counts=counts,
        _connection=connection,
    )


def _words(values: Any) -> Labels:
    return np.asarray(np.ma.filled(values, "unknown"), dtype=np.str_)


def _counts(connection: duckdb.DuckDBPyConnection, unknown: int) -> dict[tuple[str, bool], int]:
    rows = connection.execute(
        "SELECT coalesce(nullif(reason, ''), CASE WHEN drawn THEN 'in' ELSE 'not_drawn' END), starter, "
        "count(*) FROM study_person LEFT JOIN (SELECT person_id, true AS drawn FROM study_unit) "
        "USING (person_id) GROUP BY ALL"
    ).fetchall()
    found = {(str(reason), bool(starter)): int(count) for reason, starter, count in rows}
    if unknown:
        found["unknown", True] = unknown
    found.setdefault((INCLUDED, True), 0)
    found.setdefault((INCLUDED, False), 0)
    return found


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
