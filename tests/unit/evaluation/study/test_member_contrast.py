"""The main contrast: by hand, against the estimators of Callaway and Sant'Anna, and its error rate."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.study.cohort import NEVER
from allay.evaluation.study.contrast import MonthSums, Span, before_after, contrast
from allay.evaluation.study.starts import Periods, period_panel

# Two sums of a few hundred products of order one, added up in another order.
SAME = 1e-10
# A step whose square is far below the differences that are compared.
STEP = 1e-6
SPAN = Span(3, 1, 3)
# Four Monte-Carlo errors of a rate of 5% in 600 replications (4 * sqrt(.05 * .95 / 600)).
RATE = 0.036


def members(
    seed: int, *, starters: int = 40, pool: int = 120, months: int = 12
) -> tuple[np.ndarray, np.ndarray]:
    """Draw outcomes with a member's level and months that hang together, and starts from month 4 to 9."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(starters + pool, months)).cumsum(axis=1) * 0.3
    values = noise + random.normal(size=(starters + pool, 1)) + random.normal(size=(starters + pool, months))
    start = np.concatenate([random.integers(4, 10, starters), np.full(pool, NEVER)])
    return values, start


@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_the_average_of_group_time_effects_less_their_baseline(weighted: bool) -> None:
    values, start = members(3)
    random = np.random.default_rng(1)
    weights = np.where(start == NEVER, random.uniform(0.2, 2, len(start)) if weighted else 1.0, 1.0)
    periods = Periods.of(1, window=12, anticipation=SPAN.anticipation)
    panel, _ = period_panel(values, start, weights, periods=periods, smallest=1)
    effects = group_time_effects(panel, base="universal", anticipation=SPAN.anticipation)
    total = 0.0
    for cohort in np.unique(start[start != NEVER]):
        own = effects.cohort == cohort + 1
        event = effects.event
        follow = own & (event >= 0) & (event < 3)
        before = own & (event >= -4) & (event < -1)
        gap = effects.att[follow].mean() - np.nan_to_num(effects.att[before]).mean()
        total += gap * (start == cohort).sum()
    found = contrast(values, start, weights, span=SPAN)
    assert found.effect == pytest.approx(total / 40, abs=SAME)
    assert found.effect == pytest.approx(
        found.after[0] - found.before[0] - (found.after[1] - found.before[1]), abs=SAME
    )


def test_a_null_effect_is_rejected_at_its_level() -> None:
    rejected = 0
    for seed in range(600):
        values, start = members(seed)
        found = contrast(values, start, np.ones(len(start)), span=SPAN)
        rejected += abs(found.effect) > 1.96 * found.se
    assert rejected / 600 == pytest.approx(0.05, abs=RATE)


def test_the_error_is_the_spread_of_the_influence() -> None:
    values, start = members(5)
    found = contrast(values, start, np.ones(len(start)), span=SPAN)
    assert found.se == pytest.approx(np.sqrt((found.influence**2).sum()) / len(start), rel=1e-12)
    assert found.influence.mean() == pytest.approx(0, abs=SAME)


@pytest.mark.parametrize("notyet", [False, True])
def test_the_influence_of_a_member_is_what_more_weight_would_move(notyet: bool) -> None:
    values, start = members(7, starters=12, pool=15)
    weights = np.random.default_rng(2).uniform(0.5, 2, len(start))
    found = contrast(values, start, weights, span=SPAN, notyet=notyet)
    larger = np.sqrt(12 / 11)
    for place in range(len(start)):
        more = weights.copy()
        more[place] *= 1 + STEP
        moved = (contrast(values, start, more, span=SPAN, notyet=notyet).effect - found.effect) / STEP
        said = found.influence[place] / len(start)
        if start[place] == NEVER:
            assert said == pytest.approx(moved, abs=10 * STEP)
        elif not notyet:  # else both of its parts move, and one of them has the small-sample factor
            assert said / larger == pytest.approx(moved, abs=10 * STEP)
    assert found.influence.mean() == pytest.approx(0, abs=SAME)


def test_later_starters_are_compared_with_until_their_anticipation() -> None:
    use = np.zeros((3, 12))
    use[1, 4:7] = 9.0  # the follow-up of the first starter, and the baseline of the second
    start = np.array([4, 8, NEVER])
    alone = contrast(use, start, np.ones(3), span=SPAN)
    both = contrast(use, start, np.ones(3), span=SPAN, notyet=True)
    assert alone.effect == pytest.approx((0 - 9) / 2, abs=SAME)
    assert both.effect == pytest.approx((-4.5 - 9) / 2, abs=SAME)
    late = contrast(use, np.array([4, 7, NEVER]), np.ones(3), span=SPAN, notyet=True)
    assert late.effect == contrast(use, np.array([4, 7, NEVER]), np.ones(3), span=SPAN).effect


def test_a_member_counts_by_the_months_that_are_there() -> None:
    use = np.array([[2.0, np.nan, 4.0, 0.0, 1.0, np.nan], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
    sums = MonthSums(use)
    assert sums.mean(0, 3).tolist() == [3.0, 1.0]
    assert np.isnan(sums.mean(1, 2)).tolist() == [True, False]
    found = contrast(use, np.array([4, NEVER]), np.ones(2), span=Span(3, 1, 2))
    assert (found.effect, found.months) == (-2.0, 1.0)


def test_one_starter_has_an_effect_and_no_error() -> None:
    values, start = members(2, starters=1)
    found = contrast(values, start, np.ones(len(start)), span=SPAN)
    assert np.isfinite(found.effect)
    assert np.isnan(found.se)


def test_a_start_with_nobody_to_compare_with_is_refused() -> None:
    with pytest.raises(InvalidValue, match="comparison members for those who start in month 5"):
        contrast(np.zeros((2, 12)), np.array([5, 6]), np.ones(2), span=SPAN)


def test_before_and_after_show_the_peak_falling() -> None:
    use = np.tile([1.0, 1, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1], (3, 1))
    start = np.array([4, 4, NEVER])
    naive = before_after(use, start, np.ones(3), span=Span(1, 0, 3))
    careful = before_after(use, start, np.ones(3), span=SPAN)
    assert (naive.change, careful.change, naive.treated) == (-4.0, 0.0, 2)
