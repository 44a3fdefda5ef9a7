"""What holds for all ratings: order of raters, unanimity, ranges, and two other ways to work verdicts out.

The plain reference below goes through sorted ratings one statement at a time, with fractions; it shares no
code with the library. `numpy.percentile` is a third way for the percentiles.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.consensus.protocol.rule import AppropriatenessRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.counts import count_ratings
from allay.consensus.ratings.groups import shown_groups, shown_rows
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.judge import judge
from allay.consensus.verdicts.panel_count import panel_count
from allay.consensus.verdicts.percentiles import cumulated, percentile_hundredths
from allay.consensus.verdicts.sensitivity import sensitivity_panel

RATINGS = st.lists(st.integers(1, 9), min_size=1, max_size=40)
PANELS = st.lists(st.integers(1, 9), min_size=8, max_size=16)
PERCENTILES, HALVES = ("linear", "nearest-rank"), ("up", "down", "uncertain")
RULES = st.builds(
    AppropriatenessRule, percentile=st.sampled_from(PERCENTILES), half_point=st.sampled_from(HALVES)
)
ANY_RULE = st.one_of(
    RULES,
    st.builds(
        ThresholdRule,
        high_share=st.integers(0, 100).map(float),
        low_limit=st.integers(0, 100).map(float),
        exclusion=st.sampled_from("ab"),
    ),
    st.builds(PercentRule, share=st.integers(51, 100).map(float)),
)
BASE, SLOPE = Fraction("2.35"), Fraction("1.5")
SIZES = {**dict.fromkeys((8, 9, 10), (2, 3)), **dict.fromkeys((11, 12, 13), (3, 4))}
SIZES |= dict.fromkeys((14, 15, 16), (4, 5))


def counts(ratings, scale=NINE_POINTS):
    return count_ratings(np.array([ratings], dtype=float), scale)


def plain_percentile(ratings, q, rule):
    ordered = sorted(ratings)
    if rule == "nearest-rank":
        return Fraction(ordered[math.ceil(Fraction(q, 100) * len(ordered)) - 1])
    place = Fraction(q, 100) * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def plain_median(ratings):
    ordered = sorted(ratings)
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def plain_region(median, half_point):
    if median in (Fraction(7, 2), Fraction(13, 2)):
        if half_point == "uncertain":
            return "middle"
        median += Fraction(1, 2) if half_point == "up" else Fraction(-1, 2)
    return "low" if median <= 3 else "high" if median >= 7 else "middle"


def plain_ram(ratings, rule):
    low, high = (plain_percentile(ratings, q, rule.percentile) for q in (30, 70))
    asymmetry = abs(5 - (low + high) / 2)
    limit = BASE + SLOPE * asymmetry
    disagreement = high - low > limit
    if rule.panel_rule == "count":
        enough = SIZES[len(ratings)][1]
        disagreement = sum(one <= 3 for one in ratings) >= enough <= sum(one >= 7 for one in ratings)
    region = plain_region(plain_median(ratings), rule.half_point)
    verdict = "uncertain"
    if not disagreement:
        verdict = {"low": "inappropriate", "high": "appropriate", "middle": "uncertain"}[region]
    return {
        "median": plain_median(ratings),
        "p30": low,
        "p70": high,
        "ipr": high - low,
        "ai": asymmetry,
        "ipras": limit,
        "di": (high - low) / limit,
        "disagreement": disagreement,
        "verdict": verdict,
    }


@given(ratings=RATINGS, rule=RULES)
def test_equal_to_the_plain_reference(ratings, rule):
    found = appropriateness(counts(ratings), percentile=rule.percentile, half_point=rule.half_point)
    for name, value in plain_ram(ratings, rule).items():
        # A fraction rounded once to a float is what the library gives, to the last digit.
        expected = float(value) if isinstance(value, Fraction) else value
        assert getattr(found, name).item() == expected, name


@given(ratings=PANELS, rule=RULES)
def test_the_count_rule_equals_the_plain_reference(ratings, rule):
    rule = rule.model_copy(update={"panel_rule": "count"})
    assert judge(counts(ratings), rule).item() == plain_ram(ratings, rule)["verdict"]
    found = panel_count(counts(ratings), half_point=rule.half_point)
    region = plain_region(plain_median(ratings), rule.half_point)
    bounds = {"low": (1, 3), "middle": (4, 6), "high": (7, 9)}[region]
    outside = sum(not bounds[0] <= one <= bounds[1] for one in ratings)
    assert found.outside.item() == outside
    assert found.agreement.item() == (outside <= SIZES[len(ratings)][0])


@given(ratings=RATINGS, share=st.integers(51, 100), rule=st.sampled_from("ab"))
def test_shares_equal_the_plain_reference(ratings, share, rule):
    n = len(ratings)
    low, high = (
        Fraction(100 * sum(where), n) for where in ([x <= 3 for x in ratings], [x >= 7 for x in ratings])
    )
    percent = "in" if high >= share else "out" if low >= share else "none"
    assert judge(counts(ratings), PercentRule(share=float(share))).item() == percent
    accepted = high >= share and low < 15
    excluded = (low >= share and high < 15) if rule == "a" else high <= 50
    assert judge(counts(ratings), ThresholdRule(high_share=float(share), exclusion=rule)).item() == (
        "in" if accepted else "out" if excluded else "none"
    )


@given(ratings=RATINGS, percent=st.integers(1, 99))
def test_percentiles_equal_those_of_numpy(ratings, percent):
    up_to = cumulated(counts(ratings))
    # numpy: q (n - 1) / 100 in floats, so close and not equal.
    linear = percentile_hundredths(up_to, percent, "linear").item() / 100 + 1
    assert linear == pytest.approx(np.percentile(ratings, percent), abs=1e-9)
    if percent * len(ratings) % 100:
        nearest = percentile_hundredths(up_to, percent, "nearest-rank").item() / 100 + 1
        assert nearest == np.percentile(ratings, percent, method="inverted_cdf")


@pytest.mark.parametrize("n", range(1, 41))
def test_nearest_ranks_of_the_method_equal_those_of_numpy(n):
    for seed in range(10):
        ratings = np.random.default_rng(seed).integers(1, 10, n)
        up_to = cumulated(counts(ratings))
        for percent in (30, 70):
            found = percentile_hundredths(up_to, percent, "nearest-rank").item() / 100 + 1
            assert found == np.percentile(ratings, percent, method="inverted_cdf")


@given(ratings=RATINGS, rule=ANY_RULE, data=st.data())
def test_the_order_of_raters_changes_nothing(ratings, rule, data):
    other = data.draw(st.permutations(ratings))
    missing = data.draw(st.lists(st.integers(0, len(ratings)), max_size=5))
    for place in missing:
        other.insert(place, np.nan)
    first, second = (sensitivity_panel(counts(each), rule) for each in (ratings, other))
    assert (counts(ratings) == counts(other)).all()
    assert first.names == second.names
    assert (first.verdicts == second.verdicts).all()
    assert judge(counts(ratings), rule).item() == judge(counts(other), rule).item()


@given(point=st.integers(1, 9), n=st.integers(1, 60), more=st.integers(0, 5), rule=RULES)
def test_unanimous_raters_never_disagree(point, n, more, rule):
    for size in range(n, n + more + 1):
        found = appropriateness(
            counts([point] * size), percentile=rule.percentile, half_point=rule.half_point
        )
        assert not found.disagreement.item()
        assert found.di.item() == 0
        assert found.median.item() == point


@given(ratings=RATINGS, percentile=st.sampled_from(PERCENTILES))
def test_one_more_rater_at_the_median_never_makes_raters_disagree(ratings, percentile):
    before = appropriateness(counts(ratings), percentile=percentile)
    median = before.median.item()
    if median != int(median):
        return
    after = appropriateness(counts([*ratings, int(median)]), percentile=percentile)
    assert after.ipr.item() <= before.ipr.item()
    assert before.disagreement.item() or not after.disagreement.item()


@given(ratings=PANELS)
def test_one_more_rater_at_the_median_never_makes_disagreement_by_counting(ratings):
    before = panel_count(counts(ratings))
    median = plain_median(ratings)
    if median.denominator == 1:
        after = panel_count(counts([*ratings, int(median)]))
        assert before.disagreement.item() or not after.disagreement.item()


@given(ratings=RATINGS, rule=RULES)
def test_ranges(ratings, rule):
    found = appropriateness(counts(ratings), percentile=rule.percentile, half_point=rule.half_point)
    assert found.n.item() == len(ratings)
    assert min(ratings) <= found.p30.item() <= found.median.item() <= found.p70.item() <= max(ratings)
    assert 0 <= found.ai.item() <= 4
    assert 2.35 <= found.ipras.item() <= 8.35
    assert found.disagreement.item() == (found.di.item() > 1)
    assert found.verdict.item() in ("appropriate", "uncertain", "inappropriate")


@given(ratings=RATINGS)
def test_turning_the_scale_around_turns_the_verdict_around(ratings):
    turned = {"up": "down", "down": "up", "uncertain": "uncertain"}
    for half, other in turned.items():
        one = appropriateness(counts(ratings), half_point=half)
        two = appropriateness(counts([10 - each for each in ratings]), half_point=other)
        assert one.direction.item() == -two.direction.item()
        assert (one.di.item(), one.ipr.item()) == (two.di.item(), two.ipr.item())


@given(
    ratings=st.lists(st.integers(-2, 4), min_size=1, max_size=30),
    rule=st.one_of(st.builds(ThresholdRule, exclusion=st.sampled_from("ab")), st.just(PercentRule())),
)
def test_the_vocabulary_of_other_scales(ratings, rule):
    scale = RatingScale(minimum=-2, maximum=4, low_to=-1, high_from=3)
    panel = sensitivity_panel(counts(ratings, scale), rule, scale)
    assert set(panel.verdicts.ravel().tolist()) <= {"in", "none", "out"}
    assert panel.names == ("comet-70-15-a", "comet-70-15-b", "percent-75", "percent-80")


@given(
    sizes=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), max_size=8),
    smallest=st.integers(5, 9),
)
def test_no_group_that_is_shown_is_small(sizes, smallest):
    shown = shown_groups(sizes, smallest=smallest)
    members = [group for groups in shown.values() for group in groups]
    assert len(set(members)) == len(members)
    assert all(sum(sizes[group] for group in groups) >= smallest for groups in shown.values())
    people = {group for group, size in sizes.items() if size}
    assert set(members) == (people if sum(sizes.values()) >= smallest else set())


@given(
    rows=st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=6),
    smallest=st.integers(5, 9),
)
def test_what_is_left_out_cannot_be_had_by_subtraction(rows, smallest):
    sizes = np.array(rows).T
    shown = shown_rows(sizes, smallest=smallest)
    assert (sizes[shown] >= smallest).all()
    hidden = np.where(shown, 0, sizes).sum(axis=0)
    assert ((hidden == 0) | (hidden >= smallest) | ~shown.any(axis=0)).all()
