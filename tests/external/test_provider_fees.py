"""Fees that CMS published, and its files of 2024 read whole."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from decimal import Decimal
from fractions import Fraction

import pytest

from allay.base.money import Money
from allay.coverage.fees.indices import read_localities
from allay.coverage.fees.parameters import CONVERSION_FACTOR, facts
from allay.coverage.fees.relative_values import RelativeValues, RelativeValueTable, Release
from allay.coverage.fees.releases import read_releases
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule
from allay.coverage.fees.shipped import shipped_indices, shipped_places, shipped_values
from allay.coverage.fees.taxonomy import read_taxonomy

RELEASES = {
    "2024-01-01": "rvu24a_jan",
    "2024-03-08": "rvu24a_jan",
    "2024-03-09": "rvu24ar_jan",
    "2024-03-31": "rvu24ar_jan",
    "2024-04-01": "rvu24b_apr",
    "2024-06-30": "rvu24b_apr",
    "2024-07-01": "rvu24c_jul",
    "2024-12-31": "rvu24c_jul",
}
JULY = dt.date(2024, 7, 15)
OHIO = dt.date(2020, 7, 1)


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "provider_fees"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def schedule(folder):
    return FeeSchedule.load(folder)


def rows(path):
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def ohio(folder, schedule):
    """The published fees, and a schedule of the relative values beside them."""
    published = rows(folder / "cms_fees_ohio_2020.csv")
    start, end = dt.date(2020, 1, 1), dt.date(2021, 1, 1)
    source = facts().get(CONVERSION_FACTOR).values[0].references
    status = facts().get(CONVERSION_FACTOR).values[0].status
    values = [
        RelativeValues(
            release="rvu20b",
            code=row["hcpcs"],
            modifier=row["mod"],
            status_code=row["status_code"],
            work=Fraction(row["work_rvu"]),
            practice_non_facility=Fraction(row["non_fac_pe_rvu"]),
            practice_facility=Fraction(row["facility_pe_rvu"]),
            malpractice=Fraction(row["mp_rvu"]),
            seldom_at="",
            multiple_procedure=row["mult_proc"],
            global_days=row["glob_days"],
            recorded_on=start,
            status=status,
            references=source,
        )
        for row in published
    ]
    table = RelativeValueTable([Release("rvu20b", start, end, status, source)], values)
    return published, FeeSchedule(
        values=[table],
        indices=schedule.indices,
        factors=[facts().get(CONVERSION_FACTOR)],
        factors_apm=[],
        reduction=schedule.reduction,
        places=schedule.places,
    )


@pytest.mark.parametrize("site", ["facility", "non-facility"])
def test_published_fees_of_ohio_to_the_cent(ohio, site):
    published, found = ohio
    column = f"cms_{site.replace('-', '_')}_fee"
    wrong = [
        (row["hcpcs"], row[column], str(price.amount))
        for row in published
        for price in [
            found.price(row["hcpcs"], day=OHIO, site=site, locality="15202-00", modifier=row["mod"])
        ]
        if price.amount != Money.rounded(Decimal(row[column]))
    ]
    assert len(published) == 152
    assert wrong == []


def test_published_therapy_amounts_of_ohio_to_the_cent(ohio):
    published, found = ohio
    therapy = [row for row in published if Decimal(row["therapy_reduction_amount_noninst"])]
    for row in therapy:
        price = found.price(row["hcpcs"], day=OHIO, locality="Ohio")
        assert price.therapy
        assert price.reduced == Money.rounded(Decimal(row["therapy_reduction_amount_noninst"])), row["hcpcs"]
    assert len(therapy) == 13
    others = [row for row in published if row not in therapy]
    assert [row["hcpcs"] for row in others if row["mult_proc"] == "5" and row["status_code"] == "A"] == []


@pytest.mark.parametrize(("day", "release"), RELEASES.items())
def test_the_release_in_force(schedule, day, release):
    on = dt.date.fromisoformat(day)
    assert schedule.in_force(on).name == release
    assert shipped_values().in_force(on).name == release


def test_every_row_is_read_and_its_parts_add_up(folder):
    given = rows(folder / "pfs_rvu_2024.csv.gz")
    read = read_releases(folder / "pfs_rvu_2024.csv.gz")
    assert len(read.rows) == len(given) == 3201
    assert sorted(read.starts) == sorted(set(RELEASES.values()))
    for row, ours in zip(given, read.rows, strict=True):
        total = ours.work + ours.practice_non_facility + ours.malpractice
        assert total == Fraction(row["non_facility_total"]), row["hcpcs"]
        total = ours.work + ours.practice_facility + ours.malpractice
        assert total == Fraction(row["facility_total"]), row["hcpcs"]


def test_the_other_files_are_read_whole(folder, schedule):
    assert len(schedule.indices[0].rows) == 109 + 1
    assert len(read_localities(folder / "pfs_localities_2024.csv")) == 111 - 1  # the last row is a note
    assert len(schedule.factors[0].values) == 36
    assert len(schedule.places.by_code) == 52
    assert len(read_taxonomy(folder / "nucc_taxonomy_250.csv")) == 879
    assert schedule.left == ("README.md", "cms_fees_ohio_2020.csv", "nucc_taxonomy_250.csv")


def test_every_locality_and_code_has_a_price(schedule):
    table, year = schedule.values[0], schedule.indices[0]
    paid = sorted(
        {(r.code, r.modifier) for r in table.rows if r.release == "rvu24c_jul" and r.status_code in "ART"}
    )
    assert len(paid) > 400
    for row in (row for row in year.rows if row.starts.year == 2024):
        assert schedule.price("99213", day=JULY, locality=row.id).amount > Money(5000)
    for code, modifier in paid:
        price = schedule.price(code, day=JULY, modifier=modifier)
        assert price.amount == Money.rounded(price.work + price.practice + price.malpractice)


def test_what_ships_is_what_the_files_say(schedule):
    """Every shipped price on every shipped day, whole and by place, is the one of the full files."""
    shipped = shipped_schedule()
    for day in map(dt.date.fromisoformat, RELEASES):
        for row in (row for row in shipped_values().rows if row.work is not None):
            for site in ("facility", "non-facility"):
                ours = shipped.price(row.code, day=day, site=site)
                theirs = schedule.price(row.code, day=day, site=site)
                assert (ours.amount, ours.reduced, ours.status_code, ours.seldom, ours.global_days) == (
                    theirs.amount,
                    theirs.reduced,
                    theirs.status_code,
                    theirs.seldom,
                    theirs.global_days,
                )
    for row in shipped_indices().rows:
        found = schedule.indices[0].find(row.id, day=JULY)
        assert (row.work, row.practice, row.malpractice) == (found.work, found.practice, found.malpractice)
    theirs = {code: place.site for code, place in schedule.places.by_code.items()}
    assert {code: place.site for code, place in shipped_places().by_code.items()} == theirs


def test_shipped_conversion_factors_are_those_of_the_file(schedule):
    given = schedule.factors[0]
    ours = [row for row in facts().get(CONVERSION_FACTOR).values if row.effective_from.year < 2025]
    assert len(ours) == 8
    for row in ours:
        assert row.effective_to is not None
        for day in (row.effective_from, row.effective_to - dt.timedelta(days=1)):
            assert given.on(day).value == row.value
