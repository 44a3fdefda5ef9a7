"""Published tables of strategies, and an analysis of 5,000 draws, from the third-party folder.

Of the values of information printed elsewhere, those of the chemotherapy example of R's voi package and of
the vaccine and smoking examples of BCEA rest on draws that are not in the folder.
"""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from allay.cli.economics.frontier import frontier as frontier_command
from allay.cli.economics.voi import voi as voi_command
from allay.cli.frame import run
from allay.economics.decision.acceptability import acceptability
from allay.economics.decision.partial import evppi, evppi_of_group

STATUS = {"ND": "frontier", "ED": "extended", "D": "dominated"}
# Effects are printed with ten decimals, and differences of costs near 58,000 keep eleven digits.
PRINTED = 1e-8
# Ratios of those: effects that differ by 0.015 keep eight digits.
RATIO = 1e-7
# Net benefits up to 1.5 million are printed with eight decimals.
BENEFIT = 1e-6
# Means of costs are printed with eight decimals, those of effects with ten; shares of 5,000 draws are exact.
MEAN_COST, MEAN_EFFECT, SHARE = 1e-8, 1e-10, 1e-12
# The bounds are estimates from the same draws, so they differ from the curve by less than draws do.
ERRORS = 0.5
WTP = [1000, 11_000, 31_000, 51_000, 141_000]


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "health_economics"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def tables(folder):
    return {
        each["id"]: each for each in json.loads((folder / "icer_tables.json").read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def expected(folder):
    return json.loads((folder / "psa_expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def draws(folder):
    return pl.read_csv(folder / "psa_chemo_radio_surgery.csv")


@pytest.fixture(scope="module")
def strategies(expected):
    return [each["strategy"] for each in expected["means"]]


@pytest.fixture(scope="module")
def analysis(draws, strategies):
    costs, effects = (
        draws.select(f"{kind}_{name}" for name in strategies).to_numpy() for kind in ("cost", "effect")
    )
    return costs, effects


@pytest.fixture(scope="module")
def parameters(draws):
    return draws.select(pl.exclude("sim", "^cost_.*$", "^effect_.*$"))


def through_command(table, folder):
    """The rows of a published table through `allay economics frontier`."""
    pl.DataFrame(table["strategies"], infer_schema_length=None).write_csv(folder / "in.csv")
    words = [str(folder / "in.csv"), "--format", "json", "-o", str(folder / "out.json")]
    assert run(frontier_command, words) == 0
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["va_herc_six_strategies", "cdiff_11_strategies"])
def test_incremental_tables(tables, tmp_path, name):
    rows = through_command(tables[name], tmp_path)
    printed = tables[name]["expected"]
    columns = {"cost": PRINTED, "effect": PRINTED, "inc_cost": PRINTED, "inc_effect": PRINTED, "icer": RATIO}
    assert [row["strategy"] for row in rows] == [row["strategy"] for row in printed]
    for row, wanted in zip(rows, printed, strict=True):
        assert set(wanted) == {"strategy", "status", *columns}
        assert row["status"] == STATUS[wanted["status"]]
        for column, off in columns.items():
            if wanted[column] is None:
                assert row[column] is None
            else:
                assert row[column] == pytest.approx(wanted[column], rel=off)


def test_every_table_and_row_of_the_files_is_compared(tables, expected):
    assert set(tables) == {"va_herc_six_strategies", "cdiff_11_strategies", "three_strategies_tie"}
    assert set(tables["three_strategies_tie"]["expected"]) == {"first_strategy", "only_nondominated"}
    assert set(expected) == {"source", "n_sim", "means", "by_wtp"}
    assert {tuple(row) for row in expected["by_wtp"]} == {("wtp", "expected_nb", "best", "ceac", "evpi")}
    assert all({"strategy", "mean_cost", "mean_effect"} == set(row) - {"_row"} for row in expected["means"])


def test_three_strategies_with_a_tie(tables, tmp_path):
    rows = through_command(tables["three_strategies_tie"], tmp_path)
    wanted = tables["three_strategies_tie"]["expected"]
    assert rows[0]["strategy"] == wanted["first_strategy"]
    assert [row["strategy"] for row in rows if row["status"] == "frontier"] == [wanted["only_nondominated"]]


def test_expectations_at_every_threshold(analysis, expected, strategies):
    by_wtp = expected["by_wtp"]
    assert len(by_wtp) == 15
    costs, effects = analysis
    assert costs.shape == effects.shape == (expected["n_sim"], 3)
    for place, row in enumerate(expected["means"]):
        assert costs.mean(axis=0)[place] == pytest.approx(row["mean_cost"], abs=MEAN_COST)
        assert effects.mean(axis=0)[place] == pytest.approx(row["mean_effect"], abs=MEAN_EFFECT)
    found = acceptability(costs, effects, wtp=[row["wtp"] for row in by_wtp])
    for place, row in enumerate(by_wtp):
        wanted = [row["expected_nb"][name] for name in strategies]
        assert found.expected[place] == pytest.approx(wanted, abs=BENEFIT)
        assert strategies[found.best[place]] == row["best"]
        shares = [row["ceac"][name] for name in strategies]
        assert found.probability[place] == pytest.approx(shares, abs=SHARE)
        assert found.evpi[place] == pytest.approx(row["evpi"], abs=BENEFIT)


def test_expectations_through_the_command(analysis, expected, strategies, parameters, tmp_path):
    costs, effects = analysis
    count = len(costs)
    pl.DataFrame(
        {
            "draw": np.repeat(np.arange(count), len(strategies)),
            "strategy": strategies * count,
            "cost": costs.ravel(),
            "effect": effects.ravel(),
        }
    ).write_csv(tmp_path / "psa.csv")
    parameters.with_row_index("draw").write_csv(tmp_path / "parameters.csv")
    words = [str(tmp_path / "psa.csv"), "--parameters", str(tmp_path / "parameters.csv")]
    words += [
        "--wtp",
        ",".join(str(row["wtp"]) for row in expected["by_wtp"]),
        "-o",
        str(tmp_path / "voi.json"),
    ]
    assert run(voi_command, words) == 0
    found = json.loads((tmp_path / "voi.json").read_text(encoding="utf-8"))
    for at, information, row in zip(found["acceptability"], found["evpi"], expected["by_wtp"], strict=True):
        assert at["best"] == row["best"]
        assert at["ceac"] == pytest.approx(row["ceac"], abs=SHARE)
        assert at["expected_nb"] == pytest.approx(row["expected_nb"], abs=BENEFIT)
        assert information["evpi"] == pytest.approx(row["evpi"], abs=BENEFIT)
    assert len(found["evppi"]) == 15 * 8


def bounds(parameter, benefit, *, bins=25):
    """Counts in bins: deciding on the draws that are then averaged errs upward, on other draws downward."""
    ordered = benefit[np.argsort(parameter, kind="stable")]
    rows = np.array_split(ordered, bins)
    high = np.mean([each.mean(axis=0).max() for each in rows])
    halves = [(each[::2].mean(axis=0), each[1::2].mean(axis=0)) for each in rows]
    low = np.mean([(two[one.argmax()] + one[two.argmax()]) / 2 for one, two in halves])
    now = benefit.mean(axis=0).max()
    return max(low - now, 0.0), high - now


def test_single_parameters_lie_between_two_counts_in_bins(analysis, parameters):
    costs, effects = analysis
    values = parameters.to_numpy()
    assert values.shape[1] == 8
    found = evppi(costs, effects, values, wtp=WTP)
    for column, name in enumerate(parameters.columns):
        for row, price in enumerate(WTP):
            low, high = bounds(values[:, column], price * effects - costs)
            off = ERRORS * found.se[row, column] + BENEFIT
            assert low - off <= found.evppi[row, column] <= high + off, (name, price)


def test_all_parameters_together_are_worth_perfect_information(analysis, parameters):
    costs, effects = analysis
    whole = acceptability(costs, effects, wtp=WTP)
    group = evppi_of_group(costs, effects, parameters.to_numpy(), wtp=WTP, seed=1)
    # The draws follow from the eight parameters without noise, so only the shape of the surface differs.
    assert group.evppi[:, 0] == pytest.approx(whole.evpi, rel=2e-3)
