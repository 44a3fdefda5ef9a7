"""Internal rates: one, none, several, and what is said about each."""

from __future__ import annotations

import numpy as np
import pytest

from allay.economics.answers.cash import net_present_value
from allay.economics.answers.internal_rate import RateFinding, internal_rate

# The search ends when 1e-13 of the money moved is left; a yearly rate is then known to about 1e-11.
RATE = 1e-9
# In dollars, at a found rate, for cash of hundreds of thousands.
NOTHING = 1e-4


def yearly(*amounts: float) -> list[float]:
    """Cash once a year, month 0 first."""
    months = [0.0] * (12 * (len(amounts) - 1) + 1)
    for year, amount in enumerate(amounts):
        months[12 * year] = amount
    return months


def test_one_rate():
    found = internal_rate([yearly(-100, 110, 0), yearly(100, -110, 0), yearly(-100, 60, 60)])
    expected = (60 + (60**2 + 4 * 100 * 60) ** 0.5) / 200 - 1  # the quadratic formula
    assert found.rate == pytest.approx(np.array([0.1, 0.1, expected]), abs=RATE)
    assert found.finding.tolist() == [RateFinding.UNIQUE, RateFinding.UNIQUE, RateFinding.UNIQUE]


def test_a_loss_has_a_rate_below_zero():
    found = internal_rate([yearly(-100, 50), yearly(-100, 2)])
    assert found.rate == pytest.approx(np.array([-0.5, -0.98]), abs=RATE)


@pytest.mark.parametrize("cash", [yearly(-1, -2), yearly(0, 5), yearly(0, 0)])
def test_cash_of_one_sign_has_none(cash):
    found = internal_rate([cash])
    assert np.isnan(found.rate).all()
    assert found.finding.tolist() == [RateFinding.NO_SIGN_CHANGE]
    assert found.summary.defined == 0.0


def test_two_rates_are_none():
    """-100, 230, -132 is worth nothing at 10% and at 20% a year."""
    found = internal_rate([yearly(-100, 230, -132)])
    assert found.count.tolist() == [2]
    assert found.finding.tolist() == [RateFinding.SEVERAL]
    assert np.isnan(found.rate).all()


def test_signs_that_change_twice_without_any_rate():
    found = internal_rate([yearly(-100, 150, -100)])
    assert found.finding.tolist() == [RateFinding.NONE_IN_RANGE]


def test_a_rate_out_of_range():
    assert internal_rate([yearly(-1, 1000)]).finding.tolist() == [RateFinding.NONE_IN_RANGE]


def test_months_without_cash_at_the_end_do_not_move_it():
    short, long = yearly(-100, 110), yearly(-100, 110, *[0] * 9)
    assert internal_rate([long]).rate == pytest.approx(internal_rate([short]).rate, abs=RATE)


def test_many_draws_at_once():
    """More draws than are tried at a time: each finds the rate at which it is worth nothing."""
    rng = np.random.default_rng(6)
    cash = np.column_stack([-rng.uniform(1e5, 5e5, 2_500), rng.uniform(0, 2e4, (2_500, 60))])
    found = internal_rate(cash)
    assert (found.finding == RateFinding.UNIQUE).all()
    for draw in (0, 1_999, 2_000, 2_499):
        growth = (1 + found.rate[draw]) ** (-np.arange(61) / 12)
        assert abs(cash[draw] @ growth) < NOTHING
    assert found.shares["one internal rate"] == 1.0
    above = net_present_value(cash[found.rate > 0.05], yearly_rate=0.05)
    assert (above > 0).all()
