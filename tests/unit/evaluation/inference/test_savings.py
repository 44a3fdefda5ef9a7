"""Savings by hand, Fieller's set against its definition and simulated coverage, credibility in closed
form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.inference.credibility import PriorEffect, full_credibility, weigh_with_prior
from allay.evaluation.inference.fieller import fieller
from allay.evaluation.inference.savings import ProgramCost, savings, savings_side_by_side

Z = 1.959963984540054
ATT = [-20.0, -35.0, 10.0]
COVARIANCE = np.array([[16.0, 8.0, 0.0], [8.0, 25.0, 5.0], [0.0, 5.0, 36.0]])
MONTHS = [100, 90, 80]
COST = ProgramCost(30.0, "made up for this test", se=2.0)


def test_savings_by_hand():
    """100 * 20 + 90 * 35 - 80 * 10 = 4,350; its variance sums 9 products."""
    found = savings(ATT, COVARIANCE, MONTHS, members=100, cost=COST)
    assert found.total.estimate == 4350
    variance = 100**2 * 16 + 90**2 * 25 + 80**2 * 36 + 2 * (100 * 90 * 8 + 90 * 80 * 5)
    assert found.total.se == pytest.approx(math.sqrt(variance))
    assert found.total.interval.low == pytest.approx(4350 - Z * math.sqrt(variance))
    assert [each.estimate for each in found.by_month] == [2000, 3150, -800]
    assert found.by_month[1].se == pytest.approx(450)
    assert found.per_member.estimate == 43.5
    assert found.member_months == 270
    assert found.per_member_month.estimate == pytest.approx(4350 / 270)
    assert found.net.estimate == 4350 - 3000
    assert found.net.se == pytest.approx(math.sqrt(variance + 200**2))
    assert found.net_per_member.estimate == 13.5
    assert found.return_ratio.ratio == 1.45
    assert found.return_ratio == fieller(4350.0, 3000.0, variance=(found.total.se**2, 200.0**2))


def test_without_a_cost_nothing_is_net():
    found = savings(ATT, COVARIANCE, MONTHS, members=100)
    assert (found.net, found.net_per_member, found.return_ratio) == (None, None, None)


def test_versions_stand_side_by_side():
    versions = {"raw": (ATT, COVARIANCE), "top-coded": (np.array(ATT) / 2, COVARIANCE / 4)}
    found = savings_side_by_side(versions, MONTHS, members=100, cost=COST)
    assert list(found) == ["raw", "top-coded"]
    assert found["raw"].total.estimate == 2 * found["top-coded"].total.estimate


@pytest.mark.parametrize(
    ("months", "members", "expected"),
    [
        ([1, 2], 5, "3 member-months"),
        ([1, 2, -1], 5, "member-months of 0 or more"),
        ([0, 0, 0], 5, "some above 0"),
        ([1, 1, 1], 0, "members above 0"),
    ],
)
def test_savings_of_nobody_are_refused(months, members, expected):
    with pytest.raises(InvalidValue, match=expected):
        savings(ATT, COVARIANCE, months, members=members)


def test_a_program_without_cost_is_refused():
    with pytest.raises(InvalidValue, match="cost per member above 0"):
        ProgramCost(0.0, "nothing")


CASES = [
    (200.0, 100.0, (400.0, 100.0), 50.0, "interval"),
    (200.0, 15.0, (400.0, 100.0), -50.0, "outside"),
    (5.0, 3.0, (400.0, 100.0), 0.0, "everything"),
]


@pytest.mark.parametrize(("top", "bottom", "variance", "covariance", "kind"), CASES)
def test_fieller_holds_exactly_the_ratios_that_are_not_rejected(top, bottom, variance, covariance, kind):
    """The definition, point by point: |top - r * bottom| within 1.96 of its own standard errors."""
    found = fieller(top, bottom, variance=variance, covariance=covariance)
    assert found.kind == kind
    ratios = np.linspace(-200, 200, 20_011)
    spread = variance[0] - 2 * ratios * covariance + ratios**2 * variance[1]
    kept = (top - ratios * bottom) ** 2 <= Z**2 * spread
    assert [found.covers(ratio) for ratio in ratios] == kept.tolist()


def test_fieller_covers_at_its_level():
    draw = np.random.default_rng(4)
    root = np.linalg.cholesky([[1.0, 0.3], [0.3, 0.5]])
    pairs = np.array([3.0, 1.5]) + draw.standard_normal((20_000, 2)) @ root.T
    hits = [fieller(x, y, variance=(1.0, 0.5), covariance=0.3).covers(2.0) for x, y in pairs]
    # Three Monte-Carlo errors of 95% over 20,000 replications: 0.0046.
    assert np.mean(hits) == pytest.approx(0.95, abs=0.0046)


def test_fieller_refuses_what_cannot_be():
    with pytest.raises(InvalidValue, match="denominator other than 0"):
        fieller(1.0, 0.0, variance=(1.0, 1.0))
    with pytest.raises(InvalidValue, match="a covariance they allow"):
        fieller(1.0, 1.0, variance=(1.0, 1.0), covariance=2.0)


def test_credibility_is_n_over_n_plus_k():
    """400 members with a variance of 90,000 each; programs differ by a variance of 100: k = 900, Z = 4/13."""
    prior = PriorEffect(-10.0, 10.0, "made up", Status.SYNTHETIC)
    found = weigh_with_prior(-36.0, math.sqrt(90_000 / 400), prior=prior)
    assert found.z == pytest.approx(400 / (400 + 900))
    assert found.estimate == pytest.approx(-10 - 26 * 4 / 13)


def test_credibility_is_the_normal_posterior():
    """Precision of both adds up, and means are weighted by it."""
    prior = PriorEffect(-10.0, 8.0, "made up", Status.SYNTHETIC)
    found = weigh_with_prior(-40.0, 6.0, prior=prior)
    precision = 1 / 64 + 1 / 36
    assert found.estimate == pytest.approx((-10 / 64 - 40 / 36) / precision)
    assert found.se == pytest.approx(math.sqrt(1 / precision))


def test_full_credibility_by_hand():
    """(1.6449 / 0.05)^2 = 1,082 claims; with a coefficient of variation of 3, 9 times as many members."""
    assert full_credibility(0).needed == pytest.approx(1082.2, abs=0.05)
    assert full_credibility(100, variation=3.0).needed == pytest.approx(9 * 1082.2, abs=0.5)
    assert full_credibility(5000).z == 1.0
    assert full_credibility(1082.2 / 9).z == pytest.approx(1 / 3, abs=1e-5)
    assert full_credibility(100).status is Status.MEMORY
    assert full_credibility(100, probability=0.95, within=0.1).needed == pytest.approx((Z / 0.1) ** 2)


def test_priors_without_spread_or_source_are_refused():
    with pytest.raises(InvalidValue, match="standard deviation above 0"):
        PriorEffect(0.0, 0.0, "x", Status.MEMORY)
    with pytest.raises(InvalidValue, match="source of a prior"):
        PriorEffect(0.0, 1.0, " ", Status.MEMORY)
