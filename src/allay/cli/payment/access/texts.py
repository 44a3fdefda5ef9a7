"""Results of the ACCESS commands for reading; every figure says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from allay.cli.results import aligned
from allay.payment.access.results import (
    ForecastResult,
    PolicyForecast,
    ReconciliationResult,
    TermLine,
    money_text,
)

HIGHEST = 20
_NAMES = {"terms": "The policy of the terms", "any": "Any measure", "all": "All measures"}


def reconciliation_text(result: ReconciliationResult) -> str:
    """Lay out a reconciliation."""
    counts = (
        f"{result.patients} patients: {result.met} met, {result.missing} missing, {result.open} open, "
        f"{result.without_substitute} without a substitute service"
    )
    figures = pl.DataFrame(
        [
            {
                "figure": each.figure,
                "value": f"{each.value:.1%}" if isinstance(each.value, float) else money_text(each.value),
                "sureness": each.sureness,
            }
            for each in result.figures
        ]
    )
    forms = pl.DataFrame(
        [
            {
                "form": each.form,
                "earned": money_text(each.earned),
                "release": money_text(each.release),
                "sureness": each.sureness,
            }
            for each in result.forms
        ]
    )
    parts = [counts, aligned(figures), aligned(forms)]
    if (reports := result.reports) is not None:
        parts.append(
            f"{reports.reports} reports are missing. Had all come and {reports.would_meet} met the target: "
            f"{money_text(reports.worth)} more, {money_text(reports.each)} for each [{reports.sureness}]"
        )
    return "\n\n".join([*parts, terms_text(result.terms)])


def terms_text(lines: Sequence[TermLine]) -> str:
    """Lay out terms."""
    rows = [
        {
            "term": line.term,
            "value": line.value if isinstance(line.value, str) else f"{line.value:g}",
            "sureness": line.sureness,
            "source": line.source,
        }
        for line in lines
    ]
    return aligned(pl.DataFrame(rows))


def forecast_text(result: ForecastResult) -> str:
    """Lay out a forecast: each policy, the trend, the terms."""
    parts = [part for each in result.forecasts for part in _policy_parts(each)]
    if result.trend is not None:
        months = pl.DataFrame([line.model_dump() for line in result.trend.months])
        parts += [
            f"Without a substitute service, expected at the end: {result.trend.expected_rate:.1%} "
            f"[{result.trend.sureness}]",
            aligned(months.with_columns(pl.col("rate").round(3))),
        ]
    return "\n\n".join([*parts, terms_text(result.terms)])


def _policy_parts(found: PolicyForecast) -> list[str]:
    head = (
        f"{_NAMES[found.policy]} [{found.sureness}]\n"
        f"met {found.met} of {found.patients} aligned, {found.rate:.1%} "
        f"(95% interval {found.rate_low:.1%} to {found.rate_high:.1%}); {found.reported} reported, "
        f"{found.open} open\n"
        f"expected at the end {found.expected_rate:.1%}; chance to reach the threshold "
        f"{found.p_threshold:.1%} [{found.sureness}]; by {found.method}\n"
        f"gross {money_text(found.gross)}, paid on the way {money_text(found.paid)}; a multi-track discount "
        f"would take {money_text(found.discount_effect)} [{found.sureness}]"
    )
    forms = [
        {
            "form": line.form,
            "expected": money_text(line.expected),
            "low": money_text(line.low),
            "high": money_text(line.high),
            "release": money_text(line.release),
            "sureness": line.sureness,
        }
        for line in found.forms
    ]
    parts = [head, aligned(pl.DataFrame(forms))]
    if found.worth:
        rows = [
            {
                "patient_id": line.patient_id,
                "p_met": f"{line.p_met:.2f}",
                "one_report_is_worth": money_text(line.worth),
                "sureness": line.sureness,
            }
            for line in found.worth[:HIGHEST]
        ]
        more = len(found.worth) - len(rows)
        parts.append(aligned(pl.DataFrame(rows)) + (f"\nand {more} more" if more else ""))
    return parts
