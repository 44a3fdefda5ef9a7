"""Negative controls: tests in closed form, calibration with known errors, coverage with few controls."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.inference.calibration import (
    NotCalibrated,
    SystematicError,
    calibrate,
    systematic_error,
)
from allay.evaluation.inference.negative_controls import check_controls

REPLICATIONS = 4000
# Three Monte-Carlo errors of a coverage of 95%: 0.0103.
CHANCE = 3 * math.sqrt(0.95 * 0.05 / REPLICATIONS)


def test_joint_test_is_walds():
    values, matrix = (
        np.array([0.2, -0.1, 0.3]),
        np.array([[0.04, 0.02, 0], [0.02, 0.09, 0.01], [0, 0.01, 0.05]]),
    )
    found = check_controls(["a", "b", "c"], values, matrix)
    assert found.statistic == pytest.approx(values @ np.linalg.inv(matrix) @ values)
    assert found.df == 3
    assert [each.name for each in found.controls] == ["a", "b", "c"]
    assert found.controls[2].p == pytest.approx(math.erfc(0.3 / math.sqrt(0.05) / math.sqrt(2)))
    assert found.controls[2].p_holm == pytest.approx(3 * found.controls[2].p)


def test_a_control_twice_over_counts_once():
    found = check_controls(["a", "again"], [0.2, 0.2], np.full((2, 2), 0.01))
    assert found.df == 1
    assert found.statistic == pytest.approx(4.0)


def test_joint_test_has_its_size():
    draw = np.random.default_rng(1)
    root = np.array([[1.0, 0, 0], [0.5, 1, 0], [0.2, 0.3, 1]])
    p = [check_controls("abc", root @ noise, root @ root.T).p for noise in draw.standard_normal((4000, 3))]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=CHANCE)


def test_controls_without_error_are_refused():
    with pytest.raises(InvalidValue, match="an error above 0"):
        check_controls(["a"], [0.1], [[0.0]])


def test_equal_errors_have_a_closed_form():
    """With equal standard errors the restricted likelihood gives s^2 - se^2, and the mean of the controls."""
    values = np.array([0.1, 0.5, 0.3, -0.1, 0.2, 0.6])
    found = systematic_error(values, np.full(6, 0.1))
    assert found.mean == pytest.approx(values.mean())
    assert found.sd**2 == pytest.approx(values.var(ddof=1) - 0.01, abs=1e-8)
    assert found.mean_se == pytest.approx(math.sqrt(values.var(ddof=1) / 6), rel=1e-6)


def test_controls_as_near_as_chance_brings_them_show_no_spread():
    assert systematic_error([0.01, -0.01, 0.0, 0.02, -0.02], [0.1] * 5).sd == 0.0


def test_with_few_controls_it_says_that_it_is_not_done():
    found = systematic_error([0.1] * 4, [0.1] * 4)
    assert isinstance(found, NotCalibrated)
    assert (found.controls, found.needed, found.status) == (4, 5, Status.MEMORY)
    assert calibrate(1.0, 0.1, error=found) is found
    assert isinstance(systematic_error([0.1] * 4, [0.1] * 4, fewest=3), SystematicError)


def test_calibrated_by_hand():
    error = SystematicError(mean=0.2, mean_se=0.1, sd=0.2, controls=11)
    found = calibrate(-0.5, 0.2, error=error)
    assert found.estimate == pytest.approx(-0.7)
    assert found.se == pytest.approx(0.3)
    # t of 10 degrees of freedom: 2.228139.
    assert found.interval.high == pytest.approx(-0.7 + 2.228139 * 0.3, abs=1e-6)
    assert found.df == 10


@pytest.mark.parametrize(("controls", "sd"), [(5, 0.3), (10, 0.1), (30, 0.3), (10, 0.0)])
def test_calibrated_intervals_cover_where_plain_ones_do_not(controls, sd):
    """Errors of the study N(0.15, sd); the effect is -0.5. Few controls widen the interval, as they
    should."""
    draw = np.random.default_rng(20261127)
    calibrated = plain = 0
    for _ in range(1000):
        se = draw.uniform(0.05, 0.2, controls)
        seen = draw.normal(0.15, sd, controls) + se * draw.standard_normal(controls)
        estimate = -0.5 + draw.normal(0.15, sd) + 0.1 * draw.standard_normal()
        calibrated += calibrate(estimate, 0.1, error=systematic_error(seen, se)).interval.covers(-0.5)
        plain += abs(estimate + 0.5) < 1.96 * 0.1
    # Three Monte-Carlo errors over 1,000 replications: 0.021.
    assert calibrated / 1000 >= 0.95 - 0.021
    assert plain / 1000 < 0.75


def test_standard_errors_of_zero_are_refused():
    with pytest.raises(InvalidValue, match="standard errors above 0"):
        systematic_error([0.1] * 5, [0.0] * 5)
    with pytest.raises(InvalidValue, match="standard error above 0"):
        calibrate(1.0, 0.0, error=SystematicError(0.0, 0.1, 0.1, 9))
