"""MME per day of every prescription, each with its status and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.findings import Findings
from allay.measures.opioids.arithmetic import MOST_DAYS, NUMBERS, figured_frame, read_numbers
from allay.measures.opioids.coding import CodedText, combined, first_places, sorted_places
from allay.measures.opioids.conventions import CAUTION
from allay.measures.opioids.drugs import DrugTable, shipped_drugs
from allay.measures.opioids.factor_set import FactorSet, PatchRoute, get_set
from allay.measures.opioids.prescriptions import ADDED, Prescriptions
from allay.measures.opioids.reading import Reading, Written, read_drug

WAY = ("drug", "rxcui", "strength", "unit", "form", "quantity_unit")
# Statuses of rows that are opioids somebody was given, whether or not they can be figured.
OPIOID = ("computed", "excluded", "refused", "invalid")


@dataclass(frozen=True, slots=True, eq=False)
class Doses:
    """Prescriptions with what was figured from them.

    Attributes
    ----------
    prescriptions : Prescriptions
        What was given.
    factors : FactorSet
        What was used.
    frame : polars.DataFrame
        One row per prescription, in order: ``patient_id, ingredient, factor, factor_per, mme_per_day,
        excluded_mme_per_day, status, reason, note, factor_status, start (date), days, ladder_mg,
        product, patient``; rows of one `product` are of the same opioid and strength.
        `mme_per_day` is in MME/d and null wherever `status` is not ``computed``.
    patients : polars.Series
        The patients' ids, sorted; ``patient`` in the frame is the place in it, -1 where the id is blank.
    invalid : int
        How many rows cannot be; they have the status ``invalid``.
    duplicates : int
        How many rows repeat an earlier one; they count.
    """

    prescriptions: Prescriptions
    factors: FactorSet
    frame: pl.DataFrame
    patients: pl.Series
    invalid: int
    duplicates: int

    def result(self) -> pl.DataFrame:
        """Return the given columns followed by those added."""
        added = self.frame.with_columns(
            pl.col("note").alias("mme_note"),
            pl.lit(self.factors.reference).alias("factor_set"),
            pl.lit(CAUTION).alias("caution"),
        )
        return self.prescriptions.table.frame.hstack(added.select(ADDED))


def figure_doses(
    prescriptions: Prescriptions,
    *,
    factors: FactorSet | None = None,
    drugs: DrugTable | None = None,
    include_buprenorphine: bool = False,
    patch: PatchRoute | None = None,
    as_of: date | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
) -> Doses:
    """Figure the MME per day of every prescription: strength times quantity per day times factor.

    Parameters
    ----------
    prescriptions : Prescriptions
    factors : FactorSet, optional
        CDC 2022 by default. Factors are not for converting a patient from one opioid to another.
    drugs : DrugTable, optional
        What RxNorm codes mean; the shipped few by default.
    include_buprenorphine : bool
        Count buprenorphine; without it such rows are ``excluded``.
    patch : {'rate', 'per-patch'}, optional
        Route for patches; that of the set by default.
    as_of : date, optional
        The last day a prescription may start; without it no date is too late.
    on_invalid : {'raise', 'flag'}
        What to do with values that cannot be, such as a quantity of zero.

    Returns
    -------
    Doses

    Raises
    ------
    InvalidInput
        Every value that cannot be, by line, unless they are flagged. Blank cells are no such values: the row
        is ``refused`` with its reason. Cells of drugs that are no opioid are not looked at.

    Examples
    --------
    >>> import io
    >>> from allay.measures.opioids.prescriptions import read_prescriptions
    >>> head = b"patient_id,drug,strength,unit,quantity,days_supply\\n"
    >>> given = read_prescriptions(io.BytesIO(head + b"A,oxycodone,5,mg,30,10\\nA,codeine,30,mg,,9\\n"))
    >>> figure_doses(given).frame.select("mme_per_day", "status", "reason").rows()
    [(22.5, 'computed', None), (None, 'refused', 'the quantity is blank')]
    """
    chosen = factors or get_set()
    coded = prescriptions.coded((*WAY, *NUMBERS))
    ways, written = _ways(coded)
    readings = [
        read_drug(
            each,
            factors=chosen,
            drugs=drugs or shipped_drugs(),
            include_buprenorphine=include_buprenorphine,
            patch=patch,
        )
        for each in written
    ]
    frame = read_numbers(coded, as_of=as_of).hstack(_reading_frame(readings)[ways].with_columns(ways))
    frame = _known_refused(frame, prescriptions.refused)
    wrong = _findings(prescriptions, frame, readings, as_of)
    if on_invalid == "raise":
        wrong.refuse()
    again = _again(coded)
    patients, numbers = sorted_places(coded["patient_id"])
    figured = figured_frame(frame, chosen).with_columns(
        pl.Series("again", again), pl.Series("patient", numbers)
    )
    figured = _noted(figured)
    duplicates = figured.select(pl.col("again") & pl.col("status").is_in(OPIOID)).to_series().sum()
    return Doses(
        prescriptions, chosen, figured, patients, int((figured["status"] == "invalid").sum()), int(duplicates)
    )


def _ways(coded: Mapping[str, CodedText]) -> tuple[pl.Series, list[Written]]:
    """Number the ways in which drugs are written."""
    first, places = first_places(combined([coded[column] for column in WAY]))
    cells = [coded[column].text(first).to_list() for column in WAY]
    return pl.Series("way", places.astype(np.uint32)), [Written(*row) for row in zip(*cells, strict=True)]


def _reading_frame(readings: list[Reading]) -> pl.DataFrame:
    schema = {
        "status": pl.String,
        "reason": pl.String,
        "note": pl.String,
        "ingredient": pl.String,
        "factor": pl.Float64,
        "factor_per": pl.String,
        "factor_status": pl.String,
        "each": pl.Float64,
        "kind": pl.String,
        "product": pl.Int64,
    }
    products: dict[tuple[object, ...], int] = {}
    rows = [
        (
            read.status,
            read.reason or None,
            read.note or None,
            read.ingredient,
            read.factor.value if read.factor else None,
            read.factor.per if read.factor else None,
            str(read.factor.status) if read.factor else None,
            read.each if read.factor else None,
            read.kind or None,
            products.setdefault((read.ingredient, read.each, read.kind), len(products)),
        )
        for read in readings
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _known_refused(frame: pl.DataFrame, refused: Mapping[int, str]) -> pl.DataFrame:
    """Refuse the rows of which the reader already said why they cannot be figured."""
    if not refused:
        return frame
    reasons = pl.Series("reason", [refused.get(row) for row in range(frame.height)], dtype=pl.String)
    known = reasons.is_not_null() & frame["status"].is_in(("computed", "excluded", "refused"))
    status = pl.Series("status", ["refused"]).new_from_index(0, frame.height).zip_with(known, frame["status"])
    return frame.with_columns(status.alias("status"), reasons.zip_with(known, frame["reason"]))


def _findings(
    prescriptions: Prescriptions, frame: pl.DataFrame, readings: list[Reading], as_of: date | None
) -> Findings:
    """Collect what cannot be, of rows that are opioids."""
    findings = Findings(prescriptions.table)
    opioid = (frame["status"].is_in(OPIOID) & frame["ingredient"].is_not_null()).to_numpy()
    days = f"a date as YYYY-MM-DD{'' if as_of is None else f', not after {as_of}'}, or blank"
    for column, expected in (
        ("patient_id", "a value"),
        ("quantity", "a number above 0, or blank"),
        ("days_supply", f"a whole number of days from 1 to {MOST_DAYS:,}, or blank"),
        ("start_date", days),
    ):
        if column in prescriptions.table.columns:
            findings.add(frame[f"bad_{column}"].to_numpy() & opioid, column, expected=expected)
    for way, read in enumerate(readings):
        if read.status == "invalid":
            findings.add((frame["way"] == way).to_numpy(), read.column, expected=read.expected)
    return findings


def _again(coded: Mapping[str, CodedText]) -> NDArray[np.bool_]:
    """Mark rows that repeat an earlier one: patient, drug, strength, quantity, days and start."""
    key = combined([coded[column] for column in (*WAY, *NUMBERS)])
    return pl.Series(key).is_first_distinct().not_().to_numpy()


def _noted(frame: pl.DataFrame) -> pl.DataFrame:
    opioid = pl.col("status").is_in(OPIOID) & pl.col("ingredient").is_not_null()
    again, undated = pl.col("again") & opioid, opioid & pl.col("start").is_null()
    if not frame.select((again | undated).any()).item():
        return frame
    said = (
        pl.when(again).then(pl.lit("the same as an earlier row; both count")),
        pl.when(undated).then(pl.lit("no start_date: on no day")),
    )
    text = pl.concat_str(pl.col("note"), *said, separator="; ", ignore_nulls=True)
    return frame.with_columns(pl.when(text != "").then(text).alias("note"))
