"""`allay evaluation match`, outcomes before the start, and what is refused by line."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from tests.unit.evaluation.matching.people import made_up

from allay.base.errors import InvalidValue
from allay.evaluation.matching import balance, differences, refuse_pre_outcomes, weigh
from allay.evaluation.matching.covariates import Covariates
from allay.evaluation.matching.matchresult import Choices
from allay.evaluation.matching.report import match_report

WORDS = ("evaluation", "match", "people.csv", "--treat", "started", "--covariates", "age,payer")


@pytest.fixture
def people(allay):
    """A table of 200 made-up people in the folder of the command."""
    treated, x = made_up(200, seed=1)
    payer = np.where(x[:, 1] > 0, "A", "B")
    outcome = x[:, 0] + treated
    rows = [
        f"{int(t)},{50 + 10 * a:.3f},{p},{y:.4f},{a + b:.4f}"
        for t, a, b, p, y in zip(treated, x[:, 0], x[:, 1], payer, outcome, strict=True)
    ]
    text = "\n".join(["started,age,payer,cost,cost_before", *rows])
    (allay.folder / "people.csv").write_text(text + "\n", encoding="utf-8")
    age = np.array([float(row.split(",")[1]) for row in rows])
    cost = np.array([float(row.split(",")[3]) for row in rows])
    return treated, np.column_stack([age, payer == "B"]).astype(float), cost


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        (("--method", "entropy"), {"method": "entropy"}),
        (("--method", "ipw"), {"method": "ipw"}),
        (("--method", "overlap"), {"method": "overlap"}),
        (("--method", "cem", "--bins", "3"), {"method": "cem", "bins": 3}),
        ((), {"method": "nearest"}),
        (
            ("--caliper", "0.1", "--ratio", "2", "--on", "logit"),
            {"method": "nearest", "caliper": 0.1, "ratio": 2, "on": "logit"},
        ),
    ],
)
def test_the_result_is_that_of_the_library(allay, people, options, settings):
    treated, x, cost = people
    status, _, _ = allay(*WORDS, "--outcome", "cost", "-o", "out.json", "--weights-out", "w.csv", *options)
    assert status == 0
    found = json.loads((allay.folder / "out.json").read_text(encoding="utf-8"))
    comparison = weigh(treated, x, **settings)
    assert found["dropped"]["treated"] == comparison.dropped_treated
    assert found["effective_sample_size"]["after"]["untreated"] == pytest.approx(comparison.effective[1])
    rows = {row["covariate"]: row for row in found["balance"]}
    own = balance(treated, x, comparison.weights).covariates
    assert rows["age"]["before"]["smd"] == pytest.approx(own[0].before.smd)
    assert rows["payer=B"]["after"]["smd"] == pytest.approx(own[1].after.smd, abs=1e-9)
    estimates = differences(cost, comparison)
    assert found["estimate"]["estimate"] == pytest.approx(estimates.weighted.estimate)
    assert found["estimate"]["unadjusted"]["estimate"] == pytest.approx(estimates.unadjusted.estimate)
    assert found["estimate"]["regression"]["se"] == pytest.approx(estimates.regression.se)
    assert found["allay_version"]
    with (allay.folder / "w.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [float(row["weight"]) for row in lines] == pytest.approx(comparison.weights.tolist())
    assert [lines[0]["line"], lines[-1]["line"]] == ["2", "201"]


def test_nearest_neighbors_show_what_other_conventions_give(allay, people):
    treated, x, cost = people
    _, out, _ = allay(*WORDS, "--outcome", "cost")
    others = json.loads(out)["estimate"]["other_conventions"]
    below = next(each for each in others if each["search"] == "below")
    own = differences(cost, weigh(treated, x, search="below")).weighted.estimate
    assert below["estimate"] == pytest.approx(own)


@pytest.mark.usefixtures("people")
def test_without_an_outcome_there_is_balance_and_no_estimate(allay):
    _, out, _ = allay(*WORDS, "--method", "cem")
    found = json.loads(out)
    assert found["estimate"] is None
    assert found["verdict"]["answer"] in ("balanced", "not balanced", "far from balanced")


@pytest.mark.usefixtures("people")
def test_the_table_names_the_verdict_and_the_differences(allay):
    _, out, _ = allay(*WORDS, "--outcome", "cost", "--format", "table", "--method", "entropy")
    assert "balance    balanced" in out
    assert "weighted regression" in out
    assert "robust, counting that the weights were estimated" in out


BEFORE = (*WORDS[:-1], "age,cost_before", "--pre-outcomes", "cost_before", "-o", "out.json")


@pytest.mark.usefixtures("people")
def test_matching_on_outcomes_before_the_start_is_refused_with_the_reason(allay):
    status, _, errors = allay(*BEFORE)
    assert status == 2
    assert "'cost_before'" in errors
    assert "regression to the mean" in errors
    assert not (allay.folder / "out.json").exists()


@pytest.mark.usefixtures("people")
def test_whoever_insists_gets_a_warning(allay):
    status, _, errors = allay(*BEFORE, "--allow-pre-outcomes", "--method", "entropy")
    assert status == 0
    assert "on demand" in errors
    found = json.loads((allay.folder / "out.json").read_text(encoding="utf-8"))
    assert "Daw and Hatfield" in found["warnings"][0]


@pytest.mark.usefixtures("people")
def test_a_covariate_that_looks_like_the_outcome_before_is_pointed_out(allay):
    words = (*WORDS[:-1], "age,cost_before", "--outcome", "cost", "--method", "entropy")
    status, _, errors = allay(*words)
    assert status == 0
    assert "cost_before may be cost at an earlier time" in errors
    _, _, marked = allay(*words, "--pre-outcomes", "cost_before", "--allow-pre-outcomes")
    assert "may be cost" not in marked


def test_indicators_of_a_marked_column_are_refused_too():
    with pytest.raises(InvalidValue, match="'opioid=yes'"):
        refuse_pre_outcomes(["age", "opioid=yes"], ["opioid"])


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "full"), "full matching, which is not offered"),
        (("--method", "nearst"), "did you mean 'nearest'"),
        (("--method", "cem", "--caliper", "0.2"), "only for nearest neighbors"),
        (("--caliper", "-1"), "a caliper above 0"),
        (("--outcome", "age"), "covariates without the outcome"),
        (("--outcome", "started"), "an outcome other than the treatment"),
        (("--outcome", "payer"), "payer"),
        (("--outcome", "costs"), "did you mean that?"),
        (("--covariates", "age,,payer"), "names of columns with commas"),
        (("--covariates", "age,age"), "every column once"),
        (("--covariates", "age,started"), "covariates without the treatment"),
        (("--weights-out", "out.json"), "--weights-out needs a file of its own"),
        (("--treat", "cost"), "0 or 1"),
    ],
)
def test_bad_usage_is_named_and_nothing_is_written(allay, options, said):
    status, _, errors = allay(*WORDS, "-o", "out.json", *options)
    assert status == 2
    assert said in errors
    assert "Traceback" not in errors
    assert not (allay.folder / "out.json").exists()


def test_bad_cells_are_named_by_line(allay):
    rows = "started,age,payer,cost\n1,40,A,1\n0,,B,x\n2,50,A,3\n0,60,,4\n"
    (allay.folder / "people.csv").write_text(rows, encoding="utf-8")
    status, _, errors = allay(*WORDS, "--outcome", "cost")
    assert status == 2
    assert [line.split(": expected")[0] for line in errors.splitlines()] == [
        "people.csv:3: cost",
        "people.csv:3: age",
        "people.csv:4: started",
        "people.csv:5: payer",
    ]


@pytest.mark.parametrize("flag", ["0", "1"])
def test_nobody_to_compare_with_is_named(allay, flag):
    (allay.folder / "people.csv").write_text(
        f"started,age,payer\n{flag},40,A\n{flag},50,B\n", encoding="utf-8"
    )
    status, _, errors = allay(*WORDS)
    assert status == 2
    assert f"only {flag}" in errors


def test_the_schema_is_there(allay):
    status, out, _ = allay("evaluation", "schema", "match")
    assert status == 0
    assert "effective_sample_size" in json.loads(out)["properties"]


def test_numbers_that_do_not_exist_are_blank_in_the_result():
    x = np.array([[1.0], [2.0], [1.0], [2.0]])
    covariates = Covariates(x, ("age",), x, ("age",))
    report, _ = match_report(
        np.array([True, False, False, False]),
        covariates,
        Choices(method="cem", bins=1),
        allay_version="1",
        outcome=np.array([3.0, 1.0, 2.0, 4.0]),
    )
    assert report.estimate.unadjusted.se is None


def test_both_files_are_written_or_none(allay, people):
    status, _, errors = allay(*WORDS, "-o", "out.json", "--weights-out", "nowhere/w.csv")
    assert (status, "a folder that exists" in errors) == (2, True)
    assert not (allay.folder / "out.json").exists()


def test_a_slip_in_the_outcomes_before_the_start_is_seen(allay, people):
    status, _, errors = allay(*WORDS, "--pre-outcomes", "cost_bfore")
    assert (status, "people.csv:1: cost_bfore: expected this column" in errors) == (2, True)


def test_an_id_is_no_covariate(allay, people):
    """Its values would be the names of covariates, and stand in messages."""
    lines = (allay.folder / "people.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{line},smith-{number}" for number, line in enumerate(lines[1:])]
    (allay.folder / "people.csv").write_text("\n".join([lines[0] + ",id", *rows]) + "\n", encoding="utf-8")
    status, _, errors = allay(*WORDS[:-1], "age,id")
    assert status == 2
    assert errors == (
        "people.csv:-: id: expected values that people share, found 200 in 200 rows, as of a name or an id\n"
    )
