"""What is known of a scale from elsewhere: reliability, norms, selection. Given by the user, or a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import polars as pl

from allay.base.errors import NotFound
from allay.base.facts import FactValue
from allay.base.findings import Findings
from allay.base.status import Status
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.catalog import get
from allay.measures.change import Change
from allay.measures.clinical_change import ClinicalChange, Cutoff, clinical_change
from allay.measures.conventions import facts
from allay.measures.derived import Norm
from allay.measures.logistic import NotEstimable
from allay.measures.selection import Side

__all__ = ["COLUMNS", "ScaleSetting", "known_setting", "read_settings", "setting_for"]

_NUMBERS = (
    "reliability",
    "sem",
    "dysfunctional_mean",
    "dysfunctional_sd",
    "functional_mean",
    "functional_sd",
    "population_mean",
    "population_sd",
    "selected_above",
    "selected_below",
)
COLUMNS = ("instrument", "scale", *_NUMBERS, "cutoff")


@dataclass(frozen=True, slots=True)
class ScaleSetting:
    """What to take as known about one scale.

    Attributes
    ----------
    reliability, sem : float or None
        One at most: the reliability of the score, or its standard error of measurement in score units.
    dysfunctional, functional, population : Norm or None
        Mean and SD of patients like these, of people without the problem, and of those from whom the
        patients were selected.
    cutoff : {'a', 'b', 'c'}
        Which cutoff of clinically significant change.
    selected_at : float or None
        The score from which patients were admitted, and ``side`` the side on which they lie.
    status : Status
        `contract` for what the user gave, else that of the fact.
    fact : FactValue or None
        The fact that holds the reliability or the standard error, where it is ours.

    Examples
    --------
    >>> ScaleSetting(reliability=0.8).sem is None
    True
    """

    reliability: float | None = None
    sem: float | None = None
    dysfunctional: Norm | None = None
    functional: Norm | None = None
    population: Norm | None = None
    cutoff: Cutoff = "c"
    selected_at: float | None = None
    side: Side = "above"
    status: Status = Status.CONTRACT
    fact: FactValue | None = None

    def clinical_change(self, change: Change) -> ClinicalChange | None:
        """Categories of clinically significant change; None where the noise of the scale is not known."""
        if self.reliability is None and self.sem is None:
            return None
        try:
            return clinical_change(
                change.baseline,
                change.followup,
                direction=change.scale.direction,
                reliability=self.reliability,
                sem=self.sem,
                norm=self.dysfunctional,
                functional=self.functional,
                cutoff=self.cutoff,
            )
        except NotEstimable:
            return None


def known_setting(instrument: str, scale: str) -> ScaleSetting | None:
    """What our facts hold about the noise of a scale: its standard error of measurement, or its reliability.

    Examples
    --------
    >>> known_setting("pcs", "total").sem, known_setting("peg", "total")
    (4.6, None)
    """
    place = f"{instrument}.{scale}".replace("-", "_")
    for name in ("sem", "reliability"):
        if (fact_id := f"measures.{name}.{place}") in facts():
            found = facts().get(fact_id).latest
            value = float(found.number)
            if name == "sem":
                return ScaleSetting(sem=value, status=found.status, fact=found)
            return ScaleSetting(reliability=value, status=found.status, fact=found)
    return None


def setting_for(
    given: Mapping[tuple[str, str], ScaleSetting], *, instrument: str, scale: str
) -> ScaleSetting | None:
    """What the user gave for a scale; where that says nothing of its noise, what our facts hold.

    Examples
    --------
    >>> setting_for({("pcs", "total"): ScaleSetting(cutoff="a")}, instrument="pcs", scale="total").sem
    4.6
    """
    setting, known = given.get((instrument, scale)), known_setting(instrument, scale)
    if setting is None or known is None or setting.reliability is not None or setting.sem is not None:
        return setting or known
    return replace(
        setting, reliability=known.reliability, sem=known.sem, status=known.status, fact=known.fact
    )


def read_settings(source: Readable, *, name: str | None = None) -> dict[tuple[str, str], ScaleSetting]:
    """Read settings from a CSV file, one row per scale.

    Parameters
    ----------
    source : path or binary stream
        Columns ``instrument, scale`` and any of the others of `COLUMNS`; blank means not known.

    Raises
    ------
    InvalidInput
        By line: unknown scales, a scale twice, both a reliability and a standard error, half a norm, a
        reliability not from 0 to below 1, a standard deviation of 0.

    Examples
    --------
    >>> import io
    >>> rows = b"instrument,scale,reliability,functional_mean,functional_sd\\npeg,total,0.8,1,1.5\\n"
    >>> read_settings(io.BytesIO(rows))["peg", "total"].functional
    Norm(mean=1.0, sd=1.5)
    """
    table = read_csv(source, columns=COLUMNS[:2], optional=COLUMNS[2:], others="refuse", name=name)
    text = table.padded(COLUMNS)
    frame = text.with_columns(pl.col(n).str.strip_chars().cast(pl.Float64, strict=False) for n in _NUMBERS)
    _check(table, text.select(COLUMNS), frame)
    return {(row["instrument"], row["scale"]): _setting(row) for row in frame.iter_rows(named=True)}


def _check(table: CsvTable, text: pl.DataFrame, frame: pl.DataFrame) -> None:
    findings = Findings(table)

    def add(
        column: str, wrong: pl.Expr, expected: str, *, found: str | None = None, source: pl.DataFrame = frame
    ) -> None:
        mask = source.select(wrong.fill_null(value=False).alias("w")).to_series().to_numpy()
        said = None if found is None else (lambda _: found)
        findings.add(np.asarray(mask), column, expected=expected, found=said)

    for n in _NUMBERS:
        if n in table.columns:
            bad = text.get_column(n).is_not_null() & ~frame.get_column(n).is_finite().fill_null(value=False)
            findings.add(bad.to_numpy(), n, expected="a number or blank")
    r = pl.col("reliability")
    add("reliability", ~r.is_between(0, 1, closed="left"), "a reliability from 0 to below 1")
    add("reliability", r.is_not_null() & pl.col("sem").is_not_null(), "a blank beside a sem", found="both")
    for n in ("sem", "dysfunctional_sd", "functional_sd", "population_sd"):
        add(n, pl.col(n) <= 0, "a number above 0")
    for kind in ("dysfunctional", "functional", "population"):
        half = pl.col(f"{kind}_mean").is_null() != pl.col(f"{kind}_sd").is_null()
        column = next((c for c in (f"{kind}_sd", f"{kind}_mean") if c in table.columns), "")
        add(column, half, f"a {kind} mean and sd, or neither", found="one of them")
    both = pl.col("selected_above").is_not_null() & pl.col("selected_below").is_not_null()
    add("selected_below", both, "a blank beside selected_above", found="both")
    add("cutoff", ~pl.col("cutoff").is_in(get_args(Cutoff)), "a, b, c or blank")
    add(
        "scale", pl.struct("instrument", "scale").is_first_distinct().not_(), "each scale once", found="again"
    )
    reasons = [_unknown(*pair) for pair in frame.select("instrument", "scale").iter_rows()]
    unknown = np.array([bool(reason) for reason in reasons], dtype=np.bool_)
    findings.add(unknown, "scale", expected="a known scale", found=lambda row: reasons[row])
    findings.refuse()


def _unknown(instrument: str | None, scale: str | None) -> str:
    try:
        get(instrument or "").scale(scale or "")
    except NotFound as error:
        return str(error)
    return ""


def _setting(row: dict[str, object]) -> ScaleSetting:
    def number(name: str) -> float | None:
        value = row[name]
        return value if isinstance(value, float) else None

    def norm(kind: str) -> Norm | None:
        mean, sd = number(f"{kind}_mean"), number(f"{kind}_sd")
        return None if mean is None or sd is None else Norm(mean, sd)

    above, below = number("selected_above"), number("selected_below")
    cutoffs: dict[object, Cutoff] = {"a": "a", "b": "b"}
    return ScaleSetting(
        reliability=number("reliability"),
        sem=number("sem"),
        dysfunctional=norm("dysfunctional"),
        functional=norm("functional"),
        population=norm("population"),
        cutoff=cutoffs.get(row["cutoff"], "c"),
        selected_at=above if above is not None else below,
        side="below" if above is None and below is not None else "above",
    )
