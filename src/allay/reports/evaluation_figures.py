"""The drawings of an evaluation: balance, the ladder of comparisons, event study, categories, series."""

from __future__ import annotations

from markupsafe import Markup

from allay.evaluation.study.defaults import number
from allay.evaluation.study.estimates import ChangeEstimate, EffectEstimate
from allay.evaluation.study.result import (
    AggregateRecord,
    OutcomeResult,
    SeriesRecord,
    StudyResult,
    WeightingRecord,
)
from allay.reports import evaluation_words as words
from allay.reports import plots

__all__ = ["MOST_COVARIATES", "categories", "event_study", "ladder", "love", "measure", "series"]

MOST_COVARIATES = 24
"""Covariates that are drawn; the table has all."""


def measure(found: OutcomeResult) -> words.Measure:
    """How the amounts of an outcome are written."""
    return words.measure_of(found.unit, found.means.starters_before)


def love(found: WeightingRecord) -> Markup | None:
    """How far the groups differ before and after weighing; None where nothing can be drawn."""
    known = [row for row in found.rows if row.before.smd is not None and row.after.smd is not None]
    known.sort(key=lambda row: -abs(row.before.smd or 0.0))
    shown = known[:MOST_COVARIATES]
    if not shown:
        return None
    limit = number("largest_difference")
    over = sum(1 for row in known if abs(row.after.smd or 0.0) > limit)
    note = f"the {len(shown)} of {len(found.rows)} that differed most" if len(shown) < len(found.rows) else ""
    return plots.love_rows(
        [words.covariate(row.name) for row in shown],
        [abs(row.before.smd or 0.0) for row in shown],
        [abs(row.after.smd or 0.0) for row in shown],
        limit=limit,
        title="How far starters and comparison members differ",
        description=(
            f"After weighing, {over or 'none'} of {len(known)} covariates differ by more than {limit:g}."
        ),
        x_title="Standardized difference, without its sign",
        note=note,
    )


def _row(name: str, found: EffectEstimate, factor: float, *, sure: bool = True) -> plots.EffectRow:
    low, high = (None if end is None else end * factor for end in (found.low, found.high))
    return plots.EffectRow(name, found.estimate * factor, low, high, sure)


def _change(name: str, found: ChangeEstimate, factor: float) -> plots.EffectRow:
    low, high = (None if end is None else end * factor for end in (found.low, found.high))
    return plots.EffectRow(name, found.change * factor, low, high, sure=False)


def ladder(found: OutcomeResult) -> Markup:
    """The same outcome by four comparisons, from none to the adjusted one."""
    how = measure(found)
    adjusted = found.adjusted
    return plots.effect_rows(
        [
            _change("Starters only, from their peak", found.peak_to_after, how.factor),
            _change("Starters only, before and after", found.before_after, how.factor),
            _row("With comparison members, unadjusted", found.unadjusted, how.factor),
            _row("With comparison members made alike (adjusted)", adjusted, how.factor),
        ],
        title=f"{words.capital(found.name)}: the change by what it is compared with",
        description=(
            f"From the peak {how.text(found.peak_to_after.change)}, before and after "
            f"{how.text(found.before_after.change)}, unadjusted {how.text(found.unadjusted.estimate)}, "
            f"adjusted {how.text(adjusted.estimate)} {how.per}."
        ),
        x_title=_unit(how),
        sure_label="With a comparison group",
        other_label="Without one: not an effect",
        note=f"{adjusted.starters:,} starters, {adjusted.comparison:,} comparison members",
    )


def _unit(how: words.Measure) -> str:
    return words.capital(f"dollars {how.per}" if how.sign else how.per)


def event_study(found: OutcomeResult, dynamic: AggregateRecord, result: StudyResult) -> Markup:
    """Effects by time since the start, with the interval of each and the band of all."""
    how = measure(found)
    factor = how.factor
    period = "quarters" if result.period_months == 3 else "months"
    left_out = -(-int(result.protocol["design"]["anticipation_months"]) // result.period_months)
    points = [
        plots.EventPoint(
            one.label,
            one.att * factor,
            *(
                None if end is None else end * factor
                for end in (one.low, one.high, one.band_low, one.band_high)
            ),
        )
        for one in dynamic.by
    ]
    after = [one for one in dynamic.by if one.label >= 0]
    clear = [one for one in after if one.low is not None and not one.low <= 0 <= (one.high or 0.0)]
    return plots.event_study_plot(
        points,
        anticipation=left_out,
        title=f"{words.capital(found.name)} by time since the start: starters less comparison members",
        description=(
            f"{len(points) - len(after)} {period} before the start and {len(after)} from it on; the interval "
            f"leaves zero out in {len(clear)} of the latter. The table below has all numbers."
        ),
        x_title=f"{words.capital(period)} since the start" + (" (shaded: left out)" if left_out else ""),
        y_title=_unit(how),
        note=f"{dynamic.estimate.starters:,} starters, {dynamic.estimate.comparison:,} comparison members",
    )


def categories(found: tuple[OutcomeResult, ...]) -> Markup | None:
    """The relative change of every outcome with its interval; None where none has one."""
    shown = [one for one in found if one.adjusted.relative is not None]
    if not shown:
        return None
    rows = []
    for one in shown:
        est = one.adjusted
        ends = [None if end is None else end * 100 for end in (est.relative_low, est.relative_high)]
        rows.append(
            plots.EffectRow(
                words.capital(one.name),
                (est.relative or 0.0) * 100,
                ends[0] if ends[1] is not None else None,
                ends[1],
                sure=one.role != "negative_control",
            )
        )
    return plots.effect_rows(
        rows,
        title=(
            "Effect in each category, as a change against what starters would have had"
            if any(row.sure for row in rows)
            else "Change in what the program cannot change"
        ),
        description="; ".join(
            f"{one.name} {words.relative(one.adjusted.relative)} "
            f"({words.relative_spread(one.adjusted.relative_low, one.adjusted.relative_high)})"
            for one in shown
        ),
        x_title="Change in percent",
        sure_label="Adjusted effect",
        other_label="Negative control: ought to be zero",
    )


def series(found: SeriesRecord) -> Markup:
    """A series around the start beside its own trend."""
    how = words.measure_of(found.unit, max(found.means))
    return plots.series_plot(
        found.months,
        [value * how.factor for value in found.means],
        [value * how.factor for value in found.expected],
        title=f"{words.capital(found.name)} of starters around the start, and their own trend before it",
        description=(
            f"Over the follow-up {how.said(found.total)} against the trend before "
            f"({how.spread(found.total_low, found.total_high)})."
        ),
        y_title=_unit(how),
        note=f"{found.starters:,} starters",
    )
