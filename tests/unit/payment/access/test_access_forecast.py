"""Forecasts of ACCESS cohorts, against plain counting."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import betabinom, binom
from tests.unit.payment.access.cohorts import AUGUST, MET, MISSING, NOT, OPEN, TERMS, cohort

from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.payment.access.chances import count_distribution, effect_of_each, posterior_rates
from allay.payment.access.cohort import Aligned
from allay.payment.access.forecast import forecast
from allay.payment.access.reconciliation import reconciliation
from allay.payment.access.substitutes import substitute_trend

# Sums of products of doubles over at most 60 patients.
ROUNDING = 1e-12
# 200 slices of the posterior against its integral.
SLICES = 2e-3


@pytest.mark.parametrize(
    "chances",
    [[0.5], [0.1, 0.35, 0.35, 0.8, 0.99], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [0.0, 1.0, 0.3]],
    ids=["one", "repeating", "all different", "certain"],
)
def test_counts_against_every_combination(chances):
    expected = np.zeros(len(chances) + 1)
    for met in itertools.product([0, 1], repeat=len(chances)):
        expected[sum(met)] += math.prod(p if m else 1 - p for p, m in zip(chances, met, strict=True))
    assert count_distribution(chances) == pytest.approx(expected, abs=ROUNDING)
    values = np.arange(len(chances) + 1) ** 2.0
    for place, effect in enumerate(effect_of_each(chances, values)):
        with_it, without = list(chances), list(chances)
        with_it[place], without[place] = 1.0, 0.0
        plain = (count_distribution(with_it) - count_distribution(without)) @ values
        assert effect == pytest.approx(plain, abs=ROUNDING)


def test_counts_of_equal_chances_are_binomial():
    assert count_distribution([0.3] * 60) == pytest.approx(binom.pmf(range(61), 60, 0.3), abs=ROUNDING)


def test_a_common_rate_is_beta_binomial():
    rates = posterior_rates(20, 34)
    found = np.mean([count_distribution([rate] * 13) for rate in rates], axis=0)
    assert found == pytest.approx(betabinom.pmf(range(14), 13, 21, 15), abs=SLICES)


def test_chances_that_cannot_be():
    with pytest.raises(InvalidValue, match="chances from 0 to 1"):
        count_distribution([0.5, 1.2])
    with pytest.raises(InvalidValue, match="2 values"):
        effect_of_each([0.5], np.array([1.0]))
    with pytest.raises(InvalidValue, match="met <= reported"):
        posterior_rates(3, 2)


def test_a_forecast_without_open_patients_is_the_reconciliation():
    members = cohort(*[MET] * 4, *[NOT] * 5, MISSING)
    found = forecast(members, terms=TERMS, p_report=0.5)
    for line in found.forms:
        exact = reconciliation(members, terms=TERMS.with_form(line.form))
        assert (line.expected, line.low, line.high) == (exact.earned,) * 3
        assert line.release == exact.release
    assert (found.p_threshold, found.worth) == (0.0, ())
    assert (found.met, found.reported, found.open, found.rate) == (4, 9, 0, Fraction(2, 5))


def test_the_threshold_is_reached_at_it_and_not_below():
    three = [*cohort(MET, MET, NOT, NOT), Aligned("x", OPEN, p_met=1.0), Aligned("y", NOT)]
    assert forecast(three, terms=TERMS, p_report=1.0).p_threshold == 1.0
    assert forecast([*three, Aligned("z", NOT)], terms=TERMS, p_report=1.0).p_threshold == 0.0


def test_reports_that_never_come_count_as_not_met():
    members = [*cohort(MET, NOT), *(Aligned(f"o{n}", OPEN, p_met=0.9) for n in range(4))]
    found = forecast(members, terms=TERMS, p_report=0.0)
    assert found.expected_rate == pytest.approx(1 / 6)
    assert found.worth[0].worth > Money(0)


def test_the_likelier_patient_is_worth_more():
    members = [*cohort(*[NOT] * 4, *[MET] * 3), Aligned("a", OPEN, p_met=0.2), Aligned("b", OPEN, p_met=0.8)]
    found = forecast(members, terms=TERMS, p_report=1.0)
    assert [each.patient_id for each in found.worth] == ["b", "a"]


def test_chances_are_given_for_all_or_for_none():
    members = [Aligned("a", OPEN, p_met=0.2), Aligned("b", OPEN)]
    with pytest.raises(InvalidValue, match="none for b"):
        forecast(members, terms=TERMS, p_report=1.0)


def test_multi_track_effect():
    found = forecast(cohort(MET, MET, multi_track=True), terms=TERMS, p_report=1.0)
    assert (found.gross, found.discount_effect) == (Money(36000), Money(1800))


def test_trend_of_substitute_services():
    members = [
        Aligned("a", OPEN, aligned_on=AUGUST),
        Aligned("b", OPEN, aligned_on=AUGUST, substitute=True, substitute_on=dt.date(2026, 8, 31)),
        Aligned(
            "c", OPEN, aligned_on=dt.date(2026, 9, 1), substitute=True, substitute_on=dt.date(2026, 10, 1)
        ),
    ]
    found = substitute_trend(members, as_of=dt.date(2026, 10, 1), terms=TERMS)
    assert [(each.patients, each.without) for each in found.months] == [(2, 1), (3, 2), (3, 1)]
    pace = 2 / (61 + 30 + 30)
    assert found.expected == pytest.approx(math.exp(-pace * 304) / 3)
    assert substitute_trend([Aligned("a", OPEN)], as_of=AUGUST, terms=TERMS) is None
    unknown_day = [Aligned("a", OPEN, aligned_on=AUGUST, substitute=True)]
    assert substitute_trend(unknown_day, as_of=AUGUST, terms=TERMS) is None


def test_a_chance_next_to_nothing_is_none():
    assert count_distribution([7e-309, 1.0]).tolist() == [0.0, 1.0, 0.0]
