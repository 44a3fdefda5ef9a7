"""What is drawn agrees with the design, and a knob moves what it says and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from allay.evaluation.simulation import default_design, shipped_design, simulate, simulate_panel
from allay.evaluation.simulation.bucket import CATEGORIES, draw_bucket
from allay.evaluation.simulation.catalog import catalog, regimens
from allay.evaluation.simulation.outcomes import COUNTS, OUTCOMES
from allay.evaluation.simulation.people import draw_members

# Standard errors: a right program misses by more once in 15,000 comparisons, and the seeds are fixed.
MONTE_CARLO = 4.0
MEMBERS = 16_000


@pytest.fixture(scope="module")
def design():
    """Parallel trends, no effects, nothing that drifts: every month has the base rates."""
    clean = shipped_design("clean")
    process = clean.process.model_copy(update={"drift_per_year": 0.0, "season": 0.0})
    people = clean.people.model_copy(
        update={"age_effect": 0.0, "female_effect": 0.0, "condition_effect": 0.0}
    )
    return clean.changed(members=MEMBERS, process=process, people=people).without_effects()


@pytest.fixture(scope="module")
def panel(design):
    return simulate_panel(design, 2)


@pytest.mark.parametrize("outcome", [name for name in COUNTS if name not in ("inpatient_day", "opioid_day")])
@pytest.mark.parametrize("pain", [True, False])
def test_rates_are_those_of_the_design(design, panel, outcome, pain):
    knobs = design.opioids
    opioid = knobs.user_share * knobs.fill * pain
    rate = 0.0
    if outcome in design.rates:
        rate += design.rates[outcome].pain if pain else design.rates[outcome].others
    if outcome in ("opioid_fill", "pharmacy_fill"):
        rate += opioid
    by_member = panel.outcomes[outcome][panel.pain == pain].mean(axis=1)
    error = by_member.std(ddof=1) / np.sqrt(len(by_member))
    assert by_member.mean() == pytest.approx(rate, abs=MONTE_CARLO * error)
    assert (error > 0) == (rate > 0)


def test_costs_are_those_of_the_catalog(design, panel):
    prices = {
        one.id: sum(line.price for line in one.lines)
        * (np.dot(design.stay_nights, np.arange(len(design.stay_nights)) + 1) if one.by_night else 1)
        for one in catalog().services
    }
    share = design.pain_share
    medical = sum(
        prices[one] * (rate.pain * share + rate.others * (1 - share))
        for one, rate in design.rates.items()
        if one in prices
    )
    units = sum(one.share * one.per_day for one in regimens()) * design.opioids.days_supply
    fills = share * design.opioids.user_share * design.opioids.fill
    rate = design.rates["pharmacy_fill"]
    pharmacy = catalog().pharmacy.price * (rate.pain * share + rate.others * (1 - share))
    pharmacy += fills * units * catalog().opioids.price_per_unit
    for outcome, dollars in (("medical_cost_cents", medical), ("pharmacy_cost_cents", pharmacy)):
        by_member = panel.outcomes[outcome].mean(axis=1)
        error = by_member.std(ddof=1) / np.sqrt(len(by_member))
        assert by_member.mean() == pytest.approx(100 * dollars, abs=MONTE_CARLO * error)


def test_use_is_correlated_over_months_and_less_so_far_apart(design):
    lively = design.process.model_copy(update={"load": 1.0, "rho": 0.8})
    panel = simulate_panel(design.changed(process=lively), 2, outcomes=["therapy_visit"])
    visits = panel.outcomes["therapy_visit"][panel.pain].astype(float)

    def correlation(lag):
        return np.corrcoef(visits[:, :-lag].ravel(), visits[:, lag:].ravel())[0, 1]

    assert correlation(1) > correlation(6) + 0.03 > correlation(20)


def test_people_are_those_of_the_design():
    design = default_design(members=MEMBERS, months=24, seed=3)
    members, people = draw_members(design, 0), design.people
    root = np.sqrt(MEMBERS)
    assert members.age.mean() == pytest.approx(people.age_mean, abs=MONTE_CARLO * people.age_sd / root)
    for values, share in ((members.female, people.female_share), (members.pain, design.pain_share)):
        assert values.mean() == pytest.approx(share, abs=MONTE_CARLO * np.sqrt(share * (1 - share)) / root)
    latent = members.latent
    assert latent.std(axis=0) == pytest.approx(np.ones(24), abs=MONTE_CARLO / np.sqrt(2) / root)
    lags = [np.corrcoef(latent[:, 0], latent[:, lag])[0, 1] for lag in (1, 2, 3)]
    assert lags == pytest.approx([design.process.rho**lag for lag in (1, 2, 3)], abs=MONTE_CARLO / root)


def test_enrollment_is_that_of_the_design():
    design = default_design(members=MEMBERS, months=24, seed=3)
    cover = draw_members(design, 0).cover
    knobs, inside = design.enrollment, cover.width > 0
    at_first = inside[:, 0]
    error = np.sqrt(knobs.late_share / MEMBERS)
    assert 1 - at_first.mean() == pytest.approx(knobs.late_share, abs=MONTE_CARLO * error)
    stays = inside[at_first, 1].mean()
    assert 1 - stays == pytest.approx(
        knobs.leave + knobs.death, abs=MONTE_CARLO * np.sqrt(0.01 / MEMBERS) + 0.001
    )
    covered = cover.width[inside]
    assert covered.min() >= 14
    assert (cover.first + cover.width).max() <= 31


def changed(design, part, **values):
    return design.changed(**{part: getattr(design, part).model_copy(update=values)})


FEW = default_design(members=3000, months=12, seed=8)
# Many enough treated for every effect to show in something.
SMALL = FEW.changed(
    pain_share=0.5, cohorts=tuple(one.model_copy(update={"share": 0.18}) for one in FEW.cohorts)
)
AFFECTED = {one.category for one in SMALL.effects} - {"opioid_dose"}
KNOBS = {
    "mri rate": (SMALL.changed(rates={**SMALL.rates, "mri": SMALL.rates["ct"]}), {"mri"}),
    "stays": (SMALL.changed(stay_nights=(1.0,)), {"inpatient_stay", "emergency_visit"}),
    "opioids": (changed(SMALL, "opioids", user_share=0.5), {"opioid_fill"}),
    "professional claims": (changed(SMALL, "claims", professional_emergency=0.5), {"emergency_visit"}),
    "faults": (changed(SMALL, "claims", corrected=0.1, voided=0.1, duplicates=0.1, runout_days=10), set()),
    "one effect": (SMALL.changed(effects=SMALL.effects[1:]), {SMALL.effects[0].category}),
    "effects": (SMALL.without_effects(), AFFECTED),
}


@pytest.mark.parametrize("knob", KNOBS)
def test_a_knob_moves_what_it_says_and_nothing_else(knob):
    turned, moved = KNOBS[knob]
    before, after = draw_bucket(SMALL, 0), draw_bucket(turned, 0)
    np.testing.assert_array_equal(before.members.cohort, after.members.cohort)
    np.testing.assert_array_equal(before.members.cover.width, after.members.cover.width)

    def same(category):
        one, other = before.uses[category], after.uses[category]
        fields = ("cell", "day", "kept", "cents", "units")
        return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in fields)

    assert {category for category in CATEGORIES if not same(category)} == moved


def test_selection_moves_who_enters_and_no_one_else():
    turned = changed(SMALL, "selection", peak=False)
    before, after = (simulate_panel(one.without_effects(), 8) for one in (SMALL, turned))
    assert (before.cohort != after.cohort).any()
    for outcome in OUTCOMES:
        np.testing.assert_array_equal(before.outcomes[outcome], after.outcomes[outcome])


def test_confounding_moves_who_enters():
    for covariate, slope in (("age", 1.0), ("female", 1.0), ("condition", 1.0)):
        zero = {"peak": False, "age": 0.0, "female": 0.0, "condition": 0.0, "frailty": 0.0}
        turned = changed(FEW, "selection", **{**zero, covariate: slope})
        panel = simulate_panel(turned, 8, outcomes=["mri"])
        at = ("age", "female", "condition").index(covariate)
        entered, pain = panel.cohort >= 0, panel.pain
        assert panel.covariates[entered, at].mean() > panel.covariates[pain & ~entered, at].mean() + 0.1


def test_trends_by_covariates_are_additive():
    steep = changed(SMALL, "process", drift_condition=0.2, drift_per_year=0.0, season=0.0, load=0.0)
    flat = changed(steep, "process", drift_condition=0.0)
    one, other = (draw_bucket(design, 0, categories=["mri"]).intensity.level for design in (steep, flat))
    members = draw_members(SMALL, 0)
    full = members.cover.width[:, 11] == 31
    rise = (one - other)[full, 11]
    known = 0.2 * members.conditions[full] * 11 / 12
    assert rise[other[full, 11] < 8] == pytest.approx(known[other[full, 11] < 8])


def test_run_out_leaves_later_months_less_complete(tmp_path):
    import duckdb

    counts = {}
    for name, days in (("all", None), ("some", 0)):
        design = changed(SMALL, "claims", runout_days=days)
        truth = simulate(tmp_path / name, members=3000, months=12, seed=8, design=design)
        found = duckdb.sql(
            "select month(dispensing_date), count(*) "
            f"from read_parquet('{tmp_path / name}/pharmacy_claim/*/*.parquet') group by 1 order by 1"
        ).fetchall()
        counts[name] = np.array([many for _, many in found])
        assert (truth.counts["pharmacy_claim.not_yet_paid"] > 0) == (days == 0)
    left = counts["some"] / counts["all"]
    assert left[0] == 1
    assert left[-1] < 0.6 < left[-2] < 0.95
