"""The smallest detectable effect against the power that simulated studies have, and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from allay.base.errors import InvalidValue
from allay.evaluation.inference.detectable import (
    contrasts,
    detectable_effect,
    members_needed,
    power_to_show,
)
from allay.evaluation.inference.serial_covariance import (
    SerialCovariance,
    count_covariance,
    member_covariance,
    serial_covariance,
)

REPLICATIONS = 4000
# Three Monte-Carlo errors of a power of 80% over that many replications: 0.019.
CHANCE = 3 * math.sqrt(0.8 * 0.2 / REPLICATIONS)
MONTHLY = SerialCovariance(permanent=40.0, passing=30.0, correlation=0.6, noise=30.0)


def simulated_power(panels, weights, sizes) -> float:
    """Share of studies whose t test of the contrast, with variances from the data, is significant at 5%."""
    found, spread, squares = 0.0, 0.0, 0.0
    for panel, row, size in zip(panels, weights, sizes, strict=True):
        scores = panel @ row
        part = scores.var(axis=-1, ddof=1) / size
        found, spread, squares = found + scores.mean(axis=-1), spread + part, squares + part**2 / (size - 1)
    edge = stdtrit(spread**2 / squares, 0.975)
    return float((np.abs(found) > edge * np.sqrt(spread)).mean())


@pytest.mark.parametrize(("sizes", "starts"), [([40, 12], [6]), ([90, 30, 20], [5, 8])])
def test_simulated_studies_have_the_stated_power(sizes, starts):
    """Normal outcomes; every treated month moved by the smallest detectable effect. Small groups need t."""
    months, draw = 12, np.random.default_rng(20261127)
    weights = contrasts(starts, sizes, months=months)
    covariance = [MONTHLY.matrix(months)] * len(sizes)
    found = detectable_effect(covariance, sizes, weights)
    root = np.linalg.cholesky(covariance[0])
    panels = [draw.standard_normal((REPLICATIONS, size, months)) @ root.T for size in sizes]
    null = simulated_power(panels, weights, sizes)
    assert null == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / REPLICATIONS))
    for panel, start in zip(panels[1:], starts, strict=True):
        panel[..., start:] += found.effect
    # Satterthwaite's t is itself an approximation: another half percent.
    assert simulated_power(panels, weights, sizes) == pytest.approx(0.8, abs=CHANCE + 0.005)


def test_simulated_counts_have_the_stated_power():
    """Counts around each member's own gamma rate; the program takes a share of every rate after the start."""
    mean, overdispersion, months, sizes = 0.8, 0.5, 8, [300, 150]
    weights = contrasts([4], sizes, months=months)
    covariance = [count_covariance(mean, overdispersion=overdispersion).matrix(months)] * 2
    found = detectable_effect(covariance, sizes, weights, mean=mean)
    draw = np.random.default_rng(9)
    panels = []
    for place, size in enumerate(sizes):
        rates = draw.gamma(1 / overdispersion, overdispersion * mean, (1500, size, 1)) * np.ones(months)
        if place:
            rates[..., 4:] *= 1 - found.share_of_mean
        panels.append(draw.poisson(rates).astype(float))
    # Fewer events after a fall vary less than the plan says, and rates that shrink add a little: two percent,
    # beside three Monte-Carlo errors over 1,500 replications.
    assert simulated_power(panels, weights, sizes) == pytest.approx(0.8, abs=0.031 + 0.02)


def test_error_of_the_contrast_is_that_of_direct_simulation_with_staggered_starts():
    sizes, starts, months = [50, 20, 10], [3, 5], 8
    weights = contrasts(starts, sizes, months=months)
    draw = np.random.default_rng(3)
    matrices = [MONTHLY.matrix(months), 2 * MONTHLY.matrix(months), 0.5 * MONTHLY.matrix(months)]
    means = [
        draw.standard_normal((100_000, months)) @ np.linalg.cholesky(each / size).T
        for each, size in zip(matrices, sizes, strict=True)
    ]
    cells, total = 0.0, 0
    for start, size, own in zip(starts, sizes[1:], means[1:], strict=True):
        for month in range(start, months):
            change = own[:, month] - own[:, start - 1] - means[0][:, month] + means[0][:, start - 1]
            cells, total = cells + size * change, total + size
    found = detectable_effect(matrices, sizes, weights)
    # The relative error of a standard deviation over 100,000 draws is 0.0022.
    assert (cells / total).std() == pytest.approx(found.se, rel=0.007)


