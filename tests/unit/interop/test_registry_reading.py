"""Reading registry exports: what is taken, and what is refused with its place."""

from __future__ import annotations

import io

import numpy as np
import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.interop.registry import load_map, read_registry, shipped_maps
from allay.interop.registry_plan import scales_of

MAP = """\
id: clinic
version: 1.0.0
title: A clinic
recorded_on: 2026-11-22
source: {title: Invented for tests, accessed: 2026-11-22, status: synthetic}
patient: who
timepoints:
  - {id: start, title: Start}
  - {id: end, title: End}
scales:
  - id: pain
    title: Pain
    instrument: 0-10
    direction: higher_worse
    unit: points
    minimum: 0
    maximum: 10
    percent_response: true
    thresholds_of: promis29/pain_intensity
    improved_by: nrs_moderate
    columns: {start: pain_1, end: pain_2}
  - id: anxiety
    title: Anxiety
    instrument: PROMIS
    direction: higher_worse
    unit: T-score
    minimum: 0
    maximum: 100
    bands_of: promis29/anxiety
    columns: {start: anx}
numbers:
  - {id: age, title: Age, unit: years, column: age, minimum: 0, maximum: 120}
body_map:
  id: regions
  title: Regions
  unit: of 2
  columns: [{prefix: R, first: 1, last: 2}]
groups:
  - {id: sex, title: Sex, column: sex, values: {f: Female, m: Male}, reference: m}
  - id: age_band
    title: Age
    number: age
    bands: [{id: young, title: Under 40, to: 40}, {id: old, title: 40 and over, from: 40}]
changes:
  - {scale: pain, start: start, end: end, key: pain_change}
predictors:
  - {name: age, title: Age, number: age}
"""
HEADER = "who,pain_1,pain_2,anx,age,R1,R2,sex"


def clinic(text: str = MAP):
    return load_map(io.BytesIO(text.encode()), name="map.yaml")


def read(*rows: str, header: str = HEADER, end: str = "\n", prefix: bytes = b"", registry=None):
    data = prefix + end.join([header, *rows, ""]).encode()
    return read_registry(io.BytesIO(data), registry or clinic(), name="x.csv")


def lines(reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def test_values_groups_numbers_and_regions():
    table = read("a,7,5,61.5,39,1,0,f", "b,6,,,40,0,0,", "c,0,2,50,,1,1,m").table
    assert table.patients == ("a", "b", "c")
    assert np.array_equal(table.values["pain", "end"], [5, np.nan, 2], equal_nan=True)
    assert table.groups["age_band"].tolist() == ["young", "old", ""]
    assert table.groups["sex"].tolist() == ["f", "", "m"]
    assert np.array_equal(table.numbers["regions"], [1, 0, 2])
    assert table.regions == {"R1": 2, "R2": 1}
    assert table.scale("anxiety").population_mean == 50
    assert table.scale("pain").points == 2


def test_byte_order_mark_and_windows_line_ends_change_nothing():
    plain, windows = (
        read("a,7,5,61.5,39,1,0,f"),
        read("a,7,5,61.5,39,1,0,f", end="\r\n", prefix=b"\xef\xbb\xbf"),
    )
    assert plain.table.values["pain", "start"].tolist() == windows.table.values["pain", "start"].tolist()
    assert windows.problems == ()


def test_every_impossible_value_is_named_with_its_line():
    reading = read("a,11,5,400,39,1,0,f", "b,six,nan,50,-1,2,0,x", "c,inf,5,50,30,1,,m")
    assert lines(reading) == [
        "x.csv:2: pain_1: expected a number from 0 to 10, found '11'",
        "x.csv:2: anx: expected a number from 0 to 100, found '400'",
        "x.csv:3: pain_1: expected a number from 0 to 10, found 'six'",
        "x.csv:3: pain_2: expected a number from 0 to 10, found 'nan'",
        "x.csv:3: age: expected a number from 0 to 120, found '-1'",
        "x.csv:3: R1: expected 0 or 1, found '2'",
        "x.csv:3: sex: expected one of 'f', 'm', found 'x'",
        "x.csv:4: pain_1: expected a number from 0 to 10, found 'inf'",
    ]
    with pytest.raises(InvalidInput) as refused:
        reading.checked()
    assert refused.value.total == 8
    assert set(reading.problems_by_line) == {2, 3, 4}
    # What cannot be is missing, never a number.
    assert np.isnan(reading.table.values["pain", "start"]).all()


def test_a_patient_twice_and_a_patient_without_a_number():
    reading = read("a,7,5,50,39,1,0,f", "a,6,5,50,39,1,0,f", ",6,5,50,39,1,0,m")
    assert lines(reading) == [
        "x.csv:3: who: expected each patient once, found 'a', also on line 2",
        "x.csv:4: who: expected the number of a patient, found nothing",
    ]


def test_a_number_that_could_not_be_kept_or_would_make_a_second_patient():
    reading = read("a,7,5,50,39,1,0,f", " a,6,5,50,39,1,0,f", f"{'n' * 81},6,5,50,39,1,0,m")
    expected = "expected a patient's number of at most 80 letters, no space around it"
    assert [line.partition(", found")[0] for line in lines(reading)] == [
        f"x.csv:3: who: {expected}",
        f"x.csv:4: who: {expected}",
    ]
    assert reading.table.patients == ("a", "", "")


def test_an_empty_row_is_noted_and_stays():
    reading = read("a,7,5,50,39,1,0,f", ",,,,,,,")
    assert reading.problems == ()
    assert [str(note) for note in reading.notes] == [
        "x.csv:3: (row): expected values, found an empty row; it stays in the count"
    ]
    assert reading.table.n == 2
    assert [row.empty for row in reading.rows()] == [False, True]
    assert reading.checked() is reading


def test_rows_say_what_they_record():
    (row,) = read("a,7,,50,39,1,0,f").rows()
    assert (row.line, row.patient) == (2, "a")
    assert row.values == {("pain", "start"): 7.0, ("anxiety", "start"): 50.0}
    assert row.groups == {"sex": "f", "age_band": "young"}


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("who,pain_1,pain_2,anx,age,R1,R2,gender", "sex"),
        ("who,pain_1,pain_2,anx,age,R1,R2,sex,extra", "extra"),
        ("who,pain_1,pain_1,anx,age,R1,R2,sex", "pain_1"),
    ],
)
def test_wrong_headers(header, word):
    with pytest.raises(InvalidInput, match=rf"x\.csv:1: {word}"):
        read("a" + "," * header.count(","), header=header)


