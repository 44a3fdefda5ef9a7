"""Studies: the order of rows never matters, everyone is counted once, and contrasts move as they must."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evaluation.study.panels import connect, protocol, write_claims

from allay.evaluation.study.cohort import NEVER, build_cohort
from allay.evaluation.study.contrast import MonthSums, PlaceboSpan, Span, before_after, contrast
from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.memberwindows import member_windows
from allay.evaluation.study.ratios import ratio_record
from allay.evaluation.study.roster import read_roster

SPAN = Span(3, 1, 3)
# Sums of up to 40 numbers of order 100, added in another order.
SAME = 1e-9
# A ratio of such sums; its log error is the square root of a sum of squares, where the fit stops at 1e-12.
RATIO = 1e-8


@st.composite
def panels(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, starts and weights, with at least two starters and two comparison members."""
    size = draw(st.integers(4, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    start = np.where(random.random(size) < 0.5, random.integers(4, 10, size), NEVER)
    start[:2], start[2:4] = 5, NEVER
    weights = np.where(start == NEVER, random.uniform(0.1, 3, size), 1.0)
    return random.gamma(1.0, 20.0, (size, 12)), start, weights


@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(panel, order) -> None:
    values, start, weights = panel
    rows = list(range(len(start)))
    order.shuffle(rows)
    one = contrast(values, start, weights, span=SPAN)
    other = contrast(values[rows], start[rows], weights[rows], span=SPAN)
    assert other.effect == pytest.approx(one.effect, abs=SAME)
    assert other.se == pytest.approx(one.se, abs=SAME)


@given(panels(), st.randoms(use_true_random=False), st.floats(0.1, 3))
def test_the_order_of_members_and_the_unit_do_not_matter_to_a_rate_ratio(panel, order, scale) -> None:
    values, start, weights = panel
    rows = list(range(len(start)))
    order.shuffle(rows)
    one = ratio_record(values, start, weights, span=SPAN, alpha=0.05, cost=True)
    other = ratio_record(
        values[rows] * scale, start[rows], weights[rows] * scale, span=SPAN, alpha=0.05, cost=True
    )
    assert one.total is not None
    for part in ("total", "any_use", "amount"):
        mine, theirs = getattr(one, part), getattr(other, part)
        assert (theirs.ratio, theirs.log_se) == pytest.approx((mine.ratio, mine.log_se), rel=RATIO, abs=SAME)
    assert (one.starters, one.comparison) == (other.starters, other.comparison)


@given(panels())
def test_differences_of_windows_are_the_main_effect(panel) -> None:
    values, start, weights = panel
    found = member_windows(MonthSums(values), start, weights, span=SPAN)
    own, rest = found.treated, ~found.treated
    middle = np.average(found.change[rest], weights=found.weights[rest])
    main = contrast(values, start, weights, span=SPAN)
    assert np.average(found.change[own], weights=found.weights[own]) - middle == pytest.approx(
        main.effect, abs=SAME
    )


@given(panels(), st.floats(-50, 50), st.floats(0.1, 3))
def test_shifts_and_scales_move_the_effect_as_they_must(panel, shift, scale) -> None:
    values, start, weights = panel
    plain = contrast(values, start, weights, span=SPAN)
    level = np.random.default_rng(1).normal(size=(len(start), 1)) * shift
    season = np.random.default_rng(2).normal(size=(1, 12)) * shift
    moved = contrast(values + level + season, start, weights, span=SPAN)
    assert moved.effect == pytest.approx(plain.effect, abs=SAME * 10)
    scaled = contrast(values * scale, start, weights * scale, span=SPAN)
    assert scaled.effect == pytest.approx(plain.effect * scale, abs=SAME * 10)
    assert scaled.se == pytest.approx(plain.se * scale, abs=SAME * 10)


@given(panels(), st.floats(-20, 20))
def test_an_effect_from_the_start_on_is_found_to_its_size(panel, size) -> None:
    values, start, weights = panel
    after = (start != NEVER)[:, None] & (np.arange(12) >= np.where(start == NEVER, 12, start)[:, None])
    plain, treated = (contrast(each, start, weights, span=SPAN) for each in (values, values + size * after))
    assert treated.effect - plain.effect == pytest.approx(size, abs=SAME * 10)
    placebo = PlaceboSpan(3, 1, 3)
    assert (
        contrast(values + size * after, start, weights, span=placebo).effect
        == contrast(values, start, weights, span=placebo).effect
    )


@given(panels())
def test_the_effect_is_the_change_of_starters_less_that_of_the_others(panel) -> None:
    values, start, weights = panel
    found = contrast(values, start, weights, span=SPAN)
    own = before_after(values, start, weights, span=SPAN)
    assert own.change == pytest.approx(found.after[0] - found.before[0], abs=SAME)
    assert found.effect == pytest.approx(own.change - (found.after[1] - found.before[1]), abs=SAME)
    assert found.influence.mean() == pytest.approx(0, abs=SAME)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_in_files_does_not_matter(seed) -> None:
    random = np.random.default_rng(seed)
    people = [
        {
            "id": f"p{place:02d}",
            "use": random.poisson(1.0, 12).tolist(),
            "months": list(range(12 if random.random() < 0.8 else 8)),
            "gender": ["female", "male"][int(random.integers(2))],
        }
        for place in range(30)
    ]
    starts = [
        (f"p{place:02d}", f"2023-{month:02d}-15")
        for place, month in zip(range(12), range(1, 13), strict=True)
    ]
    seen = []
    for turn in range(2):
        if turn:
            random.shuffle(people)
            random.shuffle(starts)
        roster = "\n".join(["person_id,index_date", *(",".join(row) for row in starts)]) + "\n"
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            write_claims(place / "claims", people, panel=place / "panel.parquet", shuffled=turn or None)
            with connect(place / "claims") as connection:
                found = build_cohort(
                    connection,
                    protocol(smallest_cell=2),
                    read_roster(io.BytesIO(roster.encode())),
                    panel=place / "panel.parquet",
                )
                values = found.outcome(protocol().primary)
        seen.append(
            (
                found.start.tolist(),
                found.labels["gender"].tolist(),
                values.tolist(),
                sorted(found.counts.items()),
                found.flow,
            )
        )
        assert sum(found.counts.values()) == 30
    assert seen[0] == seen[1]


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["age", "gaps", "early", "late", "in"]), st.booleans()), st.integers(0, 60)
)


@given(COUNTS)
def test_no_small_count_of_people_is_shown(counts) -> None:
    flow = make_flow(counts, members=sum(counts.values()), roster=0, repeated=0, hidden_up_to=10)
    for side in ("starters", "comparison"):
        shown = [getattr(step, side) for step in flow.steps]
        assert all(one is None or one == 0 or one > 10 for one in shown)
        total = getattr(flow, side)
        if total is not None and shown.count(None) == 1:
            raise AssertionError("one hidden count is the total less the others")
