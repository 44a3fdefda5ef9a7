"""Every row of the published PROMIS-29 and Global-10 tables, from a transcription of its own."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from allay.measures.catalog import get
from allay.measures.scoring import score, score_one

with (Path(__file__).parent / "promis_tables.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

# Answers whose points add up to a raw sum; Global07 stands for its recoded points.
RECODED = {5: 0, 4: 2, 3: 5, 2: 8, 1: 10}


def answers_for(items: tuple[str, ...], raw: int) -> dict[str, int]:
    each, rest = divmod(raw, len(items))
    points = {item: each + (position < rest) for position, item in enumerate(items)}
    return {item: RECODED[value] if item == "Global07" else value for item, value in points.items()}


def test_the_transcription_is_whole():
    counts = Counter((row["instrument"], row["scale"]) for row in ROWS)
    assert len(counts) == 9
    assert set(counts.values()) == {17}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['scale']}-{row['raw']}")
def test_row(row):
    instrument = get(row["instrument"])
    answers = answers_for(instrument.scale(row["scale"]).items, int(row["raw"]))
    (found,) = (each for each in score_one(instrument, answers) if each.scale.id == row["scale"])
    assert found.raw == int(row["raw"])
    assert found.score == float(row["t"])  # the table's decimal, exactly
    assert found.se == float(row["se"])
    assert found.status == "scored"


def test_rows_on_arrays():
    for scale_id in {row["scale"] for row in ROWS if row["instrument"] == "promis29"}:
        rows = [row for row in ROWS if row["scale"] == scale_id]
        items = get("promis29").scale(scale_id).items
        cells = [answers_for(items, int(row["raw"])) for row in rows]
        columns = {item: np.array([cell[item] for cell in cells], dtype=np.int8) for item in items}
        found = score(get("promis29"), columns)[scale_id]
        assert found.score.tolist() == [float(row["t"]) for row in rows]
        assert found.se.tolist() == [float(row["se"]) for row in rows]


class TestKnownSlips:
    """Errors of public transcriptions that must not come in."""

    def test_depression_error_at_20_is_3_6_not_2_6(self):
        assert get("promis29").scale("depression").table.se[-1] == 3.6

    def test_pain_interference_at_20_is_75_6_not_75_8(self):
        assert get("promis29").scale("pain_interference").table.t[-1] == 75.6

    def test_participation_at_9_is_38_8_not_30_3(self):
        assert get("promis29").scale("social_participation").table.t[9 - 4] == 38.8

    def test_physical_function_is_version_2(self):
        # 22.9 to 56.9 is the version 1 table; the LOINC codes that carry it are only read, never written.
        scale = get("promis29").scale("physical_function")
        assert (scale.minimum, scale.maximum) == (22.5, 57.0)
        assert (str(scale.loinc), str(scale.loinc_import_v1)) == ("91721-1", "71959-1")

    def test_mental_health_at_4_is_21_2_not_21_1(self):
        assert get("promis-global10").scale("gmh").table.t[0] == 21.2

    def test_all_participation_items_are_oriented(self):
        # "never" (LA6270-8) means full participation in all four; one program forgets SRPPER23.
        for item_id in get("promis29").scale("social_participation").items:
            item = get("promis29").item(item_id)
            assert (item.value_of("LA6270-8"), item.value_of("LA9933-8")) == (5, 1), item_id

    def test_only_two_sleep_items_are_reversed(self):
        item = get("promis29").item
        assert item("Sleep109").value_of("LA9615-1") == 5
        assert item("Sleep109").value_of("LA13913-1") == 1
        assert item("Sleep116").value_of("LA6568-5") == 5
        assert item("Sleep20").value_of("LA6568-5") == 1
        assert item("Sleep44").value_of("LA13914-9") == 5

    def test_two_codes_say_unable_to_do(self):
        item = get("promis29").item("PFA11")
        assert (item.value_of("LA13912-3"), item.value_of("LA10055-4")) == (1, 1)
        assert item.value_of("LA0000-0") is None

    def test_global_items_are_not_reversed_twice(self):
        item = get("promis-global10").item
        assert item("Global08r").value_of("LA137-2") == 5
        assert item("Global10r").value_of("LA6270-8") == 5
        assert set(get("promis-global10").scale("gph").recode) == {"Global07"}
        assert get("promis-global10").scale("gmh").recode == {}

    def test_difficulty_codes_are_not_in_order(self):
        item = get("phq9").item("phq9_difficulty")
        assert [item.value_of(code) for code in ("LA6572-7", "LA6573-5", "LA6575-0", "LA6574-3")] == [
            0,
            1,
            2,
            3,
        ]
