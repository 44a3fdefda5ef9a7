"""Two-way fixed effects against dummies, and their decomposition against its definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel

from allay.base.errors import InvalidValue
from allay.evaluation.did.bacon import bacon_decomposition
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.did.twoway import treatment, two_way

# Least squares of 480 rows and 86 columns, in another way.
SAME = 1e-9


def dummies(panel, *others):
    units, periods = panel.outcome.shape
    row, column = np.divmod(np.arange(units * periods), periods)
    x = np.column_stack([treatment(panel).ravel(), *(other.ravel() for other in others), np.eye(units)[row]])
    x = np.column_stack([x, np.eye(periods)[column][:, 1:]])
    w = np.ones(len(x)) if panel.weights is None else panel.weights[row]
    bread = np.linalg.inv((x * w[:, None]).T @ x)
    coef = bread @ (x.T @ (w * panel.outcome.ravel()))
    scores = x * (w * (panel.outcome.ravel() - x @ coef))[:, None]
    cluster = row if panel.cluster is None else np.unique(panel.cluster, return_inverse=True)[1][row]
    sums = np.array([scores[cluster == one].sum(axis=0) for one in range(cluster.max() + 1)])
    groups, kept = len(sums), 1 + len(others) + periods
    scale = groups / (groups - 1) * (len(x) - 1) / (len(x) - kept)
    return coef[0], (bread @ sums.T @ sums @ bread * scale)[0, 0] ** 0.5


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("clusters", [0, 12])
def test_both_ways_agree(weights, clusters):
    panel = invented_panel(weights=weights, clusters=clusters)
    found = two_way(panel)
    assert (found.att, found.se) == pytest.approx(dummies(panel), abs=SAME)
    assert "is not the result" in found.warning


def test_covariates_that_change_are_taken_in():
    panel = invented_panel()
    other = np.random.default_rng(4).standard_normal((80, 6, 1)) + panel.outcome[:, :, None] / 3
    found = two_way(panel, covariates=other, names=("other",))
    assert (found.att, found.se) == pytest.approx(dummies(panel, other), abs=SAME)
    assert len(found.coef) == 2


def test_covariates_that_do_not_change_are_refused():
    panel = invented_panel()
    with pytest.raises(InvalidValue, match="'age'"):
        two_way(panel, covariates=np.ones((80, 6, 1)) * np.arange(80)[:, None, None], names=("age",))
    with pytest.raises(InvalidValue, match="1 covariates"):
        two_way(panel, covariates=np.ones((80, 5, 1)), names=("age",))


def test_treatment_that_is_the_same_for_all_is_refused():
    panel = invented_panel(cohorts=(3,))
    with pytest.raises(InvalidValue, match="'treatment'"):
        two_way(panel)
    with pytest.raises(InvalidValue, match="differs"):
        bacon_decomposition(panel)


@pytest.mark.parametrize("cohorts", [(0, 3), (0, 3, 4, 6), (3, 5), (0, 1, 3, 4), (1, 3), (0, 1, 4, 9)])
@pytest.mark.parametrize("weights", [False, True])
def test_the_parts_make_the_whole(cohorts, weights):
    panel = invented_panel(cohorts=cohorts, weights=weights)
    found = bacon_decomposition(panel)
    assert sum(part.weight for part in found.parts) == pytest.approx(1, abs=SAME)
    assert found.att == pytest.approx(two_way(panel).att, abs=SAME)
    assert all(part.weight > 0 for part in found.parts)


def test_parts_are_simple_comparisons():
    panel = invented_panel(cohorts=(0, 1, 3, 5))
    mean = {one: panel.outcome[panel.cohort == one].mean(axis=0) for one in (0, 1, 3, 5)}
    found = {
        (part.kind, part.treated, part.comparison): part.estimate for part in bacon_decomposition(panel).parts
    }

    def change(one, other, before, after):
        gap = mean[one] - mean[other]
        return gap[after].mean() - gap[before].mean()

    assert found == pytest.approx(
        {
            ("treated vs untreated", 3, 0): change(3, 0, slice(0, 2), slice(2, 6)),
            ("treated vs untreated", 5, 0): change(5, 0, slice(0, 4), slice(4, 6)),
            ("earlier vs later", 3, 5): change(3, 5, slice(0, 2), slice(2, 4)),
            ("later vs earlier", 5, 3): change(5, 3, slice(2, 4), slice(4, 6)),
            ("later vs always treated", 3, 1): change(3, 1, slice(0, 2), slice(2, 6)),
            ("later vs always treated", 5, 1): change(5, 1, slice(0, 4), slice(4, 6)),
        },
        abs=SAME,
    )


def test_growing_effects_make_it_wrong_in_sign():
    # No noise, effects 1, 2, 3, ... of everybody treated: late comparisons with those already treated are
    # negative, and early adopters get negative weight.
    month = np.arange(1, 21)
    cohort = np.repeat([3, 12], 10)
    since = month - cohort[:, None] + 1
    outcome = np.where(since > 0, since**2, 0).astype(float)
    panel = WidePanel(outcome, month, cohort)
    assert two_way(panel).att < 0
    kinds = bacon_decomposition(panel).kinds()
    assert kinds["later vs earlier"][1] < 0 < kinds["earlier vs later"][1]


def test_a_cohort_after_the_end_is_never_treated():
    late = invented_panel(cohorts=(0, 3, 9))
    never = replace(late, cohort=np.where(late.cohort == 9, 0, late.cohort))
    assert bacon_decomposition(late).att == pytest.approx(bacon_decomposition(never).att, abs=SAME)
