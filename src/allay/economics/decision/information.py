"""What information is worth: closed forms, a population, and a study.

Source of the equations: Briggs A, Claxton K, Sculpher M, Decision Modelling for Health Economic Evaluation,
2006.
"""

from __future__ import annotations

import math

from scipy.special import ndtr

from allay.base.errors import InvalidValue


def normal_evpi(mean: float, sd: float) -> float:
    """Expected value of perfect information between two options, in closed form.

    The difference of their net benefits is normal. With the part of its standard deviation that a group of
    independent parameters brings, it is the value of perfect information on that group (EVPPI).

    Parameters
    ----------
    mean, sd : float
        Of the difference, in money.

    Raises
    ------
    InvalidValue
        A standard deviation below zero.

    Examples
    --------
    >>> round(normal_evpi(1.0, 5**0.5), 6), round(normal_evpi(1.0, 2.0), 6), normal_evpi(1.0, 0.0)
    (0.479811, 0.395593, 0.0)
    """
    if not sd >= 0:
        raise InvalidValue(expected="a standard deviation of zero or more", found=f"{sd}")
    if sd == 0:
        return 0.0
    away = abs(mean) / sd
    density = math.exp(-away * away / 2) / math.sqrt(2 * math.pi)
    return float(sd * density - abs(mean) * ndtr(-away))


def people_affected(per_year: float, *, years: int, rate: float, first_year_discounted: bool) -> float:
    """People whose care a decision settles, with later years discounted.

    Parameters
    ----------
    per_year : float
        People a year.
    years : int
        How long the decision will stand.
    rate : float
        Discount rate a year, such as 0.03.
    first_year_discounted : bool
        Whether the first year counts in full, or as one year away.

    Raises
    ------
    InvalidValue
        People below zero, no year, a rate of -1 or less.

    Examples
    --------
    >>> people_affected(1000, years=3, rate=0.0, first_year_discounted=False)
    3000.0
    >>> round(people_affected(1000, years=2, rate=0.25, first_year_discounted=True), 6)
    1440.0
    """
    if not (per_year >= 0 and years >= 1 and rate > -1):
        expected = "zero or more people, at least one year and a rate above -1"
        raise InvalidValue(expected=expected, found=f"{per_year}, {years}, {rate}")
    first = 1 if first_year_discounted else 0
    return float(sum(per_year / (1 + rate) ** year for year in range(first, first + years)))


def net_benefit_of_sampling(
    evsi: float, *, people: float, setup: float, participants: int, per_participant: float
) -> float:
    """Expected net benefit of sampling (ENBS): what a study is worth to everybody, less what it costs.

    Parameters
    ----------
    evsi : float
        Expected value of the sample's information for one person, in money.
    people : float
        Those whom the decision affects (see `people_affected`).
    setup, per_participant : float
        Cost of the study: fixed, and for each participant.
    participants : int

    Examples
    --------
    >>> net_benefit_of_sampling(0.0, people=46_000, setup=7.5e6, participants=50, per_participant=35_000)
    -9250000.0
    """
    return evsi * people - (setup + participants * per_participant)
