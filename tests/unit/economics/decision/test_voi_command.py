"""`allay economics voi`: what it reads, writes and refuses."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from allay.cli.economics.voi import voi
from allay.economics.decision.information import normal_evpi
from allay.economics.decision.result import DecisionReport

ERRORS = 3
HEAD = "draw,strategy,cost,effect\n"


def write_two_options(folder, draws, *, seed=1):
    """The problem of `test_information`, its net benefit as an effect at a willingness to pay of 1."""
    luck = np.random.default_rng(seed)
    names = np.arange(draws)
    p1, p2 = luck.normal(1, 1, draws), luck.normal(0, 2, draws)
    pl.DataFrame(
        {
            "draw": np.repeat(names, 2),
            "strategy": ["nothing", "program"] * draws,
            "cost": np.column_stack([np.zeros(draws), p2]).ravel(),
            "effect": np.column_stack([np.zeros(draws), p1]).ravel(),
        }
    ).write_csv(folder / "psa.csv")
    # In another order: draws are matched by name.
    pl.DataFrame({"draw": names, "p1": p1, "p2": p2}).reverse().write_csv(folder / "parameters.csv")


def test_analytic_values_at_100_000_draws(call):
    write_two_options(call.folder, 100_000)
    words = ("psa.csv", "--parameters", "parameters.csv", "--wtp", "1")
    status, out, err = call(voi, *words)
    assert (status, err) == (0, "")
    found = json.loads(out)
    whole = found["evpi"][0]
    assert abs(whole["evpi"] - normal_evpi(1, 5**0.5)) < ERRORS * whole["se"]
    single = {row["parameter"]: row for row in found["evppi"]}
    for name, sd in (("p1", 1), ("p2", 2)):
        assert abs(single[name]["evppi"] - normal_evpi(1, sd)) < ERRORS * single[name]["se"]
    assert [(row["parameter"], row["rank"]) for row in found["evppi"]] == [("p2", 1), ("p1", 2)]


def test_everything_is_in_the_result(call):
    write_two_options(call.folder, 400)
    status, out, _ = call(
        voi,
        *("psa.csv", "--parameters", "parameters.csv", "--wtp", "0:2:1", "--group", "p1, p2"),
        *("--population", "100", "--years", "2", "--discount-rate", "25", "--discount-first-year"),
    )
    assert status == 0
    found = DecisionReport.model_validate_json(out)
    assert [row.wtp for row in found.acceptability] == [0, 1, 2]
    assert found.people == pytest.approx(100 * (0.8 + 0.64))
    assert found.evpi[1].population_evpi == pytest.approx(found.evpi[1].evpi * found.people)
    assert [(row.parameter, row.wtp) for row in found.evppi if row.method != "spline"] == [
        ("p1+p2", 0),
        ("p1+p2", 1),
        ("p1+p2", 2),
    ]
    for row in found.acceptability:
        assert sum(row.ceac.values()) == pytest.approx(1)
        assert row.expected_nb[row.best] == max(row.expected_nb.values())
        assert row.best_probability == row.ceac[row.best]
    assert {row.strategy for row in found.frontier} == {"nothing", "program"}


def test_the_same_seed_gives_the_same_bytes(call):
    write_two_options(call.folder, 200)
    words = ("psa.csv", "--parameters", "parameters.csv", "--wtp", "1,2", "--group", "p1,p2", "--seed", "3")
    assert call(voi, *words)[1] == call(voi, *words)[1]


def test_a_table_to_read(call):
    write_two_options(call.folder, 50)
    _, out, _ = call(voi, "psa.csv", "--parameters", "parameters.csv", "--wtp", "1", "--format", "table")
    assert "value of knowing parameters" in out
    assert "P(program)" in out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "at least 1 row(s) of data"),
        ("1,A,1,1\n", "psa.csv:2: draw: expected at least 2 draws, found 1"),
        ("1,A,x,1\n2,A,1,1\n", "psa.csv:2: cost: expected a number, at most 1e+15 from zero, found 'x'"),
        ("1,A,1,\n2,A,1,1\n", "psa.csv:2: effect: expected a number, at most 1e+15 from zero, found nothing"),
        (",A,1,1\n2,A,1,1\n", "psa.csv:2: draw: expected a value, found nothing"),
        (
            "1,A,1,1\n1,B,1,1\n2,A,1,1\n",
            "psa.csv:4: strategy: expected a row for 'B' in draw 2, which begins here, found none",
        ),
        (
            "1,A,1,1\n2,A,1,1\n1,A,3,1\n",
            "psa.csv:4: strategy: expected every strategy once in a draw, "
            "found 'A' again (the first is in line 2)",
        ),
    ],
)
def test_bad_draws_are_named_by_line(call, rows, said):
    (call.folder / "psa.csv").write_text(HEAD + rows)
    status, out, err = call(voi, "psa.csv", "--wtp", "1", "-o", "out.json")
    assert (status, out) == (2, "")
    assert said in err
    assert not (call.folder / "out.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda lines: lines[:-1],
            "psa.csv:40: draw: expected a row with draw '19' in parameters.csv, found none",
        ),
        (lambda lines: [*lines, "20,1"], "parameters.csv:22: draw: expected a draw of psa.csv, found '20'"),
        (lambda lines: [*lines, "7,1"], "parameters.csv:22: draw: expected every draw once, found '7'"),
        (
            lambda lines: ["draw,p", "0,x", *lines[2:]],
            "parameters.csv:2: p: expected a number, at most 1e+15 from zero, found 'x'",
        ),
        (
            lambda lines: ["draw", *[line.split(",")[0] for line in lines[1:]]],
            "expected columns of parameters",
        ),
    ],
)
def test_parameters_that_do_not_match_are_named(call, change, said):
    rows = [f"{draw},{name},1,{draw}" for draw in range(20) for name in "AB"]
    (call.folder / "psa.csv").write_text(HEAD + "\n".join(rows) + "\n")
    lines = change(["draw,p", *[f"{draw},{draw}" for draw in range(20)]])
    (call.folder / "parameters.csv").write_text("\n".join(lines) + "\n")
    status, _, err = call(voi, "psa.csv", "--parameters", "parameters.csv", "--wtp", "1")
    assert status == 2
    assert said in err


def test_a_curve_needs_draws(call):
    write_two_options(call.folder, 19)
    status, _, err = call(voi, "psa.csv", "--parameters", "parameters.csv", "--wtp", "1")
    assert status == 2
    assert "at least 20 draws" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--wtp", "ten"], "expected amounts with commas"),
        (["--wtp", "-1"], "expected amounts of zero or more"),
        (["--wtp", "nan"], "expected amounts of zero or more"),
        (["--wtp", "1,1"], "expected every amount once"),
        (["--wtp", "5:1:1"], "FROM:TO:STEP"),
        (["--wtp", "0:1:0"], "FROM:TO:STEP"),
        (["--wtp", "0:1e9:1"], "at most 1000 amounts"),
        ([], "Missing option '--wtp'"),
        (["--wtp", "1", "--group", "p1,p2"], "--group needs the file of --parameters"),
        (["--wtp", "1", "--years", "3"], "go together"),
        (["--wtp", "1", "--parameters", "parameters.csv", "--group", "p1,p3"], "there is no parameter 'p3'"),
    ],
)
def test_options_that_cannot_be(call, words, said):
    write_two_options(call.folder, 30)
    status, out, err = call(voi, "psa.csv", *words)
    assert (status, out) == (2, "")
    assert said in err


def test_two_files_cannot_both_be_standard_input(call):
    status, _, err = call(voi, "-", "--parameters", "-", "--wtp", "1")
    assert status == 2
    assert "the draws are read from standard input" in err
