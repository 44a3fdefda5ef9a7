"""Preference sheets: T-scores in long form in, one PROPr preference score per assessment out."""

from __future__ import annotations

import numpy as np
import polars as pl

from allay.base.findings import Findings
from allay.base.tables import Readable, read_csv
from allay.measures.catalog import get
from allay.measures.preference import COGNITION, Preference, preference_model

KEYS = ("patient_id", "timepoint", "date")
COGNITION_FORM = "promis-cognition2a"
RESULT = ("instrument", "version", "scale", "score", "status", "cognition", "reason")


def read_preference(source: Readable, *, name: str | None = None) -> pl.DataFrame:
    """Work out PROPr for every assessment in a file of scores, with cognition where it was asked.

    Parameters
    ----------
    source : path or binary stream
        Columns ``patient_id, instrument, scale, score`` and ``timepoint`` or ``date`` or both, as
        `allay measures score` writes them: rows of PROMIS-29 domains, and of the cognition form
        (promis-cognition2a) where it was given. Other rows are ignored.

    Returns
    -------
    polars.DataFrame
        The key columns, then ``RESULT``. ``cognition`` says whether cognition was ``asked`` or comes from
        the published ``regression``; with a domain missing there is no score, and ``reason`` names it.

    Raises
    ------
    InvalidInput
        A score that is no T-score, two rows for one assessment and scale.

    Examples
    --------
    >>> import io
    >>> domains = "physical_function depression fatigue sleep_disturbance social_participation"
    >>> scales = [*domains.split(), "pain_interference", "anxiety"]
    >>> rows = [f"A,promis29,{scale},in,50" for scale in scales] + ["A,promis-cognition2a,cognition,in,50"]
    >>> text = "patient_id,instrument,scale,timepoint,score\\n" + "\\n".join(rows)
    >>> read_preference(io.BytesIO(text.encode())).select("score", "cognition").row(0)
    (0.518, 'asked')
    """
    table = read_csv(
        source, columns=("patient_id", "instrument", "scale", "score"), optional=KEYS[1:], name=name
    )
    keys = [column for column in KEYS if column in table.columns]
    formula = get("promis29").scale("propr").derived
    assert isinstance(formula, Preference)
    places = {("promis29", scale): domain for domain, scale in formula.domains.items()}
    places[COGNITION_FORM, COGNITION] = COGNITION
    known = pl.DataFrame(
        [(*place, domain) for place, domain in places.items()],
        schema=["instrument", "scale", "domain"],
        orient="row",
    )
    frame = (
        table.frame.with_row_index("row")
        .with_columns(pl.col("score").str.strip_chars().cast(pl.Float64, strict=False).alias("value"))
        .join(known, on=["instrument", "scale"], how="inner", maintain_order="left")
    )
    _check(Findings(table), frame, keys, table.frame.height)
    wide = frame.pivot(on="domain", index=keys, values="value", maintain_order=True)
    return _scored(wide, keys, list(formula.domains))


def _check(findings: Findings, frame: pl.DataFrame, keys: list[str], rows: int) -> None:
    def everywhere(condition: pl.Expr) -> np.ndarray:
        mask = np.zeros(rows, dtype=bool)
        mask[frame.filter(condition.fill_null(value=False)).get_column("row").to_numpy()] = True
        return mask

    value = pl.col("value")
    wrong = (pl.col("score").is_not_null() & (value.is_null() | ~value.is_finite())) | (value < 0)
    findings.add(everywhere(wrong | (value > 100)), "score", expected="a score from 0 to 100, or blank")
    again = ~pl.struct(*keys, "domain").is_first_distinct()
    findings.add(
        everywhere(again), "scale", expected="one row per assessment and scale", found=lambda _: "one more"
    )
    findings.refuse()


def _scored(wide: pl.DataFrame, keys: list[str], domains: list[str]) -> pl.DataFrame:
    def column(domain: str) -> np.ndarray:
        if domain not in wide.columns:
            return np.full(wide.height, np.nan)
        return wide.get_column(domain).fill_null(float("nan")).to_numpy()

    model, instrument = preference_model("propr"), get("promis29")
    given = {domain: column(domain) for domain in domains}
    cognition = column(COGNITION)
    asked = ~np.isnan(cognition)
    seven = {domain: given[domain] for domain in model.attributes if domain != COGNITION}
    score = np.where(asked, model.utility(seven | {COGNITION: cognition}), model.utility(given))
    needed = {domain: np.isnan(values) & (~asked | (domain in seven)) for domain, values in given.items()}
    reasons = [
        ", ".join(domain for domain, missing in needed.items() if missing[row]) for row in range(wide.height)
    ]
    return wide.select(
        *keys,
        pl.lit(instrument.id).alias("instrument"),
        pl.lit(instrument.version).alias("version"),
        pl.lit("propr").alias("scale"),
        pl.Series("score", [None if np.isnan(value) else value for value in score], dtype=pl.Float64),
        pl.Series("status", ["not_scored" if np.isnan(value) else "scored" for value in score]),
        pl.Series("cognition", np.where(asked, "asked", "regression")),
        pl.Series("reason", [f"not scored: {each}" if each else None for each in reasons], dtype=pl.String),
    )
