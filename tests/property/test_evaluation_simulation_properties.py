"""Any design that is accepted can be simulated, and what comes of it holds together."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.evaluation.simulation import shipped_design, simulate, simulate_panel
from allay.evaluation.simulation.bucket import CATEGORIES, draw_bucket
from allay.evaluation.simulation.knobs import (
    ClaimsKnobs,
    Cohort,
    Effect,
    EnrollmentKnobs,
    Heterogeneity,
    OpioidKnobs,
    PainProcess,
    Selection,
)
from allay.evaluation.simulation.outcomes import COUNTS, OUTCOMES
from allay.evaluation.simulation.uses import STRIDE, FreeDays, place

# Sums of a few hundred numbers in another order.
SAME = 1e-9
EXAMPLES = 40

shares = st.floats(0, 1)
slopes = st.floats(-2, 2)


@st.composite
def designs(draw):
    months = draw(st.integers(2, 14))
    lag = draw(st.integers(1, min(3, months - 1)))
    starts = sorted(draw(st.sets(st.integers(lag, months - 1), max_size=4)))
    cohorts = tuple(
        Cohort(month=month, members=draw(st.integers(1, 20)))
        if draw(st.booleans())
        else Cohort(month=month, share=draw(st.floats(0, 0.25)))
        for month in starts
    )
    keys = st.tuples(
        st.sampled_from([*(one for one in CATEGORIES if one != "x_ray"), "opioid_dose"]),
        st.sampled_from([None, *starts]),
    )
    ratios = st.lists(st.floats(0, 3), min_size=1, max_size=4).map(tuple)
    effects = tuple(
        Effect(category=category, ratios=draw(ratios), cohort=cohort)
        for category, cohort in sorted(draw(st.sets(keys, max_size=5)), key=str)
    )
    return (
        shipped_design("full")
        .without_effects()
        .changed(
            members=draw(st.integers(1, 120)),
            months=months,
            seed=draw(st.integers(0, 2**63 - 1)),
            pain_share=draw(shares),
            process=PainProcess(
                rho=draw(st.floats(0, 0.99)), load=draw(st.floats(0, 1.5)), drift_per_year=0.1
            ),
            stay_nights=(0.0, 0.0, 0.5, 0.0, 0.0, 0.5),
            opioids=OpioidKnobs(
                user_share=draw(shares), fill=draw(shares), days_supply=draw(st.integers(1, 28))
            ),
            enrollment=EnrollmentKnobs(
                late_share=draw(shares),
                leave=draw(st.floats(0, 0.5)),
                return_share=draw(shares),
                gap_months=draw(st.integers(1, 5)),
                death=draw(st.floats(0, 0.1)),
                mid_month_share=draw(shares),
            ),
            selection=Selection(peak=draw(st.booleans()), lag=lag, age=draw(slopes), frailty=draw(slopes)),
            cohorts=cohorts,
            effects=effects,
            heterogeneity=Heterogeneity(age=draw(slopes), condition=draw(slopes)),
            claims=ClaimsKnobs(
                professional_emergency=draw(shares),
                duplicates=draw(shares),
                corrected=draw(st.floats(0, 0.5)),
                voided=draw(st.floats(0, 0.3)),
                outside_enrollment=draw(st.floats(0, 0.2)),
                paid_after_mean=draw(st.floats(0, 180)),
                runout_days=draw(st.none() | st.integers(0, 100)),
            ),
        )
    )


@given(design=designs())
@settings(max_examples=EXAMPLES)
def test_any_design_is_simulated_and_its_totals_agree(design):
    with tempfile.TemporaryDirectory() as place_:
        folder = Path(place_) / "claims"
        truth = simulate(
            folder, members=design.members, months=design.months, seed=design.seed, design=design, threads=1
        )
        names = {entry.name for entry in folder.iterdir()}
        roster = (folder / "roster.csv").read_text().splitlines()[1:]
    assert len(names) == 6
    panel = simulate_panel(design, design.seed)
    assert panel.truth.effects == truth.effects
    assert len(roster) == sum(one.members for one in truth.cohorts) == (panel.cohort >= 0).sum()
    for cohort, size in zip(design.cohorts, truth.cohorts, strict=True):
        assert cohort.members is None or size.members <= cohort.members
    uncovered = panel.enrolled_days == 0
    for outcome in OUTCOMES:
        assert (panel.outcomes[outcome] >= 0).all()
        assert not panel.outcomes[outcome][uncovered].any()
        for effects in (truth.of(outcome), truth.of(outcome, population="continuous")):
            for cell in effects.cells:
                assert (cell.att is None) == (cell.members == 0)
                # What is left cannot be below nothing.
                assert cell.att is None or cell.att >= -cell.without - SAME
            if effects.simple.att is not None:
                total = sum(cell.att * cell.members for cell in effects.cells if cell.members)
                assert effects.simple.att * effects.simple.members == pytest.approx(total, rel=SAME, abs=SAME)
    assert (panel.outcomes["inpatient_day"] >= panel.outcomes["inpatient_stay"]).all()
    assert (panel.outcomes["pharmacy_fill"] >= panel.outcomes["opioid_fill"]).all()


@given(design=designs())
@settings(max_examples=EXAMPLES)
def test_uses_have_days_of_their_own_within_cover(design):
    bucket = draw_bucket(design, 0)
    cover, months = bucket.members.cover, bucket.months
    stays = bucket.uses["inpatient_stay"]
    for category, uses in bucket.uses.items():
        member, month = np.divmod(uses.cell, design.months)
        first = months.first[month] + cover.first[member, month]
        assert ((uses.day >= first) & (uses.day < first + cover.width[member, month])).all()
        assert len(set(zip(member.tolist(), uses.day.tolist(), strict=True))) == len(uses.day), category
        assert (uses.kept | uses.without).all()
    visits = bucket.uses["emergency_visit"]
    at = dict(
        zip(stays.cell.tolist(), zip(stays.day.tolist(), stays.units.tolist(), strict=True), strict=True)
    )
    for cell, day in zip(visits.cell.tolist(), visits.day.tolist(), strict=True):
        if cell in at:
            admitted, nights = at[cell]
            assert day < admitted or day > admitted + nights


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=8),
    width=st.integers(1, 31) | st.just(STRIDE),
    seed=st.integers(0, 1000),
)
def test_places_are_distinct_and_do_not_depend_on_those_after(counts, width, seed):
    cell = np.repeat(np.arange(len(counts)), counts)
    same = np.full(len(counts), width)
    slots = FreeDays(np.zeros(len(counts), dtype=np.int64), same, same, np.zeros(len(counts), dtype=np.int64))
    draw = np.random.default_rng(seed).random(len(cell))
    placed = place(cell, slots, draw)
    kept = cell[placed.taken]
    assert len(set(zip(kept.tolist(), placed.index.tolist(), strict=True))) == len(kept)
    assert len(kept) == sum(min(count, width) for count in counts)
    assert (placed.index < width).all()
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    alone = place(cell[first], slots, draw[first])
    new = np.flatnonzero(np.diff(kept, prepend=-1))
    np.testing.assert_array_equal(alone.index, placed.index[new])


@given(design=designs())
@settings(max_examples=EXAMPLES // 2)
def test_without_effects_nothing_changes(design):
    panel = simulate_panel(design.without_effects(), design.seed, outcomes=COUNTS)
    for effects in panel.truth.effects:
        assert all(cell.att in (None, 0.0) and cell.realised in (None, 0.0) for cell in effects.cells)
