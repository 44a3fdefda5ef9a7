"""Inference on what the estimators give: the same errors two ways, and event studies with one reference."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.evaluation.did.aggregate import aggregate
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.inference.detectable import contrasts, detectable_effect
from allay.evaluation.inference.event_study import event_study
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.savings import savings
from allay.evaluation.inference.sensitivity import relative_magnitudes, smoothness
from allay.evaluation.inference.serial_covariance import SerialCovariance, member_covariance
from allay.evaluation.inference.subgroups import named_subgroups

MONTHS = np.arange(1, 11)
ROOT = np.linalg.cholesky(SerialCovariance(40.0, 30.0, 0.6, 30.0).matrix(10))


def panel(sizes: dict[int, int], *, effect: float = -4.0, seed: int = 1) -> WidePanel:
    cohort = np.repeat(list(sizes), list(sizes.values()))
    outcome = 50 + np.random.default_rng(seed).standard_normal((len(cohort), 10)) @ ROOT.T
    outcome += effect * ((cohort > 0)[:, None] & (cohort[:, None] <= MONTHS))
    return WidePanel(outcome=outcome, periods=MONTHS, cohort=cohort)


def planned_error(data: WidePanel) -> float:
    """Error of the simple aggregate as the plan has it, from the covariance of the members themselves."""
    groups = np.unique(data.cohort)
    sizes = [int((data.cohort == group).sum()) for group in groups]
    found = [member_covariance(data.outcome[data.cohort == group])[0] for group in groups]
    weights = contrasts([int(group) - 1 for group in groups[1:]], sizes, months=10)
    return detectable_effect(found, sizes, weights).se


def test_planned_error_is_that_of_the_estimator_for_one_cohort():
    data = panel({0: 120, 6: 60})
    found = aggregate(group_time_effects(data), kind="simple")
    # The estimator divides by n, the plan by n - 1: a factor between sqrt(1 - 1/60) and sqrt(1 - 1/120).
    assert math.sqrt(1 - 1 / 60) <= found.se / planned_error(data) <= math.sqrt(1 - 1 / 120)


def test_planned_error_is_near_that_of_the_estimator_for_staggered_starts():
    data = panel({0: 2000, 5: 600, 8: 500})
    found = aggregate(group_time_effects(data), kind="simple")
    # The estimator adds the error of the cohorts' shares, which is small where their effects are alike.
    assert found.se == pytest.approx(planned_error(data), rel=0.01)


def test_event_study_of_the_estimator_is_taken_as_it_comes():
    effects = group_time_effects(panel({0: 400, 5: 150, 8: 150}), base="universal")
    found = aggregate(effects, kind="dynamic")
    study = event_study(found.by.label, found.by.att, found.covariance)
    assert study.reference == -1
    assert -1 not in study.event
    relative = relative_magnitudes(study)
    assert relative.estimate == pytest.approx(found.att)
    assert relative.se == pytest.approx(found.se)
    assert relative.breakdown is not None
    assert relative.breakdown > 0
    assert smoothness(study, bounds=[0.0]).intervals[0].low < relative.estimate


def test_savings_are_minus_the_simple_effect_times_the_member_months():
    """By cells of cohort and month: the total is the simple aggregate times all treated member-months."""
    data = panel({0: 400, 5: 150, 8: 100})
    effects = group_time_effects(data)
    after = effects.time >= effects.cohort
    sizes = np.where(effects.cohort == 5, 150, 100)[after]
    found = savings(effects.att[after], effects.covariance[np.ix_(after, after)], sizes, members=250)
    simple = aggregate(effects, kind="simple")
    assert found.member_months == 150 * 6 + 100 * 3
    assert found.total.estimate == pytest.approx(-simple.att * found.member_months)
    # Member-months are taken as known here; the aggregate adds the error of the cohorts' shares.
    assert found.total.se == pytest.approx(simple.se * found.member_months, rel=0.02)


def test_changes_of_members_have_the_effect_of_the_estimator():
    """One cohort: the mean change of the treated less that of the comparison is the simple aggregate."""
    data = panel({0: 120, 6: 60})
    change = data.outcome[:, 5:].mean(axis=1) - data.outcome[:, 4]
    half = np.arange(180) % 2 == 0
    found = named_subgroups(MemberChanges.of(change, data.cohort > 0), {"even": half}).tested[0]
    simple = aggregate(group_time_effects(data), kind="simple")
    assert (found.inside + found.outside) / 2 == pytest.approx(simple.att, abs=0.05)
