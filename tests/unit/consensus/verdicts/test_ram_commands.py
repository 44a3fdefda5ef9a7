"""`allay consensus ram` and `allay consensus sensitivity`: columns, forms, rounds, and what is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest

import allay
from allay.cli.consensus.ram import ram
from allay.cli.consensus.sensitivity import sensitivity
from allay.cli.frame import run

COLUMNS = ["statement", "n", "median", "p30", "p70", "ipr", "ai", "ipras", "di", "disagreement", "verdict"]
CASES = {
    "E": [3, 3, 3, 7, 7, 7, 8, 8, 8],
    "G": [2, 3, 3, 5, 6, 6, 7, 7, 7, 8, 8, 9],
    "B": [1, 1, 1, 2, 2, 3, 3, 4, 5],
}


def rows_of(cases, after=""):
    return "".join(
        f"{name},r{n},{one}{after}\n" for name, given in cases.items() for n, one in enumerate(given)
    )


@pytest.fixture
def ratings(tmp_path):
    def write(text):
        path = tmp_path / "ratings.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def worked(ratings):
    return ratings("statement,rater,rating\n" + rows_of(CASES))


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_columns_and_rows(worked, capsys):
    assert run(ram, [worked]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == ",".join([*COLUMNS, "agreement", "depends_on"])
    e, g, b = table(printed.out)
    assert list(e.values()) == [
        *["E", "9", "7.0", "4.6", "7.6", "3.0", "1.1", "4.0", "0.75", "false", "appropriate"],
        *["false", "percentile panel_rule"],
    ]
    assert (g["ipras"], g["ai"], g["verdict"], g["depends_on"]) == (
        "4.075",
        "1.15",
        "appropriate",
        "half_point",
    )
    assert (b["statement"], b["p30"], b["verdict"], b["depends_on"]) == ("B", "1.4", "inappropriate", "")
    # The rule for a median of 6.5 is from memory, and that is said.
    assert printed.err.startswith("allay: 1 median of 3.5 or 6.5 counts as the higher region [memory: ")


def test_options(worked, capsys):
    assert run(ram, [worked, "--percentile", "nearest-rank", "--half-point", "uncertain"]) == 0
    printed = capsys.readouterr()
    e, g, _ = table(printed.out)
    assert (e["p30"], e["p70"], e["disagreement"], e["verdict"]) == ("3.0", "8.0", "true", "uncertain")
    assert g["verdict"] == "uncertain"
    assert printed.err == "allay: 1 median of 3.5 or 6.5 counts as uncertain\n"
    assert run(ram, [worked, "--panel-rule", "count"]) == 0
    assert table(capsys.readouterr().out)[0]["verdict"] == "uncertain"


def test_json(worked, capsys):
    assert run(ram, [worked, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["allay_version"] == allay.__version__
    assert found["rule"] == {
        "method": "ram",
        "percentile": "linear",
        "half_point": "up",
        "panel_rule": "ipras",
    }
    assert found["facts"]["ram.ipras.base@2026-11-27"] == "verified"
    assert found["half_point_medians"] == 1
    assert found["rows"][0]["disagreement"] is False
    assert found["rows"][0]["depends_on"] == ["percentile", "panel_rule"]
    assert found["rows"][1]["p30"] == 5.3


def test_the_table_says_what_is_not_verified(worked, capsys):
    assert run(ram, [worked, "--format", "table"]) == 0
    printed = capsys.readouterr()
    assert "[memory:" in printed.out
    assert "0.417" in printed.out


def test_rounds(ratings, capsys):
    path = ratings(
        "statement,rater,rating,round\n"
        + rows_of({"s": [7] * 9}, ",2")
        + rows_of({"s": [5] * 9, "t": [2]}, ",1")
    )
    assert run(ram, [path]) == 0
    found = table(capsys.readouterr().out)
    assert [(row["statement"], row["round"], row["verdict"]) for row in found] == [
        ("s", "1", "uncertain"),
        ("t", "1", "inappropriate"),
        ("s", "2", "appropriate"),
    ]
    assert [row["agreement"] for row in found] == ["true", "", "true"]


def test_a_file_with_a_round_has_the_column_even_for_one(ratings, capsys):
    assert run(ram, [ratings("statement,rater,rating,round,version\ns,a,7,3,2\n")]) == 0
    (row,) = table(capsys.readouterr().out)
    assert (row["round"], row["version"], row["n"]) == ("3", "2", "1")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (
            "statement,rater,rating\ns,a,7\nt,a,\nt,b, \n",
            [],
            ":3: statement: expected at least one rating of 't'",
        ),
        ("statement,rater,rating\ns,a,x\n", [], ":2: rating: expected a whole number from 1 to 9 or a blank"),
        ("statement,rater,rating\ns,a,7\ns,a,8\n", [], ":3: rater: expected each rater once"),
        ("", [], "an empty file"),
        (
            "statement,rater,rating\n" + rows_of({"s": [7] * 9, "few": [7] * 7}),
            ["--panel-rule", "count"],
            ":11: statement: expected 8 to 16 ratings of 'few' for the count rule, found 7",
        ),
        (
            "statement,rater,rating,round\n" + rows_of({"s": [7] * 17}, ",1") + "s,a,7,2\n",
            ["--panel-rule", "count"],
            "ratings of 's' for the count rule in round 1, found 17",
        ),
    ],
)
def test_bad_input(ratings, tmp_path, capsys, text, options, said):
    path = ratings(text)
    output = tmp_path / "out.csv"
    assert run(ram, [path, *options, "-o", str(output)]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert not output.exists()


def test_all_problems_of_sizes_are_counted(ratings, capsys):
    path = ratings("statement,rater,rating\n" + rows_of({f"s{n}": [7] for n in range(60)}))
    assert run(ram, [path, "--panel-rule", "count"]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 51
    assert printed[-1] == "allay: 10 more problems are not shown"


def test_the_sensitivity_panel(worked, capsys):
    assert run(sensitivity, [worked]) == 0
    e, g, b = table(capsys.readouterr().out)
    assert list(e)[:6] == ["statement", "n", "median", "ram-linear", "ram-nearest-rank", "ram-count"]
    assert (e["ram-linear"], e["ram-nearest-rank"], e["ram-half-up"]) == ("appropriate", "uncertain", "")
    assert e["differs"].split()[:2] == ["ram-nearest-rank", "ram-count"]
    assert (g["ram-half-up"], g["ram-half-down"]) == ("appropriate", "uncertain")
    assert b["differs"] == "percent-80"


def test_rules_of_ones_own(worked, capsys):
    rules = ["--rule", "percent-55", "--rule", "ram-nearest-rank", "--rule", "comet-60-30-a"]
    assert run(sensitivity, [worked, *rules, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rule"]["share"] == 55
    assert found["rows"][0] == {
        "statement": "E",
        "n": 9,
        "median": 7.0,
        "verdicts": {"percent-55": "in", "ram-nearest-rank": "uncertain", "comet-60-30-a": "none"},
        "differs": ["ram-nearest-rank", "comet-60-30-a"],
    }


def test_two_steps_over_rounds(ratings, capsys):
    sixty = {"s": [8, 8, 8, 5, 5]}
    path = ratings("statement,rater,rating,round\n" + rows_of(sixty, ",1") + rows_of(sixty, ",2"))
    assert run(sensitivity, [path, "--rule", "percent-50-then-70"]) == 0
    found = table(capsys.readouterr().out)
    assert [(row["round"], row["percent-50-then-70"]) for row in found] == [("1", "in"), ("2", "none")]


def test_the_table_of_sensitivity_counts_what_depends(worked, capsys):
    assert run(sensitivity, [worked, "--format", "table"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("3 of 3 verdicts by ram-linear depend on the rule\n")
    assert "ram-half-up: no verdict where the median is not between two regions" in printed


@pytest.mark.parametrize("rule", ["percent-10", "percent-75-each-group", "fashion"])
def test_rules_that_cannot_be_used(worked, capsys, rule):
    assert run(sensitivity, [worked, "--rule", rule]) == 2
    assert "--rule" in capsys.readouterr().err


def test_the_count_rule_as_the_main_one_is_refused_where_it_cannot_be_used(ratings, capsys):
    path = ratings("statement,rater,rating\ns,a,7\n")
    assert run(sensitivity, [path, "--rule", "ram-count"]) == 2
    assert ":2: statement: expected 8 to 16 ratings" in capsys.readouterr().err
    assert run(sensitivity, [path]) == 0
    assert table(capsys.readouterr().out)[0]["ram-count"] == ""


@pytest.mark.parametrize(
    ("command", "options"), [(ram, []), (ram, ["--panel-rule", "count"]), (sensitivity, [])]
)
def test_a_long_text_as_a_statement_is_named_briefly(ratings, capsys, command, options):
    rating = 7 if options else ""
    path = ratings(f"statement,rater,rating\n{'long ' * 1000}end,a,{rating}\n")
    assert run(command, [path, *options]) == 2
    said = capsys.readouterr().err
    assert "long long" in said
    assert len(said) < 400 + len(path)


def test_digits_of_other_scripts_make_no_rule(worked, capsys):
    assert run(sensitivity, [worked, "--rule", "percent-٧٥"]) == 2
    assert "found 'percent-٧٥'" in capsys.readouterr().err
