"""Generalized linear models, against closed forms and a general optimizer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from allay.base.errors import InvalidValue
from allay.evaluation.glm import fit_glm

# The loop stops where one more step would change a coefficient by about 1e-8 of itself; the optimizer knows
# its minimum to about 1e-6.
CLOSE, SEARCHED = 1e-7, 1e-5


def made_up(family, *, n=300, seed=3):
    draw = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), draw.normal(size=(n, 2))])
    linear = x @ [0.3, 0.5, -0.4]
    if family == "binomial":
        return x, (draw.random(n) < expit(linear)).astype(float)
    return x, draw.poisson(np.exp(linear)).astype(float)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_the_maximum_is_that_of_a_general_optimizer(family):
    x, y = made_up(family)
    offset, weights = np.linspace(0, 0.5, len(y)), np.linspace(0.5, 2, len(y))

    def minus(b):
        linear = x @ b + offset
        top = np.logaddexp(0, linear) if family == "binomial" else np.exp(linear)
        return float((weights * (top - y * linear)).sum())

    best = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-7}).x
    fit = fit_glm(x, y, family=family, offset=offset, weights=weights)
    assert fit.coef == pytest.approx(best, abs=SEARCHED)


def test_two_by_two_table_has_log_odds_and_their_error():
    # 3 of 4 and 1 of 4: log odds ratio log 9, variance 1/3 + 1 + 1 + 1/3.
    fit = fit_glm([[1, 0]] * 4 + [[1, 1]] * 4, [0, 0, 0, 1, 0, 1, 1, 1], family="binomial")
    assert fit.coef == pytest.approx([-np.log(3), np.log(9)], rel=CLOSE)
    assert fit.errors()[1] == pytest.approx(np.sqrt(8 / 3), rel=1e-5)


def test_gaussian_is_least_squares():
    draw = np.random.default_rng(1)
    x, y = np.column_stack([np.ones(20), draw.normal(size=20)]), draw.normal(size=20)
    fit = fit_glm(x, y, family="gaussian")
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert fit.coef == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0])
    assert fit.dispersion == pytest.approx(left @ left / 18)
    assert fit.deviance == pytest.approx(left @ left)


def test_weights_are_repeated_rows():
    x, y = made_up("poisson", n=40)
    twice = np.arange(40) % 2 + 1.0
    weighted = fit_glm(x, y, family="poisson", weights=twice)
    times = twice.astype(int)
    repeated = fit_glm(np.repeat(x, times, axis=0), np.repeat(y, times), family="poisson")
    assert weighted.coef == pytest.approx(repeated.coef, rel=CLOSE)
    assert weighted.errors() == pytest.approx(repeated.errors(), rel=1e-5)


def test_rows_without_weight_do_not_count():
    x, y = made_up("binomial", n=60)
    weights = (np.arange(60) < 50).astype(float)
    some = fit_glm(x, y, family="binomial", weights=weights)
    assert some.coef == pytest.approx(fit_glm(x[:50], y[:50], family="binomial").coef, rel=CLOSE)


def test_an_offset_of_a_constant_moves_the_intercept_alone():
    x, y = made_up("poisson")
    plain = fit_glm(x, y, family="poisson").coef
    moved = fit_glm(x, y, family="poisson", offset=np.full(len(y), np.log(100))).coef
    assert moved == pytest.approx([plain[0] - np.log(100), *plain[1:]], rel=CLOSE)


def test_columns_of_very_different_size_are_fitted():
    draw = np.random.default_rng(2)
    x = np.column_stack([np.ones(200), 1e6 + draw.normal(size=200) * 1e4, draw.normal(size=200) * 1e-4])
    y = (draw.random(200) < 0.4).astype(float)
    scaled = np.column_stack([np.ones(200), (x[:, 1] - 1e6) / 1e4, x[:, 2] / 1e-4])
    fit, other = fit_glm(x, y, family="binomial"), fit_glm(scaled, y, family="binomial")
    assert fit.fitted == pytest.approx(other.fitted, rel=1e-6)


def test_an_outlier_is_no_separation():
    draw = np.random.default_rng(5)
    x = np.column_stack([np.ones(200), np.append(draw.normal(size=199), 1e4)])
    y = (draw.random(200) < expit(x[:, 1])).astype(float)
    assert np.isfinite(fit_glm(x, y, family="binomial").coef).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda x: np.column_stack([x, x[:, 1] - 2 * x[:, 2]]), "'c'"),
        (lambda x: np.column_stack([x, np.ones(len(x))]), "'c'"),
        (lambda x: np.column_stack([x[:, 0], x[:, 1], x[:, 1], x[:, 2]]), "'b'"),
        (lambda x: np.column_stack([x, np.zeros(len(x))]), "'c'"),
    ],
)
def test_columns_that_earlier_ones_determine_are_named(change, named):
    x, y = made_up("poisson")
    with pytest.raises(InvalidValue, match=named):
        fit_glm(change(x), y, family="poisson", names=["one", "a", "b", "c"])


def test_years_of_birth_beside_an_intercept_are_not_called_the_same():
    draw = np.random.default_rng(4)
    x = np.column_stack([np.ones(50), 1960 + draw.integers(0, 3, 50)])
    assert fit_glm(x, draw.integers(0, 2, 50), family="binomial").coef.size == 2


def test_separation_by_a_combination_is_named():
    draw = np.random.default_rng(6)
    x = draw.normal(size=(200, 3))
    y = (x[:, 0] + x[:, 1] > 0).astype(float)
    with pytest.raises(InvalidValue, match="'a', 'b' together separate"):
        fit_glm(np.column_stack([np.ones(200), x]), y, family="binomial", names=["one", "a", "b", "c"])


def test_a_group_without_events_is_named():
    x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    with pytest.raises(InvalidValue, match="'law' separates"):
        fit_glm(x, [3, 4, 5, 0, 0, 0], family="poisson", names=["one", "law"])


@pytest.mark.parametrize(
    ("family", "y", "settings", "message"),
    [
        ("poisson", [1, -1, 2], {}, "counts of 0 or more"),
        ("poisson", [0, 0, 0], {}, "an outcome that varies"),
        ("binomial", [0, 2, 1], {}, "from 0 to 1"),
        ("binomial", [1, 1, 1], {}, "an outcome that varies"),
        ("gaussian", [1, np.nan, 2], {}, "finite"),
        ("gaussian", [1, 2], {}, "n outcomes"),
        ("gaussian", [1, 2, 3], {"weights": [1, -1, 1]}, "weights of 0 or more"),
        ("gaussian", [1, 2, 3], {"offset": [1, 2]}, "3 finite offsets"),
    ],
)
def test_what_cannot_be_fitted_is_refused(family, y, settings, message):
    with pytest.raises(InvalidValue, match=message):
        fit_glm(np.ones((3, 1)), y, family=family, **settings)


def test_more_columns_than_rows_are_refused():
    with pytest.raises(InvalidValue, match="2 rows for 3 columns"):
        fit_glm([[1, 2, 3], [4, 5, 7]], [1, 2], family="gaussian")
