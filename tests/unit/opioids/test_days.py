"""Days and summaries: overlaps, gaps, ladders, long-term use, and falls that are too fast."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.measures.opioids import falls, summary
from allay.measures.opioids.daily import by_day
from allay.measures.opioids.dose import figure_doses
from allay.measures.opioids.factor_set import get_set
from allay.measures.opioids.prescriptions import prescriptions_of
from allay.measures.opioids.summary import summarize

START = dt.date(2024, 1, 1)
WEEKLY, MONTHLY = 7, 30


def row(mme, start=0, days=30, *, drug="morphine", patient="A", **more):
    """One row of a drug with the factor 1: so many mg a day, from so many days after the first."""
    day = None if start is None else str(START + dt.timedelta(days=start))
    cells = {"patient_id": patient, "drug": drug, "strength": "1", "unit": "mg", "start_date": day}
    return {**cells, "quantity": f"{mme * days:g}", "days_supply": str(days), **more}


def figured(*rows, set_id="cdc-2022", **settings):
    return figure_doses(prescriptions_of(rows, name="case"), factors=get_set(set_id), **settings)


def summed(*rows, as_of=None, **settings):
    known = None if as_of is None else START + dt.timedelta(days=as_of)
    return summarize(figured(*rows, **settings), as_of=known).row(0, named=True)


def steps(*levels, days):
    """Prescriptions that follow one another, each of a strength of its own."""
    return [row(1, place * days, days) | {"strength": f"{mme:g}"} for place, mme in enumerate(levels)]


class TestByDay:
    def test_overlaps_add_up_and_are_counted(self):
        found = by_day(figured(row(20, 0, 3), row(30, 2, 2), row(5, 10, 1))).frame()
        day = [(value - START).days for value in found["date"]]
        assert list(zip(day, found["mme"], found["prescriptions"], strict=True)) == [
            (0, 20, 1),
            (1, 20, 1),
            (2, 50, 2),
            (3, 30, 1),
            (10, 5, 1),
        ]

    def test_what_cannot_be_figured_is_missing_and_never_zero(self):
        found = by_day(figured(row(20, 0, 2), row(20, 1, 2, drug="meperidine"))).frame()
        assert found["mme"].to_list() == [20, 20, None]
        assert found["uncounted"].to_list() == [0, 1, 1]

    def test_without_a_date_it_is_on_no_day(self):
        found = by_day(figured(row(20, None), row(20, 0, 1)))
        assert (found.frame().height, found.undated) == (1, 1)

    def test_the_ladder_takes_the_total_of_the_day(self):
        two = [row(20, start, 2, drug="methadone") for start in (0, 1)]
        assert figured(*two, set_id="cdc-2016").frame["mme_per_day"].to_list() == [80, 80]
        # On the middle day 40 mg are taken, which counts by 8 and not by 4.
        assert by_day(figured(*two, set_id="cdc-2016")).frame()["mme"].to_list() == [80, 320, 80]

    def test_patients_in_order_and_apart(self):
        found = by_day(figured(row(1, 0, 2, patient="B"), row(2, 1, 1, patient="A"))).frame()
        assert found["patient_id"].to_list() == ["A", "B", "B"]

    def test_nothing_gives_nothing(self):
        assert by_day(figured()).frame().height == 0
        assert summarize(figured()).height == 0


class TestSummary:
    def test_days_and_thresholds(self):
        found = summed(row(49.999, 0, 10), row(50, 10, 10), row(90, 20, 10))
        assert (found["days"], found["days_50"], found["days_90"], found["max_mme"]) == (30, 20, 10, 90)

    def test_a_patient_of_whom_nothing_could_be_figured_has_no_mean(self):
        found = summed(row(20, drug="meperidine"))
        empty = ("days", "mean_mme", "max_mme", "days_50", "long_term", "fast_fall", "mme1", "mme4")
        assert [found[name] for name in empty] == [None] * len(empty)
        assert (found["refused"], "could not be figured" in found["reason"]) == (1, True)

    def test_a_patient_without_opioids_has_no_days(self):
        found = summed(row(20, drug="ibuprofen"))
        assert (found["days"], found["mean_mme"], found["prescriptions"]) == (0, None, 0)

    def test_averages_that_need_days_are_blank_without_dates(self):
        found = summed(row(20, None), row(30, 0))
        assert [found[f"mme{k}"] for k in (1, 2, 3, 4)] == [25, None, None, 50]
        assert found["undated"] == 1

    @pytest.mark.parametrize(
        ("starts", "long_term"),
        [((0, 30, 60), True), ((0, 37, 74), True), ((0, 38, 76), False), ((0, 30), False)],
    )
    def test_long_term_use_bridges_gaps_of_a_week(self, starts, long_term):
        assert summed(*(row(20, start) for start in starts))["long_term"] is long_term

    def test_the_weakest_status_is_said(self):
        found = summed(row(20))
        assert (found["factor_set"], found["weakest_status"]) == ("cdc-2022@1.0.0", "derived")
        assert "not for converting" in found["caution"]


class TestFastFall:
    """Guidance (secondary): about 10% a week, after a year of use about 10% a month."""

    @pytest.mark.parametrize(
        ("levels", "days", "fast"),
        [
            ((100, 100, 50), WEEKLY, True),
            ((100, 100, 85), WEEKLY, True),
            ((100, 100, 89.6), WEEKLY, False),  # about 10%
            ((100, 100, 89.4), WEEKLY, True),
            ((100, 90, 81, 72.9, 65.6), WEEKLY, False),  # of what is left
            ((100, 90, 80, 70, 60, 50, 40), WEEKLY, False),  # of the first dose
            ((100, 80, 64), WEEKLY, True),
            ((50, 80, 100), WEEKLY, False),
            (tuple([100] * 13 + [90, 81, 73]), MONTHLY, False),
            (tuple([100] * 13 + [80]), MONTHLY, True),
            (tuple([100] * 60 + [90, 81, 73, 66, 60]), WEEKLY, True),  # a week's pace after a year of use
        ],
    )
    def test_pace(self, levels, days, fast):
        found = summed(*steps(*levels, days=days))
        assert found["fast_fall"] is fast
        assert bool(found["fast_fall_reason"]) is fast

    def test_the_reason_names_levels_day_guidance_and_status(self):
        said = summed(*steps(100, 100, 50, days=30))["fast_fall_reason"]
        for words in ("from 100", "to 50", "2024-03-01", "60 days", "10% a week [secondary]", "withdrawal"):
            assert words in said

    def test_an_early_refill_is_no_fall(self):
        assert summed(*(row(60, start) for start in (0, 25, 50, 75)))["fast_fall"] is False

    def test_a_bridged_gap_is_no_fall(self):
        assert summed(*(row(60, start) for start in (0, 35, 70)))["fast_fall"] is False

    def test_the_end_of_supply_counts_when_it_is_seen_and_use_was_long(self):
        long_use = [row(60, 0, 90)]
        assert summed(*long_use)["fast_fall"] is False
        assert summed(*long_use, as_of=92)["fast_fall"] is False
        stopped = summed(*long_use, as_of=120)
        assert (stopped["fast_fall"], "supply stopped at 60" in stopped["fast_fall_reason"]) == (True, True)
        assert summed(row(60, 0, 60), as_of=120)["fast_fall"] is False
        assert summed(*long_use, row(60, 120))["fast_fall"] is True

    def test_the_last_step_of_a_taper_is_no_stop(self):
        slow = [100, *(100 - 10 * step for step in range(1, 10))]
        levels = [100.0, 100.0, 100.0, *slow[:8], 27, 24.3, 21.9, 19.7, 17.7, 16, 14.4, 13, 11.7, 10.5, 9.5]
        found = summed(*steps(*levels, days=7), as_of=300)
        assert found["fast_fall"] is False, found["fast_fall_reason"]


def test_no_fall_is_ever_called_an_improvement():
    from pathlib import Path

    folder = Path(summary.__file__).parent
    words = ("improv", "success", "respon")
    for path in [*folder.glob("*.py"), *folder.rglob("*.yaml")]:
        for line in path.read_text(encoding="utf-8").casefold().splitlines():
            found = [word for word in words if word in line]
            assert not found or any(no in line for no in ("no success", "never a success", "nowhere")), (
                path,
                line,
            )
    assert "improvement" not in " ".join(summary.RESULT)
    assert "safety signal" in (falls.__doc__ or "")
