"""Closed forms of the value of information, and estimates held against them.

The problem with two options: nothing, or a net benefit of ``p1 - p2`` with ``p1`` normal around 1 (standard
deviation 1) and ``p2`` normal around 0 (standard deviation 2).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from allay.base.errors import InvalidValue
from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.information import (
    net_benefit_of_sampling,
    normal_evpi,
    people_affected,
)
from allay.economics.decision.partial import evppi, evppi_of_group

DRAWS = 100_000
# An estimate lies within three of its standard errors 997 times of 1,000.
ERRORS = 3
# Six decimals. Elsewhere the second is printed as 0.083316; it is 0.0833154706, the density of the standard
# normal at 1 less its tail beyond 1.
SIX_DECIMALS = 5e-7


def two_options(draws, *, seed):
    luck = np.random.default_rng(seed)
    parameters = luck.normal(size=(draws, 2)) * [1.0, 2.0] + [1.0, 0.0]
    benefit = np.column_stack([np.zeros(draws), parameters[:, 0] - parameters[:, 1]])
    return -benefit, np.zeros_like(benefit), parameters


@pytest.mark.parametrize(("sd", "value"), [(5**0.5, 0.479811), (1, 0.083315), (2, 0.395593)])
def test_the_closed_form(sd, value):
    assert normal_evpi(1, sd) == pytest.approx(value, abs=SIX_DECIMALS)
    assert normal_evpi(-1, sd) == normal_evpi(1, sd)


@pytest.mark.parametrize("mean", [-2.0, 0.0, 0.3])
def test_the_closed_form_is_the_integral(mean):
    gain, _ = quad(lambda x: x * norm.pdf(x, mean, 1.5), 0, np.inf)
    assert normal_evpi(mean, 1.5) == pytest.approx(gain - max(mean, 0), abs=1e-9)  # quad's own error


def test_a_standard_deviation_is_not_below_zero():
    with pytest.raises(InvalidValue, match="zero or more"):
        normal_evpi(1, -1)


@pytest.mark.parametrize("seed", [1, 2])
def test_estimates_at_100_000_draws(seed):
    costs, effects, parameters = two_options(DRAWS, seed=seed)
    whole = acceptability(costs, effects, wtp=0)
    assert abs(whole.evpi[0] - normal_evpi(1, 5**0.5)) < ERRORS * whole.evpi_se[0]
    single = evppi(costs, effects, parameters, wtp=0)
    off = single.evppi[0] - [normal_evpi(1, 1), normal_evpi(1, 2)]
    assert (np.abs(off) < ERRORS * single.se[0]).all()
    # The spread of an estimate at this size, from the plain formula with known expectations.
    assert (single.se[0] < 0.005).all()


def test_a_group_of_all_is_worth_perfect_information():
    costs, effects, parameters = two_options(4000, seed=3)
    whole = acceptability(costs, effects, wtp=0)
    group = evppi_of_group(costs, effects, parameters, wtp=0, seed=1, points=80)
    # The draws leave no noise, so only the shape of the curve differs.
    assert group.evppi[0, 0] == pytest.approx(whole.evpi[0], rel=1e-3)


def test_a_study_that_teaches_nothing_costs_what_it_costs():
    # Setup of 5 to 10 million, 28,000 to 42,000 for each of 50 participants, 46,000 people, 10 years.
    people = people_affected(46_000, years=10, rate=0.035, first_year_discounted=True)
    cost = {"setup": (5e6 + 10e6) / 2, "participants": 50, "per_participant": (28_000 + 42_000) / 2}
    assert net_benefit_of_sampling(0, people=people, **cost) == -9_250_000
    assert net_benefit_of_sampling(10, people=1_000_000, **cost) == 750_000


def test_people_of_later_years_count_less():
    full = people_affected(100, years=3, rate=0.1, first_year_discounted=False)
    late = people_affected(100, years=3, rate=0.1, first_year_discounted=True)
    assert full == pytest.approx(100 * (1 + 1 / 1.1 + 1 / 1.21))
    assert late == pytest.approx(full / 1.1)


@pytest.mark.parametrize(("people", "years", "rate"), [(-1, 1, 0), (1, 0, 0), (1, 1, -1)])
def test_people_years_and_rates_that_cannot_be(people, years, rate):
    with pytest.raises(InvalidValue, match="at least one year"):
        people_affected(people, years=years, rate=rate, first_year_discounted=False)
