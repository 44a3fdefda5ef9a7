"""Published models, to the digits that are printed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from allay.economics.models.cohort import run_cohort
from allay.economics.models.cohortfile import build_cohort
from allay.economics.models.run import draw_model
from allay.economics.models.summary import run_model
from allay.economics.uncertainty.draws import sample
from allay.economics.uncertainty.named import named_distribution

ROWS = list(csv.DictReader((Path(__file__).with_name("published") / "back-pain.csv").open(encoding="utf-8")))
# Per cycle of six weeks, Table 1 of Herman 2019: no pain, low, moderate, high impact.
HEALTH_CARE = ((0.0, 0.0), (265.34, 37.89), (496.30, 56.48), (689.91, 54.38))
PRODUCTIVITY = ((3.76, 2.66), (31.90, 14.75), (47.55, 9.61), (288.93, 51.88))
UTILITY = ((0.806, 0.004), (0.763, 0.003), (0.704, 0.006), (0.610, 0.007))
CYCLES, YEARS = 9, 6 / 52
DRAWS = 20_000
# The mean of draws is off by more than five of its standard errors once in a million.
MEAN_ERRORS = 5
# The standard deviation of DRAWS numbers is known to about half a percent; skewed ones to about two.
SD_SHARE = 0.05


def results(model):
    result, _ = run_model(model)
    return {each.strategy: each for each in result.strategies}


def test_hiv(published):
    mono, combination = results(published("hiv")).values()
    assert (round(mono.cost, 2), round(mono.effect, 6)) == (44663.45, 7.991207)
    assert (round(combination.cost, 2), round(combination.effect, 6)) == (50601.65, 8.937389)
    assert round(combination.icer, 3) == 6275.956
    assert round(combination.incremental_cost, 3) == 5938.198
    assert round(combination.incremental_effect, 7) == 0.9461822
    assert round(mono.other["health_care"], 2) == 45541.24
    assert round(combination.other["drugs_alone"], 2) == 24492.28


def test_hiv_over_draws(published):
    """The counts alone are drawn: the mean stays near the best estimate, and every draw differs."""
    drawn = draw_model(published("hiv"), draws=500, seed=3)
    gained = drawn.outcomes["effect"][:, 1] - drawn.outcomes["effect"][:, 0]
    assert abs(gained.mean() - 0.9461822) < MEAN_ERRORS * gained.std() / 500**0.5
    assert len(set(gained)) == 500


def test_total_hip_replacement(published):
    standard, new = results(published("hip")).values()
    assert (round(standard.cost, 4), round(standard.effect, 5)) == (512.4327, 14.65283)
    assert (round(new.cost, 4), round(new.effect, 5)) == (610.3112, 14.69734)
    assert round(new.icer, 3) == 2198.977


def test_sick_sicker_with_the_weights_of_its_authors(published):
    found = results(published("sick-sicker"))
    assert {name: (round(each.cost), round(each.effect, 3)) for name, each in found.items()} == {
        "standard": (151_580, 20.711),
        "A": (284_805, 21.499),
        "B": (259_100, 22.184),
        "AB": (378_875, 23.137),
    }
    assert round(found["B"].icer) == 72_988
    beside_b = results(published("sick-sicker", ("comparator: standard", "comparator: B")))
    assert round(beside_b["AB"].icer) == 125_764
    assert beside_b["A"].comparison == "dominated"
    assert beside_b["A"].icer is None


def test_sumatriptan(published):
    found = results(published("sumatriptan"))
    sumatriptan, caffeine = found["sumatriptan"], found["caffeine"]
    days = 365.25
    assert (round(caffeine.cost, 2), round(caffeine.effect * days, 4)) == (4.71, 0.2013)
    assert (round(sumatriptan.cost, 2), round(sumatriptan.effect * days, 4)) == (22.06, 0.4169)
    assert round(sumatriptan.icer) == 29_383
    listed = [
        (round(p.probability, 4), round(p.expected_cost, 2), round(p.expected_effect * days, 5))
        for p in sumatriptan.paths
    ]
    assert listed == [
        (0.3315, 5.34, 0.33145),
        (0.2265, 7.29, 0.20389),
        (0.4066, 6.55, -0.12199),
        (0.0353, 2.8, 0.00353),
        (0.0001, 0.08, -2e-05),
    ]


@pytest.mark.parametrize(("more", "icer"), [("0.268", 19_632), ("0.091", 58_498)])
def test_sumatriptan_at_the_ends_of_the_difference(published, more, icer):
    value = "relief_sumatriptan: {value: 0.558, unit: probability}"
    at = f"relief_sumatriptan: {{expression: relief_caffeine + {more}, unit: probability}}"
    assert round(results(published("sumatriptan", (value, at)))["sumatriptan"].icer) == icer


def test_diet_or_exercise(published):
    found = results(published("stent"))
    assert [round(each.cost, 2) for each in found.values()] == [4167.65, 4198.28]
    assert round(1 / found["exercise"].incremental_effect, 2) == 7.47
    listed = [(round(p.probability, 2), round(p.expected_cost, 2)) for p in found["exercise"].paths]
    assert listed == [(0.69, 3965.52), (0.31, 232.76)]


def test_back_pain_parts_add_up_to_what_society_pays():
    assert len(ROWS) == 32
    for row in ROWS:
        parts = sum(float(row[name]) for name in ("treatment", "health_care", "productivity"))
        assert abs(parts - float(row["societal"])) <= 1, row


def test_back_pain_of_the_payer_is_near_health_care():
    """The payer has state costs of its own, which were not printed; one offset is too small to tell."""
    ratios = {
        (row["therapy"], row["mix"]): round(
            (float(row["payer"]) - float(row["treatment"])) / float(row["health_care"]), 2
        )
        for row in ROWS
    }
    outside = [key for key, ratio in ratios.items() if not 0.95 <= ratio <= 1.07]
    assert outside == [("Spinal manipulation (3)", "typical")]


def shift(row, *, years=YEARS):
    """Changes in cycles spent in each state that explain a row, or None."""
    bounds = []
    for name, values, half, unit in (
        ("health_care", HEALTH_CARE, 0.5, 1.0),
        ("productivity", PRODUCTIVITY, 0.5, 1.0),
        ("qaly", UTILITY, 0.0005, years),
    ):
        worth = unit * np.array([mean for mean, _ in values])
        bounds += [(worth, float(row[name]) + half), (-worth, half - float(row[name]))]
    matrix, limits = zip(*bounds, strict=True)
    found = linprog(
        np.zeros(4),
        np.array(matrix),
        np.array(limits),
        np.ones((1, 4)),
        [0.0],
        bounds=[(-CYCLES, CYCLES)] * 4,
    )
    return found.x if found.status == 0 else None


def test_back_pain_effects_are_shifts_between_the_four_states():
    told = [row for row in ROWS if row["qaly"]]
    assert len(told) == 30
    assert [row["therapy"] for row in told if shift(row) is None] == []


def test_the_shift_of_the_multidisciplinary_program_explains_its_row():
    """Shifts of six-week cycles, with two decimals: no pain, low, moderate and high impact."""
    moved = np.array([0.53, 0.28, -0.17, -0.64])
    (row,) = (r for r in ROWS if (r["therapy"], r["mix"]) == ("Multidisciplinary program", "typical"))
    assert moved.sum() == pytest.approx(0)
    for name, values, unit, half in (
        ("health_care", HEALTH_CARE, 1.0, 0.5),
        ("productivity", PRODUCTIVITY, 1.0, 0.5),
        ("qaly", UTILITY, YEARS, 0.0005),
    ):
        worth = unit * np.array([mean for mean, _ in values])
        rounding = 0.005 * worth.sum() + half  # half of the last digit of every shift, and of what is printed
        assert abs(moved @ worth - float(row[name])) <= rounding


def test_back_pain_with_a_wrong_unit_is_mostly_no_shift_at_all():
    """Utilities counted as a whole year for each cycle of six weeks: 19 of 30 rows cannot be."""
    impossible = [row for row in ROWS if row["qaly"] and shift(row, years=1.0) is None]
    assert len(impossible) == 19


def test_back_pain_cost_per_qaly():
    by_name = {(row["therapy"], row["mix"]): row for row in ROWS}

    def ratio(therapy, perspective):
        row = by_name[therapy, "typical"]
        return round(float(row[perspective]) / float(row["qaly"]))

    assert ratio("Active trunk exercise (2)", "societal") == 7_208
    assert ratio("Active trunk exercise (2)", "payer") == 22_083
    assert ratio("Manipulation", "payer") == 8_000
    assert ratio("Spinal manipulation (3)", "societal") == 128_250


@pytest.mark.parametrize(
    ("kind", "mean", "se"),
    [("gamma", *each) for each in (*HEALTH_CARE[1:], *PRODUCTIVITY)] + [("beta", *each) for each in UTILITY],
)
def test_back_pain_standard_errors_are_those_of_the_draws(kind, mean, se):
    found = sample(named_distribution(kind, {"mean": mean, "se": se}), name=f"{mean}", seed=1, draws=DRAWS)
    assert abs(found.mean() - mean) < MEAN_ERRORS * se / DRAWS**0.5
    assert abs(found.std() - se) < SD_SHARE * se


def test_back_pain_forward(published):
    """Differences between strategies are a shift between states, valued with the printed numbers."""
    model = published("back-pain")
    ran = run_cohort(build_cohort(model.document, model.file.sheet.best()), trace=True)
    trace = ran.trace[0]
    months = np.array([0.5, *[1] * (CYCLES - 1), 0.5]) @ (trace[1] - trace[0])
    worth = [cost[0] + lost[0] for cost, lost in zip(HEALTH_CARE, PRODUCTIVITY, strict=True)]
    assert ran.cost[0, 1] - ran.cost[0, 0] == pytest.approx(900 + months @ worth, rel=1e-12)
    gained = YEARS * months @ [mean for mean, _ in UTILITY]
    assert ran.effect[0, 1] - ran.effect[0, 0] == pytest.approx(gained, rel=1e-9)
