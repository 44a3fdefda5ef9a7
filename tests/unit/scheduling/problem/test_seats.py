"""Seats of groups by the binomial rule: published values, and two other ways to the same number."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom

from allay.base.errors import InvalidValue
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.seats import (
    FILE,
    MOST_SEATS,
    most_members,
    overfull_risk,
    seat_rule,
    seats_offered,
)


@pytest.mark.parametrize(
    ("capacity", "no_show", "members", "risk"),
    [
        (10, 0.1, 10, 0.0),
        (10, 0.2, 11, 0.0859),
        (10, 0.3, 12, 0.0850),
        (12, 0.1, 12, 0.0),
        (12, 0.2, 13, 0.0550),
        (12, 0.3, 14, 0.0475),
        (8, 0.1, 8, 0.0),
        (8, 0.2, 8, 0.0),
        (8, 0.3, 9, 0.0404),
    ],
)
def test_values_computed_outside(capacity, no_show, members, risk):
    assert seats_offered(capacity, no_show) == members
    assert round(overfull_risk(members, capacity, no_show), 4) == risk
    assert overfull_risk(members + 1, capacity, no_show) > 0.10


def plain_risk(members: int, capacity: int, no_show: float) -> float:
    """The probability as a sum over how many come."""
    return sum(
        math.comb(members, come) * (1 - no_show) ** come * no_show ** (members - come)
        for come in range(capacity + 1, members + 1)
    )


@pytest.mark.parametrize("capacity", [1, 2, 7, 12, 30, 100])
@pytest.mark.parametrize("no_show", [0.0, 0.01, 0.15, 0.25, 0.5])
def test_the_risk_equals_a_plain_sum_and_scipy(capacity, no_show):
    for members in (0, capacity, capacity + 1, capacity + 3, 2 * capacity):
        expected = plain_risk(members, capacity, no_show)
        assert overfull_risk(members, capacity, no_show) == pytest.approx(expected, abs=1e-12)
        assert expected == pytest.approx(binom.sf(capacity, members, 1 - no_show), abs=1e-12)


@pytest.mark.parametrize("risk", [0.01, 0.05, 0.10, 0.3])
def test_the_largest_number_is_found(risk):
    for capacity in (1, 5, 8, 12, 40):
        for no_show in (0.0, 0.1, 0.33, 0.5):
            fitting = [n for n in range(1, 3 * capacity + 5) if binom.sf(capacity, n, 1 - no_show) <= risk]
            assert seats_offered(capacity, no_show, risk=risk) == max(fitting)


def test_the_largest_hall_ends():
    assert MOST_SEATS < seats_offered(MOST_SEATS, 0.5) < 2 * MOST_SEATS


def test_a_cohort_without_expected_no_shows_has_its_seats():
    cohort = Cohort(id="c", kind="pain", service="group", max_size=10)
    assert most_members(cohort) == 10
    assert most_members(cohort.model_copy(update={"expected_no_show": 0.0})) == 10
    assert most_members(cohort.model_copy(update={"expected_no_show": 0.3})) == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"capacity": 0, "no_show": 0.1}, "a capacity from 1 to 1000 seats, found 0"),
        ({"capacity": 1001, "no_show": 0.1}, "a capacity from 1 to 1000 seats, found 1001"),
        ({"capacity": 10, "no_show": 0.51}, "a no_show from 0 to 0.5, found 0.51"),
        ({"capacity": 10, "no_show": -0.1}, "a no_show from 0 to 0.5"),
        ({"capacity": 10, "no_show": math.nan}, "a no_show from 0 to 0.5"),
        ({"capacity": 10, "no_show": 0.1, "risk": 0.0}, "a risk above 0 and below 1, found 0"),
        ({"capacity": 10, "no_show": 0.1, "risk": 1.0}, "a risk above 0 and below 1, found 1"),
    ],
)
def test_other_numbers_are_refused(arguments, message):
    with pytest.raises(InvalidValue, match=message):
        seats_offered(**arguments)


def test_the_risk_is_data_with_its_source():
    rule = seat_rule()
    assert rule.risk == 0.10
    assert rule.why
    assert rule.source.title
    assert f"risk: {rule.risk:.2f}" in FILE.read_text(encoding="utf-8")


def test_the_command_says_the_number_the_risk_and_that_it_is_for_groups_only(allay):
    status, out, _ = allay("scheduling", "seats", "--capacity", "10", "--no-show", "0.2")
    assert status == 0
    assert "11 members for 10 seats" in out
    assert "0.0859" in out
    assert "0.1 (derived)" in out
    assert "single patients are never booked twice" in out


def test_the_command_refuses_numbers_out_of_range(allay):
    status, _, errors = allay("scheduling", "seats", "--capacity", "10", "--no-show", "0.7")
    assert (status, "0.7" in errors) == (2, True)
