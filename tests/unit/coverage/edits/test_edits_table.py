"""The table of edits: two clocks, editions, and what an excerpt does not say."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.errors import InvalidValue
from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.codes.edition import Edition
from allay.coverage.edits.limits import LimitScope, UnitLimit
from allay.coverage.edits.pair import Indicator, PairEdit
from allay.coverage.edits.shipped import shipped_edits
from allay.coverage.edits.table import EditTable

DAY = dt.date.fromisoformat
SOURCE = Reference("Pairs, made up", "synthetic")


def edition(first_day="2024-07-01", recorded="2024-07-01"):
    return Edition.quarter("Pairs", DAY(first_day), recorded_on=DAY(recorded))


def pair(start, end, recorded, indicator="1", codes=("97140", "97124")):
    days = [DAY(each) if each else None for each in (start, end)]
    status = Status.SYNTHETIC
    return PairEdit(*codes, Indicator(indicator), *days, DAY(recorded), edition(), status, SOURCE)


def limit(units, first_day, recorded="2024-07-01"):
    issued = edition(first_day, recorded)
    return UnitLimit("97110", units, LimitScope.DAY_CLINICAL, issued, Status.SYNTHETIC, SOURCE)


def denied(table, day, known_on=None):
    edits = table.between(["97124", "97140"], day=DAY(day), known_on=DAY(known_on) if known_on else None)
    return [edit.denied for edit in edits]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-07-31", []),
        ("2024-08-01", ["97124"]),
        ("2024-08-02", ["97124"]),
        ("2024-08-31", ["97124"]),
        ("2024-09-01", []),
        ("2024-09-02", []),
    ],
)
def test_a_pair_holds_from_its_first_day_to_the_day_before_its_end(day, expected):
    assert denied(EditTable([pair("2024-08-01", "2024-09-01", "2024-07-01")]), day) == expected


def test_a_pair_without_a_first_day_holds_on_every_day_and_says_which_table_it_is_of():
    table = EditTable([pair(None, None, "2026-11-22")])
    (edit,) = table.between(["97124", "97140"], day=DAY("2031-01-01"))
    assert (edit.pays, edit.denied) == ("97140", "97124")
    assert edit.note == "table of 2024-07-01 used for days of another edition"


def test_a_later_record_of_one_first_day_takes_the_place_of_the_earlier():
    table = EditTable(
        [pair("2024-08-01", "2024-08-01", "2024-10-01"), pair("2024-08-01", None, "2024-07-01")]
    )
    assert denied(table, "2024-08-15", "2024-09-30") == ["97124"]
    assert denied(table, "2024-08-15", "2024-10-01") == []
    assert denied(table, "2024-08-15", "2024-10-02") == []
    assert denied(table, "2024-08-15") == []
    # Before anything was recorded, the first record counts.
    assert denied(table, "2024-08-15", "2020-01-01") == ["97124"]


def test_rows_of_two_first_days_are_two_spans():
    table = EditTable(
        [
            pair("2020-01-01", "2021-01-01", "2024-07-01", "0"),
            pair("2024-08-01", None, "2024-07-01", "1"),
        ]
    )
    (edit,) = table.between(["97124", "97140"], day=DAY("2020-05-01"))
    assert edit.indicator is Indicator.NEVER
    assert denied(table, "2022-05-01") == []
    (edit,) = table.between(["97124", "97140"], day=DAY("2024-08-01"))
    assert edit.indicator is Indicator.WITH_MODIFIER


def test_only_the_codes_of_the_day_are_looked_at_once_each():
    table = shipped_edits()
    day = DAY("2024-07-15")
    assert table.between([], day=day) == ()
    assert table.between(["20561"], day=day) == ()
    assert len(table.between(["20561", "97810", "20561", "97810"], day=day)) == 1
    assert {edit.denied for edit in table.between(["20561", "97810", "97811"], day=day)} == {"97810", "97811"}


@pytest.mark.parametrize(
    ("day", "units", "note"),
    [
        ("2024-03-31", 4, "table of 2024-04-01 used for days of another edition"),
        ("2024-04-01", 4, ""),
        ("2024-06-30", 4, ""),
        ("2024-07-01", 6, ""),
        ("2024-07-02", 6, ""),
        ("2024-09-30", 6, ""),
        ("2024-10-01", 6, "table of 2024-07-01 used for days of another edition"),
    ],
)
def test_a_limit_is_that_of_the_quarter(day, units, note):
    table = EditTable(limits=[limit(4, "2024-04-01"), limit(6, "2024-07-01")])
    found = table.unit_limit("97110", DAY(day))
    assert (found.units, found.note) == (units, note)


def test_of_two_issues_of_a_quarter_the_later_counts():
    table = EditTable(limits=[limit(8, "2024-07-01", "2024-08-01"), limit(6, "2024-07-01", "2024-07-01")])
    assert table.unit_limit("97110", DAY("2024-07-15")).units == 8


def test_a_code_without_a_limit():
    assert shipped_edits().unit_limit("97116", DAY("2024-07-15")) is None


def test_an_excerpt_says_what_it_does_not_cover():
    table = shipped_edits()
    assert table.not_looked_at(["97110", "97140", "97530"]) == (("97110", "97530"),)
    assert table.not_looked_at(["97161", "97530", "97140", "96158"]) == (
        ("97530", "96158"),
        ("97140", "96158"),
    )
    assert EditTable([pair(None, None, "2026-11-22")], whole=True).not_looked_at(["97110", "98940"]) == ()


@pytest.mark.parametrize("first_day", ["2024-07-02", "2024-08-01"])
def test_a_quarter_starts_in_january_april_july_or_october(first_day):
    with pytest.raises(InvalidValue, match="the first day of a quarter"):
        edition(first_day)


def test_an_edition_ends_after_it_starts():
    assert edition("2024-10-01").covers_to == DAY("2025-01-01")
    with pytest.raises(InvalidValue, match="an edition that ends after"):
        Edition("Pairs", DAY("2024-07-01"), DAY("2024-07-01"), DAY("2024-07-01"))


def test_a_pair_that_cannot_be_is_refused():
    with pytest.raises(InvalidValue, match="two different codes"):
        pair(None, None, "2026-11-22", codes=("97140", "97140"))
    with pytest.raises(InvalidValue, match="an end on or after 2024-08-01"):
        pair("2024-08-01", "2024-07-31", "2026-11-22")
