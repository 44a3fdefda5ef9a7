"""Properties of the four responder figures and of what reports hide."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from allay.measures.cohort import Grouping
from allay.measures.equity import group_outcomes
from allay.measures.intervals import wilson
from allay.measures.responders import responders

ratings = st.one_of(st.none(), st.integers(0, 10))
cohorts = st.lists(st.tuples(ratings, ratings, st.integers(0, 10)), min_size=1, max_size=60)


def array(values) -> np.ndarray:
    return np.array([np.nan if v is None else float(v) for v in values])


@given(cohorts)
def test_bounds_hold_the_truth_whatever_happened_to_the_missing(cohort):
    before, after = array(c[0] for c in cohort), array(c[1] for c in cohort)
    found = responders(before, after, fraction=0.3, direction="higher_worse")
    # Fill what is missing in any way: baselines above 0 (0 would leave the cohort), follow-ups from the
    # third column.
    filled_before = np.where(np.isnan(before), 1 + array(c[2] for c in cohort) % 10, before)
    filled_after = np.where(np.isnan(after), array(c[2] for c in cohort), after)
    truth = responders(filled_before, filled_after, fraction=0.3, direction="higher_worse").followed
    if found.lower.share is None:
        assert truth.denominator == 0
    else:
        assert truth.denominator == found.lower.denominator
        assert found.lower.share <= truth.share <= found.upper.share
        assert found.bounds.covers(truth.share)


@given(cohorts, st.randoms(use_true_random=False))
def test_order_of_patients_does_not_matter(cohort, random):
    shuffled = list(cohort)
    random.shuffle(shuffled)
    one, other = (
        responders(
            array(c[0] for c in rows), array(c[1] for c in rows), fraction=0.5, direction="higher_worse"
        )
        for rows in (cohort, shuffled)
    )
    assert one == other


@given(cohorts)
def test_a_higher_bar_never_has_more_responders(cohort):
    before, after = array(c[0] for c in cohort), array(c[1] for c in cohort)
    low, high = (responders(before, after, fraction=f, direction="higher_worse") for f in (0.3, 0.5))
    assert high.followed.n <= low.followed.n
    assert low.followed.n + low.worse.n <= low.followed.denominator


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_holds_the_share_and_stays_within_zero_and_one(successes, n):
    successes = min(successes, n)
    found = wilson(successes, n)
    assert 0 <= found.low <= successes / n <= found.high <= 1


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 40)),
        min_size=2,
        max_size=4,
    )
)
def test_no_group_figure_gives_a_small_count_away(groups):
    """Whatever is shown of a group rests on no count of 1 to 10, neither those with it nor those without."""
    levels, before, after = [], [], []
    for i, (none, some, much, lost) in enumerate(groups):
        levels += [f"g{i}"] * (none + some + much + lost)
        before += [10.0] * (none + some + much + lost)
        after += [10.0] * none + [6.0] * some + [1.0] * much + [np.nan] * lost
    grouping = Grouping("g", "G", tuple(f"g{i}" for i in range(len(groups))), reference="g0")
    view = group_outcomes(
        np.array(levels, dtype=np.str_),
        np.array(before),
        np.array(after),
        grouping=grouping,
        direction="higher_worse",
        fractions=(0.3, 0.5),
    )

    def small(n: int) -> bool:
        return 1 <= n <= 10

    for shown, (none, some, much, lost) in zip(view.groups, groups, strict=True):
        followed = none + some + much
        if shown.enrolled is not None:
            assert not small(shown.enrolled)
        if shown.change is not None:
            assert not small(followed)
        if shown.capture is not None:
            assert not small(followed)
            assert not small(lost)
        if shown.responders[0] is not None:
            assert not small(some + much)
            assert not small(none)
        if shown.responders[1] is not None:
            assert not small(much)
            assert not small(none + some)
        if None not in shown.responders:
            assert not small(some)
