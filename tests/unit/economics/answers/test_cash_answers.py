"""Cash that has no answer, or an odd one; and answers over draws."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.economics.answers.answers import START_UP, cash_answers, program_cash
from allay.economics.answers.cash import (
    cash_table,
    cumulative_break_even,
    discounted_payback,
    months_of_cash,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.summary import NEVER, summarize, summarize_months
from allay.economics.case.flow import Flow


def test_two_good_months_are_no_operating_break_even():
    assert operating_break_even([[0, -5, 5, 5, -5, 5, 5]]).tolist() == [NEVER]
    assert operating_break_even([[0, -5, 5, 5, -5, 5, 5]], straight=2).tolist() == [2]


def test_rounding_of_a_month_is_no_loss():
    """0.3 less 0.1 less 0.2 falls short of 0 in the last bit."""
    even = 0.3 - (0.1 + 0.2)
    assert even < 0
    assert operating_break_even([[-5, even, even, even], [-5, -0.01, 1, 1]]).tolist() == [1, NEVER]


def test_the_start_is_no_month_of_operation():
    assert operating_break_even([[0, 0, 0, 0]]).tolist() == [1]
    assert operating_break_even([[9, 1, 1]]).tolist() == [NEVER]
    with pytest.raises(InvalidValue, match="one month in a row"):
        operating_break_even([[0, 0]], straight=0)


def test_a_grant_at_the_start_is_no_break_even():
    cash = [[100, -60, -60, 10, 10, 10]]
    assert cumulative_break_even(cash).tolist() == [4]
    assert cumulative_break_even(cash, lasting=False).tolist() == [0]


def test_a_total_that_falls_again_does_not_last():
    cash = [[-10, 20, -30]]
    assert cumulative_break_even(cash).tolist() == [NEVER]
    assert cumulative_break_even(cash, lasting=False).tolist() == [1]
    assert cumulative_break_even([[-1, 0, 0]], lasting=False).tolist() == [NEVER]


def test_rounding_of_a_sum_is_no_debt():
    """Ten times 0.1 falls short of 1 in the last bit."""
    assert cumulative_break_even([[-1.0, *[0.1] * 10]]).tolist() == [10]


def test_discounting_delays_the_payback():
    cash = [[-100.0, *[10.0] * 11]]
    assert cumulative_break_even(cash).tolist() == [10]
    assert discounted_payback(cash, yearly_rate=0.12).tolist() == [11]
    assert discounted_payback(cash, yearly_rate=0.0).tolist() == [10]


def test_what_never_needs_funding():
    need, month = peak_funding([[1, 2, 3]])
    assert (need.tolist(), month.tolist()) == ([0.0], [0])


def test_months_of_cash_from_a_later_month():
    cash = [[0, -10, -10, -10, -10]]
    assert months_of_cash(cash, reserve=15, after=2).tolist() == [1]
    assert months_of_cash(cash, reserve=5).tolist() == [0]
    with pytest.raises(InvalidValue, match="a month from 0 to 3"):
        months_of_cash(cash, reserve=5, after=4)


@pytest.mark.parametrize("cash", [[1.0, 2.0], [[1.0]], np.empty((0, 5))])
def test_cash_of_another_shape_is_refused(cash):
    with pytest.raises(InvalidValue, match="cash by draw and month"):
        cash_table(cash)


def test_cash_that_is_not_finite_is_refused():
    with pytest.raises(InvalidValue, match="finite"):
        cash_table([[1.0, np.nan]])


def test_months_over_draws():
    found = summarize_months(np.array([NEVER, 4, 2, 3]), horizon=5)
    assert (found.low, found.median, found.high) == (2, 3, None)
    assert (found.mean, found.reached) == (3.0, 0.75)
    assert found.by_month == (0.0, 0.0, 0.25, 0.5, 0.75, 0.75)


def test_a_month_nobody_reaches():
    found = summarize_months(np.array([NEVER, NEVER]), horizon=1)
    assert (found.median, found.mean, found.reached, found.by_month) == (None, None, 0.0, (0.0, 0.0))
    with pytest.raises(InvalidValue, match="up to 1"):
        summarize_months(np.array([2]), horizon=1)


def test_numbers_that_no_draw_has():
    found = summarize(np.array([np.nan, np.nan]))
    assert (found.mean, found.low, found.defined) == (None, None, 0.0)
    with pytest.raises(InvalidValue, match="for each draw"):
        summarize(np.empty(0))


def flow(source: str, target: str, kind: str, *amounts: float) -> Flow:
    return Flow(source, target, kind, None, None, False, np.array([amounts]))


FLOWS = [
    flow("program", "suppliers", "start_up", 100, 0, 0),
    flow("grantor", "program", "grant", 60, 0, 0),
    flow("program", "grantor", "grant_return", 0, 0, 5),
    flow("health_system", "program", "support", 0, 20, 0),
    flow("payer:acme", "program", "visit", 0, 30, 40),
    flow("program", "staff", "work", 0, 35, 35),
    flow("payer:acme", "health_system", "facility", 0, 7, 7),
]


def test_funding_is_no_cash_of_work():
    assert program_cash(FLOWS).tolist() == [[-100, -5, 5]]
    assert program_cash(FLOWS, without=frozenset()).tolist() == [[-40, 15, 0]]
    assert program_cash(FLOWS[1:2]).tolist() == [[0, 0, 0]]
    assert program_cash(FLOWS, without=frozenset({START_UP}), party="health_system").tolist() == [[0, -13, 7]]
    with pytest.raises(InvalidValue, match="at least one flow"):
        program_cash([])


def test_answers_over_draws():
    cash = np.array([[-100.0, 50, 60, 10], [-100.0, -10, 20, 30]])
    found = cash_answers(cash, yearly_rate=0.0, reserve=[5.0, 5.0])
    assert found.net_present_value.mean == -20.0
    assert found.cumulative_break_even.by_month == (0.0, 0.0, 0.5, 0.5)
    assert found.peak_funding.high == pytest.approx(110, abs=0.3)
    assert found.months_of_cash.reached == 0.5
    assert found.internal_rate.defined == 1.0
    assert cash_answers(cash, yearly_rate=0.0).months_of_cash is None


def test_the_operating_break_even_is_of_the_work_alone():
    cash = np.array([[-100.0, -5, 5, 5, 5]])
    found = cash_answers(cash, yearly_rate=0.03, operating=np.array([[0.0, 5, 5, 5, 5]]))
    assert found.operating_break_even.median == 1
