"""Description and paired change against SciPy, plain Python and figures worked by hand."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from scipy import stats

from allay.base.errors import InvalidValue
from allay.measures.describe import describe
from allay.measures.paired import paired_change
from allay.measures.regression import change_by_baseline
from allay.measures.signed_rank import midranks, signed_rank

NAN = float("nan")


def type_7(values: list[float], p: float) -> float:
    """Quantile of type 7 as R documents it: position (n - 1) p between ordered values."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * p
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def test_describe_agrees_with_plain_python():
    values = [3.1, 9.0, 2.2, 2.2, 7.5, 6.0, 0.0]
    found = describe([*values, NAN, NAN])
    assert (found.n, found.missing) == (7, 2)
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.sd == pytest.approx(statistics.stdev(values))
    for name, p in (("p05", 0.05), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p95", 0.95)):
        assert getattr(found, name) == pytest.approx(type_7(values, p))
    assert (found.min, found.max) == (0.0, 9.0)


def test_describe_of_nothing_and_of_one():
    nothing, one = describe([NAN, NAN]), describe([4.0])
    assert (nothing.n, nothing.missing, nothing.mean, nothing.p05) == (0, 2, None, None)
    assert (one.mean, one.sd, one.median) == (4.0, None, 4.0)


@pytest.mark.parametrize("values", [[[1.0]], [math.inf]])
def test_describe_refuses(values):
    with pytest.raises(InvalidValue):
        describe(values)


def test_paired_change_agrees_with_scipy():
    draw = np.random.default_rng(7)
    before, after = draw.integers(0, 11, 200).astype(float), draw.integers(0, 11, 200).astype(float)
    before[:9], after[5:30] = NAN, NAN
    found = paired_change(before, after, direction="higher_worse", points=2)
    kept = ~np.isnan(before) & ~np.isnan(after)
    theirs = stats.ttest_rel(after[kept], before[kept])
    limits = theirs.confidence_interval()
    assert found.n_paired == kept.sum()
    assert (found.t, found.p, found.df) == pytest.approx((theirs.statistic, theirs.pvalue, theirs.df))
    assert (found.ci95.low, found.ci95.high) == pytest.approx((limits.low, limits.high))
    ranks = stats.wilcoxon(after[kept], before[kept], correction=True, method="asymptotic")
    assert found.wilcoxon_p == pytest.approx(ranks.pvalue, rel=1e-10)


def test_paired_change_by_hand():
    # Changes: -3, -1, 0, -5, +2. Mean -1.4; squared distances 2.56+.16+1.96+12.96+11.56 = 29.2, / 4 = 7.3.
    found = paired_change([8, 7, 6, 9, 5], [5, 6, 6, 4, 7], direction="higher_worse", points=2)
    assert found.mean_change == pytest.approx(-1.4)
    assert found.sd_change == pytest.approx(math.sqrt(7.3))
    assert found.dz == found.srm == pytest.approx(-1.4 / math.sqrt(7.3))
    # Baseline 8 7 6 9 5: mean 7, squares 1+0+1+4+4 = 10, / 4 = 2.5.
    assert found.es == pytest.approx(-1.4 / math.sqrt(2.5))
    assert (found.improved, found.worsened) == (2, 1)
    # Ranks of 3 1 5 2 are 3 1 4 2; only +2 is positive.
    assert found.wilcoxon_v == 2


def test_direction_decides_who_improved():
    found = paired_change([30, 30, 30], [35, 25, 30], direction="higher_better", points=5)
    assert (found.improved, found.worsened) == (1, 1)


def test_a_change_of_exactly_the_threshold_counts_after_rounding():
    # 0.3 - 0.1 is 0.19999999999999998 in binary.
    found = paired_change([0.3, 0.3], [0.1, 0.3], direction="higher_worse", points=0.2)
    assert found.improved == 1


def test_no_pair_one_pair_and_no_variation():
    nobody = paired_change([1.0, NAN], [NAN, 2.0], direction="higher_worse", points=2)
    assert (nobody.n_paired, nobody.mean_change, nobody.improved) == (0, None, 0)
    one = paired_change([5.0], [3.0], direction="higher_worse")
    assert (one.mean_change, one.sd_change, one.t, one.ci95, one.improved) == (-2.0, None, None, None, None)
    same = paired_change([5.0, 6.1, 7.2], [4.9, 6.0, 7.1], direction="higher_worse")
    assert (same.sd_change, same.t, same.dz) == (None, None, None)


def test_lengths_must_match():
    with pytest.raises(InvalidValue, match="two 1-D arrays of one length"):
        paired_change([1, 2], [1], direction="higher_worse")


def test_inputs_are_not_changed():
    before, after = np.array([1.0, NAN]), np.array([2.0, 3.0])
    paired_change(before, after, direction="higher_worse")
    assert np.array_equal(before, [1.0, NAN], equal_nan=True)


def test_midranks_agree_with_scipy():
    values = [5, 1, 5, 5, 0, 2, 2]
    assert midranks(values).tolist() == stats.rankdata(values).tolist()


def test_signed_rank_of_zeros_only():
    assert signed_rank([0, 0]).p is None


def test_signed_rank_at_the_center_has_p_one():
    assert signed_rank([1, -1]).p == 1.0


def test_regression_view_keeps_ties_together_and_hides_small_parts():
    before = np.array([2.0] * 40 + [5.0] * 40 + [9.0] * 5)
    view = change_by_baseline(before, before - 1)
    assert view.n == 85
    assert sum(part.n is None for part in view.parts) >= 2 or all(part.n > 10 for part in view.parts)
    assert view.correlation == pytest.approx(1.0)


def test_regression_view_of_nobody():
    assert change_by_baseline([NAN], [1.0]).parts == ()
