"""Distributions: moments against integrals of the quantile function, against SciPy, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.distributions import Beta, Gamma, LogNormal, Normal, Triangular, Uniform
from allay.economics.uncertainty.named import WAYS, named_distribution

# The middle of 200,000 slices stands for each: what that leaves out lies in the tails.
SLICES = (np.arange(200_000) + 0.5) / 200_000
COARSE = 2e-3
# Two libraries' inverse functions agree to about twelve digits.
CLOSE = 1e-9

KNOWN = [
    (Beta(2, 5), stats.beta(2, 5)),
    (Beta.pert(1, 2, 6), stats.beta(1.8, 4.2, loc=1, scale=5)),
    (Gamma(3, 2), stats.gamma(3, scale=2)),
    (LogNormal(0.5, 0.4), stats.lognorm(0.4, scale=math.exp(0.5))),
    (Normal(-1, 2), stats.norm(-1, 2)),
    (Normal(1, 2, low=0, high=3), stats.truncnorm(-0.5, 1, loc=1, scale=2)),
    (Normal(1, 2, low=0), stats.truncnorm(-0.5, np.inf, loc=1, scale=2)),
    (Triangular(0, 1, 4), stats.triang(0.25, 0, 4)),
    (Uniform(2, 5), stats.uniform(2, 3)),
]


@pytest.mark.parametrize(("ours", "theirs"), KNOWN)
def test_quantiles_and_moments(ours, theirs):
    shares = np.array([0.001, 0.025, 0.5, 0.975, 0.999])
    assert ours.quantile(shares) == pytest.approx(theirs.ppf(shares), rel=CLOSE)
    assert (ours.mean, ours.sd) == pytest.approx((theirs.mean(), theirs.std()), rel=CLOSE)
    values = ours.quantile(SLICES)
    assert (values.mean(), values.std()) == pytest.approx((ours.mean, ours.sd), rel=COARSE)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("beta", {"mean": 0.3, "se": 0.1}),
        ("gamma", {"mean": 3.0, "se": 1.5}),
        ("lognormal", {"mean": 3.0, "se": 1.5}),
        ("normal", {"mean": 3.0, "se": 1.5}),
    ],
)
def test_the_method_of_moments(kind, numbers):
    found = named_distribution(kind, numbers)
    assert (found.mean, found.sd) == pytest.approx((numbers["mean"], numbers["se"]), rel=1e-12)


def test_a_ratio_by_its_interval():
    found = named_distribution("lognormal", {"low": 0.365, "high": 0.71}, value=0.509)
    low, median, high = found.quantile(np.array([0.025, 0.5, 0.975]))
    assert median == pytest.approx(0.509)
    assert high / low == pytest.approx(0.71 / 0.365)


def test_a_truncated_normal_may_have_one_end():
    assert named_distribution("truncated_normal", {"mean": 0, "se": 1, "low": 0}).quantile(SLICES).min() >= 0


@pytest.mark.parametrize("kind", WAYS)
def test_each_is_refused_without_its_numbers(kind):
    with pytest.raises(InvalidValue, match=f"a {kind} by .*, found no numbers"):
        named_distribution(kind, {})


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("beta", {"mean": 1.2, "se": 0.1}),
        ("beta", {"a": 0, "b": 1}),
        ("gamma", {"mean": -1, "se": 1}),
        ("gamma", {"shape": 1, "scale": 0}),
        ("lognormal", {"median": 1, "low": 2, "high": 3}),
        ("lognormal", {"mean": 0, "se": 1}),
        ("lognormal", {"log_mean": 0, "log_sd": 0}),
        ("normal", {"mean": 0, "se": 0}),
        ("truncated_normal", {"mean": 0, "se": 1, "low": 2, "high": 1}),
        ("truncated_normal", {"mean": 0, "se": 1, "low": 50, "high": 60}),
        ("uniform", {"low": 1, "high": 1}),
        ("triangular", {"low": 0, "mode": 3, "high": 2}),
        ("pert", {"low": 0, "mode": 3, "high": 2}),
    ],
)
def test_numbers_that_cannot_be_are_refused(kind, numbers):
    with pytest.raises(InvalidValue):
        named_distribution(kind, numbers)
