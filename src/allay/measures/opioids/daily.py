"""MME by day: the prescriptions of a patient laid on the calendar, overlaps added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.measures.opioids.arithmetic import DECIMALS, climb
from allay.measures.opioids.days import Coverage, Floats, Ints, cover
from allay.measures.opioids.dose import Doses

USED = ("patient", "ingredient", "start", "days", "status", "mme_per_day", "ladder_mg", "product")


@dataclass(frozen=True, slots=True, eq=False)
class DailyDoses:
    """MME of every day on which a patient has supply of an opioid.

    Attributes
    ----------
    patients : polars.Series
        The patients' ids, sorted; `coverage` numbers them.
    coverage : Coverage
    mme : float64 array
        MME of each covered day; NaN where no prescription of that day could be figured.
    prescriptions : int32 array
        How many prescriptions make up the day's MME; 2 or more is an overlap.
    uncounted : int32 array
        How many further opioid prescriptions of that day are in no MME: excluded, refused or invalid.
    undated : int
        Opioid prescriptions without a day or a length, which are on no day.
    """

    patients: pl.Series
    coverage: Coverage
    mme: Floats
    prescriptions: NDArray[np.int32]
    uncounted: NDArray[np.int32]
    undated: int

    def frame(self) -> pl.DataFrame:
        """Return ``patient_id, date, mme, prescriptions, uncounted``, by patient and day.

        `mme` is in MME/d; the ids are an Enum of all patients, which takes a quarter of the room of text.
        """
        places = np.repeat(self.coverage.patient.astype(np.uint32), self.coverage.length)
        ids = self.patients.cast(pl.Enum(self.patients)).gather(places)
        return pl.DataFrame(
            {
                "patient_id": ids,
                "date": pl.Series(self.coverage.dates()).cast(pl.Date),
                "mme": pl.Series(self.mme, nan_to_null=bool(self.uncounted.any())),
                "prescriptions": pl.Series(self.prescriptions),
                "uncounted": pl.Series(self.uncounted),
            }
        )


def dated(doses: Doses) -> pl.DataFrame:
    """Return the prescriptions of opioids that can be laid on days.

    Examples
    --------
    >>> import io
    >>> from allay.measures.opioids.dose import figure_doses
    >>> from allay.measures.opioids.prescriptions import read_prescriptions
    >>> head = b"patient_id,drug,strength,unit,quantity,days_supply,start_date\\n"
    >>> rows = b"A,oxycodone,5,mg,30,10,2026-01-05\\nA,codeine,30,mg,30,10,\\nA,aspirin,,,,,\\n"
    >>> dated(figure_doses(read_prescriptions(io.BytesIO(head + rows)))).height
    1
    """
    known = doses.frame.select(USED)
    can = pl.col("ingredient").is_not_null() & pl.col("start").is_not_null() & pl.col("days").is_not_null()
    return known.filter(can & (pl.col("patient") >= 0))


def by_day(doses: Doses) -> DailyDoses:
    """Lay prescriptions on days: each covers ``start_date`` to ``start_date + days_supply - 1``.

    Overlapping prescriptions add up. Where the set has a ladder (methadone in the sets of 2016), the factor
    is that of the day's total dose, so two overlapping prescriptions can count more than each alone.

    Examples
    --------
    >>> import io
    >>> from allay.measures.opioids.dose import figure_doses
    >>> from allay.measures.opioids.prescriptions import read_prescriptions
    >>> head = b"patient_id,drug,strength,unit,quantity,days_supply,start_date\\n"
    >>> rows = b"A,oxycodone,5,mg,8,2,2026-01-05\\nA,morphine,15,mg,4,2,2026-01-06\\n"
    >>> found = by_day(figure_doses(read_prescriptions(io.BytesIO(head + rows))))
    >>> found.frame().select("mme", "prescriptions").rows()
    [(30.0, 1), (60.0, 2), (30.0, 1)]
    """
    placed = dated(doses)
    return _daily(doses, placed, cover(*patient_days(placed)))


def patient_days(placed: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
    """Return patient, start and days of dated prescriptions as arrays; starts in days since 1970-01-01."""
    start = placed.get_column("start").to_physical().cast(pl.Int64)
    return placed["patient"].to_numpy(), start.to_numpy(), placed["days"].to_numpy()


def _daily(doses: Doses, placed: pl.DataFrame, coverage: Coverage) -> DailyDoses:
    counted = (placed["status"] == "computed").to_numpy()
    mg = placed.get_column("ladder_mg")
    laddered = mg.is_not_null().to_numpy() & counted
    flat = placed.get_column("mme_per_day").fill_null(0.0).to_numpy()
    mme, prescriptions = coverage.total_and_count(np.where(laddered, 0.0, flat), counted)
    for factor in (each for each in doses.factors.factors if each.ladder):
        rows = laddered & (placed["ingredient"] == factor.ingredient).to_numpy()
        if rows.any():
            total = coverage.total(np.where(rows, mg.fill_null(0.0).to_numpy(), 0.0))
            mme += np.round(total * climb(factor.ladder_tops, factor.ladder_values, total), DECIMALS)
    if counted.all():
        uncounted = np.zeros(len(prescriptions), dtype=np.int32)
    else:
        uncounted = coverage.count(~counted)
        mme[prescriptions == 0] = np.nan
    known = int(doses.frame["ingredient"].is_not_null().sum())
    return DailyDoses(doses.patients, coverage, mme, prescriptions, uncounted, known - placed.height)
