"""Results of the ACCESS commands as they are written: every figure with its status, terms at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.cohort import Aligned
from allay.payment.access.forecast import Forecast
from allay.payment.access.parameters import sureness
from allay.payment.access.reconciliation import AccessReconciliation, ReportsValue, reconciliation
from allay.payment.access.substitutes import SubstituteTrend
from allay.payment.access.terms import FORMS, Terms

PLACES = 6


class Result(BaseModel):
    """Base of what is written."""

    model_config = ConfigDict(frozen=True)


class Figure(Result):
    """One figure: dollars, or a share of 1; "unconfirmed" unless all it rests on is verified."""

    figure: str
    value: Decimal | float
    sureness: str


class TermLine(Result):
    """One number or choice that was used."""

    term: str
    value: str | float
    sureness: str
    source: str


class FormLine(Result):
    """What is earned under one form of the outcome adjustment."""

    form: str
    earned: Decimal
    release: Decimal
    sureness: str


class ExpectedLine(Result):
    """What is to be expected under one form, with the middle 95% of what is earned."""

    form: str
    expected: Decimal
    low: Decimal
    high: Decimal
    release: Decimal
    sureness: str


class ReportsLine(Result):
    """What missing reports would have been worth."""

    reports: int
    would_meet: int
    earned: Decimal
    worth: Decimal
    each: Decimal
    sureness: str


class ReconciliationResult(Result):
    """What a cohort earns."""

    allay_version: str
    track: str
    patients: int
    met: int
    missing: int
    open: int
    without_substitute: int
    figures: tuple[Figure, ...]
    forms: tuple[FormLine, ...]
    reports: ReportsLine | None = None
    terms: tuple[TermLine, ...]


class WorthLine(Result):
    """What one more complete report is worth."""

    patient_id: str
    p_met: float
    worth: Decimal
    sureness: str


class PolicyForecast(Result):
    """A forecast under one policy; `policy` is ``terms``, ``any`` or ``all``."""

    policy: str
    patients: int
    met: int
    reported: int
    open: int
    rate: float
    rate_low: float
    rate_high: float
    expected_rate: float
    p_threshold: float
    method: str
    gross: Decimal
    paid: Decimal
    forms: tuple[ExpectedLine, ...]
    discount_effect: Decimal
    worth: tuple[WorthLine, ...]
    sureness: str


class MonthLine(Result):
    """Substitute services by the end of a month."""

    month: dt.date
    patients: int
    without_substitute: int
    rate: float


class TrendResult(Result):
    """Where substitute services are heading."""

    months: tuple[MonthLine, ...]
    a_month: float
    expected_rate: float
    sureness: str


class ForecastResult(Result):
    """What a cohort may expect, under each policy that the file has outcomes for."""

    allay_version: str
    track: str
    as_of: dt.date
    without_substitute: float
    forecasts: tuple[PolicyForecast, ...]
    trend: TrendResult | None
    terms: tuple[TermLine, ...]


SHARES = (
    "attainment_rate",
    "without_substitute_rate",
    "outcome_adjustment",
    "substitute_adjustment",
    "adjustment",
)
AMOUNTS = ("gross", "paid", "earned", "release", "medicare", "patient_share", "patient_collected")


def term_lines(terms: Terms) -> tuple[TermLine, ...]:
    """Return every term that was used.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> {line.term: line.sureness for line in term_lines(shipped_terms())}["substitute_cap"]
    'unconfirmed: memory'
    """
    return tuple(
        TermLine(
            term=term.name,
            value=term.value if isinstance(term.value, str) else _share(term.value),
            sureness=sureness(term.status),
            source=term.source,
        )
        for term in terms.used
    )


def reconciliation_result(
    found: AccessReconciliation,
    *,
    forms: Mapping[str, AccessReconciliation],
    reports: ReportsValue | None,
    allay_version: str,
) -> ReconciliationResult:
    """Write a reconciliation, beside those under each form of the outcome adjustment."""
    shares = [_figure(found, name, _share(getattr(found, name))) for name in SHARES]
    amounts = [_figure(found, name, getattr(found, name).dollars) for name in AMOUNTS]
    return ReconciliationResult(
        allay_version=allay_version,
        track=found.terms.track,
        patients=found.patients,
        met=found.met,
        missing=found.missing,
        open=found.open,
        without_substitute=found.without_substitute,
        figures=tuple(shares + amounts),
        forms=tuple(
            FormLine(
                form=form,
                earned=each.earned.dollars,
                release=each.release.dollars,
                sureness=sureness(each.status_of("earned")),
            )
            for form, each in forms.items()
        ),
        reports=reports and _reports(reports, found.status_of("earned")),
        terms=term_lines(found.terms),
    )


def by_form(members: Sequence[Aligned], *, terms: Terms) -> dict[str, AccessReconciliation]:
    """Reconcile a cohort under each form of the outcome adjustment, that of the terms first."""
    ordered = sorted(FORMS, key=lambda form: form != terms.choice("outcome_adjustment"))
    return {form: reconciliation(members, terms=terms.with_form(form)) for form in ordered}


def policy_forecast(policy: str, found: Forecast) -> PolicyForecast:
    """Write a forecast. A forecast is never verified: at best it is derived."""
    sure = sureness(Status.weakest([Status.DERIVED, found.terms.status]))
    return PolicyForecast(
        policy=policy,
        patients=found.patients,
        met=found.met,
        reported=found.reported,
        open=found.open,
        rate=_share(found.rate),
        rate_low=round(found.interval.low, PLACES),
        rate_high=round(found.interval.high, PLACES),
        expected_rate=round(found.expected_rate, PLACES),
        p_threshold=round(found.p_threshold, PLACES),
        method=found.method,
        gross=found.gross.dollars,
        paid=found.paid.dollars,
        forms=tuple(
            ExpectedLine(
                form=each.form,
                expected=each.expected.dollars,
                low=each.low.dollars,
                high=each.high.dollars,
                release=each.release.dollars,
                sureness=sure,
            )
            for each in found.forms
        ),
        discount_effect=found.discount_effect.dollars,
        worth=tuple(
            WorthLine(
                patient_id=each.patient_id,
                p_met=round(each.p_met, PLACES),
                worth=each.worth.dollars,
                sureness=sure,
            )
            for each in found.worth
        ),
        sureness=sure,
    )


def trend_result(trend: SubstituteTrend) -> TrendResult:
    """Write the trend of substitute services."""
    return TrendResult(
        months=tuple(
            MonthLine(
                month=each.month,
                patients=each.patients,
                without_substitute=each.without,
                rate=_share(each.rate),
            )
            for each in trend.months
        ),
        a_month=round(trend.a_month, PLACES),
        expected_rate=round(trend.expected, PLACES),
        sureness=sureness(Status.DERIVED),
    )


def money_text(amount: Money | Decimal) -> str:
    """Return an amount for reading, with thousands separated.

    Examples
    --------
    >>> money_text(Money(1800000))
    '$18,000.00'
    """
    dollars = amount.dollars if isinstance(amount, Money) else amount
    return f"{'-' if dollars < 0 else ''}${abs(dollars):,.2f}"


def _figure(found: AccessReconciliation, name: str, value: Decimal | float) -> Figure:
    return Figure(figure=name, value=value, sureness=sureness(found.status_of(name)))


def _reports(value: ReportsValue, status: Status) -> ReportsLine:
    return ReportsLine(
        reports=value.reports,
        would_meet=value.would_meet,
        earned=value.earned.dollars,
        worth=value.worth.dollars,
        each=value.each.dollars,
        sureness=sureness(status),
    )


def _share(value: Fraction) -> float:
    return round(float(value), PLACES)
