"""Draws: keyed by seed, name and number; together where they must be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.distributions import Gamma, Normal, Uniform
from allay.economics.uncertainty.draws import normals, uniforms
from allay.economics.uncertainty.joint import Dirichlet, MultiNormal, correlated
from allay.economics.uncertainty.sheet import ParameterSheet
from allay.economics.uncertainty.sheetfile import CorrelationEntry, DistributionEntry, ParameterEntry

DRAWS = 40_000
# Five standard errors of a mean or correlation of DRAWS numbers of spread 1.
NEAR = 5 / DRAWS**0.5


def test_pinned():
    """The same seed gives the same numbers in years to come."""
    assert uniforms("cost", seed=1, draws=3).tolist() == PINNED


PINNED = [0.7464472853860227, 0.3502340457504525, 0.22866987274674616]


def test_uniform_and_unrelated():
    one, other = uniforms("cost", seed=1, draws=DRAWS), uniforms("costs", seed=1, draws=DRAWS)
    assert stats.kstest(one, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(one, other)[0, 1]) < NEAR
    assert abs(np.corrcoef(one, uniforms("cost", seed=2, draws=DRAWS))[0, 1]) < NEAR
    assert 0 < one.min() < one.max() < 1
    assert np.isfinite(normals("cost", seed=1, draws=DRAWS)).all()


def test_a_negative_seed_is_refused():
    with pytest.raises(InvalidValue, match="a seed"):
        uniforms("cost", seed=-1, draws=3)


def test_dirichlet_moments():
    counts = (12.0, 56.0, 3.0, 0.0)
    names = ("a", "b", "c", "d")
    shares = Dirichlet(counts).sample(names, seed=1, draws=DRAWS)
    known = stats.dirichlet(counts[:3])
    assert np.abs(shares[:3].mean(axis=1) - known.mean()).max() < NEAR * 0.1
    assert shares[:3].var(axis=1) == pytest.approx(known.var(), rel=0.05)
    assert not shares[3].any()
    assert np.abs(shares.sum(axis=0) - 1).max() < 1e-12


def test_shares_of_counts_next_to_nothing_are_shares():
    """Gammas of 0.001 are below the smallest float64 more often than not: one outcome takes it all."""
    shares = Dirichlet((0.001, 0.001, 0.002)).sample("abc", seed=1, draws=DRAWS)
    assert np.abs(shares.sum(axis=0) - 1).max() < 1e-12
    off = shares.mean(axis=1) - [0.25, 0.25, 0.5]
    assert np.abs(off).max() < 5 * 0.5 / DRAWS**0.5  # five standard errors of a share of one half


def test_multinormal_moments():
    covariance = ((4.0, -1.0, 0.0), (-1.0, 1.0, 0.3), (0.0, 0.3, 0.25))
    found = MultiNormal((1.0, 2.0, 3.0), covariance).sample(("a", "b", "c"), seed=1, draws=DRAWS)
    assert found.mean(axis=1) == pytest.approx([1, 2, 3], abs=2 * NEAR)
    assert np.cov(found) == pytest.approx(np.array(covariance), abs=0.1)


def test_what_comes_later_changes_nothing_before_it():
    two = MultiNormal((0.0, 0.0), ((1.0, 0.5), (0.5, 1.0))).sample(("a", "b"), seed=1, draws=9)
    three = MultiNormal((0.0, 0.0, 0.0), ((1.0, 0.5, 0.2), (0.5, 1.0, 0.1), (0.2, 0.1, 1.0))).sample(
        ("a", "b", "c"), seed=1, draws=9
    )
    assert np.allclose(two, three[:2], rtol=0, atol=1e-12)


def test_a_copula_keeps_each_distribution_and_joins_the_ranks():
    parts = {"cost": Gamma(2, 100), "days": Uniform(0, 9), "loss": Normal(0, 1)}
    matrix = [[1, 0.6, -0.3], [0.6, 1, 0], [-0.3, 0, 1]]
    found = correlated(parts, matrix, seed=1, draws=DRAWS)
    assert stats.kstest(found["cost"], stats.gamma(2, scale=100).cdf).pvalue > 1e-4
    ranks = stats.spearmanr(np.stack(list(found.values())).T).statistic
    expected = 6 / np.pi * np.arcsin(np.array(matrix) / 2)
    assert np.abs(ranks - expected).max() < 2 * NEAR


def test_a_perfect_correlation_is_allowed():
    found = correlated({"a": Uniform(0, 1), "b": Uniform(0, 2)}, [[1, 1], [1, 1]], seed=1, draws=50)
    assert found["b"] == pytest.approx(2 * found["a"], abs=1e-7)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]],
        [[1, 0.1, 0], [0.2, 1, 0], [0, 0, 1]],
        [[1, 0], [0, 1]],
        [[2, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 0, 0], [0, 1, 0], [0, 0, float("nan")]],
    ],
)
def test_correlations_that_cannot_be_are_refused(matrix):
    parts = {name: Uniform(0, 1) for name in "abc"}
    with pytest.raises(InvalidValue):
        correlated(parts, matrix, seed=1, draws=5)


@pytest.mark.parametrize("counts", [(1.0,), (0.0, 0.0), (1.0, -1.0)])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(InvalidValue, match="counts of two outcomes"):
        Dirichlet(counts)


def unsure(value, se):
    return ParameterEntry(value=value, distribution=DistributionEntry(kind="normal", se=se))


def test_a_sheet_draws_every_parameter_by_its_own_name():
    some = ParameterSheet({"a": unsure(1, 1), "row": ParameterEntry(counts={"x": 3, "y": 4})})
    more = ParameterSheet({"b": unsure(5, 1), **some.entries, "c": ParameterEntry(value=2)})
    one, other = (sheet.draw(seed=4, draws=6) for sheet in (some, more))
    assert all(np.array_equal(values, other[name]) for name, values in one.items())
    assert other["c"].tolist() == [2.0]
    assert more.unsure == ("b", "a", "row_x", "row_y")


def test_a_correlation_joins_two_and_leaves_the_rest():
    entries = {"a": unsure(1, 1), "b": unsure(2, 1), "c": unsure(3, 1)}
    apart = ParameterSheet(entries).draw(seed=4, draws=DRAWS)
    pair = CorrelationEntry(between=("b", "a"), correlation=0.7)
    together = ParameterSheet(entries, (pair,)).draw(seed=4, draws=DRAWS)
    assert np.array_equal(apart["c"], together["c"])
    assert np.abs(apart["a"] - together["a"]).max() < 1e-9
    assert abs(np.corrcoef(together["a"], together["b"])[0, 1] - 0.7) < NEAR