def test_other_columns_may_be_allowed():
    registry = clinic(MAP.replace("patient: who", "other_columns: keep\npatient: who"))
    assert read("a,7,5,50,39,1,0,f,z", header=HEADER + ",note", registry=registry).columns == 9


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04zip", HEADER.encode() + b"\n", HEADER.encode() + b"\na,1\n"]
)
def test_what_cannot_be_read_at_all(data):
    with pytest.raises(InvalidInput, match=r"x\.csv:1|x\.csv:2"):
        read_registry(io.BytesIO(data), clinic(), name="x.csv")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("unit: points", "unity: points", "unity"),
        ("{start: pain_1, end: pain_2}", "{start: pain_1, later: pain_2}", "one of end, start"),
        ("scale: pain, start", "scale: pian, start", "one of anxiety, pain"),
        ("reference: m", "reference: x", "one of f, m"),
        ("number: age}\n", "number: weight}\n", "one of age, regions"),
        ("columns: {start: anx}", "columns: {start: pain_1}", "each name once"),
        ("maximum: 10\n", "maximum: 0\n", "more than 0"),
        ("percent_response: true", "percent_response: 1", "true or false"),
        ("id: pain\n", "id: Pain\n", "text of the pattern"),
        ("unit: T-score\n", "unit: T-score\n    percent_response: true\n", "not a T-score"),
        (
            "column: sex, values: {f: Female, m: Male}, reference: m",
            "column: sex, number: age",
            "a column with values",
        ),
        ("version: 1.0.0", "version: 1.0.0\nversion: 1.0.1", "once"),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(old, new, expected):
    assert old in MAP
    with pytest.raises(InvalidInput, match=expected) as refused:
        clinic(MAP.replace(old, new, 1))
    assert all(problem.at.isdigit() and problem.file == "map.yaml" for problem in refused.value.problems)


def test_a_map_that_names_nothing_in_the_catalog():
    wrong = MAP.replace("bands_of: promis29", "bands_of: promis30").replace("nrs_moderate", "nrs_huge")
    with pytest.raises(InvalidInput) as refused:
        clinic(wrong)
    assert [str(problem).split(": expected")[0] for problem in refused.value.problems] == [
        "map.yaml:20: /scales/0/improved_by",
        "map.yaml:29: /scales/1/bands_of",
    ]


@pytest.mark.parametrize(("first", "last"), [("1", "999999999"), ("-1", "3"), ("3", "1")])
def test_a_range_of_columns_has_an_end_and_goes_up(first, last):
    with pytest.raises(InvalidInput, match="/body_map/columns/0/"):
        clinic(MAP.replace("first: 1, last: 2", f"first: {first}, last: {last}"))


def test_a_file_of_nothing_but_wrong_values_is_counted_and_the_first_are_named():
    reading = read(*(f"p{n},x,x,x,x,x,x,x" for n in range(300)))
    assert reading.problem_count == 300 * 7
    assert len(reading.problems) == 50
    assert {problem.at for problem in reading.problems[:49]} == {str(line) for line in range(2, 9)}
    with pytest.raises(InvalidInput) as refused:
        reading.checked()
    assert (len(refused.value.problems), refused.value.total) == (50, 2100)


def test_maps_by_name():
    assert "choir" in shipped_maps()
    with pytest.raises(NotFound, match="choir"):
        load_map("chior")
    with pytest.raises(InvalidInput, match="no such file"):
        load_map("nowhere/my.yaml")


@pytest.mark.parametrize("name", shipped_maps())
def test_every_shipped_map_is_whole(name):
    registry = load_map(name)
    assert registry.source.title
    assert scales_of(registry)
    assert len(set(registry.columns())) == len(registry.columns())
