"""The true effects: against runs with and without the program, by hand, and against theory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from allay.base.errors import NotFound
from allay.evaluation.simulation import default_design, shipped_design, simulate_panel
from allay.evaluation.simulation.knobs import Effect, Heterogeneity
from allay.evaluation.simulation.outcomes import OUTCOMES

# Of sums of a few thousand numbers, in another order.
SAME = 1e-9
# Standard errors: a right program misses by more once in 15,000 comparisons, and the seeds are fixed.
MONTE_CARLO = 4.0


@pytest.fixture(scope="module")
def design():
    """Many treated, so that the rarest use has some that the program changes."""
    design = default_design(members=30_000, months=24, seed=5).changed(pain_share=0.5)
    return design.changed(cohorts=tuple(one.model_copy(update={"share": 0.15}) for one in design.cohorts))


@pytest.fixture(scope="module")
def with_program(design):
    return simulate_panel(design, design.seed)


@pytest.fixture(scope="module")
def without_program(design):
    return simulate_panel(design.without_effects(), design.seed)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_effect_is_the_difference_of_runs_with_and_without_the_program(
    with_program, without_program, outcome
):
    change = with_program.outcomes[outcome] - without_program.outcomes[outcome]
    covered = with_program.enrolled_days > 0
    truth = with_program.truth.of(outcome)
    after = np.zeros_like(covered)
    for cell in truth.cells:
        own = (with_program.cohort == cell.cohort) & covered[:, cell.month]
        after[own, cell.month] = True
        assert cell.members == own.sum()
        assert cell.realised == pytest.approx(change[own, cell.month].mean(), abs=SAME)
    assert not change[~after].any()
    # What is expected of these members, and what happened, differ by chance only. Members are independent.
    by_member = np.where(after, change, 0).sum(axis=1)[with_program.cohort >= 0]
    error = by_member.std(ddof=1) * np.sqrt(len(by_member)) / after.sum()
    assert abs(truth.simple.att - truth.simple.realised) <= MONTE_CARLO * error
    if outcome == with_program.truth.negative_control:
        assert truth.simple.att == 0
        assert truth.negative_control
    else:
        assert truth.simple.att != 0
        assert error > 0


def test_a_null_program_changes_nothing(without_program):
    for effects in without_program.truth.effects:
        assert {(cell.att, cell.realised) for cell in effects.cells} == {(0.0, 0.0)}
        assert effects.simple.att == 0


def test_the_effect_by_hand():
    # Nobody differs: everyone uses at the base rate, so the effect is rate x (ratio - 1).
    design = shipped_design("clean").changed(
        effects=(
            Effect(category="mri", ratios=(0.9, 0.5)),
            Effect(category="mri", ratios=(2.0,), cohort=16),
        ),
        people=shipped_design("clean").people.model_copy(
            update={"age_effect": 0.0, "female_effect": 0.0, "condition_effect": 0.0, "frailty_sd": 0.0}
        ),
        process=shipped_design("clean").process.model_copy(
            update={"load": 0.0, "drift_per_year": 0.0, "season": 0.0}
        ),
        members=2000,
    )
    truth = simulate_panel(design, 1, outcomes=["mri"]).truth.of("mri")
    rate = design.rates["mri"].pain
    for cell in truth.cells:
        ratio = 2.0 if cell.cohort == 16 else 0.9 if cell.event == 0 else 0.5
        assert cell.att == pytest.approx(rate * (ratio - 1), abs=SAME)
        assert cell.without == pytest.approx(rate, abs=SAME)


def test_costs_of_stays_by_hand():
    clean = shipped_design("clean")
    design = clean.changed(
        effects=(Effect(category="inpatient_stay", ratios=(0.5,)),), stay_nights=(0.5, 0.0, 0.5), members=500
    )
    names = ("inpatient_stay", "inpatient_day", "medical_cost_cents")
    truth = simulate_panel(design, 1, outcomes=names).truth
    stays, days, cost = (truth.of(name).simple.att for name in names)
    assert days == pytest.approx(2 * stays)
    # A night is 2,300 and 200 dollars in the catalog, and a stay has two on average.
    assert cost == pytest.approx(2 * stays * 250_000)


def test_doses_fall_by_their_own_ratio():
    design = shipped_design("clean").changed(effects=(Effect(category="opioid_dose", ratios=(0.5,)),))
    panel = simulate_panel(design, 1)
    plain = simulate_panel(design.without_effects(), 1)
    assert panel.truth.of("opioid_fill").simple.att == 0
    # Units of a fill are even in every regimen, so that half of them is exact.
    for cell in panel.truth.of("opioid_mme_milli").cells:
        assert cell.att == pytest.approx(-cell.without / 2)
    after = (panel.cohort[:, None] >= 0) & (np.arange(design.months) >= panel.cohort[:, None])
    one, other = (each.outcomes["opioid_mme_milli"] for each in (panel, plain))
    np.testing.assert_array_equal(2 * one[after], other[after])
    np.testing.assert_array_equal(one[~after], other[~after])
    assert other[after].sum() > 0


def test_averages_are_those_of_the_cells(with_program):
    for population in ("enrolled", "continuous"):
        truth = with_program.truth.of("therapy_visit", population=population)
        many = sum(cell.members for cell in truth.cells)
        assert truth.simple.members == many
        mean = sum(cell.att * cell.members for cell in truth.cells) / many
        assert truth.simple.att == pytest.approx(mean, abs=SAME)
        for kind, field in (("dynamic", "event"), ("group", "cohort"), ("calendar", "month")):
            for average in getattr(truth, kind):
                own = [cell for cell in truth.cells if getattr(cell, field) == average.label]
                total = sum(cell.members for cell in own)
                assert average.members == total
                found = sum(cell.realised * cell.members for cell in own) / total
                assert average.realised == pytest.approx(found, abs=SAME)
            assert sum(one.members for one in getattr(truth, kind)) == many
    enrolled, continuous = (
        with_program.truth.of("mri", population=one) for one in ("enrolled", "continuous")
    )
    assert continuous.simple.members < enrolled.simple.members
    full = (with_program.enrolled_days == with_program.enrolled_days.max(axis=0)).all(axis=1)
    for cell in continuous.cells:
        assert cell.members == (full & (with_program.cohort == cell.cohort)).sum()


def test_who_benefits_more(design):
    stronger = design.changed(heterogeneity=Heterogeneity(condition=0.8))
    mixed, plain = (
        simulate_panel(one, 5, outcomes=["injection"])
        for one in (stronger, design.changed(heterogeneity=Heterogeneity()))
    )
    none = simulate_panel(design.without_effects(), 5, outcomes=["injection"])

    def share_left(panel, own):
        after = (panel.cohort[:, None] >= 0) & (np.arange(24) >= panel.cohort[:, None] + 2) & own[:, None]
        return panel.outcomes["injection"][after].sum() / none.outcomes["injection"][after].sum()

    many = mixed.covariates[:, 2] > 1
    assert share_left(mixed, many) < share_left(plain, many) - 0.1
    assert share_left(mixed, ~many) > share_left(mixed, many)


def test_entering_at_a_peak_falls_back_by_itself():
    """As in the notes on regression to the mean: ratings of mean 5 and sd 2, entered at 6 or more."""
    design = shipped_design("clean").changed(members=16_000, pain_share=1.0)
    cohorts = (design.cohorts[0].model_copy(update={"share": 0.2}),)
    peak = design.selection.model_copy(update={"peak": True, "frailty": 0.0, "condition": 0.0})
    design = design.without_effects().changed(cohorts=cohorts, selection=peak)
    panel = simulate_panel(design, 9, outcomes=["therapy_visit", "opioid_fill"])
    visits, start = panel.outcomes["therapy_visit"], cohorts[0].month
    own = panel.cohort == start
    # Of a standard normal z at least 1/2, exp(load z - load^2 / 2) has the mean below at the peak, and with
    # load x rho^k in place of load k months away from it: a year later next to nothing is left.
    edge, process = 0.5, design.process
    for month in (start - 1, start, start + 1, start + 12):
        load = process.load * process.rho ** abs(month - start + 1)
        theory = stats.norm.sf(edge - load) / stats.norm.sf(edge)
        ratio = visits[own, month].mean() / visits[~own & (panel.cohort < 0), month].mean()
        counts = visits[own, month]
        # Those who did not enter have a little less at the peak, since some at it went: 4% of them at most.
        slack = MONTE_CARLO * counts.std() / np.sqrt(own.sum()) / counts.mean() + 0.10
        assert ratio == pytest.approx(theory, rel=slack)
    before, after = visits[own, start - 1].mean(), visits[own, start + 12].mean()
    assert before > 1.25 * after


def test_cohorts_have_effects_of_their_own(with_program):
    by_cohort = {one.label: one.att for one in with_program.truth.of("injection").group}
    last = max(by_cohort)
    assert all(by_cohort[last] > att for label, att in by_cohort.items() if label != last)


def test_unknown_outcomes_are_named(with_program):
    with pytest.raises(NotFound, match="did you mean"):
        with_program.truth.of("mrt")
