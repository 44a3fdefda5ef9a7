"""PROMIS depression from others' parameters: pattern scores, sum tables, short forms, adaptive tests.

Parameters and answers are read from the third-party folder and are not part of the project. Of the published
traces of the Northwestern engine (MTBfx, 15 items) only the first steps are here: its item 7 behaves as
EDDEP29 does, and the other parameters are not in the folder.
"""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest

from allay.measures.catalog import get
from allay.measures.irt.adaptive import AdaptiveTest
from allay.measures.irt.bankfile import read_bank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.settings import adaptive_rules, quadrature
from allay.measures.irt.simulation import simulate
from allay.measures.irt.sums import sum_table

# The file prints six decimals.
SIX_DECIMALS = 6e-7
# T is printed with one decimal, traces with two (T) and three (SE).
ONE_DECIMAL, TWO_DECIMALS, THREE_DECIMALS = 0.0501, 0.00501, 0.000501
# The published traces of MTBfx have seven digits.
SEVEN_DIGITS = 6e-7

SHORT_8A = ["EDDEP04", "EDDEP05", "EDDEP06", "EDDEP09", "EDDEP22", "EDDEP29", "EDDEP36", "EDDEP41"]
# Published conversion table of depression 8a, raw 8 to 40 (HealthMeasures; T and standard error).
T_8A = [
    *(38.2, 44.7, 47.5, 49.4, 50.9, 52.1, 53.2, 54.1, 55.1, 55.9, 56.8, 57.7, 58.5, 59.4, 60.3, 61.2, 62.1),
    *(63.0, 63.9, 64.9, 65.8, 66.8, 67.7, 68.7, 69.7, 70.7, 71.7, 72.8, 73.9, 75.0, 76.4, 78.2, 81.3),
]
SE_8A = [5.7, 3.3, 2.7, 2.3, 2.0, 1.9, *[1.8] * 2, *[1.7] * 8, *[1.8] * 13, 1.9, 2.0, 2.4, 3.4]

LOWEST = "EDDEP29 EDDEP36 EDDEP17 EDDEP26 EDDEP46 EDDEP54 EDDEP31 EDDEP28 EDDEP50 EDDEP23 EDDEP30 EDDEP21"
HIGHEST = "EDDEP29 EDDEP41 EDDEP04 EDDEP06 EDDEP39 EDDEP09 EDDEP45 EDDEP44 EDDEP30 EDDEP42"
# Answers (from 1), items, T, SE in T units, and why the test ended. Order and values agree with those that a
# clinic's registry software expects; the decimals were computed from the parameters.
TRACES = {
    "all lowest": (
        [1] * 12,
        LOWEST.split(),
        [41.97, 38.86, 37.4, 36.68, 35.88, 35.43, 35.13, 34.91, 34.62, 34.44, 34.28, 34.17],
        [6.594, 5.944, 5.632, 5.481, 5.408, 5.338, 5.273, 5.241, 5.226, 5.201, 5.177, 5.16],
        "max_items",
    ),
    "all in the middle": (
        [3] * 4,
        ["EDDEP29", "EDDEP41", "EDDEP04", "EDDEP06"],
        [58.28, 61.21, 61.92, 62.17],
        [4.316, 3.045, 2.467, 2.15],
        "se",
    ),
    "mixed": (
        [4, 3, 2, 3],
        ["EDDEP29", "EDDEP41", "EDDEP04", "EDDEP06"],
        [65.02, 64.75, 62.21, 62.4],
        [4.49, 3.031, 2.676, 2.287],
        "se",
    ),
    "all highest": (
        [5] * 10,
        HIGHEST.split(),
        [72.41, 76.96, 78.41, 79.34, 80.69, 81.31, 82.21, 83.25, 83.8, 84.36],
        [5.304, 4.01, 3.641, 3.457, 3.408, 3.296, 3.225, 3.142, 3.042, 2.941],
        "se",
    ),
}


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "pro_instruments"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


def bank_from(path):
    table = pl.read_csv(path).rename({"item_id": "item"})
    text = table.rename({c: c.removeprefix("c") for c in table.columns if c.startswith("cb")}).write_csv()
    return read_bank(io.BytesIO(text.encode()))


@pytest.fixture(scope="module")
def bank(folder):
    found = bank_from(folder / "promis_depression_parameters.csv")
    assert len(found.items) == 28
    return found


@pytest.fixture(scope="module")
def people(folder):
    return pl.read_csv(folder / "promis_depression_responses.csv", infer_schema_length=None)


def answers_to(bank, people):
    return people.select(bank.ids).cast(pl.Float64).fill_null(float("nan")).to_numpy()


def test_pattern_scores_of_516_persons(bank, people):
    found = eap_scores(bank, answers_to(bank, people), quadrature=quadrature("promis-pattern"))
    assert found.theta.shape == (516,)
    assert found.answered.tolist() == people["n_answered"].to_list()
    assert found.theta == pytest.approx(people["theta_eap"].to_numpy(), abs=SIX_DECIMALS)
    assert found.se == pytest.approx(people["theta_se"].to_numpy(), abs=SIX_DECIMALS)
    assert found.t == pytest.approx(people["t_score"].to_numpy(), abs=1e-4)  # four decimals printed


