"""The worked example and the panel-size table of the RAND/UCLA method, from the third-party folder."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from allay.consensus.ratings.counts import count_ratings
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.conventions import panel_sizes
from allay.consensus.verdicts.panel_count import panel_count


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "rand_delphi"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


def test_the_worked_example_step_by_step(folder):
    example = json.loads((folder / "ram_worked_example.json").read_text(encoding="utf-8"))
    (printed,) = example["ratings_consistent_with_the_table"]
    expected = example["expected"]
    ratings = np.array([printed["ratings"]], dtype=float)
    counts = count_ratings(ratings)
    assert counts[0, 6:].tolist() == example["counts_as_printed"][3:]
    found = appropriateness(counts)
    assert found.n.item() == example["n_panellists"]
    for ours, theirs in (("median", "median"), ("p30", "p30"), ("p70", "p70"), ("ipr", "ipr")):
        assert getattr(found, ours).item() == expected[theirs]
    assert (found.p30.item() + found.p70.item()) / 2 == expected["iprcp"]
    assert found.ai.item() == expected["asymmetry_index"]
    assert found.ipras.item() == expected["ipras"]
    assert found.disagreement.item() is expected["disagreement_ipr_method"]
    assert (found.verdict.item() == "appropriate") is expected["accepted_by_median_method"]
    assert panel_count(counts).outside.item() == expected["outside_three_point_region_of_median"]


def test_any_low_three_give_the_same(folder):
    example = json.loads((folder / "ram_worked_example.json").read_text(encoding="utf-8"))
    high = [7] * 5 + [8] * 5 + [9] * 2
    triples = [[a, b, c] for a in range(1, 7) for b in range(a, 7) for c in range(b, 7)]
    found = appropriateness(count_ratings(np.array([one + high for one in triples], dtype=float)))
    assert set(found.ipras.tolist()) == {example["expected"]["ipras"]}
    assert set(found.verdict.tolist()) == {"appropriate"}


def test_the_table_of_panel_sizes(folder):
    with (folder / "ram_panel_size_rules.csv").open(encoding="utf-8", newline="") as file:
        theirs = [tuple(int(value) for value in row.values()) for row in csv.DictReader(file)]
    ours = [
        (row.smallest, row.largest, row.outside_at_most, row.each_extreme_from) for row in panel_sizes().sizes
    ]
    assert ours == theirs


def test_the_rule_at_every_size_of_the_table(folder):
    with (folder / "ram_panel_size_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(int(value) for value in row.values()) for row in csv.DictReader(file)]
    for smallest, largest, outside, extreme in rows:
        for n in range(smallest, largest + 1):
            for low in range(n // 2):
                found = panel_count(count_ratings(np.array([[1] * low + [9] * (n - low)], dtype=float)))
                assert found.disagreement.item() == (low >= extreme)
                assert found.agreement.item() == (low <= outside)
