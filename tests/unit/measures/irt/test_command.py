"""`allay measures cat`, `eap` and `raw-table`: what goes in, what comes out, what bad input says."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from tests.unit.measures.irt.banks import BANK, CSV

from allay.cli.frame import run
from allay.cli.measures import irt
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.settings import adaptive_rules, quadrature
from allay.measures.irt.simulation import simulate
from allay.measures.irt.sums import sum_table

ANSWERS = "respondent,low,mid,twin,high,yes_no\n007,2,3,4,1,1\nB,,,,,\nC,4,,5,3,2\n"
MATRIX = np.array([[2, 3, 4, 1, 1], [-1] * 5, [4, -1, 5, 3, 2]], dtype=np.int8)
PRINTED = 5e-7  # six decimals


@pytest.fixture
def allay(tmp_path, monkeypatch, capfdbinary):
    """Run a verb in a folder with a bank and answers; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")

    def call(verb, *words: str) -> tuple[int, str, str]:
        status = run(verb, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    call.folder = tmp_path
    return call


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_trace_has_a_row_for_every_answer(allay):
    status, out, err = allay(irt.cat, "bank.csv", "answers.csv", "--min-items", "2")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "respondent,step,item,answer,theta,se,t,t_se,stopped"
    found = simulate(BANK, MATRIX, rules=adaptive_rules("promis-adult"))
    by_who = {name: [row for row in rows(out) if row["respondent"] == name] for name in ("007", "B", "C")}
    assert by_who["B"] == [
        {
            "respondent": "B",
            "step": "0",
            **dict.fromkeys(("item", "answer", "theta", "se", "t", "t_se"), ""),
            "stopped": "nothing_answered",
        }
    ]
    for place, name in ((0, "007"), (2, "C")):
        steps = by_who[name]
        assert [row["step"] for row in steps] == [str(n + 1) for n in range(found.used[place])]
        assert [row["item"] for row in steps] == [BANK.ids[i] for i in found.items[place, : len(steps)]]
        assert [row["stopped"] for row in steps] == [""] * (len(steps) - 1) + ["bank_exhausted"]
        for number, row in enumerate(steps):
            assert float(row["theta"]) == pytest.approx(found.theta[place, number], abs=PRINTED)
            assert float(row["t"]) == pytest.approx(50 + 10 * found.theta[place, number], abs=PRINTED)
            assert float(row["t_se"]) == pytest.approx(10 * found.se[place, number], abs=PRINTED)


def test_every_rule_can_be_given(allay):
    words = "--selection mfi --grid-min -6 --grid-max 6 --grid-step 0.2 --prior-mean 0.5 --prior-sd 2 "
    words += "--min-items 1 --max-items 4 --se-stop 0.6 --se-change 0.02 --screen --healthiest highest"
    status, _, err = allay(
        irt.cat, "bank.csv", "answers.csv", *words.split(), "--summary", "s.json", "-o", "t.csv"
    )
    assert (status, err) == (0, "")
    found = json.loads((allay.folder / "s.json").read_text(encoding="utf-8"))
    assert found["rules"] == {
        "quadrature": {"minimum": -6.0, "maximum": 6.0, "step": 0.2, "prior_mean": 0.5, "prior_sd": 2.0},
        "selection": "mfi",
        "min_items": 1,
        "max_items": 4,
        "se_stop": 0.6,
        "se_change": 0.02,
        "screen": True,
        "healthiest": "highest",
    }
    assert (found["respondents"], found["scored"]) == (3, 2)
    assert sum(found["stopped"].values()) == 3


def test_scores_of_patterns(allay):
    status, out, err = allay(irt.eap, "bank.csv", "answers.csv")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "respondent,answered,theta,se,t,t_se"
    assert out.splitlines()[2] == "B,0,,,,"
    expected = eap_scores(BANK, MATRIX, quadrature=quadrature("promis-pattern"))
    for place in (0, 2):
        row = rows(out)[place]
        assert int(row["answered"]) == expected.answered[place]
        assert float(row["t"]) == pytest.approx(expected.t[place], abs=PRINTED)
        assert float(row["se"]) == pytest.approx(expected.se[place], abs=PRINTED)


def test_a_raw_table(allay):
    status, out, err = allay(irt.raw_table, "bank.csv", "--items", "mid, high")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "raw,theta,theta_se,t,t_se"
    expected = sum_table(BANK.select(["mid", "high"]), quadrature=quadrature("raw-table"))
    assert [int(row["raw"]) for row in rows(out)] == list(range(2, 10))
    assert [float(row["t"]) for row in rows(out)] == pytest.approx(expected.t.tolist(), abs=PRINTED)
    assert [float(row["theta_se"]) for row in rows(out)] == pytest.approx(expected.se.tolist(), abs=PRINTED)
    grid = "--grid-min=-4 --grid-max=4 --grid-step=0.05 --prior-mean=0 --prior-sd=1"
    assert allay(irt.raw_table, "bank.csv", "--items", "mid,high", *grid.split())[1] == out


def test_what_is_not_verified_says_so(allay):
    said = "allay: promis-screen is derived: House rule; the screen is published as a rule"
    assert allay(irt.cat, "bank.csv", "answers.csv", "--rules", "promis-screen")[2].startswith(said)
    assert "is derived" in allay(irt.raw_table, "bank.csv", "--grid", "promis-short-form-table")[2]


def test_standard_input_may_be_one_of_them(allay, monkeypatch):
    class Standard:
        buffer = io.BytesIO(CSV.encode())

    monkeypatch.setattr("sys.stdin", Standard)
    assert allay(irt.eap, "-", "answers.csv") == allay(irt.eap, "bank.csv", "answers.csv")
    status, _, err = allay(irt.eap, "-", "-")
    assert (status, "as the bank is read from standard input" in err) == (2, True)


def test_impossible_answers_are_named_and_nothing_is_written(allay):
    (allay.folder / "answers.csv").write_text(ANSWERS.replace("007,2,3", "007,9,x"), encoding="utf-8")
    status, out, err = allay(irt.cat, "bank.csv", "answers.csv", "-o", "t.csv", "--summary", "s.json")
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "answers.csv:2: low: expected a whole number 1 to 4, or blank, found '9'",
        "answers.csv:2: mid: expected a whole number 1 to 5, or blank, found 'x'",
    ]
    assert not (allay.folder / "t.csv").exists()
    assert not (allay.folder / "s.json").exists()
    status, out, err = allay(irt.eap, "bank.csv", "answers.csv", "--on-invalid", "flag")
    assert (status, err) == (0, "allay: 2 impossible answers taken for missing\n")
    assert [row["answered"] for row in rows(out)] == ["3", "0", "4"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--grid-step", "0.3"),
            "allay: expected a grid step that divides the range, found 0.3 from -4 to 4",
        ),
        (("--prior-sd", "0"), "allay: expected a prior standard deviation above 0, found 0"),
        (("--min-items", "13"), "allay: expected min items of 1 or more and max items not below them"),
        (("--se-stop", "nan"), "allay: expected a SE to stop at of 0 or more, found nan"),
    ],
)
def test_impossible_rules_are_refused(allay, words, said):
    status, out, err = allay(irt.cat, "bank.csv", "answers.csv", *words)
    assert (status, out) == (2, "")
    assert err.startswith(said)


def test_an_unknown_item_of_a_short_form_is_refused(allay):
    status, out, err = allay(irt.raw_table, "bank.csv", "--items", "mid,hihg")
    assert (status, out) == (2, "")
    assert err == "allay: there is no item 'hihg'; did you mean 'high'?\n"


def test_a_file_without_respondents_gives_a_file_without_rows(allay):
    (allay.folder / "answers.csv").write_text(ANSWERS.splitlines()[0] + "\n", encoding="utf-8")
    assert allay(irt.cat, "bank.csv", "answers.csv")[:2] == (
        0,
        "respondent,step,item,answer,theta,se,t,t_se,stopped\n",
    )
    assert allay(irt.eap, "bank.csv", "answers.csv")[:2] == (0, "respondent,answered,theta,se,t,t_se\n")


def test_the_same_input_gives_the_same_bytes(allay):
    first, second = (allay(irt.cat, "bank.csv", "answers.csv")[1] for _ in range(2))
    assert first == second
