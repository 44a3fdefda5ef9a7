"""Credibility: how much weight a program's own estimate deserves beside what others found."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.inference.arrays import critical_value
from allay.evaluation.inference.conventions import convention
from allay.measures.intervals import Interval

__all__ = ["Credibility", "FullCredibility", "PriorEffect", "full_credibility", "weigh_with_prior"]


@dataclass(frozen=True, slots=True)
class PriorEffect:
    """What is known of the effect from elsewhere.

    Attributes
    ----------
    mean : float
        In the unit of the program's own estimate.
    sd : float
        How much programs like this one truly differ from one another, above 0 (not the error of the mean).
    source : str
    status : Status
        How sure one is of these figures.
    """

    mean: float
    sd: float
    source: str
    status: Status

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0 < self.sd < math.inf):
            raise InvalidValue(
                expected="a mean, and a standard deviation above 0", found=f"{self.mean:g} and {self.sd:g}"
            )
        if not self.source.strip():
            raise InvalidValue(expected="the source of a prior", found="none")


@dataclass(frozen=True, slots=True)
class Credibility:
    """An estimate weighed with a prior.

    Attributes
    ----------
    z : float
        Weight of the program's own estimate, from 0 to 1.
    estimate, se : float
        z times the own estimate, plus 1 - z times the prior's mean; and its standard deviation when both are
        normal.
    interval : Interval
    own, own_se : float
    prior : PriorEffect
    """

    z: float
    estimate: float
    se: float
    interval: Interval
    own: float
    own_se: float
    prior: PriorEffect


def weigh_with_prior(estimate: float, se: float, *, prior: PriorEffect, level: float = 0.95) -> Credibility:
    """Weigh an estimate by Buhlmann's credibility.

    Z = n / (n + k), where k is the variance of one member's experience over the variance between programs. As
    the squared error of the estimate is that variance over n, Z = sd^2 / (sd^2 + se^2).

    Notes
    -----
    Source: Buhlmann H, Experience rating and credibility, ASTIN Bulletin 1967;4:199-207.

    Examples
    --------
    >>> prior = PriorEffect(-40.0, 20.0, "three programs like it", Status.SECONDARY)
    >>> found = weigh_with_prior(-100.0, 20.0, prior=prior)
    >>> found.z, found.estimate, round(found.se, 2)
    (0.5, -70.0, 14.14)
    """
    if not (math.isfinite(estimate) and 0 <= se < math.inf):
        raise InvalidValue(expected="an estimate and its standard error", found=f"{estimate:g} and {se:g}")
    between = prior.sd**2
    z = between / (between + se**2)
    middle, error = z * estimate + (1 - z) * prior.mean, math.sqrt(z) * se
    half = critical_value(level) * error
    return Credibility(z, middle, error, Interval(middle - half, middle + half, level), estimate, se, prior)


@dataclass(frozen=True, slots=True)
class FullCredibility:
    """Limited-fluctuation credibility: enough experience to stand on its own, or how near it comes.

    Attributes
    ----------
    needed : float
        Claims (or members) for full credibility.
    z : float
        Square root of what there is over what is needed, at most 1.
    status : Status
        Of the convention behind it; it is not verified, and is said wherever the number is shown.
    """

    needed: float
    z: float
    status: Status


def full_credibility(
    count: float,
    *,
    variation: float = 1.0,
    probability: float | None = None,
    within: float | None = None,
) -> FullCredibility:
    """Judge experience by limited fluctuation.

    Parameters
    ----------
    count : float
        Claims; or members, with `variation`.
    variation : float
        Standard deviation over mean of what one of them adds; 1 counts claims that come as Poisson.
    probability, within : float, optional
        The experience lies with that probability within that share of what is expected; by default as the
        convention has it (0.90 and 0.05, which gives 1,082 claims; from memory).

    Examples
    --------
    >>> found = full_credibility(271)
    >>> round(found.needed, 1), round(found.z, 3), found.status.value
    (1082.2, 0.5, 'memory')
    """
    standards = convention("credibility.full_probability"), convention("credibility.full_within")
    likely = float(standards[0].number) if probability is None else probability
    near = float(standards[1].number) if within is None else within
    if not (0 < likely < 1 and near > 0 and count >= 0 and variation > 0):
        raise InvalidValue(
            expected="a probability between 0 and 1, and a share, count and variation above 0",
            found=f"{likely:g}, {near:g}, {count:g} and {variation:g}",
        )
    needed = (float(ndtri(0.5 + likely / 2)) / near * variation) ** 2
    status = Status.weakest(standard.status for standard in standards)
    if probability is not None and within is not None:
        status = Status.DERIVED
    return FullCredibility(needed, min(1.0, math.sqrt(count / needed)), status)