def test_four_category_items_of_another_questionnaire(folder, people):
    cesd = bank_from(folder / "cesd_parameters_linked.csv")
    assert cesd.categories.tolist() == [4] * 20
    found = eap_scores(cesd, answers_to(cesd, people), quadrature=quadrature("promis-pattern"))
    expected = people["cesd_theta_eap"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    assert found.theta == pytest.approx(expected, abs=SIX_DECIMALS, nan_ok=True)


def test_the_table_of_the_whole_bank(bank, folder):
    published = pl.read_csv(folder / "promis_depression_raw_to_t.csv")
    found = sum_table(bank, quadrature=quadrature("raw-table"))
    assert len(found.raw) == 113
    assert found.raw.tolist() == published["raw"].to_list()
    assert found.theta == pytest.approx(published["eap"].to_numpy(), abs=SIX_DECIMALS)
    assert found.se == pytest.approx(published["se"].to_numpy(), abs=SIX_DECIMALS)
    assert found.t == pytest.approx(published["t_score"].to_numpy(), abs=ONE_DECIMAL)
    assert found.t_se == pytest.approx(published["t_se"].to_numpy(), abs=ONE_DECIMAL)


def test_the_published_tables_of_short_forms(bank):
    grid = quadrature("promis-short-form-table")
    short = get("promis29").scale("depression")
    found = sum_table(bank.select(["EDDEP04", "EDDEP06", "EDDEP29", "EDDEP41"]), quadrature=grid)
    assert found.t.round(1).tolist() == list(short.table.t)
    assert found.t_se.round(1).tolist() == list(short.table.se)
    longer = sum_table(bank.select(SHORT_8A), quadrature=grid)
    assert len(longer.raw) == 33
    assert longer.t.round(1).tolist() == T_8A
    assert longer.t_se.round(1).tolist() == SE_8A


@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize("at_it", [False, True])
def test_adaptive_tests_of_28_items(bank, name, at_it):
    """Stopping below a T of 3.0 or also at it makes no difference: no standard error is exactly 3.0."""
    answers, items, t, se, reason = TRACES[name]
    rules = adaptive_rules("promis-adult")
    if at_it:
        grid = rules.quadrature
        rules = type(rules)(grid, "mpwi", 4, 12, se_stop=float(np.nextafter(rules.se_stop, 1)))
    test, given = AdaptiveTest(bank, rules), {}
    state = test.state(given)
    for step, answer in enumerate(answers):
        assert state.item == items[step]
        given[state.item] = answer
        state = test.state(given)
        assert state.t == pytest.approx(t[step], abs=TWO_DECIMALS)
        assert state.t_se == pytest.approx(se[step], abs=THREE_DECIMALS)
    assert (state.item, state.stopped) == (None, reason)


@pytest.mark.parametrize("name", ["all lowest", "all highest"])
def test_the_simulation_gives_the_same_tests(bank, name):
    answers, items, t, _, _ = TRACES[name]
    found = simulate(bank, [answers[:1] * 28], rules=adaptive_rules("promis-adult"))
    assert [bank.ids[place] for place in found.items[0, : found.used[0]]] == items
    assert 50 + 10 * found.theta[0, : len(t)] == pytest.approx(t, abs=TWO_DECIMALS)


@pytest.mark.parametrize(
    ("grid", "answer", "theta", "se"),
    [
        (Quadrature(-4, 4, 0.1, 0, 1), 1, -0.8033491, 0.659421),
        (Quadrature(-4, 4, 0.1, 0, 1), 2, 0.1992899, 0.4130556),
        (Quadrature(-4, 4, 0.1, 0, 3), 1, -1.776111, 1.126605),
        (Quadrature(-4, 4, 0.1, 0, 3), 2, 0.2346121, 0.4584849),
        (Quadrature(-4, 4, 0.1, 1, 3), 1, -1.636775, 1.111764),
        (Quadrature(-4, 4, 0.1, 1, 3), 2, 0.2579705, 0.458588),
    ],
)
def test_first_steps_of_another_engine(bank, grid, answer, theta, se):
    """The last four are headed "-/+6" at their source, the last also "sdEAP=6"; its numbers are of these."""
    found = eap_scores(bank.select(["EDDEP29"]), [[answer]], quadrature=grid)
    assert found.theta[0] == pytest.approx(theta, abs=SEVEN_DIGITS)
    assert found.se[0] == pytest.approx(se, abs=SEVEN_DIGITS)


def test_every_person_has_a_test(bank, people):
    """What an adaptive test of four to twelve items makes of the 516 persons."""
    rules = adaptive_rules("promis-adult")
    found = simulate(bank, answers_to(bank, people), rules=rules)
    assert ((found.used >= 4) & (found.used <= 12)).all()
    below = found.final.se < rules.se_stop
    assert (below | (found.used == 12)).all()
    whole = eap_scores(bank, answers_to(bank, people), quadrature=rules.quadrature)
    inside = np.abs(found.final.theta - whole.theta) < 1.96 * found.final.se
    assert inside.mean() > 0.95
