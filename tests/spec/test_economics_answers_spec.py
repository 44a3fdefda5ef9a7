"""What cash answers.

When a program breaks even, what must be funded first, and what it is worth. Month 0 is the day before the
program opens. Prices here are made up for the example; the published before-and-after figures are recomputed
from their parts.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from allay.base.money import Money
from allay.economics.answers.attendance import bookings, break_even_attendance
from allay.economics.answers.cash import (
    cumulative_break_even,
    discounted_payback,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.effects.before_after import BeforeAfter
from allay.payment.contracts.savings import shared_savings

FIVE_YEARS = [[-250_000.0, *[-30_000.0] * 6, *[-10_000.0] * 6, *[8_000.0] * 6, *[25_000.0] * 42]]
"""250,000 to start; half a year at a loss of 30,000 a month and one at 10,000; then 8,000, then 25,000."""

ANSWERS = [
    ("net present value at 3% a year", "512,207.92"),
    ("sum of all months", "608,000.00"),
    ("most that must be funded", "490,000.00"),
    ("month in which most must be funded", "12"),
    ("first of three months in a row without a loss", "13"),
    ("month from which the running total is not below zero", "36"),
    ("month from which the discounted running total is not below zero", "37"),
]


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_a_program_of_five_years(question, answer):
    """What 250,000 to start, a year of losses and four years of surplus come to."""
    need, month = peak_funding(FIVE_YEARS)
    found = {
        "net present value at 3% a year": f"{net_present_value(FIVE_YEARS, yearly_rate=0.03)[0]:,.2f}",
        "sum of all months": f"{np.sum(FIVE_YEARS):,.2f}",
        "most that must be funded": f"{need[0]:,.2f}",
        "month in which most must be funded": str(month[0]),
        "first of three months in a row without a loss": str(operating_break_even(FIVE_YEARS)[0]),
        "month from which the running total is not below zero": str(cumulative_break_even(FIVE_YEARS)[0]),
        "month from which the discounted running total is not below zero": str(
            discounted_payback(FIVE_YEARS, yearly_rate=0.03)[0]
        ),
    }
    assert found[question] == answer


@pytest.mark.parametrize(("no_show", "attendees", "booked"), [("0%", 9, 9), ("20%", 9, 12), ("40%", 9, 15)])
def test_a_group_that_pays_for_itself(no_show, attendees, booked):
    """A session costs 606 dollars, a seat brings 74.70 less 6% denials: how many must be booked."""
    cost = 120 * (3.20 + 1.10) + 90
    needed = break_even_attendance([cost], shares=[0.45, 0.30, 0.25], fees=[78, 52, 96], denial=0.06)
    assert needed.tolist() == [attendees]
    assert bookings(needed, no_show=float(no_show[:-1]) / 100).tolist() == [booked]


SAVINGS = [
    ("5,700,000", "none", "1", "150,000.00"),
    ("5,772,000", "none", "1", "0.00"),
    ("5,700,000", "none", "0.8", "120,000.00"),
    ("3,000,000", "10%", "1", "600,000.00"),
    ("3,000,000", "none", "1", "1,500,000.00"),
]


@pytest.mark.parametrize(("spent", "cap", "quality_multiplier", "payment"), SAVINGS)
def test_shared_savings(spent, cap, quality_multiplier, payment):
    """500 members at 12,000 are a benchmark of 6 million; from 3.9% saved on, half of the savings is paid."""
    found = shared_savings(
        benchmark=Money.parse("12000") * 500,
        actual=Money.parse(spent.replace(",", "")),
        minimum_rate=Decimal("0.039"),
        share=Decimal("0.5"),
        cap=None if cap == "none" else Decimal(cap[:-1]) / 100,
        multiplier=Decimal(quality_multiplier),
    )
    assert f"{found.payment.dollars:,}" == payment


# Evans 2016: pre 61,988 + 12,229, post 14,189 + 1,189, program 31,720, means of 127 families (read at the
# source). Duke, high users: 508,707 to 277,989, 31 people (read in a release, which says "nearly 9,000").
BEFORE_AFTER = [
    ("pediatric pain rehabilitation, care and work", "74217", "15378", "31720", 1, "27,119", "-79.28%"),
    ("pediatric pain rehabilitation, care alone", "61988", "14189", "0", 1, "47,799", "-77.11%"),
    (
        "pediatric pain rehabilitation, without the program's cost",
        "74217",
        "15378",
        "0",
        1,
        "58,839",
        "-79.28%",
    ),
    ("high users of emergency care", "508707", "277989", "0", 31, "7,443", "-45.35%"),
]


@pytest.mark.parametrize(
    ("group", "before", "after", "program", "people", "saved_per_person", "change"), BEFORE_AFTER
)
def test_before_and_after(group, before, after, program, people, saved_per_person, change):
    """Published costs before and after, recomputed. None of these groups had a comparison."""
    found = BeforeAfter(Decimal(before), Decimal(after), program=Decimal(program), people=people)
    assert f"{round(found.saving_per_person):,}" == saved_per_person
    assert f"{found.change:.2%}" == change
    assert "regression to the mean" in found.caution
