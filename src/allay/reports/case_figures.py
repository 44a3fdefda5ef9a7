"""The drawings of a business case: cash, what moves it, scenarios, acceptability."""

from __future__ import annotations

from markupsafe import Markup

from allay.economics.result.drivers import Driver
from allay.economics.result.result import CaseResult
from allay.reports import plots
from allay.reports.case_answers import funded
from allay.reports.case_names import label
from allay.reports.case_words import amount, month, spread, usd

__all__ = ["acceptability", "cash", "courses", "moving", "tornado", "worth_knowing"]

MOST_DRIVERS = 12
"""Drivers that are drawn; the table has all that vary."""

MOVED = 1e-6
"""Share of the widest swing below which a number does not move the result: what is left is rounding."""


def cash(result: CaseResult) -> Markup:
    """The running total of the program's cash."""
    total, head = result.months.cumulative, result.headlines
    marks = [
        (found.best, words)
        for found, words in (
            (head.peak_month, _deepest(result)),
            (head.cumulative_break_even, "paid back"),
        )
        if found.best
    ]
    return plots.cash_curve(
        range(len(total.best)),
        total.median,
        total.low,
        total.high,
        best=total.best,
        marks=marks,
        title="Running total of the program's cash, grants and support left out",
        description=(
            f"At the best estimates {usd(total.best[-1])} after {result.case.months} months; deepest point "
            f"{usd(head.peak_funding.best)} below zero; back at zero {_paid_back(result)}."
        ),
        y_title=f"US dollars of {result.case.currency_year}",
        note=f"{result.draws:,} draws",
    )


def _deepest(result: CaseResult) -> str:
    last = result.headlines.peak_month.best == result.case.months
    return "still falling at the end" if last else "deepest point"


def _paid_back(result: CaseResult) -> str:
    return month(result.headlines.cumulative_break_even.best, result.case.months)


def moving(result: CaseResult) -> list[Driver]:
    """Return the quantities that move the program's net present value, the widest first."""
    widest = max((one.swing for one in result.drivers.drivers), default=0.0)
    return [one for one in result.drivers.drivers if one.swing > MOVED * widest]


def tornado(result: CaseResult) -> Markup | None:
    """How far each quantity moves the net present value; None where nothing varies."""
    shown = moving(result)[:MOST_DRIVERS]
    if not shown:
        return None
    return plots.tornado_bars(
        [label(one.quantity) for one in shown],
        [one.worth_at_low for one in shown],
        [one.worth_at_high for one in shown],
        result.drivers.base,
        low_labels=[amount(one.low, one.unit) for one in shown],
        high_labels=[amount(one.high, one.unit) for one in shown],
        title="The program's net present value with one number at the ends of its 95% interval",
        description=f"Widest: {label(shown[0].quantity)}, over {usd(shown[0].swing)}.",
        x_title=f"US dollars of {result.case.currency_year}",
        note=f"the {len(shown)} that move it most, the others at their best: {usd(result.drivers.base)}",
    )


def worth_knowing(result: CaseResult) -> Markup | None:
    """What knowing single quantities is worth; None where nothing would change the decision."""
    valued = sorted(result.drivers.drivers, key=lambda one: -one.evppi)[:MOST_DRIVERS]
    valued = [one for one in valued if one.evppi > 2 * one.evppi_se and one.evppi > 0]
    if not valued:
        return None
    return plots.evppi_bars(
        [label(one.quantity) for one in valued],
        [one.evppi for one in valued],
        [one.evppi_se for one in valued],
        title="What knowing one number would be worth before deciding to run the program",
        description=f"Most: {label(valued[0].quantity)}, {usd(valued[0].evppi)}.",
        x_title=f"US dollars of {result.case.currency_year}",
        note=f"{result.draws:,} draws",
    )


def courses(result: CaseResult) -> Markup | None:
    """The net present value in each scenario; None where the case has none."""
    if len(result.scenarios) < 2:
        return None
    found = [(one.title, one.net_present_value) for one in result.scenarios]
    without = ", without grants," if funded(result) else ""
    return plots.scenario_ranges(
        [title for title, _ in found],
        [worth.mean or 0.0 for _, worth in found],
        [worth.low or 0.0 for _, worth in found],
        [worth.high or 0.0 for _, worth in found],
        title=f"The program's net present value{without} in each scenario",
        description="; ".join(f"{title}: {spread(worth)}" for title, worth in found),
        x_title=f"US dollars of {result.case.currency_year}",
        mid_label="Mean of the draws",
        note=f"{result.draws:,} draws",
    )


def acceptability(result: CaseResult) -> Markup | None:
    """How often the program is worth it at each willingness to pay for a QALY; None without health."""
    if result.health is None:
        return None
    curves = {f"for {one.perspective}": one.curve for one in result.health.perspectives}
    first = next(iter(curves.values()))
    return plots.acceptability_curves(
        [price for price, _ in first],
        {who: [share for _, share in curve] for who, curve in curves.items()},
        None,
        title="How often the program is worth its cost, by what a quality-adjusted life-year may cost",
        description="; ".join(
            f"for {one.perspective} in {one.thresholds[-1].chance:.0%} of draws at "
            f"{usd(one.thresholds[-1].willingness_to_pay)}"
            for one in result.health.perspectives
        ),
        x_title="US dollars for a quality-adjusted life-year",
        y_title="Share of draws",
        note=f"{result.draws:,} draws",
    )
