"""Lalonde's data (NSW and PSID, 614 people) and the smoking ban of Sicily, from the third-party folder.

Full matching (effect 2,114, error 646) is not offered, so its figures are not held. Two sets of figures for
nearest neighbors are about: the balance printed in MatchIt's vignette, which neighbors that are nearest give,
and two recomputed estimates (770.39 and 1,307.01), which MatchIt 4.5.1 as built for Debian gives because it
looks downward first; its balance differs from the vignette's. Both are held, each with its search.
"""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from allay.base.tables import read_csv
from allay.cli.evaluation.match import match
from allay.cli.frame import run
from allay.evaluation.matching import balance, differences, encode, propensity, weigh
from allay.evaluation.series.interrupted import interrupted_series

COVARIATES = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]
# R's figures are printed with ten or more digits; sums over 614 rows in another order keep ten.
DIGITS = 1e-9
# The vignette prints four decimals, the notes three.
FOUR, THREE = 5e-5, 5e-4
TERMS = {
    "(Intercept)": "intercept",
    "smokban": "step",
    "time": "time",
    "smokban:I(time - 36)": "slope change",
}


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "did_matching"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def expected(folder):
    return json.loads((folder / "lalonde_expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lalonde(folder):
    table = read_csv(folder / "lalonde_nsw_psid.csv")
    treated = (table.frame["treat"] == "1").to_numpy()
    return treated, encode(table, COVARIATES), table.frame["re78"].cast(pl.Float64).to_numpy()


def shown(treated, covariates, weights, **settings):
    """Balance by the names of the published tables, the propensity score among them."""
    score = propensity(treated, covariates.values).score
    table = balance(
        treated,
        np.column_stack([score, covariates.shown]),
        weights,
        names=("distance", *covariates.shown_names),
        **settings,
    )
    return {one.name.replace("race=", ""): one for one in table.covariates}


def test_coefficients_of_the_propensity_score(lalonde, expected):
    treated, covariates, _ = lalonde
    scores = propensity(treated, covariates.values, names=covariates.names)
    names = [name.replace("(intercept)", "(Intercept)").replace("=", "") for name in scores.names]
    coefficients = expected["recomputed"]["propensity_logit_coefficients"]
    assert names == list(coefficients)
    assert scores.coef == pytest.approx(list(coefficients.values()), rel=DIGITS)
    assert scores.score[treated].mean() == pytest.approx(0.57744, abs=FOUR)
    assert scores.score[~treated].mean() == pytest.approx(0.18222, abs=FOUR)


def test_balance_before(lalonde, expected):
    treated, covariates, _ = lalonde
    one = np.ones(len(treated))
    sample = shown(treated, covariates, one)
    for name, smd in expected["recomputed_smd_all_data"].items():
        assert sample[name].before.smd == pytest.approx(smd, rel=DIGITS), name
    printed = shown(treated, covariates, one, binary_sd="population")
    for name, smd in expected["published_balance_all_data"].items():
        assert printed[name.replace("race", "")].before.smd == pytest.approx(smd, abs=FOUR), name


def test_balance_after_nearest_neighbors_is_that_of_the_vignette(lalonde, expected):
    treated, covariates, _ = lalonde
    comparison = weigh(treated, covariates.values)
    printed = dict(expected["published_balance_nearest_1to1"])
    assert comparison.used[~treated].sum() == printed.pop("n_matched_per_group") == treated.sum()
    found = shown(treated, covariates, comparison.weights, binary_sd="population")
    for name, smd in printed.items():
        assert found[name.replace("race", "")].after.smd == pytest.approx(smd, abs=FOUR), name
    # The other search is one off in the last digit of the score, and in the second of others.
    below = shown(treated, covariates, weigh(treated, covariates.values, search="below").weights)
    assert below["distance"].after.smd == pytest.approx(0.9740, abs=FOUR)
    assert below["age"].after.smd != pytest.approx(printed["age"], abs=0.01)


def test_estimates_without_matching(lalonde, expected):
    treated, covariates, earnings = lalonde
    found = differences(earnings, weigh(treated, covariates.values, method="ipw"))
    printed = expected["recomputed"]
    assert found.unadjusted.estimate == pytest.approx(printed["raw_difference"], rel=DIGITS)
    assert found.regression.estimate == pytest.approx(printed["ols_adjusted"], rel=DIGITS)
    assert found.regression.se == pytest.approx(printed["ols_se"], rel=DIGITS)


def test_inverse_probability_weights(lalonde, expected):
    treated, covariates, earnings = lalonde
    comparison = weigh(treated, covariates.values, method="ipw")
    estimate = differences(earnings, comparison).weighted.estimate
    assert estimate == pytest.approx(expected["recomputed"]["ipw_att_odds_weights"], rel=DIGITS)
    assert comparison.effective[1] == pytest.approx(99.815, abs=THREE)


def test_nearest_neighbors_as_recomputed(lalonde, expected):
    treated, covariates, earnings = lalonde
    found = differences(earnings, weigh(treated, covariates.values, search="below"))
    printed = expected["recomputed"]
    assert found.weighted.estimate == pytest.approx(printed["nearest_1to1_difference_in_means"], rel=DIGITS)
    assert found.weighted_regression.estimate == pytest.approx(printed["nearest_1to1_regression"], rel=DIGITS)


def test_coarsened_exact_matching(lalonde):
    treated, covariates, earnings = lalonde
    comparison = weigh(treated, covariates.values, method="cem")
    assert comparison.used[treated].sum() == 65
    assert comparison.used[~treated].sum() == 75
    assert comparison.effective[1] == pytest.approx(41.29, abs=5e-3)
    assert differences(earnings, comparison).weighted.estimate == pytest.approx(1070.907, abs=THREE)


def test_weights_come_nearer_to_the_experiment_than_no_adjustment(lalonde, expected):
    treated, covariates, earnings = lalonde
    truth = expected["experimental_benchmark"]["estimate"]
    for method in ("ipw", "overlap", "entropy", "cem"):
        found = differences(earnings, weigh(treated, covariates.values, method=method))
        assert abs(found.weighted.estimate - truth) < abs(found.unadjusted.estimate - truth) / 2
        assert found.weighted.low < truth < found.weighted.high


def test_the_command_gives_these_figures_and_names_what_it_does_not_offer(folder, expected, tmp_path, capsys):
    words = [str(folder / "lalonde_nsw_psid.csv"), "--treat", "treat", "--covariates", ",".join(COVARIATES)]
    words += ["--outcome", "re78", "-o", str(tmp_path / "out.json")]
    assert run(match, words) == 0
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    below = next(each for each in found["estimate"]["other_conventions"] if each["search"] == "below")
    printed = expected["recomputed"]
    assert below["estimate"] == pytest.approx(printed["nearest_1to1_difference_in_means"], rel=DIGITS)
    assert found["estimate"]["unadjusted"]["estimate"] == pytest.approx(printed["raw_difference"], rel=DIGITS)
    assert "re74, re75 may be re78 at an earlier time" in capsys.readouterr().err
    assert run(match, [*words, "--method", "full"]) == 2
    assert "full matching, which is not offered" in capsys.readouterr().err


@pytest.fixture(scope="module")
def sicily(folder):
    printed = json.loads((folder / "sicily_expected.json").read_text(encoding="utf-8"))
    return pl.read_csv(folder / "sicily_smoking_ban_its.csv"), printed


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("poisson", {"model": "poisson"}),
        ("quasipoisson", {}),
        ("seasonal_harmonics_2x12", {"harmonics": 2}),
        ("seasonal_with_slope_change", {"harmonics": 2, "slope": True}),
    ],
)
def test_the_smoking_ban(sicily, name, settings):
    table, printed = sicily
    found = interrupted_series(table["time"], table["aces"], start=37, population=table["stdpop"], **settings)
    model = printed[name]
    for row in model if isinstance(model, list) else model["coef"]:
        term = found.term(TERMS[row["term"]])
        assert term.estimate == pytest.approx(row["estimate"], rel=DIGITS)
        assert term.se == pytest.approx(row["se"], rel=DIGITS)
        assert term.ratio == pytest.approx((row["rr"], row["lo"], row["hi"]), rel=DIGITS)
    if isinstance(model, dict) and "dispersion" in model:
        assert found.dispersion == pytest.approx(model["dispersion"], rel=DIGITS)


def test_the_published_step(sicily):
    table, printed = sicily
    found = interrupted_series(
        table["time"], table["aces"], start=37, population=table["stdpop"], model="poisson"
    ).term("step")
    published = printed["published_rr_step"]
    # Three decimals; the upper bound is printed as 0.925 and comes out as 0.92509.
    assert found.ratio == pytest.approx((published["rr"], published["lo"], published["hi"]), abs=1e-3)
