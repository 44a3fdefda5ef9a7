"""Capture, the model of who was followed, and its weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from allay.base.errors import InvalidValue
from allay.measures.followup import capture, effective_n, followup_model
from allay.measures.logistic import NotEstimable, fit_logistic

NAN = float("nan")


def test_logistic_of_a_two_by_two_table_is_the_log_odds_ratio():
    # 10 of 40 without, 30 of 50 with: log odds log(10/30), log odds ratio log((30/20)/(10/30)).
    x = np.repeat([0.0, 0, 1, 1], [10, 30, 30, 20])
    y = np.repeat([1.0, 0, 1, 0], [10, 30, 30, 20])
    fit = fit_logistic(np.column_stack([np.ones(90), x]), y)
    assert fit.coef == pytest.approx([np.log(10 / 30), np.log(30 / 20) - np.log(10 / 30)])
    # Woolf's standard errors.
    assert fit.se == pytest.approx([np.sqrt(1 / 10 + 1 / 30), np.sqrt(1 / 10 + 1 / 30 + 1 / 30 + 1 / 20)])


def test_logistic_agrees_with_a_general_optimizer():
    draw = np.random.default_rng(3)
    x = np.column_stack([np.ones(400), draw.normal(50, 10, 400), draw.integers(0, 2, 400)])
    y = (draw.random(400) < 1 / (1 + np.exp(-(x @ [-2, 0.04, -0.5])))).astype(float)
    centered = x - [0, 50, 0]

    def loss(b):
        eta = centered @ b
        return float((np.logaddexp(0, eta) - y * eta).sum())

    theirs = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
    fit = fit_logistic(x, y)
    assert fit.coef[1:] == pytest.approx(theirs.x[1:], rel=1e-4)
    assert fit.deviance == pytest.approx(2 * theirs.fun, rel=1e-9)
    assert fit.fitted.sum() == pytest.approx(y.sum())  # a property of the score equations with an intercept


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [
        ([[1, 0], [1, 0], [1, 1], [1, 1]], [0, 0, 1, 1], "settle"),
        ([[1, 2], [1, 2], [1, 2], [1, 2]], [0, 1, 0, 1], "same information"),
        ([[1, 0], [1, 1], [1, 0], [1, 1]], [1, 1, 1, 1], "same for everyone"),
    ],
)
def test_logistic_says_why_it_cannot(x, y, word):
    with pytest.raises(NotEstimable, match=word):
        fit_logistic(x, y)


def test_logistic_refuses_missing_values():
    with pytest.raises(InvalidValue):
        fit_logistic([[1, NAN], [1, 2]], [0, 1])


def test_weights_balance_a_cohort_that_was_followed_unevenly():
    """With one yes/no predictor, the weighted followed have the share of it that all enrolled have."""
    group = np.repeat([0.0, 1.0], [300, 100])
    followed = np.concatenate([np.arange(300) < 150, np.arange(100) < 20])
    model = followup_model(followed, {"group": group})
    kept = ~np.isnan(model.weights)
    assert kept.sum() == 170
    assert np.average(group[kept], weights=model.weights[kept]) == pytest.approx(100 / 400)
    assert model.weights[kept].mean() == pytest.approx(1.0)
    assert model.effective_n == pytest.approx(effective_n([1] * 150 + [2.5] * 20))


def test_patients_without_a_predictor_get_no_weight():
    model = followup_model([1, 0, 1, 0, 1, 1], {"age": [30, 31, 50, 45, NAN, 33], "constant": [1] * 6})
    assert model.fit.n == 5
    assert model.names == ("intercept", "age")
    assert np.isnan(model.weights).tolist() == [False, True, False, True, True, False]


def test_nobody_with_every_predictor():
    with pytest.raises(NotEstimable, match="nobody"):
        followup_model([1, 0], {"a": [NAN, 1], "b": [1, NAN]})


def test_predictor_of_another_length():
    with pytest.raises(InvalidValue, match="2 values of a"):
        followup_model([1, 0], {"a": [1, 2, 3]})


def test_capture_of_nobody_and_of_all():
    assert capture([]).share is None
    assert capture([1.0, 2.0]).missing == 0
    assert capture([1.0, NAN, NAN, NAN]).share == 0.25
