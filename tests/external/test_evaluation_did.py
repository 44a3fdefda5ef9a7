"""Published results of difference-in-differences: mpdta of R's did, and the castle-doctrine homicides.

The files hold analytic errors. Numbers that the files do not hold are those that R's did prints for mpdta.
"""

from __future__ import annotations

import json

import polars as pl
import pytest

from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.did.aggregate import aggregate
from allay.evaluation.did.bacon import bacon_decomposition
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.panel import wide
from allay.evaluation.did.twoway import two_way

# Effects are asked for to 1e-6; ours agree to the digits of the files, as do analytic errors.
ATT, SE = 1e-6, 1e-6
# Numbers that are printed with six decimals, four, or fifteen.
SIX, FOUR, FULL = 5.1e-7, 5.1e-5, 1e-10
# bacondecomp prints five decimals.
FIVE = 5.1e-6
LPOP_EVENTS = (0.0267, -0.0036, -0.0232, -0.0211, -0.0530, -0.1404, -0.1069)


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "did_matching"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def mpdta(folder):
    return pl.read_csv(folder / "mpdta.csv")


def panel_of(table, **more):
    columns = [table.get_column(name).to_numpy() for name in ("countyreal", "year", "first.treat", "lemp")]
    return wide(*columns, **more)


@pytest.fixture(scope="module")
def effects(mpdta):
    return group_time_effects(panel_of(mpdta))


def test_group_time_effects_of_mpdta(folder, effects):
    expected = pl.read_csv(folder / "mpdta_att_gt.csv")
    assert effects.cohort.tolist() == expected.get_column("group").to_list()
    assert effects.time.tolist() == expected.get_column("t").to_list()
    assert effects.att.tolist() == pytest.approx(expected.get_column("att").to_list(), abs=ATT)
    assert effects.se.tolist() == pytest.approx(expected.get_column("se").to_list(), abs=SE)


def test_pretest_of_mpdta(effects):
    assert effects.pretest.df == 5
    assert effects.pretest.p == pytest.approx(0.16812, abs=FIVE)


@pytest.mark.parametrize("kind", ["simple", "group", "dynamic", "calendar"])
def test_aggregates_of_mpdta(folder, effects, kind):
    expected = pl.read_csv(folder / "mpdta_aggregates.csv").filter(pl.col("type") == kind)
    found = aggregate(effects, kind)
    assert found.att == pytest.approx(expected.get_column("overall_att")[0], abs=ATT)
    assert found.se == pytest.approx(expected.get_column("overall_se")[0], abs=SE)
    if kind == "simple":
        return
    assert found.by.label.tolist() == expected.get_column("egt").to_list()
    assert found.by.att.tolist() == pytest.approx(expected.get_column("att_egt").to_list(), abs=ATT)
    assert found.by.se.tolist() == pytest.approx(expected.get_column("se_egt").to_list(), abs=SE)


def test_doubly_robust_with_population(mpdta):
    panel = panel_of(mpdta, covariates=mpdta.select("lpop").to_numpy(), covariate_names=("lpop",))
    found = group_time_effects(panel, method="dr")
    simple, dynamic = aggregate(found, "simple"), aggregate(found, "dynamic")
    assert (simple.att, simple.se) == pytest.approx((-0.041752, 0.011503), abs=SIX)
    assert (dynamic.att, dynamic.se) == pytest.approx((-0.0804, 0.0190), abs=FOUR)
    assert dynamic.by.att.tolist() == pytest.approx(LPOP_EVENTS, abs=FOUR)


def test_two_way_fixed_effects_of_mpdta(mpdta):
    found = two_way(panel_of(mpdta))
    assert (found.att, found.se) == pytest.approx((-0.036549, 0.013265), abs=SIX)


def test_universal_base_before_treatment(mpdta):
    # As pyfixest's saturated event study prints them, which counts from -1.
    found = aggregate(group_time_effects(panel_of(mpdta), base="universal"), "dynamic")
    by = dict(zip(found.by.label.tolist(), found.by.att.tolist(), strict=True))
    assert by[-2] == pytest.approx(0.024459, abs=SIX)
    assert by[-3] == pytest.approx(0.025022, abs=SIX)


def test_the_command_gives_the_same(folder, capsys):
    names = ["--unit", "countyreal", "--time", "year", "--cohort", "first.treat", "--outcome", "lemp"]
    assert run(group, ["did", str(folder / "mpdta.csv"), *names]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["simple"]["att"] == pytest.approx(-0.039951, abs=SIX)
    assert found["simple"]["se"] == pytest.approx(0.012034, abs=SIX)
    assert found["pretest"]["p"] == pytest.approx(0.16812, abs=FIVE)


@pytest.fixture(scope="module")
def castle(folder):
    table = pl.read_csv(folder / "castle_doctrine.csv").sort("state", "year")
    first = pl.col("year").filter(pl.col("post") > 0).min().over("state").fill_null(0)
    return table.with_columns(first=first)


@pytest.fixture(scope="module")
def homicides(castle):
    return wide(*(castle.get_column(name).to_numpy() for name in ("state", "year", "first", "l_homicide")))


@pytest.fixture(scope="module")
def printed(folder):
    return json.loads((folder / "castle_expected.json").read_text(encoding="utf-8"))


def test_castle_doctrine(castle, homicides, printed):
    assert two_way(homicides).att == pytest.approx(printed["twfe"]["recomputed"], abs=FULL)
    assert two_way(homicides).att == pytest.approx(0.0818, abs=FOUR)
    names = ("l_pop", "l_income")
    others = castle.select(names).to_numpy().reshape(50, 11, 2)
    found = two_way(homicides, covariates=others, names=names)
    assert found.att == pytest.approx(printed["twfe_with_l_pop_l_income"]["recomputed"], abs=FULL)
    assert found.att == pytest.approx(0.0906, abs=FOUR)


def test_castle_decomposition(homicides, printed):
    kinds = {
        "Earlier vs Later Treated": "earlier vs later",
        "Later vs Earlier Treated": "later vs earlier",
        "Treated vs Untreated": "treated vs untreated",
    }
    found = bacon_decomposition(homicides).kinds()
    for one in printed["bacon_decomposition"]:
        weight, estimate = found[kinds[one["type"]]]
        assert weight == pytest.approx(one["weight"], abs=FIVE)
        assert estimate == pytest.approx(one["avg_estimate"], abs=FIVE)
