"""The panel of simulated claims is the one that is simulated without claims, cell by cell."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from allay.base.errors import NotFound
from allay.evaluation.panel import build_panel
from allay.evaluation.simulation import shipped_design, simulate_panel
from allay.evaluation.simulation.outcomes import COSTS, OUTCOMES


@pytest.fixture(scope="module")
def panel(claims):
    return simulate_panel(claims.design, claims.design.seed)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_claims_and_panel_are_equal(claims, panel, engine, tmp_path):
    build_panel(claims.folder, engine=engine, output=tmp_path / "panel")
    built = pl.read_parquet(tmp_path / "panel" / "panel.parquet")
    member = built["person_id"].cast(pl.String).str.slice(1).cast(pl.Int64).to_numpy()
    month = ((built["month"].dt.year() - 2023).cast(pl.Int64) * 12 + built["month"].dt.month() - 1).to_numpy()
    for name in ("enrolled_days", *OUTCOMES):
        mine = panel.enrolled_days if name == "enrolled_days" else panel.outcomes[name]
        theirs = np.zeros_like(mine)
        theirs[member, month] = built[name].to_numpy()
        assert mine.sum() > 0, name
        np.testing.assert_array_equal(theirs, mine, err_msg=name)


def test_the_truth_is_that_of_the_claims(claims, panel):
    assert panel.truth.effects == claims.truth.effects
    started = {
        int(month): int(many)
        for month, many in zip(*np.unique(panel.cohort, return_counts=True), strict=True)
    }
    assert started == {-1: started[-1], **{one.month: one.members for one in claims.truth.cohorts}}
    assert panel.pain[panel.cohort >= 0].all()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_is_the_same_alone(claims, panel, outcome):
    alone = simulate_panel(claims.design, claims.design.seed, outcomes=[outcome])
    np.testing.assert_array_equal(alone.outcomes[outcome], panel.outcomes[outcome])
    assert alone.truth.of(outcome) == panel.truth.of(outcome)


def test_unknown_outcomes_are_named():
    with pytest.raises(NotFound, match="emergency_visit"):
        simulate_panel(shipped_design("clean"), 1, outcomes=["emergency_visits"])


def test_costs_are_sums(panel):
    medical, pharmacy, total = (panel.outcomes[name] for name in COSTS)
    np.testing.assert_array_equal(medical + pharmacy, total)