def test_by_hand():
    """One month each side: variance 2 * 50 / 100 + 2 * 50 / 50 = 3; 1.96 + 0.8416 = 2.8016 errors."""
    weights = contrasts([1], [100, 50], months=2)
    found = detectable_effect([50 * np.eye(2)] * 2, [100, 50], weights, mean=10.0, small_sample=False)
    assert found.se == pytest.approx(math.sqrt(3))
    assert found.effect == pytest.approx(2.801585 * math.sqrt(3), rel=1e-6)
    assert found.share_of_mean == pytest.approx(found.effect / 10)
    doubled = detectable_effect(
        [50 * np.eye(2)] * 2, [100, 50], weights, design_effect=4.0, small_sample=False
    )
    assert doubled.effect == pytest.approx(2 * found.effect)
    small = detectable_effect([50 * np.eye(2)] * 2, [100, 50], weights)
    assert small.df == pytest.approx(3**2 / (1 / 99 + 4 / 49))
    assert small.effect > found.effect


def test_what_stays_cancels():
    """A member's own level does not matter to a change: only what passes and what belongs to a month."""
    weights = contrasts([2], [10, 10], months=4)
    for permanent in (0.0, 1000.0):
        matrix = SerialCovariance(permanent, 0.0, 0.0, 5.0).matrix(4)
        assert detectable_effect([matrix] * 2, [10, 10], weights).se == pytest.approx(math.sqrt(1.5))


def test_anticipation_and_a_shorter_window_move_the_contrast():
    found = contrasts([4], [1, 1], months=8, anticipation=1, until=2)
    assert found[1].tolist() == [0.0, 0.0, -1.0, 0.0, 0.5, 0.5, 0.0, 0.0]


def test_members_needed_can_show_what_was_wanted():
    covariance = [MONTHLY.matrix(6)] * 2
    weights = contrasts([3], [300, 100], months=6)
    needed = members_needed(2.0, covariance, [300, 100], weights)
    assert needed[0] == pytest.approx(3 * needed[1], abs=3)
    assert detectable_effect(covariance, needed, weights).effect <= 2.0
    fewer = [needed[0] * 0.98, needed[1] * 0.98]
    assert detectable_effect(covariance, fewer, weights).effect > 2.0


def test_power_of_the_smallest_effect_is_the_power_asked_for():
    assert power_to_show(2.801585, 1.0) == pytest.approx(0.8, abs=1e-5)
    df = 30.0
    effect = float(stdtrit(df, 0.975) + stdtrit(df, 0.9))
    assert power_to_show(effect, 1.0, df=df) == pytest.approx(0.9, abs=1e-5)


def test_history_is_drawn_on_as_it_was():
    found = serial_covariance(MONTHLY.matrix(12))
    assert found.matrix(24) == pytest.approx(MONTHLY.matrix(24), rel=1e-6)


def test_history_of_members_gives_the_pattern_back():
    values = np.random.default_rng(8).standard_normal((20_000, 12)) @ np.linalg.cholesky(MONTHLY.matrix(12)).T
    matrix, size = member_covariance(values)
    assert size == 20_000
    # A covariance of 100 over 20,000 members has an error of about 1; the fit smooths it over the diagonals.
    assert serial_covariance(matrix).matrix(24) == pytest.approx(MONTHLY.matrix(24), abs=4.0)


def test_history_that_cannot_be_has_no_part_below_zero():
    """Months that move against each other: nothing stays or passes, all is noise."""
    found = serial_covariance(np.array([[1.0, -0.4, -0.4], [-0.4, 1.0, -0.4], [-0.4, -0.4, 1.0]]))
    assert (found.permanent, found.passing, found.noise) == (0.0, 0.0, 1.0)


def test_weighted_members_have_the_variance_of_their_mean():
    """Weights of 0 and 1 are leaving out; the variance of a weighted mean is the matrix over the size."""
    values = np.random.default_rng(2).normal(size=(6, 3))
    matrix, size = member_covariance(values, weights=[1, 1, 0, 1, 1, 0])
    assert matrix == pytest.approx(np.cov(values[[0, 1, 3, 4]].T), abs=1e-12)
    assert size == 4
    assert member_covariance(values, weights=[2, 1, 1, 1, 1, 1])[1] == pytest.approx(49 / 9)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: contrasts([0], [1, 1], months=4), "a start after month 0"),
        (lambda: contrasts([9], [1, 1], months=4), "within the 4 months"),
        (lambda: serial_covariance(np.eye(2)), "at least 3 months"),
        (lambda: count_covariance(0.0, overdispersion=1.0), "a mean above 0"),
        (lambda: detectable_effect(np.ones((2, 3, 3)), [2, 2], np.ones((2, 4))), "the same groups"),
        (lambda: detectable_effect([np.eye(2)] * 2, [1, 5], np.ones((2, 2))), "at least 2 members"),
        (lambda: members_needed(0.0, [np.eye(2)] * 2, [5, 5], np.ones((2, 2))), "an effect other than 0"),
        (lambda: member_covariance([[1.0, 2.0]]), "at least 2 members"),
        (lambda: SerialCovariance(1.0, 1.0, 1.5, 0.0), "correlation from 0 to 1"),
    ],
)
def test_what_cannot_be_planned_is_refused(call, expected):
    with pytest.raises(InvalidValue, match=expected):
        call()
