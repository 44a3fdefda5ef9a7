"""A protocol to start from, for a folder of claims."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.claims import claims_views
from allay.evaluation.study.defaults import number
from allay.evaluation.study.months import add_months
from allay.evaluation.study.protocol import Window
from allay.evaluation.study.roster import read_roster

TEMPLATE = Path(__file__).parent / "data" / "protocol.template"
FEWEST = 3
"""Shortest baseline."""


def draft_protocol(claims: str | Path, *, roster: str | Path | None = None, beside: str | Path = ".") -> str:
    """Write a protocol with comments for a folder of claims.

    Read are the first and the last month with coverage and claims, and the starts; no outcome.

    Parameters
    ----------
    claims : path
        In the contract's shape.
    roster : path, optional
        By default ``roster.csv`` in the folder of claims.
    beside : path
        The folder that the protocol will lie in; its paths start there.

    Raises
    ------
    InvalidInput
        No claims, no roster, or too few months for any study.
    """
    folder = Path(claims)
    starts = folder / "roster.csv" if roster is None else Path(roster)
    with duckdb.connect() as connection:
        claims_views(connection, folder)
        window = _window(connection, folder)
    if not starts.is_file():
        raise InvalidInput(
            Problem(str(starts), "-", "roster", "a roster file (person_id,index_date)", "none; give --roster")
        )
    read_roster(starts, name=str(starts))
    length = _length(window.months, folder)
    simulated = (folder / "truth.json").is_file()
    words = {
        "claims": _relative(folder, beside),
        "roster": _relative(starts, beside),
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "run_out": str(window.run_out_months),
        "baseline": str(length),
        "anticipation": f"{number('anticipation_months'):g}",
        "follow_up": str(length),
        "condition": "diagnoses: [G89]" if simulated else "# diagnoses: [G89, M54, M51, M47]",
        "control": "" if simulated else "# ",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def _window(connection: duckdb.DuckDBPyConnection, folder: Path) -> Window:
    row = connection.execute(
        "SELECT date_trunc('month', greatest(min(e.a), min(c.a)))::DATE, "
        "date_trunc('month', least(max(e.z), max(c.z)))::DATE "
        "FROM (SELECT min(enrollment_start_date) AS a, max(enrollment_end_date) AS z FROM enrollment) e, "
        "(SELECT min(coalesce(claim_line_start_date, claim_start_date)) AS a, "
        "max(coalesce(claim_line_start_date, claim_start_date)) AS z FROM medical_claim "
        "UNION ALL SELECT min(dispensing_date), max(dispensing_date) FROM pharmacy_claim) c"
    ).fetchone()
    if row is None or row[0] is None or row[1] is None or row[0] >= row[1]:
        raise InvalidInput(Problem(str(folder), "-", "claims", "months with coverage and claims", "none"))
    most = int(number("run_out_months"))
    run_out = most if add_months(row[0], most + 2 * FEWEST + 1) <= row[1] else 0
    return Window(start=row[0], end=row[1], run_out_months=run_out)


def _length(months: int, folder: Path) -> int:
    """Baseline and follow-up: the default, or what leaves half a year for starts."""
    lag = int(number("anticipation_months"))
    length = min(int(number("baseline_months")), (months - lag - min(6, months // 4)) // 2)
    if length < FEWEST:
        expected = f"months for a baseline and a follow-up of {FEWEST} and some in between"
        raise InvalidInput(Problem(str(folder), "-", "claims", expected, f"{months} months"))
    return length


def _relative(path: Path, beside: str | Path) -> str:
    return Path(os.path.relpath(path.resolve(), Path(beside).resolve())).as_posix()
