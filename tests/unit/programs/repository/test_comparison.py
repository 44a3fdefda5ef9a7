"""Programs side by side."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidValue
from allay.programs.repository.catalog import CASES, shipped_program, shipped_programs
from allay.programs.repository.comparison import compare
from allay.programs.repository.layout import COLUMNS, as_markdown, as_rows, as_text, as_tree
from allay.programs.repository.reading import read_profile
from allay.programs.repository.shapes import ComparisonFile

FOUR = compare([shipped_program(name) for name in CASES])


def cell(label: str, program: str) -> list[str]:
    row = next(row for row in FOUR.rows if row.label == label)
    return [each.text for each in row.cells[FOUR.programs.index(program)]]


@pytest.mark.parametrize(
    ("label", "program", "texts"),
    [
        (
            "Patients",
            "peoples-community-clinic",
            ["about 18,000 patients", "about 20,000 patients", "17,000 patients"],
        ),
        ("Length", "uvm-path", ["8 weeks", "13 weeks", "16 weeks"]),
        ("Copays for the whole program", "uvm-path", ["about 2 copays", "2 to 3 copays"]),
        ("Result: wait", "unm-pain-center", ["4 months", "6 months"]),
        ("Result: cost", "uvm-path", ["lower, no figure published"]),
        ("Legal help", "peoples-community-clinic", ["attorney"]),
        ("Opened", "wvu-cipm", ["2017-05"]),
        ("Opened", "unm-pain-center", []),
    ],
)
def test_what_is_published_stands_there_and_the_rest_does_not(label, program, texts):
    assert cell(label, program) == texts


def test_nobody_published_a_price():
    assert {"Bundle price", "Break-even", "Targets", "Champion"} <= set(FOUR.nowhere)
    assert "Length" not in FOUR.nowhere
    assert "Services" not in FOUR.nowhere


def test_every_program_has_its_column_in_every_row():
    everything = compare(shipped_programs())
    assert {len(row.cells) for row in everything.rows} == {len(everything.programs)}
    assert len({(row.section, row.field) for row in everything.rows}) == len(everything.rows)


def test_a_program_is_compared_once():
    with pytest.raises(InvalidValue):
        compare([])
    with pytest.raises(InvalidValue):
        compare([shipped_program("uvm-path")] * 2)


def test_text_shows_sources_doubt_and_gaps():
    text = as_text(FOUR)
    assert "not published" in text
    assert "8 weeks [8; 2019; secondary]" in text
    assert "BlueCross BlueShield of Vermont" in text
    assert text.splitlines()[-1].startswith("Not published for any of them: open or closed")
    assert max(map(len, text.split("Sources (in brackets")[0].splitlines())) <= 5 * 34


def test_rows_have_every_statement_once_and_every_gap():
    rows = as_rows(FOUR)
    assert {tuple(row) for row in rows} == {COLUMNS}
    stated = [row for row in rows if row["status"] != "not published"]
    assert len(stated) == sum(len(one) for row in FOUR.rows for one in row.cells)
    assert all(row["source"] and row["as_of"] for row in stated)
    assert len(rows) - len(stated) == sum(not one for row in FOUR.rows for one in row.cells)


def test_json_has_its_schema():
    tree = as_tree(FOUR, allay_version="0.1.0")
    assert ComparisonFile.model_validate(tree, strict=False).programs[0].id == "wvu-cipm"


def test_markdown_has_one_row_for_each_field():
    text = as_markdown(FOUR, lambda columns, rows: "\n".join("|".join(row) for row in [columns, *rows]))
    assert len(text.split("\n\n")[0].splitlines()) == len(FOUR.rows) + 1


def test_flags_roles_measures_and_targets_in_words():
    plain = "as_of: '2026', source: own, status: verified}"
    text = f"""\
id: ours
recorded_on: 2026-10-01
sources:
  own: {{title: Our own records, seen_as: SEEN, accessed: 2026-10-01, own: true}}
geography:
  rural:
    - {{value: true, {plain}
staffing:
  roles:
    - {{value: attorney, fte: 0.5, {plain}
services:
  - {{value: yoga, mode: group, dose: 8 sessions, billable: false, {plain}
measures:
  - {{value: PEG, instrument: peg, domain: pain_interference, timing: at every visit, {plain}
targets:
  - {{metric: wait, value: 6, unit: months, at: at_most, {plain}
results:
  - {{metric: pain, value: -1.2, unit: points, low: -1.6, high: -0.8, n: 1151, {plain}
"""
    rows = compare([read_profile(io.BytesIO(text.encode()))]).rows
    assert {row.label: row.cells[0][0].text for row in rows} == {
        "Rural": "yes",
        "Professions": "Attorney (0.5 full-time)",
        "Yoga": "group; 8 sessions; not billable",
        "Measure: PEG": "pain interference; at every visit",
        "Target: wait": "at most 6 months",
        "Result: pain": "-1.2 points; interval -1.6 to -0.8; n = 1,151",
    }
