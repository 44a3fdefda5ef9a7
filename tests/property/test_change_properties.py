"""Properties of change: order, direction, bounds over every completion, regression to the mean, net score."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.measures.arms import compare_arms
from allay.measures.catalog import get
from allay.measures.change import change_between
from allay.measures.change_bounds import answer_bounds, improvement_range, mean_bounds, share_bounds
from allay.measures.changesheet import read_change
from allay.measures.clinical_change import clinical_change
from allay.measures.derived import Norm
from allay.measures.net_promoter import net_promoter
from allay.measures.qaly import qaly_area
from allay.measures.selection import expected_regression, uncut_norm

# Sums of a few small numbers in another order differ in the last bits only.
BITS = 1e-9
scores = st.integers(0, 10)
maybe = st.one_of(st.none(), scores)
pairs = st.lists(st.tuples(scores, scores), min_size=3, max_size=40)


def array(values) -> np.ndarray:
    return np.array([np.nan if v is None else float(v) for v in values])


@given(st.lists(st.tuples(maybe, maybe), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(cohort, random):
    lines = [
        f"P{k},peg,total,{when},{'' if score is None else score}"
        for k, both in enumerate(cohort)
        for when, score in zip(("in", "out"), both, strict=True)
    ]
    head = "patient_id,instrument,scale,timepoint,score"
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = (
        read_change(io.BytesIO("\n".join([head, *rows]).encode()), start="in", end="out").sort(
            "patient_id", "threshold"
        )
        for rows in (lines, shuffled)
    )
    assert one.equals(other)


@given(pairs)
def test_signs_flip_with_the_direction(cohort):
    before, after = array(c[0] for c in cohort), array(c[1] for c in cohort)
    worse, better = get("peg").scale("total"), get("pseq").scale("total")
    one, other = change_between(worse, before, after), change_between(better, before, after)
    assert np.array_equal(one.improvement, 0.0 - other.improvement)
    sem = {"sem": 1.0, "functional": None}
    first, second = (
        clinical_change(before, after, direction=way, **sem).counts
        for way in ("higher_worse", "higher_better")
    )
    assert (first["improved"], first["deteriorated"]) == (second["deteriorated"], second["improved"])


@given(
    st.lists(st.tuples(maybe, maybe), min_size=1, max_size=30),
    st.data(),
    st.sampled_from(["higher_worse", "higher_better"]),
    st.integers(1, 10),
)
def test_bounds_hold_every_completion(cohort, data, direction, points):
    before, after = array(c[0] for c in cohort), array(c[1] for c in cohort)
    worst, best = improvement_range(before, after, minimum=0, maximum=10, direction=direction)
    mean, share = mean_bounds(worst, best), share_bounds(worst, best, points=points)
    gaps = int(np.isnan(before).sum() + np.isnan(after).sum())
    filling = data.draw(st.lists(scores, min_size=gaps, max_size=gaps))
    both = np.concatenate([before, after])
    both[np.isnan(both)] = filling
    before, after = both[: before.size], both[before.size :]
    truth = after - before if direction == "higher_better" else before - after
    assert mean.low - BITS <= truth.mean() <= mean.high + BITS
    assert share.low <= (truth >= points).mean() <= share.high
    assert share.interval.covers((truth >= points).mean())


@pytest.mark.parametrize("direction", ["higher_worse", "higher_better"])
def test_bounds_are_reached(direction):
    """All 121 completions of two gaps, one by one: the bounds are the least and the most of them."""
    before, after = np.array([6.0, 6.0, np.nan]), np.array([4.0, np.nan, 3.0])
    worst, best = improvement_range(before, after, minimum=0, maximum=10, direction=direction)
    sign = 1 if direction == "higher_better" else -1
    truths = [
        [sign * (4 - 6), sign * (b - 6), sign * (3 - a)] for a, b in itertools.product(range(11), repeat=2)
    ]
    found = mean_bounds(worst, best)
    assert found.low == pytest.approx(min(np.mean(t) for t in truths), abs=BITS)
    assert found.high == pytest.approx(max(np.mean(t) for t in truths), abs=BITS)
    shares = [np.mean(np.array(t) >= 3) for t in truths]
    sharp = share_bounds(worst, best, points=3)
    assert (sharp.low, sharp.high) == (min(shares), max(shares))


@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=1, max_size=40), st.integers(0, 2**40))
def test_bounds_of_an_answer_hold_every_completion(answers, bits):
    given_ = np.array(answers)
    found = answer_bounds(given_)
    filled = [float(bits >> k & 1) if v != v else v for k, v in enumerate(answers)]
    assert found.low <= np.mean(filled) <= found.high


@given(
    st.floats(0, 1),
    st.floats(-1.5, 1.5),
    st.sampled_from(["above", "below"]),
    st.integers(0, 2**32 - 1),
)
def test_regression_to_the_mean_agrees_with_a_simulation(reliability, z, side, seed):
    rng = np.random.default_rng(seed)
    n, mean, sd = 40_000, 50.0, 10.0
    true = rng.normal(0, np.sqrt(reliability), n)
    first, second = (mean + sd * (true + rng.normal(0, np.sqrt(1 - reliability), n)) for _ in range(2))
    cutoff = mean + sd * z
    chosen = first >= cutoff if side == "above" else first <= cutoff
    found = expected_regression(Norm(mean, sd), reliability=reliability, cutoff=cutoff, side=side)
    change = (second - first)[chosen]
    # Five standard errors of the simulated mean: one run in two million is outside by chance.
    assert abs(change.mean() - found.change) <= 5 * change.std() / np.sqrt(change.size) + BITS
    assert abs(first[chosen].mean() - found.mean_selected) <= 5 * sd / np.sqrt(chosen.sum())


@given(st.floats(-1.5, 1.5), st.sampled_from(["above", "below"]), st.integers(0, 2**32 - 1))
def test_the_population_is_found_behind_the_selected(z, side, seed):
    everyone = np.random.default_rng(seed).normal(50, 10, 60_000)
    cutoff = 50 + 10 * z
    chosen = everyone[everyone >= cutoff] if side == "above" else everyone[everyone <= cutoff]
    found = uncut_norm(chosen, cutoff=cutoff, side=side)
    # The worst case keeps 7% of 60,000, beyond 1.5 SD; the mean is known to about 1.3 there.
    assert abs(found.mean - 50) < 7
    assert abs(found.sd - 10) < 2.5


@given(st.lists(st.one_of(st.none(), scores), max_size=60))
def test_a_net_score_lies_in_its_interval_and_both_in_range(answers):
    found = net_promoter(array(answers))
    assert found.promoters + found.passives + found.detractors == found.n == len(answers) - found.missing
    if found.n == 0:
        assert found.score is None
        return
    assert -100 <= found.interval.low <= found.score <= found.interval.high <= 100
    turned = net_promoter(
        [{True: 0, False: 9}[a >= 9] if a >= 9 or a <= 6 else 7 for a in answers if a is not None]
    )
    assert turned.interval.low == pytest.approx(-found.interval.high, abs=1e-6)


@given(st.lists(st.tuples(scores, scores, st.booleans()), min_size=6, max_size=40))
def test_the_two_differences_differ_by_the_baseline_that_was_not_kept(patients):
    arm = np.array([float(p[2]) for p in patients])
    arm[:2], arm[2:4] = 1, 0
    before = array(p[0] for p in patients) + np.arange(len(patients)) / 7
    found = compare_arms(before, array(p[1] for p in patients), treated=arm)
    gap = found.change_difference - found.ancova_difference
    assert gap == pytest.approx((found.slope - 1) * found.baseline_difference, abs=1e-7)


@given(st.lists(st.tuples(st.integers(1, 400), st.floats(-0.5, 1)), min_size=3, max_size=8))
def test_qalys_add_up_and_stay_between_the_utilities(steps):
    years = np.cumsum([gap / 365.25 for gap, _ in steps])
    utilities = np.array([u for _, u in steps])
    whole = qaly_area(years, utilities)
    assert whole == pytest.approx(
        qaly_area(years[:2], utilities[:2]) + qaly_area(years[1:], utilities[1:]), abs=BITS
    )
    span = years[-1] - years[0]
    assert utilities.min() * span - BITS <= whole <= utilities.max() * span + BITS
