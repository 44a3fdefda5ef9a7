"""Rates and probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.economics.models.rates import apply_ratio, prob_to_rate, rate_to_prob


def test_there_and_back():
    rates = np.array([0.0, 1e-9, 0.2, 3.0])
    assert prob_to_rate(rate_to_prob(rates, time=2), time=2) == pytest.approx(rates, rel=1e-12, abs=0)


def test_two_half_years_are_a_year():
    half = rate_to_prob(0.3, time=0.5)
    assert 1 - (1 - half) ** 2 == pytest.approx(float(rate_to_prob(0.3)), rel=1e-14)


def test_a_ratio_of_rates_keeps_a_probability_below_one():
    assert apply_ratio(0.8, 10) < 1
    assert apply_ratio(0.1, 2) == pytest.approx(1 - 0.9**2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rate_to_prob(-0.1),
        lambda: rate_to_prob(0.1, time=-1),
        lambda: prob_to_rate(1.0),
        lambda: prob_to_rate([0.1, -0.1]),
        lambda: prob_to_rate(0.1, time=0),
        lambda: apply_ratio(0.1, -1),
    ],
)
def test_what_cannot_be_is_refused(call):
    with pytest.raises(InvalidValue):
        call()
