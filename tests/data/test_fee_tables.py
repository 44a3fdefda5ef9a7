"""The tables of the fee schedule that ship: whole, with sources, and as the research notes state them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from allay.base.codes import Cpt, Hcpcs
from allay.base.fact import Reference
from allay.base.money import Money
from allay.base.status import MARKS, Status
from allay.coverage.fees.parameters import parameter
from allay.coverage.fees.schedule import shipped_schedule
from allay.coverage.fees.shipped import shipped_indices, shipped_places, shipped_values, status_codes

JULY = dt.date(2024, 7, 15)

# Totals non-facility and facility of July 2024, as the notes state them; a dash where they state none.
TOTALS = """
G3002 2.48 2.21|G3003 .91 .77|99203 3.35 2.44|99204 5.02 3.97|99213 2.73 1.96|99214 3.85 2.89
97110 .88 -|97112 1.01 -|97140 .81 -|97530 1.10 -|97124 .91 -|97150 .54 -|97161 3.01 -|97162 3.01 -
97163 3.01 -|97165 3.04 -|97166 3.04 -|97167 3.04 -|97535 .98 -|97750 1.02 -|G0283 .35 -
98940 .82 .65|98941 1.18 1.00|98942 1.52 1.34|97810 1.15 .91|97813 1.36 .99|97811 .85 .76
97814 1.10 .84|20560 .77 .44|20561 1.11 .66|90832 2.35 -|90834 3.10 -|90837 4.57 -|90853 .83 .72
96156 2.97 2.63|96158 2.01 -|96159 .68 -|96164 .31 -|96165 .14 -|96167 2.12 -|96168 .76 -
97802 1.09 -|97803 .95 -|97804 .50 -|98975 .60 -|98977 1.42 -|98980 1.52 -|98981 1.20 -
90901 1.23 .57|64483 7.40 3.32|20552 1.58 -|20553 1.82 -
"""
DOLLARS = """
G3002 82.55 73.57|G3003 30.29 25.63|99203 111.51 -|99204 167.10 -|99213 90.87 -|99214 128.16 -
97110 29.29 -|97112 33.62 -|97140 26.96 -|97530 36.62 -|97124 30.29 -|97150 17.98 -|97161 100.20 -
97535 32.62 -|97750 33.95 -|G0283 11.65 -|98940 27.30 -|98941 39.28 -|98942 50.60 -|97810 38.28 -
97813 45.27 -|97811 28.29 -|97814 36.62 -|20560 25.63 -|20561 36.95 -|90832 78.23 -|90834 103.19 -
90837 152.12 -|90853 27.63 23.97|96156 98.86 -|96158 66.91 -|96159 22.64 -|96164 10.32 -
96165 4.66 -|96167 70.57 -|96168 25.30 -|97802 36.28 -|97803 31.62 -|97804 16.64 -|98975 19.97 -
98977 47.27 -|98980 50.60 -|98981 39.95 -|90901 40.94 -|64483 246.33 110.51|20552 52.59 -
20553 60.58 -|97014 0 0|97010 0 0|98943 0 0|98960 0 0|98961 0 0|98962 0 0|99078 0 0|96170 0 0
96171 0 0|90875 0 0|90876 0 0
"""
NEVER_PAID = {
    "97014": "I",
    "97010": "B",
    "98943": "N",
    "98960": "B",
    "99078": "B",
    "96170": "N",
    "90875": "N",
}


def stated(text):
    """(code, site, number) of what is stated."""
    for entry in text.replace("\n", "|").split("|"):
        if entry.strip():
            code, *numbers = entry.split()
            for site, number in zip(("non-facility", "facility"), numbers, strict=True):
                if number != "-":
                    yield code, site, Decimal(number)


@pytest.mark.parametrize(("code", "site", "total"), list(stated(TOTALS)))
def test_relative_values_add_up_to_the_stated_total(code, site, total):
    _, row = shipped_values().find(code, day=JULY)
    practice = row.practice_facility if site == "facility" else row.practice_non_facility
    assert row.work + practice + row.malpractice == total


@pytest.mark.parametrize(("code", "site", "dollars"), list(stated(DOLLARS)))
def test_national_prices_are_the_stated_ones(code, site, dollars):
    price = shipped_schedule().price(code, day=JULY, site=site)
    assert price.amount == Money.rounded(dollars)
    assert price.status is Status.VERIFIED


@pytest.mark.parametrize(("code", "letter"), NEVER_PAID.items())
def test_codes_that_are_never_paid_say_why(code, letter):
    price = shipped_schedule().price(code, day=JULY)
    assert (price.status_code, price.amount, price.reduced) == (letter, Money(0), Money(0))
    assert price.note == status_codes()[letter].text


def test_every_row_has_a_code_a_source_and_a_letter_that_is_known():
    rows = shipped_values().rows
    assert len({row.code for row in rows}) == 68 + 4
    for row in rows:
        assert (Cpt if row.code[0].isdecimal() else Hcpcs)(row.code)
        assert row.status_code in status_codes()
        assert all(isinstance(each, Reference) and MARKS[each.seen_as] for each in row.references)
        assert (row.work is None) == (row.code in {"98960", "98961", "98962", "99078"})


def test_the_stated_localities_have_their_indices():
    stated_indices = {
        "14512-50": "1.000 .993 .518",
        "02402-02": "1.043 1.220 .853",
        "02402-99": "1.007 1.040 .803",
        "04412-31": "1.000 1.046 .914",
        "02302-01": "1.013 1.103 .688",
        "04212-05": "1.000 .908 1.172",
        "11402-16": "1.000 .862 1.333",
    }
    assert [row.id for row in shipped_indices().rows] == sorted(stated_indices)
    for row in shipped_indices().rows:
        assert [row.work, row.practice, row.malpractice] == list(map(Decimal, stated_indices[row.id].split()))


def test_places_pay_as_stated():
    places = shipped_places()
    assert len(places.by_code) == 52
    assert (places.get("02").site, places.get("10").site) == ("facility", "non-facility")
    assert [places.get(code).site for code in ("11", "19", "22", "50")] == [
        "non-facility",
        "facility",
        "facility",
        "non-facility",
    ]


def test_a_first_visit_in_a_hospital_clinic_costs_more_than_in_an_office():
    """Office 117.57; hospital 71.48 + 136.02 = 207.50; off campus 71.48 + 54.41 = 125.89."""
    day = dt.date(2026, 5, 1)

    def read(name):
        return parameter(f"us.medicare.{name}", day=day).number

    office = Money.rounded(read("pfs.amount.99203.non_facility"))
    professional = Money.rounded(read("pfs.amount.99203.facility"))
    clinic = Money.rounded(read("opps.clinic_visit"))
    off_campus = clinic * read("opps.off_campus_ratio")
    assert [str(each) for each in (office, professional + clinic, professional + off_campus)] == [
        "117.57",
        "207.50",
        "125.89",
    ]
