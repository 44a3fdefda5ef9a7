"""Properties of opioid doses that hold for any prescriptions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.measures.opioids.daily import by_day
from allay.measures.opioids.days import cover
from allay.measures.opioids.dose import figure_doses
from allay.measures.opioids.factor_set import all_sets, get_set
from allay.measures.opioids.prescriptions import prescriptions_of
from allay.measures.opioids.summary import summarize

# A row's MME has six decimals and days are added exactly, so only the last bits of floats may differ.
LAST_BITS = 1e-9
# A summary of a few rows costs as much as one of thousands, so these look at fewer examples.
FEWER = settings(max_examples=25)
DRUGS = (
    "morphine",
    "oxycodone",
    "tramadol",
    "methadone",
    "meperidine",
    "buprenorphine film",
    "ibuprofen",
    "blorp",
)
START = dt.date(2024, 1, 1)

numbers = st.sampled_from(["1", "2.5", "7.5", "10", "30", "0.333"])
rows = st.fixed_dictionaries(
    {
        "patient_id": st.sampled_from(["A", "B", "C"]),
        "drug": st.sampled_from(DRUGS),
        "strength": numbers,
        "unit": st.sampled_from(["mg", "mcg", "mg/mL"]),
        "quantity": st.one_of(st.none(), numbers),
        "days_supply": st.one_of(st.none(), st.integers(1, 40).map(str)),
        "start_date": st.one_of(
            st.none(), st.integers(0, 120).map(lambda day: str(START + dt.timedelta(days=day)))
        ),
    }
)
lists = st.lists(rows, max_size=25)
fixed_sets = st.sampled_from([each for each in all_sets() if not each.has_ladder])
every_set = st.sampled_from(all_sets())


def figured(given_rows, factors):
    return figure_doses(prescriptions_of(given_rows, name="case"), factors=factors)


@FEWER
@given(lists, every_set)
def test_no_dose_is_negative_and_none_is_zero(given_rows, factors):
    doses = figured(given_rows, factors)
    assert doses.frame.filter(pl.col("mme_per_day") < 0).height == 0
    daily = by_day(doses).frame()
    assert daily.filter(pl.col("mme") < 0).height == 0
    # What is missing has no number, and what has no number has a reason.
    computed = pl.col("status") == "computed"
    assert doses.frame.filter(computed != pl.col("mme_per_day").is_not_null()).height == 0
    assert doses.frame.filter(~computed & pl.col("reason").is_null()).height == 0
    assert daily.filter((pl.col("prescriptions") == 0) != pl.col("mme").is_null()).height == 0
    summary = summarize(doses)
    assert summary.filter((pl.col("computed") == 0) & pl.col("mean_mme").is_not_null()).height == 0


@given(lists, fixed_sets)
def test_days_add_up_to_the_prescriptions(given_rows, factors):
    doses = figured(given_rows, factors)
    placed = doses.frame.filter(pl.col("start").is_not_null())
    rows_sum = (placed["mme_per_day"] * placed["days"]).sum() or 0.0
    assert (by_day(doses).frame()["mme"].sum() or 0.0) == pytest.approx(
        rows_sum, rel=LAST_BITS, abs=LAST_BITS
    )


@given(lists)
def test_a_ladder_never_gives_overlaps_less(given_rows):
    doses = figured(given_rows, get_set("cdc-2016"))
    placed = doses.frame.filter(pl.col("start").is_not_null())
    rows_sum = (placed["mme_per_day"] * placed["days"]).sum() or 0.0
    assert (by_day(doses).frame()["mme"].sum() or 0.0) >= rows_sum * (1 - LAST_BITS) - 1e-4


@FEWER
@given(lists, every_set, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(given_rows, factors, random):
    shuffled = list(given_rows)
    random.shuffle(shuffled)
    first, second = figured(given_rows, factors), figured(shuffled, factors)
    assert by_day(first).frame().equals(by_day(second).frame())
    assert summarize(first).equals(summarize(second))


@FEWER
@given(lists, lists, fixed_sets)
def test_separate_patients_do_not_touch(left, right, factors):
    other = [{**row, "patient_id": f"other {row['patient_id']}"} for row in right]
    both = summarize(figured(left + other, factors))
    apart = pl.concat([summarize(figured(left, factors)), summarize(figured(other, factors))])
    assert both.equals(apart.sort("patient_id"))


intervals = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 20)), max_size=30)


@given(intervals)
def test_days_agree_with_a_plain_loop(given_rows):
    patient, start, days = (
        (np.array(c, dtype=np.int64) for c in zip(*given_rows, strict=True))
        if given_rows
        else (np.empty(0, dtype=np.int64),) * 3
    )
    plain: dict[tuple[int, int], float] = {}
    for who, first, many in given_rows:
        for day in range(first, first + many):
            plain[who, day] = plain.get((who, day), 0.0) + 1.5
    found = cover(patient, start, days)
    keys = list(zip(found.patients().tolist(), found.dates().tolist(), strict=True))
    totals = found.total(np.full(len(given_rows), 1.5)).tolist()
    assert dict(zip(keys, totals, strict=True)) == plain
    assert keys == sorted(plain)
