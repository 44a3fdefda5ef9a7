"""The user's own files of CMS: what is read, and what is refused with its line."""

from __future__ import annotations

import datetime as dt
import gzip
import io
from decimal import Decimal

import pytest

from allay.base.errors import InvalidInput
from allay.base.status import Status
from allay.coverage.fees import given
from allay.coverage.fees.factors import read_conversion_factors
from allay.coverage.fees.indices import read_cost_indices, read_localities, read_places
from allay.coverage.fees.releases import read_releases, table_of
from allay.coverage.fees.taxonomy import read_taxonomy

VALUES = (
    "release,effective,hcpcs,mod,status_code,work_rvu,non_fac_pe_rvu,non_fac_indicator,facility_pe_rvu,"
    "facility_indicator,mp_rvu,non_facility_total,facility_total,glob_days,mult_proc\n"
)
GOOD = "rvu30a_jan,2030-01-01,97110,,A,1,0.5,,0.25,NA,0.01,1.51,1.26,000,5\n"
INDICES = "mac,state,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp,gpci_gaf\n"
LOCALITIES = "mac,locality_number,state,fee_schedule_area,counties,state_abb\n"
FACTORS = "date_start,date_end,conversion_factor\n"
PLACES = "pos_code,pos_type,pos_name\n"
TAXONOMY = "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\n"


def as_file(text):
    return io.BytesIO(text.encode())


def refused(reader, text, **settings):
    """What is said about a text that cannot be used."""
    with pytest.raises(InvalidInput) as invalid:
        reader(as_file(text), name="f.csv", **settings)
    return [str(problem) for problem in invalid.value.problems]


def test_a_release_is_read():
    file = read_releases(as_file(VALUES + GOOD), name="f.csv")
    [row] = file.rows
    assert (row.code, row.release, row.seldom_at, row.multiple_procedure) == (
        "97110",
        "rvu30a_jan",
        "facility",
        "5",
    )
    assert (row.work, row.practice_facility, row.malpractice) == (1, Decimal("0.25"), Decimal("0.01"))
    assert row.recorded_on == dt.date(2030, 1, 1)
    assert row.references[0].title == "f.csv, as given"
    recorded = read_releases(as_file(VALUES + GOOD), recorded_on=dt.date(2030, 2, 1), status=Status.MEMORY)
    assert (recorded.rows[0].recorded_on, recorded.rows[0].status) == (dt.date(2030, 2, 1), Status.MEMORY)
    assert recorded.references[0].seen_as in ("M", "MEM", "b")


