"""Forecast: how likely a cohort reaches the threshold, what it will earn, what one more report is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.measures.intervals import Interval, wilson
from allay.payment.access.attainment import Outcome
from allay.payment.access.chances import Floats, count_distribution, effect_of_each, posterior_rates
from allay.payment.access.cohort import Aligned, check_cohort
from allay.payment.access.reconciliation import gross_of, total_adjustment
from allay.payment.access.terms import FORMS, Form, Terms

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class FormForecast:
    """What is to be expected under one form of the outcome adjustment.

    Attributes
    ----------
    form : str
        ``proportional``, ``points`` or ``all_or_nothing``.
    expected : Money
        Mean of what is earned.
    low, high : Money
        Middle 95% of what is earned.
    release : Money
        Mean of what is released at the end.
    """

    form: Form
    expected: Money
    low: Money
    high: Money
    release: Money


@dataclass(frozen=True, slots=True)
class ReportValue:
    """What one more complete end-of-period report is worth: the expected change of earnings."""

    patient_id: str
    p_met: float
    worth: Money


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a cohort may expect.

    Attributes
    ----------
    patients, met, reported, open : int
        Counts so far; who is missing is among the patients and not among the reported.
    rate : Fraction
        Met so far of all aligned: those missing or open count as not met.
    interval : Interval
        Of that rate (Wilson).
    expected_rate : float
        Mean of the rate at the end.
    p_threshold : float
        Probability that the rate at the end reaches the threshold.
    without_substitute : float
        Share without a substitute service that was assumed.
    method : str
        Which chances were used.
    gross, paid : Money
        Before adjustment; and what is paid on the way whatever happens.
    forms : tuple of FormForecast
        All three forms, that of the terms first.
    worth : tuple of ReportValue
        Open patients, the most valuable first, then by identifier.
    discount_effect : Money
        What the multi-track discount would take from the gross (it is taken only when the terms say so).
    terms : Terms
        With the status of each number.
    """

    patients: int
    met: int
    reported: int
    open: int
    rate: Fraction
    interval: Interval
    expected_rate: float
    p_threshold: float
    without_substitute: float
    method: str
    gross: Money
    paid: Money
    forms: tuple[FormForecast, ...]
    worth: tuple[ReportValue, ...]
    discount_effect: Money
    terms: Terms


def forecast(
    members: Sequence[Aligned],
    *,
    terms: Terms,
    p_report: float,
    without_substitute: float | None = None,
    prior: tuple[float, float] = (1.0, 1.0),
) -> Forecast:
    """Forecast a cohort.

    Parameters
    ----------
    members : sequence of Aligned
        Open patients may carry `p_met` and `p_report`. Where every open patient has `p_met`, patients are
        taken as independent; where none has, one rate for all is drawn from the reports so far.
    terms : Terms
        Numbers and choices.
    p_report : float
        Chance of a complete report for open patients without one of their own.
    without_substitute : float, optional
        Share without a substitute service to expect; by default the share so far.
    prior : (float, float)
        Beta prior of the rate; the default is flat.

    Raises
    ------
    InvalidValue
        An empty cohort; `p_met` for some open patients only; a chance outside 0 to 1.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> outcomes = [Outcome.MET] * 4 + [Outcome.NOT_MET] * 3 + [Outcome.OPEN] * 3
    >>> cohort = [Aligned(str(n), each, p_met=0.5) for n, each in enumerate(outcomes)]
    >>> found = forecast(cohort, terms=shipped_terms(), p_report=1.0)
    >>> round(found.p_threshold, 3), str(found.forms[0].expected), str(found.worth[0].worth)
    (0.875, '1755.00', '45.00')
    """
    check_cohort(members)
    waiting = [member for member in members if member.outcome is Outcome.OPEN]
    met = sum(member.outcome is Outcome.MET for member in members)
    reported = met + sum(member.outcome is Outcome.NOT_MET for member in members)
    reporting = np.array([p_report if m.p_report is None else m.p_report for m in waiting])
    meeting, method = _chances(waiting, met, reported, prior)
    alone = Fraction(sum(not member.substitute for member in members), len(members))
    if without_substitute is not None:
        if not 0 <= without_substitute <= 1:
            raise InvalidValue(expected="a share from 0 to 1", found=f"{without_substitute:g}")
        alone = Fraction(without_substitute)
    counts = _mean([count_distribution(rates * reporting) for rates in meeting])
    gross = sum((gross_of(member, terms=terms) for member in members), Fraction(0))
    first = terms.choice("outcome_adjustment")
    forms = sorted(FORMS, key=lambda form: form != first)
    values = {form: _earned(terms.with_form(form), gross, met, len(members), alone) for form in forms}
    rates = (met + np.arange(len(counts))) / len(members)
    threshold = terms.number("outcome_threshold")
    reached = [Fraction(met + more, len(members)) >= threshold for more in range(len(counts))]
    paid = Money.rounded(gross * (1 - terms.number("withhold")))
    return Forecast(
        patients=len(members),
        met=met,
        reported=reported,
        open=len(waiting),
        rate=Fraction(met, len(members)),
        interval=wilson(met, len(members), level=LEVEL),
        expected_rate=float(rates @ counts),
        p_threshold=min(1.0, math.fsum(counts[np.array(reached)])),
        without_substitute=float(alone),
        method=method,
        gross=Money.rounded(gross),
        paid=paid,
        forms=tuple(_form(form, values[form], counts, paid) for form in forms),
        worth=_worth(waiting, meeting, reporting, values[forms[0]]),
        discount_effect=_discount(members, terms),
        terms=terms,
    )


