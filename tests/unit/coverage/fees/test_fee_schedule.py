"""The fee schedule: the formula, its dates, its two clocks, and what it refuses to guess."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from tests.unit.coverage.fees import small

from allay.base.errors import InvalidValue, NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.fees.localities import CostIndexTable
from allay.coverage.fees.relative_values import RelativeValueTable
from allay.coverage.fees.schedule import shipped_schedule

JULY = dt.date(2024, 7, 15)
DAY = dt.date(2030, 5, 1)


def test_the_three_parts_and_their_sum():
    vermont = small.indices("00001", "50", "VT", "Vermont", "1", "0.9", "0.5")
    price = small.schedule(small.values("97110", "1", "2", "0.1"), places=[vermont]).price(
        "97110", day=DAY, locality="VT"
    )
    assert (price.work, price.practice, price.malpractice) == (100, 180, 5)
    assert str(price.amount) == "285.00"
    assert price.status is Status.SYNTHETIC
    assert price.versions == (
        "rvu:97110@rvu30a/2030-01-10",
        "gpci:00001-50@2030-01-01/2030-01-10",
        "us.factor@2030-01-01/2030-01-10",
    )


def test_the_site_chooses_the_practice_part():
    schedule = small.schedule(small.values("99213", "1", "2", "0"))
    assert str(schedule.price("99213", day=DAY, site="facility").amount) == "200.00"
    assert str(schedule.price("99213", day=DAY, site="non-facility").amount) == "300.00"
    with pytest.raises(InvalidValue, match="the site 'facility' or 'non-facility'"):
        schedule.price("99213", day=DAY, site="office")


def test_a_modifier_has_its_own_row():
    schedule = small.schedule(small.values("95970", "2"), small.values("95970", "1", modifier="26"))
    assert schedule.price("95970", day=DAY, modifier="26").amount < schedule.price("95970", day=DAY).amount
    with pytest.raises(NotFound, match="95970 with modifier TC"):
        schedule.price("95970", day=DAY, modifier="TC")


def test_only_always_therapy_is_reduced():
    schedule = small.schedule(
        small.values("97110", "1", "2", "0.1", multiple_procedure="5"), small.values("99213", "1", "2", "0.1")
    )
    therapy, visit = (schedule.price(code, day=DAY) for code in ("97110", "99213"))
    assert (str(therapy.amount), str(therapy.reduced), therapy.therapy) == ("310.00", "210.00", True)
    assert (visit.reduced, visit.therapy) == (visit.amount, False)


def test_half_a_cent_is_rounded_up():
    half = small.schedule(small.values("99213", "0.00005", "0", "0"))
    assert half.price("99213", day=DAY).amount == Money(1)
    below = small.schedule(small.values("99213", "0.000049", "0", "0"))
    assert below.price("99213", day=DAY).amount == Money(0)


def test_the_release_in_force_is_read():
    schedule = small.schedule(
        small.values("97110", "1"),
        small.values("97110", "2", release="rvu30c"),
        releases=[small.release("rvu30a", end=small.MIDDLE), small.release("rvu30c", small.MIDDLE)],
    )
    before = small.MIDDLE - dt.timedelta(days=1)
    assert [schedule.in_force(day).name for day in (before, small.MIDDLE)] == ["rvu30a", "rvu30c"]
    amounts = [str(schedule.price("97110", day=day).amount) for day in (before, small.MIDDLE)]
    assert amounts == ["210.00", "310.00"]


def test_two_releases_on_one_day_are_refused():
    with pytest.raises(InvalidValue, match="one release in force each day"):
        RelativeValueTable([small.release("rvu30a"), small.release("rvu30c", small.MIDDLE)], [])
    with pytest.raises(InvalidValue, match="an end after"):
        small.release("rvu30a", small.END, small.START)


def test_two_indices_of_a_locality_on_one_day_are_refused():
    row = small.indices("00001", "50", "VT", "Vermont", "1", "1", "1")
    with pytest.raises(InvalidValue, match="one row of 00001-50 for each day"):
        CostIndexTable([row, row])


def test_a_correction_counts_from_the_day_it_was_recorded():
    schedule = small.schedule(
        small.values("97110", "1"),
        small.values("97110", "3", recorded=small.CORRECTED),
        factor=(
            (100, small.START, small.END, small.RECORDED),
            (200, small.START, small.END, small.CORRECTED),
        ),
    )
    day = dt.timedelta(days=1)
    asked = [small.RECORDED - 300 * day, small.RECORDED, small.CORRECTED - day, small.CORRECTED, None]
    amounts = [str(schedule.price("97110", day=DAY, known_on=known).amount) for known in asked]
    assert amounts == ["210.00", "210.00", "210.00", "820.00", "820.00"]


def test_a_corrected_index_counts_from_the_day_it_was_recorded():
    rows = [
        small.indices("00001", "50", "VT", "Vermont", "1", "1", "1"),
        small.indices("00001", "50", "VT", "Vermont", "2", "1", "1", recorded=small.CORRECTED),
    ]
    schedule = small.schedule(small.values("97110"), places=rows)
    asked = (small.RECORDED, small.CORRECTED)
    amounts = [str(schedule.price("97110", day=DAY, known_on=known, locality="VT").amount) for known in asked]
    assert amounts == ["210.00", "310.00"]


@pytest.mark.parametrize(
    ("code", "settings", "said"),
    [
        ("97110", {"day": dt.date(2025, 1, 1)}, "no relative values of 2025-01-01"),
        ("97110", {"day": dt.date(2027, 1, 1)}, "no relative values of 2027-01-01"),
        ("97110", {"day": dt.date(2023, 12, 31)}, "no relative values of 2023-12-31"),
        ("99999", {"day": JULY}, "rvu24c_jul as loaded has no row of 99999"),
        ("97110", {"day": JULY, "locality": "Vermnt"}, "did you mean 'Vermont'"),
        ("97110", {"day": JULY, "locality": "WA"}, "02402-02 \\(Seattle\\)"),
        ("97110", {"day": JULY, "locality": "TX"}, "does not name one locality"),
        ("97110", {"day": JULY, "qualifying_apm": True}, "conversion_factor_apm has no value on 2024-07-15"),
        ("98960", {"day": dt.date(2024, 6, 30)}, "has no row of 98960"),
    ],
)
def test_what_has_no_row_is_not_guessed(code, settings, said):
    for _ in range(2):  # the second answer comes from memory
        with pytest.raises(NotFound, match=said):
            shipped_schedule().price(code, **settings)


def test_the_factor_of_2027_is_unknown_and_to_be_loaded():
    with pytest.raises(NotFound, match="unknown on 2027-01-01.*load CMS's files"):
        shipped_schedule().conversion_factor(dt.date(2027, 1, 1))


def test_the_factor_of_qualifying_participants():
    factor = shipped_schedule().conversion_factor(dt.date(2026, 6, 1), qualifying_apm=True)
    assert (factor.value, factor.status) == (Decimal("33.5675"), Status.SECONDARY)


@pytest.mark.parametrize(
    ("letter", "said"), [("C", "priced by the Medicare contractor"), ("Q", "a letter that is not known")]
)
def test_a_code_that_the_contractor_prices_has_no_amount(letter, said):
    schedule = small.schedule(small.values("64999", status_code=letter))
    with pytest.raises(NotFound, match=said):
        schedule.price("64999", day=DAY)


def test_a_paid_code_without_values_is_not_zero():
    schedule = small.schedule(small.values("98960", malpractice="0", seldom_at="facility"))
    row = small.values("98961")
    empty = type(row)(**{**{name: getattr(row, name) for name in row.__slots__}, "work": None})
    with pytest.raises(NotFound, match="no relative values of 98961"):
        small.schedule(empty).price("98961", day=DAY)
    assert schedule.price("98960", day=DAY, site="facility").seldom
    assert not schedule.price("98960", day=DAY).seldom


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2024-02-29", "verified"),
        ("2024-03-01", "memory"),
        ("2024-03-31", "memory"),
        ("2024-04-01", "verified"),
        ("2024-09-30", "verified"),
        ("2024-10-01", "derived"),
        ("2024-12-31", "derived"),
    ],
)
def test_a_price_is_as_sure_as_the_days_of_its_release(day, status):
    assert shipped_schedule().price("97110", day=dt.date.fromisoformat(day)).status.value == status


def test_prices_are_kept_without_mixing_days_or_places():
    schedule = shipped_schedule()
    asked = [
        (day, place)
        for day in (dt.date(2024, 2, 1), dt.date(2024, 2, 2), JULY)
        for place in ("national", "VT", "Seattle")
    ]
    first = [str(schedule.price("99213", day=day, locality=place).amount) for day, place in asked]
    again = [str(schedule.price("99213", day=day, locality=place).amount) for day, place in reversed(asked)]
    assert first == again[::-1]
    assert first[:3] == first[3:6]
    assert first[:3] != first[6:]
    assert schedule.price("99213", day=JULY) is schedule.price("99213", day=dt.date(2024, 7, 16))


def test_a_price_names_its_sources():
    price = shipped_schedule().price("97110", day=JULY, locality="Austin")
    assert [reference.title for reference in price.references] == [
        "Relative value units of pain programs, CMS releases of 2024",
        "Geographic practice cost indices of 2024, CMS",
        "CMS fee schedule files of July 2024, copy in the northstar project",
    ]
    assert price.versions[-1] == "us.medicare.pfs.therapy_reduction_ratio@2020-01-01/2026-11-22"
