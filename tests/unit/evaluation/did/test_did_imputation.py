"""The imputation estimator against dummies for every unit and period, unit by unit."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel

from allay.base.errors import InvalidValue
from allay.evaluation.did.aggregate import aggregate
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.imputation import imputed_effects, imputed_effects_of_moments
from allay.evaluation.did.moments import moments_of

# Least squares of 480 rows and 86 columns, in another way.
SAME = 1e-9


def dummies(panel):
    """Effects of cells, and each unit's contribution, from a regression on dummies."""
    units, periods = panel.outcome.shape
    w = np.ones(units) if panel.weights is None else panel.weights
    row, column = np.divmod(np.arange(units * periods), periods)
    x = np.zeros((units * periods, units + periods))
    x[np.arange(len(x)), row] = x[np.arange(len(x)), units + column] = 1
    treated = (panel.cohort[row] > 0) & (panel.periods[column] >= panel.cohort[row])
    free, y, root = ~treated, panel.outcome.ravel(), np.sqrt(w[row])
    solved = np.linalg.pinv(x[free] * root[free, None]) * root[free]
    rest = y - x @ (solved @ y[free])
    found = {}
    for g in sorted(set(panel.cohort.tolist()) - {0}):
        for t in panel.periods[panel.periods >= g].tolist():
            cell = treated & (panel.cohort[row] == g) & (panel.periods[column] == t)
            share = np.where(cell, w[row], 0) / w[row][cell].sum()
            weight = share.copy()
            weight[free] -= (share @ x) @ solved
            att = share @ rest
            # Of the treated, what differs from the mean of their cohort and period.
            own = rest.copy()
            for h in set(panel.cohort.tolist()) - {0}:
                for s in panel.periods.tolist():
                    same = treated & (panel.cohort[row] == h) & (panel.periods[column] == s)
                    if same.any():
                        own[same] -= np.average(rest[same], weights=w[row][same])
            found[g, t] = att, (weight * own).reshape(units, periods).sum(axis=1)
    return found


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("clusters", [0, 12])
def test_both_ways_agree(weights, clusters):
    panel = invented_panel(weights=weights, clusters=clusters)
    effects = imputed_effects(panel)
    slow = dummies(panel)
    assert list(zip(effects.cohort.tolist(), effects.time.tolist(), strict=True)) == list(slow)
    for place, (att, part) in enumerate(slow.values()):
        sums = np.bincount(panel.cluster, weights=part) if clusters else part
        assert effects.att[place] == pytest.approx(att, abs=SAME)
        assert effects.se[place] == pytest.approx((sums @ sums) ** 0.5, abs=SAME)


def test_moments_are_enough():
    panel = invented_panel()
    one, two = imputed_effects(panel), imputed_effects_of_moments(moments_of(panel))
    assert (one.att == two.att).all()
    assert (one.joint == two.joint).all()


def test_one_cohort_and_one_period_before_are_the_plain_difference():
    panel = invented_panel(cohorts=(0, 2), periods=4)
    one, two = imputed_effects(panel), group_time_effects(panel)
    assert np.abs(one.att - two.att).max() < SAME
    assert np.abs(one.covariance - two.covariance).max() < SAME


def test_exact_trends_give_the_exact_effect():
    panel = invented_panel()
    trend = np.add.outer(np.arange(80.0), np.array([0.0, 3, 1, 4, 1, 5]))
    since = panel.periods - panel.cohort[:, None]
    panel.outcome[:] = trend + np.where((panel.cohort[:, None] > 0) & (since >= 0), 2.0 + since, 0)
    effects = imputed_effects(panel)
    assert np.abs(effects.att - (2.0 + effects.event)).max() < SAME
    assert effects.se.max() < SAME * 100


def test_periods_in_which_all_are_treated_cannot_be_imputed():
    effects = imputed_effects(invented_panel(cohorts=(3, 5)))
    assert set(zip(effects.cohort.tolist(), effects.time.tolist(), strict=True)) == {(3, 3), (3, 4)}
    assert any("cohort 5 cannot be imputed in 5, 6" in note for note in effects.notes)


def test_who_is_treated_from_the_start_cannot_be_imputed():
    effects = imputed_effects(invented_panel(cohorts=(0, 1, 4)))
    assert effects.groups.tolist() == [4]
    with pytest.raises(InvalidValue):
        imputed_effects(invented_panel(cohorts=(0, 1)))


def test_anticipating_periods_are_imputed_too():
    effects = imputed_effects(invented_panel(), anticipation=1)
    assert effects.event.min() == -1
    assert aggregate(effects, "dynamic").by.label[0] == -1
