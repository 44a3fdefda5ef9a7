"""Effects as an evaluation found them: a file of draws of relative risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.economics.decision.psafile import amounts, names
from allay.economics.uncertainty.draws import uniforms

Array = NDArray[np.float64]
COLUMNS = ("draw", "event", "rr")


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedEffects:
    """Draws of relative risks from an evaluation.

    Attributes
    ----------
    months : mapping of str to tuple of float
        By event, the months since the start at which its relative risk is given; (0,) without a column
        ``month``, so that the effect decays from the start on.
    ratios : mapping of str to array [row, knot]
        By event; one row for each draw of the file, in one order for all events, which therefore keep their
        correlation.
    """

    months: Mapping[str, tuple[float, ...]]
    ratios: Mapping[str, Array]

    def best(self, event: str) -> Array:
        """Relative risks of an event as one draw: the geometric mean of the file's. Array [1, knot]."""
        logs: Array = np.log(self._rows(event))
        found: Array = np.exp(logs.mean(axis=0, keepdims=True))
        return found

    def sample(self, event: str, *, seed: int, draws: int) -> Array:
        """Return relative risks of an event: array [draw, knot].

        As many draws as the file has are taken in its order; another number is drawn from them with
        replacement, the same for every event.
        """
        rows = self._rows(event)
        if draws == len(rows):
            return rows
        picked = np.floor(uniforms("effects of an evaluation", seed=seed, draws=draws) * len(rows))
        return rows[picked.astype(np.int64)]

    def _rows(self, event: str) -> Array:
        if event not in self.ratios:
            raise NotFound.among("event", event, known=self.ratios)
        return self.ratios[event]


def read_effects(source: Readable, *, name: str | None = None) -> EvaluatedEffects:
    """Read draws of relative risks.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``draw, event, rr`` and, where an effect changes over time, ``month``. Every draw
        has every event at every one of its months once.

    Raises
    ------
    InvalidInput
        Cells that are blank or no number, ratios of 0 or less, months below 0, a row twice, a row missing.

    Examples
    --------
    >>> import io
    >>> found = read_effects(io.BytesIO(b"draw,event,rr\\n1,imaging,0.8\\n2,imaging,0.9\\n"))
    >>> found.months["imaging"], found.sample("imaging", seed=1, draws=2).tolist()
    ((0.0,), [[0.8], [0.9]])
    """
    table = read_csv(source, columns=COLUMNS, optional=("month",), minimum_rows=1, name=name)
    findings = Findings(table)
    draw, event = (names(table, column, findings) for column in COLUMNS[:2])
    ratio = amounts(table, "rr", findings)
    findings.add(ratio <= 0, "rr", expected="a relative risk above 0")
    if "month" in table.columns:
        month = amounts(table, "month", findings)
        findings.add(month < 0, "month", expected="a month of 0 or more")
    else:
        month = np.zeros(len(ratio))
    rows = pl.DataFrame({"draw": draw, "event": event, "month": month, "rr": ratio}).with_row_index("row")
    again = ~rows.select(pl.struct("draw", "event", "month").is_first_distinct()).to_series().to_numpy()
    findings.add(again & ~findings.wrong, "event", expected="every event once in a draw and month")
    findings.refuse()
    _refuse_gaps(table, rows)
    order = draw.unique(maintain_order=True)
    place = pl.DataFrame({"draw": order}).with_row_index("place")
    sorted_rows = rows.join(place, on="draw", how="left").sort("place", "month")
    months, ratios = {}, {}
    for one in event.unique(maintain_order=True).to_list():
        own = sorted_rows.filter(pl.col("event") == one)
        months[one] = tuple(own.get_column("month").unique().sort().to_list())
        ratios[one] = own.get_column("rr").to_numpy().reshape(len(order), -1)
    return EvaluatedEffects(months, ratios)


def _refuse_gaps(table: CsvTable, rows: pl.DataFrame) -> None:
    """Every draw has every event and month that any draw has."""
    wanted = rows.select("draw").unique().join(rows.select("event", "month").unique(), how="cross")
    first = rows.group_by("draw").agg(pl.col("row").min())
    gaps = wanted.join(rows, on=["draw", "event", "month"], how="anti").join(first, on="draw")
    problems = [
        Problem(
            table.name,
            str(table.lines[gap["row"]]),
            "event",
            f"a row for {gap['event']!r} at month {gap['month']:g} in draw {gap['draw']}, which begins here",
            "none",
        )
        for gap in gaps.sort("row", "event", "month").iter_rows(named=True)
    ]
    if problems:
        raise InvalidInput(problems)
