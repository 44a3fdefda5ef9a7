"""Published models and tables, found again.

What `allay economics` makes of models that others have published, from the inputs they print, to the digits
they print. The HIV, hip and sumatriptan models are those of the textbook of Briggs, Claxton and Sculpher
(2006), as later programs reproduced them; the Sick-Sicker model is that of the DARTH group; the table of back
pain is that of Herman and others (Spine 2019), of whose model the transition probabilities are not public,
so that its rows are only held against each other.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from allay.cli.economics.frontier import frontier
from allay.cli.economics.model import economics_model
from allay.cli.economics.voi import voi
from allay.cli.frame import run
from allay.economics.decision.information import normal_evpi

PUBLISHED = Path(__file__).parents[1] / "unit" / "economics" / "models" / "published"
DRAWS = 100_000
# An estimate lies within three of its standard errors 997 times of 1,000.
ERRORS = 3


def as_printed(value, text):
    """A number with as many decimals as a printed one."""
    return "" if value is None else f"{value:,.{len(text.partition('.')[2])}f}"


def modelled(name, output, *changes):
    text = (PUBLISHED / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (output / "model.yaml").write_text(text, encoding="utf-8")
    assert run(economics_model, [str(output / "model.yaml"), "-o", str(output / "result.json")]) == 0
    rows = json.loads((output / "result.json").read_text(encoding="utf-8"))["strategies"]
    return {row["strategy"]: row for row in rows}


@pytest.mark.parametrize(
    ("model", "strategy", "cost", "effect", "ratio"),
    [
        ("hiv", "mono", "44,663.45", "7.991207", ""),
        ("hiv", "combination", "50,601.65", "8.937389", "6,275.956"),
        ("hip", "standard", "512.4327", "14.65283", ""),
        ("hip", "np1", "610.3112", "14.69734", "2,198.977"),
        ("sick-sicker", "standard", "151,580", "20.711", ""),
        ("sick-sicker", "B", "259,100", "22.184", "72,988"),
        ("sumatriptan", "caffeine", "4.71", "0.000551", ""),
        ("sumatriptan", "sumatriptan", "22.06", "0.001141", "29,383"),
        ("stent", "diet", "4,167.65", "0.176", ""),
        ("stent", "exercise", "4,198.28", "0.310", "229"),
    ],
)
def test_models(tmp_path, model, strategy, cost, effect, ratio):
    """Cost and effect of a strategy, and its ratio to the comparator of its model.

    Of sumatriptan, effects are QALYs of one attack; of the stent, the share who need none.
    """
    found = modelled(model, tmp_path)[strategy]
    assert as_printed(found["cost"], cost) == cost
    assert as_printed(found["effect"], effect) == effect
    assert as_printed(found["icer"], ratio) == ratio


@pytest.mark.parametrize(
    ("counting", "cost", "effect", "ratio_of_B"),
    [
        ("darth", "151,580", "20.711", "72,988"),
        ("simpson", "152,092", "21.0207", "73,348.27"),
        ("half", "152,262.29", "21.03815", "73,133.59"),
        ("none", "153,541.41", "21.55449", "73,031.60"),
        ("start", "152,983.17", "21.52182", "73,236.27"),
        ("end", "151,541.41", "20.55449", "73,031.60"),
        ("life-table", "152,268.27", "21.03330", "73,132.07"),
    ],
)
def test_ways_of_counting(tmp_path, counting, cost, effect, ratio_of_B):
    """Standard of care in the Sick-Sicker model, by the way of counting that the file names."""
    found = modelled("sick-sicker", tmp_path, ("counting: darth", f"counting: {counting}"))
    assert as_printed(found["standard"]["cost"], cost) == cost
    assert as_printed(found["standard"]["effect"], effect) == effect
    assert as_printed(found["B"]["icer"], ratio_of_B) == ratio_of_B


@pytest.mark.parametrize(
    ("strategy", "cost", "effect", "status", "ratio", "compared_with"),
    [
        ("UC", 5000, 1, "frontier", None, None),
        ("B", 10000, 2, "frontier", 5000, "UC"),
        ("D", 35000, 4, "frontier", 12500, "B"),
        ("E", 55000, 5, "frontier", 20000, "D"),
        ("C", 25000, 3, "extended", None, None),
        ("A", 12000, 1.5, "dominated", None, "B"),
    ],
)
def test_six_strategies(tmp_path, strategy, cost, effect, status, ratio, compared_with):
    """The example of the Health Economics Resource Center, in one table: where each strategy stands."""
    table = "strategy,cost,effect\nE,55000,5\nD,35000,4\nC,25000,3\nB,10000,2\nA,12000,1.5\nUC,5000,1\n"
    (tmp_path / "in.csv").write_text(table, encoding="utf-8")
    words = [str(tmp_path / "in.csv"), "--format", "json", "-o", str(tmp_path / "out.json")]
    assert run(frontier, words) == 0
    rows = {row["strategy"]: row for row in json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))}
    found = rows[strategy]
    assert (found["cost"], found["effect"]) == (cost, effect)
    assert (found["status"], found["icer"], found["compared_with"]) == (status, ratio, compared_with)


@pytest.fixture(scope="module")
def two_options(tmp_path_factory):
    """Nothing, or a net benefit of p1 - p2, through `allay economics voi` at 100,000 draws."""
    folder = tmp_path_factory.mktemp("voi")
    luck = np.random.default_rng(11)
    p1, p2 = luck.normal(1, 1, DRAWS), luck.normal(0, 2, DRAWS)
    draw = np.arange(DRAWS)
    pl.DataFrame(
        {
            "draw": draw.repeat(2),
            "strategy": ["nothing", "program"] * DRAWS,
            "cost": np.column_stack([np.zeros(DRAWS), p2]).ravel(),
            "effect": np.column_stack([np.zeros(DRAWS), p1]).ravel(),
        }
    ).write_csv(folder / "psa.csv")
    pl.DataFrame({"draw": draw, "p1": p1, "p2": p2}).write_csv(folder / "parameters.csv")
    words = [str(folder / "psa.csv"), "--parameters", str(folder / "parameters.csv"), "--wtp", "1"]
    assert run(voi, [*words, "-o", str(folder / "out.json")]) == 0
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    known = {row["parameter"]: (row["evppi"], row["se"]) for row in found["evppi"]}
    return known | {"both": (found["evpi"][0]["evpi"], found["evpi"][0]["se"])}


@pytest.mark.parametrize(
    ("known", "standard_deviation_of_it", "worth"),
    [("both", 5**0.5, "0.479811"), ("p1", 1, "0.0833155"), ("p2", 2, "0.395593")],
)
def test_what_knowing_is_worth(two_options, known, standard_deviation_of_it, worth):
    """Nothing, or a program worth p1 - p2, with p1 around 1 (SD 1) and p2 around 0 (SD 2).

    What it is worth to know p1, p2 or both: in closed form to the digits shown, and from 100,000 draws within
    three standard errors of that.
    """
    exact = normal_evpi(1, standard_deviation_of_it)
    assert as_printed(exact, worth) == worth
    estimate, error = two_options[known]
    assert abs(estimate - exact) < ERRORS * error


@pytest.mark.parametrize(
    ("therapy", "who_pays", "cost_per_qaly"),
    [
        ("Active trunk exercise (1)", "payer", "5,697"),
        ("Active trunk exercise (2)", "societal", "7,208"),
        ("Active trunk exercise (2)", "payer", "22,083"),
        ("Manipulation", "payer", "8,000"),
        ("Spinal manipulation (3)", "societal", "128,250"),
        ("Spinal manipulation (3)", "payer", "114,250"),
        ("Spinal manipulation (4)", "payer", "2,937.5"),
        ("Exercise + manipulation", "payer", "7,312.5"),
    ],
)
def test_back_pain_cost_per_qaly(therapy, who_pays, cost_per_qaly):
    """Cost of a QALY against usual care, in the typical mix, from printed costs and printed QALYs.

    All others of that mix save money for who pays.
    """
    with (PUBLISHED / "back-pain.csv").open(encoding="utf-8") as file:
        rows = {
            row["therapy"]: row for row in csv.DictReader(file) if row["mix"] == "typical" and row["qaly"]
        }
    costly = [(name, who) for name in rows for who in ("societal", "payer") if float(rows[name][who]) > 0]
    assert len(costly) == 8
    assert (therapy, who_pays) in costly
    found = float(rows[therapy][who_pays]) / float(rows[therapy]["qaly"])
    assert as_printed(found, cost_per_qaly) == cost_per_qaly
