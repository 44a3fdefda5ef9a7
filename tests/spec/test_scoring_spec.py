"""Scoring: from answers to scores.

What a set of answers gives. A dash is a missing answer; an empty cell means there is no number. Answers to
PROMIS items are the oriented values of their answer codes, so nothing is reversed again; only Global07 is
recoded in Global-10. T-scores and standard errors are those of the published tables.
"""

from __future__ import annotations

import pytest

from allay.measures.catalog import get
from allay.measures.reference import score_plain
from allay.measures.scoring import score_one

PEG = """
| answers peg_1..3 | raw | score | band | answered | status     |
| ---------------- | --- | ----- | ---- | -------- | ---------- |
| 6 7 5            | 18  | 6     |      | 3        | scored     |
| 7 5 4            | 16  | 5.3333 |     | 3        | scored     |
| 0 0 0            | 0   | 0     |      | 3        | scored     |
| 10 10 10         | 30  | 10    |      | 3        | scored     |
| 6 7 -            | 13  |       |      | 2        | not_scored |
| - - -            |     |       |      | 0        | not_scored |
"""

PHQ9 = """
| answers phq9_1..9 | raw | score | band              | answered | status     |
| ----------------- | --- | ----- | ----------------- | -------- | ---------- |
| 1 2 1 2 1 1 0 0 1 | 9   | 9     | mild              | 9        | scored     |
| 3 0 1 2 0 0 1 0 3 | 10  | 10    | moderate          | 9        | scored     |
| 3 3 3 3 3 3 3 3 3 | 27  | 27    | severe            | 9        | scored     |
| 1 1 1 1 0 0 0 0 0 | 4   | 4     | minimal           | 9        | scored     |
| 1 1 1 1 1 0 0 0 0 | 5   | 5     | mild              | 9        | scored     |
| 2 2 2 2 2 2 2 0 0 | 14  | 14    | moderate          | 9        | scored     |
| 2 2 2 2 2 2 2 1 0 | 15  | 15    | moderately_severe | 9        | scored     |
| 3 3 3 3 3 2 2 0 0 | 19  | 19    | moderately_severe | 9        | scored     |
| 3 3 3 3 3 3 2 0 0 | 20  | 20    | severe            | 9        | scored     |
| 2 2 0 0 0 0 0 0 - | 4   | 5     | mild              | 8        | prorated   |
| 1 1 1 1 1 1 1 1 - | 8   | 9     | mild              | 8        | prorated   |
| 3 3 3 3 0 0 0 0 - | 12  | 14    | moderate          | 8        | prorated   |
| - 1 1 1 1 1 1 1 - | 7   | 9     | mild              | 7        | prorated   |
| - 3 3 1 0 0 0 0 - | 7   | 9     | mild              | 7        | prorated   |
| - 3 3 3 3 3 3 3 - | 21  | 27    | severe            | 7        | prorated   |
| - - 3 3 3 3 3 3 - | 18  |       |                   | 6        | not_scored |
| - - - - - - - - - |     |       |                   | 0        | not_scored |
"""

GAD7 = """
| answers gad7_1..7 | raw | score | band     | answered | status     |
| ----------------- | --- | ----- | -------- | -------- | ---------- |
| 3 0 1 2 0 0 1     | 7   | 7     | mild     | 7        | scored     |
| 2 1 2 1 0 1 0     | 7   | 7     | mild     | 7        | scored     |
| 1 1 1 1 0 0 0     | 4   | 4     | minimal  | 7        | scored     |
| 2 2 2 2 2 0 0     | 10  | 10    | moderate | 7        | scored     |
| 3 3 3 3 3 0 0     | 15  | 15    | severe   | 7        | scored     |
| 1 1 1 0 0 0 -     | 3   | 4     | minimal  | 6        | prorated   |
| 2 1 2 0 0 - -     | 5   | 7     | mild     | 5        | prorated   |
| 3 3 3 3 - - -     | 12  |       |          | 4        | not_scored |
"""

PROMIS29 = """
| scale                | answers | raw | score | se  | band                 | answered | status     |
| -------------------- | ------- | --- | ----- | --- | -------------------- | -------- | ---------- |
| social_participation | 5 5 5 5 | 20  | 64.2  | 5.1 | within_normal_limits | 4        | scored     |
| social_participation | 1 1 1 1 | 4   | 27.5  | 4.1 | severe               | 4        | scored     |
| sleep_disturbance    | 1 1 1 1 | 4   | 32.0  | 5.2 | within_normal_limits | 4        | scored     |
| depression           | 5 5 5 5 | 20  | 79.4  | 3.6 | severe               | 4        | scored     |
| pain_interference    | 5 5 5 5 | 20  | 75.6  | 3.7 | severe               | 4        | scored     |
| pain_interference    | 3 3 4 4 | 14  | 63.8  | 1.8 | moderate             | 4        | scored     |
| anxiety              | 2 2 2 2 | 8   | 55.8  | 2.7 | mild                 | 4        | scored     |
| physical_function    | 5 5 5 4 | 19  | 48.3  | 3.3 | within_normal_limits | 4        | scored     |
| physical_function    | 2 2 2 2 | 8   | 31.9  | 2.3 | moderate             | 4        | scored     |
| fatigue              | 3 3 3 - | 9   |       |     |                      | 3        | not_scored |
| pain_intensity       | 6       | 6   | 6     |     |                      | 1        | scored     |
| pain_intensity       | -       |     |       |     |                      | 0        | not_scored |
"""

