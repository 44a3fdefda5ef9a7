"""The result of an interrupted time series, as `allay evaluation series` writes it."""

from __future__ import annotations

import math

from pydantic import Field

from allay.base.tables import Strict
from allay.evaluation.series.interrupted import InterruptedSeries, Model, SeriesTerm, interrupted_series
from allay.evaluation.series.residuals import autocorrelations, durbin_watson
from allay.evaluation.series.seriesfile import TimeSeries

CAUTION = (
    "a single series has nobody to compare with: whatever else changed at the start is in the step, and so "
    "is regression to the mean where the program started because the series was high"
)
LAGS_SHOWN = 12


class TermResult(Strict):
    """A coefficient with its 95% interval; for counts also as a rate ratio."""

    term: str
    estimate: float
    se: float
    low: float
    high: float
    p: float | None
    rr: float | None
    rr_low: float | None
    rr_high: float | None


class TotalResult(Strict):
    """Sums over the times since the start."""

    observed: float
    expected: float = Field(description="Had the trend before gone on.")
    difference: float = Field(description="Fitted less expected.")
    se: float
    low: float
    high: float


class TimeResult(Strict):
    """One time: what was seen, the model, and the trend without the program with its 95% interval."""

    time: str
    observed: float
    fitted: float
    expected: float
    expected_low: float
    expected_high: float


class ResidualsResult(Strict):
    """Whether residuals still depend on their neighbors."""

    durbin_watson: float | None
    autocorrelations: tuple[float | None, ...]
    band: float = Field(description="Without serial correlation, 95 of 100 autocorrelations are within this.")


class SeriesChoices(Strict):
    """How the series was modeled."""

    model: Model = "quasipoisson"
    slope: bool = False
    seasonal: int = 0
    period: float = 12
    lags: int | None = None


class SeriesReport(Strict):
    """What `allay evaluation series` writes."""

    allay_version: str
    choices: SeriesChoices
    outcome: str
    population: str | None
    start: str
    times_before: int
    times_after: int
    terms: tuple[TermResult, ...]
    dispersion: float | None
    total: TotalResult
    times: tuple[TimeResult, ...]
    residuals: ResidualsResult
    warnings: tuple[str, ...]


def series_report(
    series: TimeSeries,
    choices: SeriesChoices,
    *,
    outcome: str,
    start: str,
    allay_version: str,
    population: str | None = None,
) -> SeriesReport:
    """Fit the series and say what came of it.

    Examples
    --------
    >>> import io
    >>> from allay.evaluation.series.seriesfile import read_series
    >>> rows = b"t,y\\n1,10\\n2,12\\n3,10\\n4,12\\n5,5\\n6,6\\n7,5\\n8,6\\n"
    >>> series = read_series(io.BytesIO(rows), time="t", outcome="y", start="5")
    >>> report = series_report(series, SeriesChoices(), outcome="y", start="5", allay_version="1")
    >>> report.times_before, report.total.observed
    (4, 22.0)
    """
    found = interrupted_series(
        series.time,
        series.outcome,
        start=series.start,
        population=series.population,
        model=choices.model,
        slope=choices.slope,
        harmonics=choices.seasonal,
        period=choices.period,
        lags=choices.lags,
    )
    total = found.total
    after = int(found.design.after.sum())
    return SeriesReport(
        allay_version=allay_version,
        choices=choices,
        outcome=outcome,
        population=population,
        start=start,
        times_before=len(series.time) - after,
        times_after=after,
        terms=tuple(_term(one, counts=choices.model != "gaussian") for one in found.terms),
        dispersion=_finite(found.dispersion),
        total=TotalResult(
            observed=total.observed,
            expected=total.expected,
            difference=total.difference,
            se=total.se,
            low=total.low,
            high=total.high,
        ),
        times=_times(series, found),
        residuals=_residuals(found),
        warnings=_warnings(series, choices),
    )


def _times(series: TimeSeries, found: InterruptedSeries) -> tuple[TimeResult, ...]:
    columns = (series.outcome, found.fitted, found.expected, found.low, found.high)
    rows = zip(series.labels, *(column.tolist() for column in columns), strict=True)
    return tuple(
        TimeResult(
            time=time,
            observed=observed,
            fitted=fitted,
            expected=expected,
            expected_low=low,
            expected_high=high,
        )
        for time, observed, fitted, expected, low, high in rows
    )


def _residuals(found: InterruptedSeries) -> ResidualsResult:
    correlations = autocorrelations(found.residuals, lags=LAGS_SHOWN)
    return ResidualsResult(
        durbin_watson=_finite(durbin_watson(found.residuals)),
        autocorrelations=tuple(_finite(one) for one in correlations.tolist()),
        band=1.96 / math.sqrt(len(found.residuals)),
    )


def _warnings(series: TimeSeries, choices: SeriesChoices) -> tuple[str, ...]:
    found = [CAUTION]
    if series.gaps:
        found.append(
            f"times are missing after {', '.join(series.gaps)}; serial correlation is read across the gap"
        )
    if choices.model == "poisson":
        found.append("errors take the variance to be the mean; see the dispersion, and quasipoisson")
    return tuple(found)


def _term(one: SeriesTerm, *, counts: bool) -> TermResult:
    ratio = one.ratio if counts else (None, None, None)
    return TermResult(
        term=one.name,
        estimate=one.estimate,
        se=one.se,
        low=one.low,
        high=one.high,
        p=_finite(one.p),
        rr=ratio[0],
        rr_low=ratio[1],
        rr_high=ratio[2],
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
