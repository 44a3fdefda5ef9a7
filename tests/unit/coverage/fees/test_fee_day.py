"""The lines of a day together: the therapy reduction, the factors, and the order of rounding."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.coverage.fees import small

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.coverage.fees.day import DayLine, price_day
from allay.coverage.fees.schedule import shipped_schedule

JULY = dt.date(2024, 7, 15)
NPP, COUNSELOR = "us.medicare.npp_ratio", "us.medicare.mft_mhc_ratio"


def priced(*lines, day=JULY, schedule=None, **settings):
    return price_day(lines, schedule=schedule or shipped_schedule(), day=day, **settings)


def amounts(found):
    return [None if line.allowed is None else str(line.allowed) for line in found.lines]


def test_three_therapies_of_a_day():
    found = priced(DayLine("97110"), DayLine("97140"), DayLine("97112"))
    assert amounts(found) == ["22.30", "20.80", "33.62"]
    assert (str(found.allowed), str(found.allowed + found.reduction)) == ("76.72", "89.87")
    assert found.lines[0].reason == "therapy reduction on 1 of 1 unit(s)"
    assert "us.medicare.pfs.therapy_reduction_ratio@2020-01-01/2026-11-22" in found.lines[0].versions
    assert found.status is Status.VERIFIED
    assert found.complete


def test_every_unit_after_the_first_is_reduced():
    found = priced(DayLine("97110", 3))
    # 29.29 + 22.30 + 22.30
    assert (amounts(found), str(found.reduction)) == (["73.89"], "13.98")
    assert found.lines[0].reason == "therapy reduction on 2 of 3 unit(s)"


def test_of_equal_codes_the_first_is_paid_in_full():
    assert amounts(priced(DayLine("97110"), DayLine("97110"))) == ["29.29", "22.30"]


def test_other_codes_neither_are_reduced_nor_reduce():
    assert amounts(priced(DayLine("97110"), DayLine("99213"), DayLine("97810"))) == [
        "29.29",
        "90.87",
        "38.28",
    ]


@pytest.mark.parametrize("modifier", ["CQ", "CO"])
def test_an_assistant_is_paid_85_percent(modifier):
    found = priced(DayLine("97110", modifiers=("GP", modifier)))
    assert amounts(found) == ["24.90"]
    assert found.lines[0].reason == "x 0.85 (us.medicare.therapy.assistant_ratio)"


def test_an_assistant_is_cut_once_and_before_2022_not_at_all():
    ratio = "us.medicare.therapy.assistant_ratio"
    assert amounts(priced(DayLine("97110", modifiers=("CQ",), factors=(ratio,)))) == ["24.90"]
    row = small.values("97110", "1", "0", "0", release="rvu21a")
    start, end = dt.date(2021, 1, 1), dt.date(2022, 1, 1)
    schedule = small.schedule(
        row,
        releases=[small.release("rvu21a", start, end)],
        factor=((100, start, end, start),),
    )
    found = priced(DayLine("97110", modifiers=("CQ",)), day=dt.date(2021, 6, 1), schedule=schedule)
    assert (amounts(found), found.lines[0].reason) == (["100.00"], "")
    assert found.lines[0].status is Status.SYNTHETIC


def test_who_bills_decides_the_share():
    psychologist, counselor = DayLine("90834"), DayLine("90834", factors=(COUNSELOR,))
    found = priced(psychologist, counselor)
    assert amounts(found) == ["103.19", "77.39"]
    assert [line.status for line in found.lines] == [Status.VERIFIED, Status.SECONDARY]
    # 85% of 90.87
    assert amounts(priced(DayLine("99213", factors=(NPP,)))) == ["77.24"]


@pytest.mark.parametrize(
    ("lines", "settings", "total"),
    [
        ([("97810", 1), ("97811", 1)], {"locality": "VT"}, "65.26"),
        ([("99213", 10)], {}, "908.70"),
        ([("G3002", 1), ("G3003", 1)], {}, "112.84"),
        ([("98941", 1)], {}, "39.28"),
        ([("98941", 1), ("97010", 1)], {}, "39.28"),
    ],
)
def test_published_days(lines, settings, total):
    assert str(priced(*(DayLine(*line) for line in lines), **settings).allowed) == total


def test_units_are_counted_at_the_rounded_fee():
    """10 x 90.87 is 908.70; ten times the exact fee would round to 908.75."""
    price = shipped_schedule().price("99213", day=JULY)
    assert f"{float(price.work + price.practice + price.malpractice) * 10:.2f}" == "908.75"
    assert amounts(priced(DayLine("99213", 10))) == ["908.70"]


@pytest.mark.parametrize(
    ("same_provider", "expected"),
    [
        ("all", ["22.30", "33.62", "20.80"]),
        ("npi", ["29.29", "33.62", "26.96"]),
        ("group", ["22.30", "33.62", "26.96"]),
        ("tin", ["29.29", "33.62", "20.80"]),
    ],
)
def test_what_the_same_provider_means_is_the_payers_choice(same_provider, expected):
    lines = (
        DayLine("97110", npi="1", group="A", tin="X"),
        DayLine("97112", npi="2", group="A", tin="Y"),
        DayLine("97140", npi="3", group="B", tin="Y"),
    )
    assert amounts(priced(*lines, same_provider=same_provider)) == expected


def test_two_patients_do_not_reduce_each_other():
    found = priced(DayLine("97110", patient="a"), DayLine("97110", patient="b"))
    assert amounts(found) == ["29.29", "29.29"]


def test_a_line_without_a_price_is_unknown_and_named():
    found = priced(DayLine("97110"), DayLine("99999"))
    assert amounts(found) == ["29.29", None]
    assert not found.complete
    assert found.status is Status.UNKNOWN
    assert found.lines[0].reason == "a line of the day has no price, so the unit paid in full may be another"
    assert "no row of 99999" in found.lines[1].reason


def test_a_share_that_is_not_known_on_the_day_leaves_the_line_unknown():
    found = priced(DayLine("99213", factors=(COUNSELOR,)), day=dt.date(2024, 1, 1))
    assert amounts(found) != [None]
    row = small.values("99213", release="rvu23a")
    start, end = dt.date(2023, 1, 1), dt.date(2024, 1, 1)
    schedule = small.schedule(
        row, releases=[small.release("rvu23a", start, end)], factor=((100, start, end, start),)
    )
    found = priced(DayLine("99213", factors=(COUNSELOR,)), day=dt.date(2023, 6, 1), schedule=schedule)
    assert amounts(found) == [None]
    assert "us.medicare.mft_mhc_ratio has no value on 2023-06-01" in found.lines[0].reason


def test_a_factor_must_be_a_share_of_the_fee():
    with pytest.raises(InvalidValue, match=r"a ratio of the fee.*found us.medicare.part_b.deductible"):
        priced(DayLine("99213", factors=("us.medicare.part_b.deductible",)), day=dt.date(2024, 7, 15))


@pytest.mark.parametrize("units", [0, -1, 1.5, True])
def test_units_are_whole_and_positive(units):
    with pytest.raises(InvalidValue, match="a whole number of units"):
        DayLine("97110", units)


def test_several_procedures_of_surgery_are_said_not_to_be_reduced():
    found = priced(DayLine("64483"), DayLine("20553"))
    assert amounts(found) == ["246.33", "60.58"]
    assert [line.reason for line in found.lines] == [
        "the reduction for several surgical procedures is not applied"
    ] * 2
    assert priced(DayLine("64483")).lines[0].reason == ""


def test_a_modifier_of_the_schedule_chooses_its_row():
    schedule = small.schedule(
        small.values("95970", "3", "0", "0"), small.values("95970", "1", "0", "0", modifier="26")
    )
    found = priced(
        DayLine("95970", modifiers=("GP", "26")), DayLine("95970"), day=dt.date(2030, 5, 1), schedule=schedule
    )
    assert amounts(found) == ["100.00", "300.00"]


def test_an_empty_day_costs_nothing():
    found = priced()
    assert (str(found.allowed), found.complete, found.status) == ("0.00", True, Status.UNKNOWN)