def _chances(
    waiting: Sequence[Aligned], met: int, reported: int, prior: tuple[float, float]
) -> tuple[list[Floats], str]:
    """Chances of meeting the target, given a report: one scenario, or equally likely ones."""
    given = [member.p_met for member in waiting if member.p_met is not None]
    if len(given) == len(waiting):
        return [np.array(given, dtype=np.float64)], "a chance for each patient (Poisson-binomial)"
    if given:
        lacking = next(member.patient_id for member in waiting if member.p_met is None)
        raise InvalidValue(expected="p_met for every open patient or for none", found=f"none for {lacking}")
    rates = posterior_rates(met, reported, prior=prior)
    method = f"one rate for all from {met} of {reported} reports (beta posterior)"
    return [np.full(len(waiting), rate) for rate in rates], method


def _earned(terms: Terms, gross: Fraction, met: int, patients: int, alone: Fraction) -> Floats:
    """Dollars earned for each number of open patients who meet the target."""
    return np.array(
        [
            float(gross * (1 - total_adjustment(Fraction(met + more, patients), alone, terms=terms)))
            for more in range(patients - met + 1)
        ]
    )


def _form(form: Form, values: Floats, counts: Floats, paid: Money) -> FormForecast:
    reached = values[: len(counts)]
    spread = np.cumsum(counts)
    tail = (1 - LEVEL) / 2
    # What is earned rises with the count, so quantiles of the count are those of the money.
    low, high = np.minimum(np.searchsorted(spread, [tail, 1 - tail]), len(counts) - 1).tolist()
    expected = _money(float(reached @ counts))
    return FormForecast(form, expected, _money(reached[low]), _money(reached[high]), expected - paid)


def _worth(
    waiting: Sequence[Aligned], meeting: Sequence[Floats], reporting: Floats, values: Floats
) -> tuple[ReportValue, ...]:
    """The report of a patient turns nothing into a chance of meeting the target."""
    if not waiting:
        return ()
    reachable = values[: len(waiting) + 1]
    effect = _mean([effect_of_each(rates * reporting, reachable) * rates for rates in meeting])
    chance = _mean(list(meeting))
    found = [
        ReportValue(member.patient_id, float(p), _money(each))
        for member, p, each in zip(waiting, chance, effect, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-each.worth.cents, each.patient_id)))


def _discount(members: Sequence[Aligned], terms: Terms) -> Money:
    on, off = replace(terms, multi_track=True), replace(terms, multi_track=False)
    taken = (gross_of(m, terms=off) - gross_of(m, terms=on) for m in members)
    return Money.rounded(sum(taken, Fraction(0)))


def _mean(arrays: Sequence[Floats]) -> Floats:
    found: Floats = np.mean(np.stack(arrays), axis=0)
    return found


def _money(dollars: float) -> Money:
    """A mean as money: eleven decimals take away what binary fractions add."""
    return Money.rounded(Fraction(repr(round(float(dollars), 11))))