GLOBAL10 = """
| scale | answers   | raw | score | se  | band      | answered | status     |
| ----- | --------- | --- | ----- | --- | --------- | -------- | ---------- |
| gph   | 5 5 0 5   | 20  | 67.7  | 5.9 | excellent | 4        | scored     |
| gph   | 1 1 10 1  | 4   | 16.2  | 4.8 | poor      | 4        | scored     |
| gph   | 3 3 5 3   | 12  | 39.8  | 4.1 | fair      | 4        | scored     |
| gph   | 3 3 3 3   | 13  | 42.3  | 4.2 | good      | 4        | scored     |
| gph   | 2 3 7 2   | 9   | 32.4  | 4.2 | poor      | 4        | scored     |
| gph   | 3 3 - 3   | 9   |       |     |           | 3        | not_scored |
| gmh   | 5 5 5 5   | 20  | 67.6  | 5.3 | excellent | 4        | scored     |
| gmh   | 4 4 4 5   | 17  | 56.0  | 3.8 | excellent | 4        | scored     |
| gmh   | 1 1 1 1   | 4   | 21.2  | 4.6 | poor      | 4        | scored     |
| gmh   | 3 3 3 -   | 9   |       |     |           | 3        | not_scored |
"""

SUMMARY = """
| function | interference | participation | fatigue | anxiety | depression | sleep | pain | phs | mhs |
| - | - | - | - | - | - | - | - | - | - |
| 36.7 | 66.6 | 40.5 | 60.7 | 57.7 | 57.3 | 59.8 | 6  | 35.7533 | 38.2677 |
| 57.0 | 41.6 | 64.2 | 33.7 | 40.3 | 41.0 | 32.0 | 0  | 58.6500 | 65.5066 |
| 22.5 | 75.6 | 27.5 | 75.8 | 81.6 | 79.4 | 73.3 | 10 | 20.6356 | 20.1078 |
"""


def rows(drawn: str) -> list[dict[str, str]]:
    """Return the rows of a drawn table as mappings from column to cell."""
    lines = [[cell.strip() for cell in line.strip("| \n").split("|")] for line in _inner(drawn)]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def _inner(drawn: str) -> list[str]:
    return [line.strip()[1:-1] + " " for line in drawn.strip().splitlines()]


def answers_of(items: tuple[str, ...], cell: str) -> dict[str, int | None]:
    """Return the answers of a cell such as ``1 2 -``."""
    return {item: None if word == "-" else int(word) for item, word in zip(items, cell.split(), strict=True)}


def check(instrument_id: str, scale_id: str, row: dict[str, str]) -> None:
    """Hold one row against the fast scorer and against the plain one."""
    instrument = get(instrument_id)
    scale = instrument.scale(scale_id)
    cell = next(value for key, value in row.items() if key.startswith("answers"))
    answers = answers_of(scale.items, cell)
    (found,) = (each for each in score_one(instrument, answers) if each.scale.id == scale_id)
    plain = score_plain(instrument, answers)[scale_id]
    assert ("" if found.raw is None else str(found.raw)) == row["raw"]
    assert scale.format(found.score) == row["score"]
    assert found.band == row["band"]
    assert found.answered == int(row["answered"])
    assert found.status == row["status"]
    assert ("" if found.se is None else f"{found.se:.1f}") == row.get("se", "")
    assert (found.score, found.se, found.status, found.raw, found.answered) == (
        plain.score,
        plain.se,
        plain.status,
        plain.raw,
        plain.answered,
    )


@pytest.mark.parametrize("row", rows(PEG), ids=lambda row: row["answers peg_1..3"])
def test_peg(row):
    check("peg", "total", row)


@pytest.mark.parametrize("row", rows(PHQ9), ids=lambda row: row["answers phq9_1..9"])
def test_phq9(row):
    check("phq9", "total", row)


@pytest.mark.parametrize("row", rows(GAD7), ids=lambda row: row["answers gad7_1..7"])
def test_gad7(row):
    check("gad7", "total", row)


@pytest.mark.parametrize("row", rows(PROMIS29), ids=lambda row: f"{row['scale']} {row['answers']}")
def test_promis29(row):
    check("promis29", row["scale"], row)


@pytest.mark.parametrize("row", rows(GLOBAL10), ids=lambda row: f"{row['scale']} {row['answers']}")
def test_global10(row):
    check("promis-global10", row["scale"], row)


@pytest.mark.parametrize("row", rows(SUMMARY), ids=lambda row: row["phs"])
def test_summary_scores(row):
    """The physical and mental health summary scores of PROMIS-29, from T-scores that the tables can give."""
    instrument = get("promis29")
    answers: dict[str, int | None] = {"Global07": int(row["pain"])}
    for scale in instrument.scales:
        if scale.table:
            name = next(key for key in row if key in scale.id)
            raw = scale.table.raw_minimum + scale.table.t.index(float(row[name]))
            answers |= _spread(scale.items, raw)
    found = {each.scale.id: each for each in score_one(instrument, answers)}
    for scale_id in ("phs", "mhs"):
        assert instrument.scale(scale_id).format(found[scale_id].score) == row[scale_id]
        assert found[scale_id].se is None
        assert found[scale_id].band == ""


def _spread(items: tuple[str, ...], raw: int) -> dict[str, int | None]:
    """Return answers 1-5 that add up to the raw sum."""
    each, rest = divmod(raw, len(items))
    return {item: each + (position < rest) for position, item in enumerate(items)}
