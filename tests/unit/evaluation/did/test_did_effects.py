"""Effects by cohort and period: by hand, and against a second way of plain loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel
from tests.unit.evaluation.did.slow_did import slow_cells, slow_error

from allay.base.errors import InvalidValue
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.moments import effects_of_moments, moments_of
from allay.evaluation.did.panel import WidePanel

# The same sums in another order, of numbers near 10; the logit stops at 11 digits of its deviance.
SAME = 1e-10
LOGIT = 1e-8


def test_an_effect_by_hand():
    # Treated rise by 4 and 2, the others by 1 and 1: effect 3 - 1 = 2. Variances 1 and 0, divided by 2 each.
    rows = np.array([[1.0, 5.0], [1.0, 3.0], [2.0, 3.0], [4.0, 5.0]])
    effects = group_time_effects(WidePanel(rows, np.array([1, 2]), np.array([2, 2, 0, 0])))
    assert effects.att.tolist() == [2.0]
    assert effects.se[0] == pytest.approx(0.5**0.5, abs=SAME)
    assert effects.n == {0: 2, 2: 2}
    assert effects.pretest is None


def test_a_test_before_treatment_by_hand():
    # In period 2 the treated rise by 3 and 1, the others by 1 and 1: effect 1, variance 1 / 2, statistic 2.
    rows = np.array([[0.0, 3.0, 3.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0], [1.0, 2.0, 2.0]])
    test = group_time_effects(WidePanel(rows, np.array([1, 2, 3]), np.array([3, 3, 0, 0]))).pretest
    assert (test.df, test.statistic) == (1, pytest.approx(2.0, abs=SAME))
    assert test.p == pytest.approx(0.157299, abs=1e-6)  # of chi-squared with one degree of freedom


@pytest.mark.parametrize(
    ("control", "base", "anticipation", "weights", "clusters"),
    list(itertools.product(["never", "notyet"], ["varying", "universal"], [0, 1], [False, True], [0, 15])),
)
def test_both_ways_agree(control, base, anticipation, weights, clusters):
    panel = invented_panel(weights=weights, clusters=clusters)
    chosen = {"control": control, "base": base, "anticipation": anticipation}
    effects = group_time_effects(panel, **chosen)
    slow = slow_cells(panel, **chosen)
    assert list(zip(effects.cohort.tolist(), effects.time.tolist(), strict=True)) == list(slow)
    for place, (att, influence) in enumerate(slow.values()):
        assert effects.att[place] == pytest.approx(att, abs=SAME)
        error = slow_error(influence, panel.cluster)
        if np.isnan(effects.se[place]):
            assert (att, error) == (0, 0)
        else:
            assert effects.se[place] == pytest.approx(error, abs=SAME)


@pytest.mark.parametrize(
    ("method", "control", "weights", "clusters"),
    list(itertools.product(["reg", "ipw", "dr"], ["never", "notyet"], [False, True], [0, 15])),
)
def test_both_ways_agree_with_covariates(method, control, weights, clusters):
    panel = invented_panel(covariates=2, weights=weights, clusters=clusters, units=160)
    effects = group_time_effects(panel, method=method, control=control, influence=True)
    slow = slow_cells(panel, method=method, control=control)
    for place, (att, influence) in enumerate(slow.values()):
        assert effects.att[place] == pytest.approx(att, abs=LOGIT)
        assert effects.se[place] == pytest.approx(slow_error(influence, panel.cluster), abs=LOGIT)
        if not clusters:
            kept = effects.influence[:, place] * len(panel.cohort)
            assert np.abs(kept - influence).max() < LOGIT * len(panel.cohort)


def test_every_covariance_is_that_of_influences():
    panel = invented_panel(weights=True)
    effects = group_time_effects(panel, influence=True)
    parts = [part for _, part in slow_cells(panel).values()]
    for one, two in itertools.product(range(len(parts)), repeat=2):
        expected = parts[one] @ parts[two] / len(panel.cohort) ** 2
        assert effects.covariance[one, two] == pytest.approx(expected, abs=SAME)
    assert np.abs(effects.influence.T @ effects.influence - effects.joint).max() < SAME


@pytest.mark.parametrize("weights", [False, True])
def test_moments_are_enough(weights):
    panel = invented_panel(weights=weights)
    direct = group_time_effects(panel, control="notyet", influence=True)
    carried = effects_of_moments(moments_of(panel), control="notyet")
    assert np.abs(direct.att - carried.att).max() < SAME
    assert np.abs(direct.joint - carried.joint).max() < SAME


def test_without_covariates_methods_are_one():
    panel = invented_panel()
    found = [group_time_effects(panel, method=method) for method in ("dr", "reg", "ipw")]
    for one in found[1:]:
        assert (one.att == found[0].att).all()
        assert (one.se == found[0].se).all()


def test_a_covariate_without_variance_is_named():
    panel = invented_panel(covariates=2)
    panel.covariates[:, 1] = 3.0
    with pytest.raises(InvalidValue, match="'x1'"):
        group_time_effects(panel)


def test_a_covariate_that_another_determines_is_named_with_its_cohort():
    panel = invented_panel(covariates=2)
    panel.covariates[:, 1] = 2 * panel.covariates[:, 0] - 1
    for method in ("dr", "reg", "ipw"):
        with pytest.raises(InvalidValue, match=r"cohort 3.*'x1'"):
            group_time_effects(panel, method=method)


def test_a_covariate_that_separates_is_named():
    panel = invented_panel(covariates=2)
    panel.covariates[:, 1] += 50 * (panel.cohort == 4)
    for method in ("dr", "ipw"):
        with pytest.raises(InvalidValue, match=r"cohort 4.*'x1'"):
            group_time_effects(panel, method=method)


def test_units_that_nobody_is_like_are_counted():
    panel = invented_panel(covariates=1, units=200)
    panel.covariates[:, 0] += 4.0 * (panel.cohort > 0)
    notes = group_time_effects(panel, method="ipw").notes
    assert any("treated units have a propensity score of 0.995 or more" in note for note in notes)


def test_zero_weights_leave_units_out():
    panel = invented_panel(weights=True)
    there = np.arange(len(panel.cohort)) % 5 > 0
    dropped = WidePanel(
        panel.outcome[there], panel.periods, panel.cohort[there], weights=panel.weights[there]
    )
    zero = WidePanel(panel.outcome, panel.periods, panel.cohort, weights=np.where(there, panel.weights, 0.0))
    one, two = group_time_effects(dropped), group_time_effects(zero)
    assert np.abs(one.att - two.att).max() < SAME
    assert np.abs(one.joint - two.joint).max() < SAME


def test_a_cohort_whose_weights_are_zero_is_no_cohort():
    panel = invented_panel(weights=True)
    panel.weights[panel.cohort == 4] = 0.0
    for influence in (False, True):
        assert group_time_effects(panel, influence=influence).groups.tolist() == [3, 6]


def test_wrong_options_are_refused():
    panel = invented_panel()
    for wrong in ({"method": "ols"}, {"control": "always"}, {"base": "fixed"}, {"anticipation": -1}):
        with pytest.raises(InvalidValue):
            group_time_effects(panel, **wrong)
