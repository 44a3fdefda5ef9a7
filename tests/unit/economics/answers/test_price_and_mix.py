"""Prices, mixes of services, attendance, and what one more is worth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.answers.attendance import bookings, break_even_attendance
from allay.economics.answers.bundle_price import break_even_price
from allay.economics.answers.one_more import follow_up_worth, seat_worth, worth_of_one_more
from allay.economics.answers.roots import crossing
from allay.economics.answers.service_mix import ServiceOption, best_mix

# The price is sought to half a cent.
HALF_CENT = 0.005
# The solver's own tolerance, in dollars of some thousands.
SOLVER = 1e-6


def test_a_straight_line_takes_three_calls():
    calls = []

    def value(price):
        calls.append(1)
        return 120.0 * price - np.array([150_000.0, 180_000.0, 210_000.3])

    found = break_even_price(value, draws=3, low=0, high=5_000)
    assert found == pytest.approx(np.array([1250.0, 1500.0, 1750.0025]), abs=HALF_CENT)
    assert len(calls) == 3


def test_a_price_that_bends():
    """Money kept only above a floor, and then with a bonus: no straight line, and still one price."""
    cost = np.array([900.0, 2_500.0])
    found = break_even_price(
        lambda price: np.maximum(price - 100, 0) + np.maximum(price - 1_500, 0) * 2 - cost,
        draws=2, low=0, high=10_000,
    )  # fmt: skip
    assert found == pytest.approx(np.array([1_000.0, 1_866.6667]), abs=HALF_CENT)


def test_no_price_within_the_limits():
    found = break_even_price(lambda price: price - np.array([50.0, 5_000.0]), draws=2, low=100, high=1_000)
    assert np.isnan(found).all()


def test_a_value_that_falls_with_the_price_is_refused():
    with pytest.raises(InvalidValue, match="falls in 1 of 2 draws"):
        break_even_price(lambda price: price * np.array([1.0, -1.0]), draws=2, low=0, high=10)
    with pytest.raises(InvalidValue, match="prices from low to high"):
        break_even_price(lambda price: price, draws=1, low=5, high=5)


def test_crossings_at_the_ends():
    found = crossing(lambda x: x - np.array([0.0, 1.0]), low=np.zeros(2), high=np.ones(2), tolerance=1e-9)
    assert found.tolist() == [0.0, 1.0]


def test_a_secant_that_creeps_is_halved():
    """Far from a straight line the secant alone needs thousands of steps; with halving, two for each bit."""
    calls = []

    def steep(x):
        calls.append(1)
        return x**30 - 0.5

    found = crossing(steep, low=np.zeros(1), high=np.full(1, 10.0), tolerance=1e-9)
    assert found == pytest.approx([0.5 ** (1 / 30)], abs=1e-9)
    assert len(calls) < 80


def options():
    return [
        ServiceOption("yoga", {"instructor": 75.0}, most=12, limit="rooms"),
        ServiceOption("pain_education", {"instructor": 60.0, "psychologist": 30.0}, most=8, least=2),
        ServiceOption("cbt", {"psychologist": 60.0}, most=40),
        ServiceOption("massage", {"instructor": 30.0}, most=0, limit="not covered"),
    ]


MARGINS = np.array([[60.0, 110.0, 45.0, 500.0], [90.0, 70.0, 55.0, 500.0]])
CAPACITY = {"instructor": 900.0, "psychologist": 1_000.0}


def test_the_best_mix_is_the_best_corner():
    """Corners of the same program, by solving every four of its limits as equations."""
    mix = best_mix(options(), contribution=MARGINS, capacity=CAPACITY)
    rows, limits = [], []
    for role, minutes in CAPACITY.items():
        rows.append([one.minutes.get(role, 0.0) for one in options()])
        limits.append(minutes)
    for place, one in enumerate(options()):
        axis = np.eye(4)[place]
        rows += [axis, -axis]
        limits += [one.most, -one.least]
    table, bound = np.array(rows), np.array(limits)
    best = -np.inf
    for chosen in itertools.combinations(range(len(bound)), 4):
        square = table[list(chosen)]
        if abs(np.linalg.det(square)) > 1e-9:
            corner = np.linalg.solve(square, bound[list(chosen)])
            if (table @ corner <= bound + 1e-9).all():
                best = max(best, float(MARGINS.mean(axis=0) @ corner))
    assert mix.worth.mean() == pytest.approx(best, abs=SOLVER)
    assert mix.sessions["massage"] == 0
    assert mix.sessions["pain_education"] >= 2


def test_one_more_minute_is_worth_its_price():
    mix = best_mix(options(), contribution=MARGINS, capacity=CAPACITY)
    more = best_mix(options(), contribution=MARGINS, capacity=CAPACITY | {"instructor": 901.0})
    assert more.worth.mean() - mix.worth.mean() == pytest.approx(mix.minute_worth["instructor"], abs=SOLVER)
    assert mix.session_worth["massage"] > 0


def test_what_is_owed_must_fit():
    with pytest.raises(InvalidValue, match="120 minutes of instructor owed and 100 there"):
        best_mix(options(), contribution=MARGINS, capacity={"instructor": 100.0, "psychologist": 60.0})
    with pytest.raises(NotFound, match="no role 'psychologist'"):
        best_mix(options(), contribution=MARGINS, capacity={"instructor": 100.0})
    with pytest.raises(InvalidValue, match="4 services"):
        best_mix(options(), contribution=MARGINS[:, :3], capacity=CAPACITY)
    with pytest.raises(InvalidValue, match="least number"):
        ServiceOption("yoga", {}, most=1, least=2)
    with pytest.raises(InvalidValue, match="minutes of 0"):
        ServiceOption("yoga", {"instructor": -1.0}, most=1)


def test_a_seat_that_brings_nothing_never_pays():
    found = break_even_attendance([606.0, 606.0], shares=[1.0], fees=[[0.0], [101.0]])
    assert np.isnan(found[0])
    assert found[1] == 6
    with pytest.raises(InvalidValue, match="sum to 1"):
        break_even_attendance([606.0], shares=[0.5, 0.4], fees=[1, 2])
    with pytest.raises(InvalidValue, match="below 1"):
        bookings([9.0], no_show=1.0)


def test_the_last_bit_of_a_quotient_is_nobody():
    """0.1 + 0.1 + 0.1 dollars are 3.0000000000000004 tenths in float64."""
    assert break_even_attendance([0.1 + 0.1 + 0.1], shares=[1.0], fees=[0.1]).tolist() == [3]


def test_one_more_seat_where_nobody_waits_is_worth_nothing():
    none = seat_worth(sessions=[[8.0]], waiting=[[0.0]], no_show=0.2, fee=60.0)
    assert none.tolist() == [[0.0]]
    assert follow_up_worth(payment=180.0, chance=0.0, cost=12.0).tolist() == -12.0


def test_one_more_seat_both_ways():
    """The closed form and the difference of two runs are the same where the model is the closed form."""
    sessions, waiting = np.array([[0.0, 8.0, 8.0]]), np.array([[0.0, 3.0, 20.0]])
    seats = lambda extra: np.minimum(sessions * (10 + extra), sessions * 10 + waiting) * 0.75 * 60  # noqa: E731
    closed = seat_worth(sessions=sessions, waiting=waiting, no_show=0.25, fee=60.0).sum(axis=1)
    assert worth_of_one_more(seats(0), seats(1), added=1, yearly_rate=0).tolist() == closed.tolist()
    with pytest.raises(InvalidValue, match="more than 0"):
        worth_of_one_more(seats(0), seats(1), added=0, yearly_rate=0)
    with pytest.raises(InvalidValue, match="one shape"):
        worth_of_one_more(seats(0), seats(1)[:, :2], added=1, yearly_rate=0)
