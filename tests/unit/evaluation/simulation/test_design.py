"""Designs are refused when they do not hold together, and the shipped ones do."""

from __future__ import annotations

import io
from importlib import resources

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.status import Status
from allay.evaluation.simulation import default_design, shipped_design
from allay.evaluation.simulation.catalog import catalog
from allay.evaluation.simulation.design import DESIGNS, read_design
from allay.evaluation.simulation.knobs import Cohort, Effect

CLEAN = (resources.files("allay.evaluation.simulation") / "data" / "clean.yaml").read_text(encoding="utf-8")


def read(text: str):
    return read_design(io.BytesIO(text.encode()), name="design.yaml")


@pytest.mark.parametrize("name", DESIGNS)
def test_shipped_designs_say_that_they_are_made_up(name):
    assert shipped_design(name).status is Status.SYNTHETIC
    assert catalog().status is Status.SYNTHETIC


def test_the_clean_design_has_parallel_trends_and_no_faults():
    clean, full = (shipped_design(name) for name in ("clean", "full"))
    assert not clean.selection.peak
    assert clean.process.drift_condition == 0
    assert set(dict(clean.enrollment).values()) == {0.0, clean.enrollment.gap_months}
    assert clean.claims.runout_days is None
    assert clean.claims.corrected == clean.claims.voided == clean.claims.duplicates == 0
    assert full.selection.peak
    assert full.claims.runout_days is not None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("members: 4000", "members: 0", "/members: expected greater than or equal to 1"),
        ("months: 24", "months: 1", "/months: expected greater than or equal to 2"),
        ("start: 2023-01-01", "start: 2023-01-15", "/start: expected the first day of a month"),
        ("rho: 0.6", "rho: 1.0", "/process/rho: expected less than 1"),
        ("[0.25, 0.25, 0.2, 0.15, 0.1, 0.05]", "[0.5]", "/stay_nights: expected shares that sum to 1"),
        ("month: 8,", "month: 18,", "/cohorts: expected every month once, in their order"),
        ("month: 16,", "month: 24,", "expected a month of 1 to 23 for a cohort"),
        ("cohort: 16", "cohort: 15", "expected an effect of a cohort that is there"),
        ("category: mri", "category: x_ray", "expected no effect on the negative control"),
        ("category: mri", "category: ct", "expected one effect a category and cohort"),
        ("month: 8, share: 0.08", "month: 8, share: 0.08, members: 3", "expected either members or a share"),
        ("month: 8, share: 0.08", "month: 8, share: 0.8", "expected shares of at most 1 in all"),
        ("duplicates: 0", "duplicates: 2", "/claims/duplicates: expected less than or equal to 1"),
        ("title:", "tittle:", "the unknown key 'tittle'"),
    ],
)
def test_bad_designs_are_refused_with_their_place(old, new, message):
    assert old in CLEAN
    with pytest.raises(InvalidInput) as refused:
        read(CLEAN.replace(old, new, 1))
    assert message in str(refused.value)
    assert str(refused.value).startswith("design.yaml:")


def test_cohorts_move_with_the_months_and_join_where_they_meet():
    full = shipped_design("full")
    assert [one.month for one in full.over(72).cohorts] == [24, 30, 36, 42, 48]
    short = full.over(4)
    assert [(one.month, round(one.share or 0, 9)) for one in short.cohorts] == [(1, 0.06), (2, 0.09)]
    assert {effect.cohort for effect in short.effects} == {None, 2}
    counted = full.without_effects().changed(
        cohorts=(Cohort(month=12, members=5), Cohort(month=13, members=7))
    )
    assert counted.over(12).cohorts == (Cohort(month=4, members=12),)
    mixed = full.without_effects().changed(cohorts=(Cohort(month=12, members=5), Cohort(month=13, share=0.1)))
    with pytest.raises(InvalidValue, match="both counted or both shares"):
        mixed.over(12)


def test_the_default_design_fits_every_number_of_months():
    for months in range(2, 61):
        assert default_design(members=10, months=months, seed=0).months == months


def test_effects_of_the_control_may_only_say_that_there_is_none():
    clean = shipped_design("clean")
    nothing = (*clean.effects, Effect(category="x_ray", ratios=(1.0,)))
    assert clean.changed(effects=nothing).effects == nothing


def test_unknown_designs_are_named():
    with pytest.raises(NotFound, match="did you mean 'clean'"):
        shipped_design("cleen")
