"""Draws and expressions for every input."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from allay.base.errors import AllayError
from allay.economics.uncertainty.draws import sample, uniforms
from allay.economics.uncertainty.expression import FUNCTIONS, Expression
from allay.economics.uncertainty.joint import Dirichlet, MultiNormal
from allay.economics.uncertainty.named import WAYS, named_distribution

NUMBERS = ("mean", "se", "a", "b", "shape", "scale", "log_mean", "log_sd", "median", "low", "mode", "high")
words = st.text(max_size=12)
signs = st.lists(
    st.sampled_from([*FUNCTIONS, "a", "b", "1", "0.5", "9", "+", "-", "*", "/", "**", "(", ")", ",", " "]),
    max_size=12,
).map("".join)


@given(words, st.integers(0, 2**40), st.integers(0, 40), st.integers(0, 40))
def test_draws_keep_their_place(name, seed, few, more):
    shorter, longer = sorted((few, more))
    found = uniforms(name, seed=seed, draws=longer)
    assert np.array_equal(found[:shorter], uniforms(name, seed=seed, draws=shorter))
    assert ((found > 0) & (found < 1)).all()


@given(st.sampled_from(list(WAYS)), st.dictionaries(st.sampled_from(NUMBERS), st.floats(-50, 50), max_size=3))
def test_a_distribution_is_refused_or_can_be_drawn(kind, numbers):
    try:
        found = named_distribution(kind, numbers)
    except AllayError:
        return
    values = sample(found, name="x", seed=1, draws=20)
    assert not np.isnan(values).any()
    assert found.sd >= 0
    low, high = found.quantile(np.array([0.025, 0.975]))
    assert low <= high


@given(st.lists(st.floats(0.01, 1e4), min_size=2, max_size=6), st.integers(0, 1000))
def test_shares_add_up(counts, seed):
    names = [str(place) for place in range(len(counts))]
    shares = Dirichlet(tuple(counts)).sample(names, seed=seed, draws=10)
    assert np.abs(shares.sum(axis=0) - 1).max() < 1e-12


@given(st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3))
def test_every_square_of_a_matrix_is_a_covariance(rows):
    root = np.array(rows)
    covariance = root @ root.T
    covariance = (covariance + covariance.T) / 2
    found = MultiNormal((0.0, 0.0, 0.0), tuple(map(tuple, covariance.tolist()))).sample(
        "abc", seed=1, draws=5
    )
    assert np.isfinite(found).all()


@given(signs | words)
def test_a_text_is_an_expression_or_is_refused(text):
    try:
        value = Expression(text).value({"a": np.array([0.5, 2.0]), "b": np.array(3.0)})
    except AllayError:
        return
    assert np.isfinite(value).all()