def test_a_release_holds_to_the_next_and_the_last_to_the_end_of_its_year():
    july = GOOD.replace("rvu30a_jan,2030-01-01", "rvu30c_jul,2030-07-01")
    next_year = GOOD.replace("rvu30a_jan,2030-01-01", "rvu31a,2031-01-01")
    table = table_of(
        [read_releases(as_file(VALUES + july + GOOD)), read_releases(as_file(VALUES + next_year))]
    )
    assert [(each.name, str(each.starts), str(each.ends)) for each in table.releases] == [
        ("rvu30a_jan", "2030-01-01", "2030-07-01"),
        ("rvu30c_jul", "2030-07-01", "2031-01-01"),
        ("rvu31a", "2031-01-01", "2032-01-01"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("rvu30a_jan", "january", "release: expected a release of CMS with its year, such as rvu24c_jul"),
        ("2030-01-01", "2029-01-01", "effective: expected a day of the year that rvu30a_jan names"),
        ("2030-01-01", "1/1/2030", "effective: expected a date as YYYY-MM-DD"),
        ("97110", "9711", "hcpcs: expected a CPT or HCPCS code"),
        (",A,", ",,", "status_code: expected a letter, found nothing"),
        ("97110,,", "97110,59,", "mod: expected 26, TC, 53 or a blank, found '59'"),
        ("A,1,", "A,-1,", "work_rvu: expected a number of zero or more, found '-1'"),
        ("A,1,", "A,,", "work_rvu: expected a number of zero or more, found nothing"),
        ("A,1,", "A,1e3,", "work_rvu: expected a number of zero or more, found '1e3'"),
        ("A,1,", "A,NaN,", "work_rvu: expected a number of zero or more, found 'NaN'"),
        ("1.51", "1.52", "non_facility_total: expected 1.51, as work, practice and malpractice add up to"),
        ("1.51", "1.50", "non_facility_total: expected 1.51, as work, practice and malpractice add up to"),
        ("1.26", "1.27", "facility_total: expected 1.26, as work, practice and malpractice add up to"),
        ("NA", "no", "facility_indicator: expected NA or a blank"),
        (",000,", ",soon,", "glob_days: expected three digits or three letters"),
        (",5\n", ",five\n", "mult_proc: expected a digit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(before, after, said):
    assert before in GOOD
    problems = refused(read_releases, VALUES + GOOD.replace(before, after, 1))
    assert problems[0].startswith(f"f.csv:2: {said}")


def test_every_problem_is_named():
    bad = GOOD.replace("A,1,", "A,-1,").replace("97110", "x").replace(",000,", ",y,")
    problems = refused(read_releases, VALUES + GOOD + bad + bad)
    assert [problem.split(": ")[0] for problem in problems] == ["f.csv:3"] * 3 + ["f.csv:4"] * 3


def test_a_code_is_in_a_release_once():
    assert refused(read_releases, VALUES + GOOD + GOOD) == [
        "f.csv:3: hcpcs: expected each code and modifier once in a release, found '97110'"
    ]


def test_a_release_starts_on_one_day_and_alone():
    other_day = GOOD.replace("2030-01-01", "2030-02-01").replace("97110", "97112")
    [said] = refused(read_releases, VALUES + GOOD + other_day)
    assert said.startswith("f.csv:3: effective: expected 2030-01-01, as in other rows of rvu30a_jan")
    same_day = GOOD.replace("rvu30a_jan", "rvu30b")
    [said] = refused(read_releases, VALUES + GOOD + same_day)
    assert said.startswith("f.csv:3: effective: expected a day on which no other release starts")


def test_two_files_do_not_hold_one_release():
    files = [read_releases(as_file(VALUES + GOOD), name=name) for name in ("a.csv", "b.csv")]
    with pytest.raises(InvalidInput, match="b.csv:1: release: expected releases of no other file"):
        table_of(files)


def test_columns_that_are_missing_are_named():
    [said] = refused(read_releases, VALUES.replace("mp_rvu", "mp") + GOOD)
    assert said.startswith("f.csv:1: mp_rvu: expected this column")


def test_a_file_packed_with_gzip_is_read():
    packed = gzip.compress((VALUES + GOOD).encode())
    assert len(read_releases(io.BytesIO(packed)).rows) == 1
    for damaged, said in (
        (packed[:-12], "found one cut short"),
        (packed[:12] + b"\xff" * 40, "found a damaged one"),
        (packed + packed, "found several in one"),
    ):
        with pytest.raises(InvalidInput, match=said):
            read_releases(io.BytesIO(damaged), name="f.csv.gz")


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(given, "LARGEST", 100)
    with pytest.raises(InvalidInput, match="at most 100 bytes unpacked, found more"):
        read_releases(io.BytesIO(gzip.compress(b"0" * 1000)), name="f.csv.gz")


def test_indices_are_read_and_refused():
    row = "14512,VT,50,VERMONT,1,0.993,0.518,0.8\n"
    [found] = read_cost_indices(as_file(INDICES + row), year=2030)
    assert (found.id, found.state, str(found.starts), str(found.ends)) == (
        "14512-50",
        "VT",
        "2030-01-01",
        "2031-01-01",
    )
    problems = refused(read_cost_indices, INDICES + row + row + "1,vermont,5,,0,-1,x,\n", year=2030)
    assert [problem.split(", found")[0] for problem in problems] == [
        "f.csv:3: locality_number: expected each locality once",
        "f.csv:4: gpci_work: expected a number above zero",
        "f.csv:4: gpci_pe: expected a number above zero",
        "f.csv:4: gpci_mp: expected a number above zero",
        "f.csv:4: mac: expected a contractor of five digits",
        "f.csv:4: locality_number: expected a locality of two digits",
        "f.csv:4: state: expected two letters or a blank",
    ]


def test_localities_are_read_and_refused():
    row = '14512,50,VERMONT,STATEWIDE,"ALL, COUNTIES",VT\n'
    note = '"*  Served by two.",,WYOMING,,,WY\n'
    [found] = read_localities(as_file(LOCALITIES + row + note))
    assert (found.id, found.area, found.counties) == ("14512-50", "STATEWIDE", "ALL, COUNTIES")
    problems = refused(read_localities, LOCALITIES + row + "x,,WYOMING,,,Wyo\n")
    assert [problem.split(", found")[0] for problem in problems] == [
        "f.csv:3: mac: expected a contractor of five digits",
        "f.csv:3: locality_number: expected a locality of two digits",
        "f.csv:3: state_abb: expected two letters or a blank",
    ]


def test_conversion_factors_are_read_to_their_last_day():
    text = FACTORS + "2030-03-09,2030-12-31,40.5\n2030-01-01,2030-03-08,40.25\n"
    fact = read_conversion_factors(as_file(text), name="f.csv")
    values = [
        str(fact.on(dt.date(2030, month, day)).value) for month, day in ((1, 1), (3, 8), (3, 9), (12, 31))
    ]
    assert values == ["40.25", "40.25", "40.5", "40.5"]
    assert [str(row.recorded_on) for row in fact.values] == ["2030-01-01", "2030-03-09"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2030-06-01,2031-05-31,1", "f.csv:3: date_start: expected a day that no other row covers"),
        ("2030-12-31,2031-05-31,1", "f.csv:3: date_start: expected a day that no other row covers"),
        ("2031-06-01,2031-05-31,1", "f.csv:3: date_end: expected a day on or after 2031-06-01"),
        ("2031-02-30,2031-05-31,1", "f.csv:3: date_start: expected a date that exists"),
        ("2031-01-01,,1", "f.csv:3: date_end: expected a date as YYYY-MM-DD"),
        ("2031-01-01,2031-05-31,0", "f.csv:3: conversion_factor: expected a number above zero"),
        ("2031-01-01,2031-05-31,-3", "f.csv:3: conversion_factor: expected a number above zero"),
    ],
)
def test_conversion_factors_that_cannot_be_are_refused(row, said):
    [problem] = refused(read_conversion_factors, FACTORS + f"2030-01-01,2030-12-31,40\n{row}\n")
    assert problem.startswith(said)


def test_places_are_read_and_refused():
    found = read_places(as_file(PLACES + "02,Facility,Video\n11,Non-Facility,Office\n"))
    assert {code: place.site for code, place in found.by_code.items()} == {
        "02": "facility",
        "11": "non-facility",
    }
    problems = refused(read_places, PLACES + "11,Facility,a\n11,Facility,b\n12,Both,c\n1,Facility,d\n")
    assert [problem.split(", found")[0] for problem in problems] == [
        "f.csv:3: pos_code: expected each place once",
        "f.csv:4: pos_type: expected Facility or Non-Facility",
        "f.csv:5: pos_code: expected two digits",
    ]


def test_the_taxonomy_is_read_and_refused():
    row = "171100000X,G,Needles,,,,Needler,Individual\n"
    found = read_taxonomy(as_file(TAXONOMY + row))
    assert found["171100000X"].display_name == "Needler"
    problems = refused(read_taxonomy, TAXONOMY + row + row + "17110,G,,,,,,\n")
    assert [problem.split(", found")[0] for problem in problems] == [
        "f.csv:3: Code: expected each code once",
        "f.csv:4: Code: expected a provider taxonomy code such as 171100000X",
        "f.csv:4: Classification: expected a classification",
    ]


@pytest.mark.parametrize(
    ("reader", "settings"),
    [
        (read_releases, {}),
        (read_cost_indices, {"year": 2030}),
        (read_localities, {}),
        (read_conversion_factors, {}),
        (read_places, {}),
        (read_taxonomy, {}),
    ],
)
@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xff\xfe", b"a\0", b'"'])
def test_other_files_are_refused(reader, settings, data):
    with pytest.raises(InvalidInput):
        reader(io.BytesIO(data), name="f.csv", **settings)
