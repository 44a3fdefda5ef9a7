"""Judgments of 17 research claims by 25 experts in two rounds, from the third-party folder."""

from __future__ import annotations

import csv
import json

import numpy as np
import polars as pl
import pytest

from allay.cli.consensus.estimates import estimates as command
from allay.cli.frame import run
from allay.consensus.estimates.aggregate import aggregate
from allay.consensus.estimates.reading import read_estimates

# Published as doubles; means of 25 numbers up to 100 differ by the order of adding.
SHARE, PERCENT = 1e-14, 1e-12
CLAIMS, EXPERTS = 17, 25


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "rand_delphi"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def table(folder):
    return read_estimates(folder / "aggrecat_ratings.csv", item="paper_id")


@pytest.fixture(scope="module")
def rows(table):
    """Aggregates by claim and round."""
    found = aggregate(table)
    names = ("n", "mean", "median", "log_odds_mean", "q1", "q3", "iqr", "iqr_change", "both", "changed")
    return {
        (table.items[item], table.rounds[number]): {name: getattr(found, name)[row] for name in names}
        for row, (item, number) in enumerate(zip(found.item.tolist(), found.round.tolist(), strict=True))
    }


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_published_aggregates(folder, rows):
    expected = read(folder / "aggrecat_expected.csv")
    assert len(expected) == CLAIMS
    names = {"arithmetic_mean": "mean", "median": "median", "log_odds_mean": "log_odds_mean"}
    differences = {
        name: max(
            abs(rows[claim["paper_id"], "round_2"][name] / 100 - float(claim[theirs])) for claim in expected
        )
        for theirs, name in names.items()
    }
    assert max(differences.values()) <= SHARE, differences


def test_the_published_aggregates_say_nothing_of_the_limits(table):
    """Why the limits of the log-odds mean are not called verified: no estimate of round 2 reaches them."""
    best = table.best[table.round == table.rounds.index("round_2")]
    assert (best.min(), best.max()) == (5, 94)


def test_summary_of_both_rounds(folder, rows):
    expected = read(folder / "aggrecat_round_summary.csv")
    assert len(expected) == len(rows) == 2 * CLAIMS
    for line in expected:
        found = rows[line["paper_id"], line["round"]]
        assert found["n"] == int(line["n"]) == EXPERTS
        for name in ("mean", "median", "q1", "q3", "iqr"):
            assert found[name] == pytest.approx(float(line[name]), abs=PERCENT), (line, name)


def test_change_of_spread_between_the_rounds(folder, rows):
    iqr = {
        (line["paper_id"], line["round"]): float(line["iqr"])
        for line in read(folder / "aggrecat_round_summary.csv")
    }
    best = {
        (line["paper_id"], line["round"], line["expert"]): float(line["best"])
        for line in read(folder / "aggrecat_ratings.csv")
    }
    for claim, number in rows:
        if number == "round_1":
            assert np.isnan(rows[claim, number]["iqr_change"])
            continue
        found = rows[claim, number]
        assert found["iqr_change"] == pytest.approx(
            iqr[claim, "round_2"] - iqr[claim, "round_1"], abs=PERCENT
        )
        changed = sum(
            value != best[claim, "round_1", expert]
            for (one, when, expert), value in best.items()
            if (one, when) == (claim, "round_2")
        )
        assert (found["both"], found["changed"]) == (EXPERTS, changed)


def test_the_one_row_on_another_scale(folder, table):
    """By the rule (all three at most 1, not all 0) it is one row, not several."""
    lines = [
        number
        for number, line in enumerate(read(folder / "aggrecat_ratings.csv"), start=2)
        if 0 < max(float(line[name]) for name in ("lower", "best", "upper")) <= 1
    ]
    assert lines == [2]
    assert [int(problem.at) for problem in table.problems] == lines
    assert table.problems[0].found.startswith("0.2/0.3/0.5")


def test_the_command(folder, tmp_path, capfd):
    source, target = folder / "aggrecat_ratings.csv", tmp_path / "out.json"
    assert run(command, [str(source), "--item", "paper_id", "--format", "json", "-o", str(target)]) == 0
    assert f"{source}:2: best: expected numbers on the scale from 0 to 100" in capfd.readouterr().err
    result = json.loads(target.read_text(encoding="utf-8"))
    assert result["other_scale"] == [{"line": 2, "item": "100", "round": "round_1"}]
    assert run(command, [str(source), "--item", "paper_id", "--other-scale", "refuse"]) == 2
    status = run(
        command, [str(source), "--item", "paper_id", "--other-scale", "leave-out", "-o", str(target)]
    )
    assert status == 0
    assert pl.read_csv(target)["n"].to_list() == [EXPERTS - 1] + [EXPERTS] * (2 * CLAIMS - 1)
