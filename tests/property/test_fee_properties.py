"""Prices for every input: the formula in another way, a day against a plain search, files there and back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.coverage.fees import small

from allay.base.errors import InvalidInput
from allay.base.money import Money
from allay.coverage.fees.day import DayLine, price_day
from allay.coverage.fees.linefile import read_lines
from allay.coverage.fees.releases import COLUMNS, read_releases, table_of
from allay.coverage.fees.schedule import shipped_schedule
from allay.coverage.fees.shipped import shipped_indices, shipped_values

JULY = dt.date(2024, 7, 15)
DAY = dt.date(2030, 5, 1)
CENT = Decimal("0.01")

units_of_value = st.decimals(0, 50, places=2)
index = st.decimals(Decimal("0.3"), 3, places=3)
shipped_code = st.sampled_from(sorted({row.code for row in shipped_values().rows}))
therapy = st.sampled_from(["97110", "97112", "97140", "97530", "97150", "97161", "G0283"])


@given(units_of_value, units_of_value, units_of_value, index, index, index, st.decimals(20, 60, places=4))
def test_the_formula_in_decimals(work, practice, malpractice, work_index, practice_index, other, factor):
    there = small.indices("00001", "50", "VT", "Vermont", work_index, practice_index, other)
    schedule = small.schedule(
        small.values("97110", work, practice, malpractice, multiple_procedure="5"),
        factor=((factor, small.START, small.END, small.RECORDED),),
        places=[there],
    )
    price = schedule.price("97110", day=DAY, locality="VT")
    exact = (work * work_index + practice * practice_index + malpractice * other) * factor
    assert price.amount.dollars == exact.quantize(CENT, ROUND_HALF_UP)
    reduced = (work * work_index + practice * practice_index / 2 + malpractice * other) * factor
    assert price.reduced.dollars == reduced.quantize(CENT, ROUND_HALF_UP)
    assert price.work + price.practice + price.malpractice == exact
    assert price.reduced <= price.amount


@given(
    st.lists(
        st.tuples(st.one_of(therapy, shipped_code), st.integers(1, 4), st.sampled_from("AB")), max_size=7
    )
)
def test_a_day_against_a_plain_search(chosen):
    """Unit by unit: of each provider's therapy units the dearest in practice is full, the others are cut."""
    schedule = shipped_schedule()
    found = price_day(
        [DayLine(code, units, group=group) for code, units, group in chosen], schedule=schedule, day=JULY
    )
    expected = Money()
    for group in "AB":
        each = [code for code, units, who in chosen if who == group for _ in range(units)]
        prices = sorted(
            (schedule.price(code, day=JULY) for code in each), key=lambda price: price.practice, reverse=True
        )
        cut = [price for price in prices if price.multiple_procedure == "5"]
        expected += Money.total(price.amount for price in [*cut[:1], *(p for p in prices if p not in cut)])
        expected += Money.total(price.reduced for price in cut[1:])
    assert found.allowed == expected
    assert found.allowed + found.reduction == Money.total(
        schedule.price(code, day=JULY).amount * units for code, units, _ in chosen
    )
    assert found.reduction >= Money()


@given(st.lists(st.tuples(therapy, st.integers(1, 3)), min_size=1, max_size=5, unique=True), st.randoms())
def test_the_order_of_the_lines_does_not_change_the_sum(chosen, random):
    shuffled = random.sample(chosen, len(chosen))
    sums = {
        price_day([DayLine(*line) for line in order], schedule=shipped_schedule(), day=JULY).allowed
        for order in (chosen, shuffled)
    }
    assert len(sums) == 1


@given(shipped_code, st.sampled_from(["national", *(row.id for row in shipped_indices().rows)]))
def test_the_two_sites_differ_only_in_practice(code, locality):
    office, hospital = (
        shipped_schedule().price(code, day=JULY, site=site, locality=locality)
        for site in ("non-facility", "facility")
    )
    assert (office.work, office.malpractice) == (hospital.work, hospital.malpractice)
    assert hospital.amount <= office.amount


@given(
    st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2039, 12, 31)), min_size=1, max_size=6, unique=True),
    st.dates(dt.date(2019, 1, 1), dt.date(2041, 1, 1)),
)
def test_the_release_in_force_is_the_last_one_started_that_year(starts, day):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    names = {}
    for place, start in enumerate(sorted(starts)):
        # A year has at most eight names: a, b, c, d and those with an r.
        name = f"rvu{start.year % 100:02}{'aabbccdd'[place]}{'r' if place % 2 else ''}"
        names[name] = start
        writer.writerow([name, start, "97110", "", "A", 1, 1, 1, 0, "000", 5])
    table = table_of([read_releases(io.BytesIO(text.getvalue().encode()), name="f.csv")])
    started = [(start, name) for name, start in names.items() if start <= day and start.year == day.year]
    assert (day in table) == bool(started)
    if started:
        assert table.in_force(day).name == max(started)[1]


@given(st.text(alphabet=st.sampled_from('0123456789.,-+eE \n"GCQ;aN'), max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text):
    for reader, head in ((read_lines, "code,units,modifiers"), (read_releases, ",".join(COLUMNS))):
        try:
            reader(io.BytesIO(f"{head}\n{text}".encode()), name="f.csv")
        except InvalidInput as refused:
            problems = refused.problems
        else:
            problems = ()
        assert all(problem.at.isdecimal() for problem in problems)
