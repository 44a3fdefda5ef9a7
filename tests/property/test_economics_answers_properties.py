"""Answers from cash against plain loops, and statements that hold for all cash."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allay.economics.answers.attendance import bookings, break_even_attendance
from allay.economics.answers.bundle_price import break_even_price
from allay.economics.answers.cash import (
    cumulative_break_even,
    discounted_payback,
    months_of_cash,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.internal_rate import RateFinding, internal_rate
from allay.economics.answers.service_mix import ServiceOption, best_mix
from allay.economics.answers.summary import NEVER
from allay.payment.projection import sessions

# Sums of dozens of float64 dollars up to 1e6.
DOLLARS = 1e-6
# The solver's tolerance on dollars of some thousands.
SOLVER = 1e-4

# Whole dollars, so that a running total of zero is exactly zero in both ways of adding.
months = st.lists(st.integers(-10_000, 10_000).map(float), min_size=4, max_size=40)
rates = st.floats(0, 0.3)


def plain(cash: list[float], rate: float, reserve: float) -> dict[str, float]:
    """One draw, month by month."""
    total = worth = lowest = 0.0
    found = {"operating": NEVER, "cumulative": NEVER, "payback": NEVER, "dry": NEVER, "lowest_month": 0}
    held = reserve
    for month, amount in enumerate(cash):
        total += amount
        worth += amount / (1 + rate) ** (month / 12)
        if total < lowest:
            lowest, found["lowest_month"] = total, month
        for name, running in (("cumulative", total), ("payback", worth)):
            if running < -1e-4:
                found[name] = NEVER
            elif found[name] == NEVER:
                found[name] = month
        good = month >= 1 and cash[month : month + 3]
        if found["operating"] == NEVER and good and len(good) == 3 and min(good) >= 0:
            found["operating"] = month
        if month:
            held += amount
            if held < -1e-4 and found["dry"] == NEVER:
                found["dry"] = month - 1
    return found | {"worth": worth, "need": -lowest}


@given(months, rates, st.integers(0, 50_000))
def test_answers_are_those_of_a_plain_loop(cash, rate, reserve):
    expected = plain(cash, rate, float(reserve))
    need, month = peak_funding([cash])
    assert operating_break_even([cash]).tolist() == [expected["operating"]]
    assert cumulative_break_even([cash]).tolist() == [expected["cumulative"]]
    assert months_of_cash([cash], reserve=reserve).tolist() == [expected["dry"]]
    assert (need.tolist(), month.tolist()) == ([expected["need"]], [expected["lowest_month"]])
    assert net_present_value([cash], yearly_rate=rate) == pytest.approx([expected["worth"]], abs=DOLLARS)
    assert discounted_payback([cash], yearly_rate=rate).tolist() == [expected["payback"]]


@given(months, rates)
def test_draws_do_not_know_of_each_other(cash, rate):
    both = [cash, cash[::-1]]
    assert internal_rate(both).finding.tolist() == [int(internal_rate([one]).finding[0]) for one in both]
    alone = [float(net_present_value([one], yearly_rate=rate)[0]) for one in both]
    assert net_present_value(both, yearly_rate=rate) == pytest.approx(alone, abs=DOLLARS)


@given(months)
def test_a_reserve_of_the_peak_lasts(cash):
    """Whoever has what must be funded never runs dry, and with a dollar less does."""
    need, _ = peak_funding([cash])
    assert months_of_cash([[0.0, *cash]], reserve=need).tolist() == [NEVER]
    assume(need[0] > 0)
    assert months_of_cash([[0.0, *cash]], reserve=need - 1).tolist() != [NEVER]


@given(months)
def test_an_internal_rate_is_worth_nothing(cash):
    found = internal_rate([cash])
    if found.finding[0] == RateFinding.UNIQUE:
        growth = (1 + found.rate[0]) ** (-np.arange(len(cash)) / 12)
        moved = np.abs(cash) @ growth
        assert abs(np.array(cash) @ growth) <= 1e-9 * moved
    elif found.finding[0] == RateFinding.NO_SIGN_CHANGE:
        assert min(cash) >= 0 or max(cash) <= 0


@given(st.floats(-0.9, 5), st.lists(st.floats(1, 1_000), min_size=1, max_size=40))
def test_one_change_of_sign_is_one_rate(rate, paid):
    """An outlay that is worth exactly what comes back at a rate has that rate."""
    growth = (1 + rate) ** (-np.arange(1, len(paid) + 1) / 12)
    found = internal_rate([[-float(np.array(paid) @ growth), *paid]])
    assert found.rate == pytest.approx([rate], abs=1e-6)


@given(st.lists(st.tuples(st.floats(1, 500), st.floats(0, 2e5)), min_size=1, max_size=6), st.floats(0, 3))
def test_a_break_even_price_breaks_even(programs, bend):
    starts, cost = np.array(programs).T

    def value(price):
        return starts * price + bend * np.maximum(price - 500, 0) - cost

    price = break_even_price(value, draws=len(programs), low=0, high=1e6)
    reached = ~np.isnan(price)
    assert (value(np.where(reached, price + 0.01, 0))[reached] >= -DOLLARS).all()
    assert (value(np.where(reached, price - 0.01, 0))[reached] <= DOLLARS).all()
    assert (value(np.full(len(programs), 1e6))[~reached] < 0).all()


@given(st.integers(1, 5_000), st.integers(1, 400), st.integers(0, 90))
def test_attendance_is_that_of_exact_fractions(cost, fee, no_show):
    needed = sessions.break_even(cost, fee)
    assert break_even_attendance([float(cost)], shares=[1.0], fees=[float(fee)]).tolist() == [needed]
    booked = sessions.bookings_needed(needed, Fraction(no_show, 100))
    assert bookings([float(needed)], no_show=no_show / 100).tolist() == [booked]
    assert math.floor(booked) == booked


@given(
    st.lists(st.tuples(st.floats(-50, 200), st.floats(5, 120), st.floats(0, 40)), min_size=1, max_size=5),
    st.floats(0, 5_000),
)
def test_with_one_role_the_best_mix_is_greedy(services, minutes):
    """One limit: take services by what a minute of them leaves, as far as the minutes go."""
    options = [ServiceOption(f"s{n}", {"one": each}, most=most) for n, (_, each, most) in enumerate(services)]
    margins = np.array([[margin for margin, _, _ in services]])
    mix = best_mix(options, contribution=margins, capacity={"one": minutes})
    left, best = minutes, 0.0
    for margin, each, most in sorted(services, key=lambda one: -one[0] / one[1]):
        if margin > 0:
            held = min(most, left / each)
            best, left = best + held * margin, left - held * each
    assert mix.worth[0] == pytest.approx(best, abs=SOLVER, rel=1e-7)
