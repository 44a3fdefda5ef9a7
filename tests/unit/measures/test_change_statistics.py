"""Clinical change, arms, selection, bounds, net promoter score, QALYs: each against a second computation."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from scipy.stats import norm, truncnorm

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.measures.arms import compare_arms
from allay.measures.change_bounds import improvement_range, mean_bounds, share_bounds
from allay.measures.clinical_change import clinical_change, clinical_cutoff, measurement_error
from allay.measures.derived import Norm
from allay.measures.extremes import extremes
from allay.measures.logistic import NotEstimable
from allay.measures.net_promoter import net_promoter
from allay.measures.paired import paired_change
from allay.measures.qaly import qaly_area, years_between
from allay.measures.rules import CombinedRule, rule_met
from allay.measures.selection import expected_regression, selection_view, uncut_norm

NAN = float("nan")
EXACT = 1e-9  # two ways of writing the same formula in double precision
# Twelve couples of our own making, on a scale where higher is better.
BEFORE = [70, 75, 80, 85, 90, 62, 78, 88, 95, 60, 73, 84]
AFTER = [72, 98, 118, 86, 74, 99, 77, 110, 96, 100, 74, 60]


def rule(*requires, threshold=7.0):
    return CombinedRule("r", threshold, requires, "made up", "example", Status.SYNTHETIC)


class TestRules:
    @pytest.mark.parametrize(
        ("points", "move", "reliable", "requires", "answer"),
        [
            (1, 1, NAN, ("band_move",), 1),
            (1, 0, NAN, ("band_move",), 0),
            (1, -1, NAN, ("band_move",), 0),
            (0, 1, NAN, ("band_move",), 0),
            (1, NAN, NAN, ("band_move",), NAN),
            (0, NAN, NAN, ("band_move",), 0),
            (1, 0, 1, ("reliable",), 1),
            (1, 1, 0, ("reliable", "band_move"), 0),
            (1, 1, NAN, ("reliable", "band_move"), NAN),
            (NAN, 0, 1, ("band_move",), 0),
        ],
    )
    def test_every_part_must_hold(self, points, move, reliable, requires, answer):
        found = rule_met(
            rule(*requires),
            points_met=np.array([points], dtype=float),
            band_move=np.array([move], dtype=float),
            reliable=np.array([reliable], dtype=float),
        )
        assert np.array_equal(found, [answer], equal_nan=True)

    @pytest.mark.parametrize(
        ("requires", "threshold"),
        [((), 7), (("band_move", "band_move"), 7), (("better",), 7), (("reliable",), 0)],
    )
    def test_a_rule_that_cannot_be(self, requires, threshold):
        with pytest.raises(InvalidValue, match="rule r"):
            rule(*requires, threshold=threshold)


class TestClinicalChange:
    def made(self, **settings):
        return clinical_change(BEFORE, AFTER, direction="higher_better", reliability=0.9, **settings)

    def test_by_hand(self):
        found = self.made(functional=Norm(110, 9))
        sd = math.sqrt(sum((x - 940 / 12) ** 2 for x in BEFORE) / 11)
        assert found.sd == pytest.approx(sd, abs=EXACT)
        assert found.sem == pytest.approx(sd * math.sqrt(0.1), abs=EXACT)
        assert found.threshold == pytest.approx(1.96 * math.sqrt(2) * sd * math.sqrt(0.1), abs=EXACT)
        cutoff = (9 * 940 / 12 + sd * 110) / (9 + sd)
        assert found.cutoff == pytest.approx(cutoff, abs=EXACT)  # 96.05
        assert found.category.tolist() == [
            *("unchanged", "recovered", "recovered", "unchanged", "deteriorated", "recovered"),
            *("unchanged", "recovered", "unchanged", "recovered", "unchanged", "deteriorated"),
        ]
        assert found.status is Status.MEMORY

    def test_harmed_is_over_the_cutoff_the_other_way(self):
        found = clinical_change(
            [100, 80], [60, 60], direction="higher_better", sem=3, functional=Norm(110, 9), norm=Norm(78, 10)
        )
        assert found.category.tolist() == ["harmed", "deteriorated"]

    def test_turning_the_scale_changes_nothing(self):
        plain = self.made(functional=Norm(110, 9))
        turned = clinical_change(
            [200 - x for x in BEFORE],
            [200 - x for x in AFTER],
            direction="higher_worse",
            reliability=0.9,
            functional=Norm(90, 9),
        )
        assert turned.category.tolist() == plain.category.tolist()
        assert turned.cutoff == pytest.approx(200 - plain.cutoff, abs=EXACT)

    def test_without_norms_nobody_recovers_and_missing_has_no_category(self):
        found = clinical_change([*BEFORE, NAN], [*AFTER, 3], direction="higher_better", reliability=0.9)
        assert (found.cutoff, found.counts["recovered"], found.reliably_improved) == (None, 0, 5)
        assert found.category[-1] == ""
        assert found.n == 12

    def test_a_change_of_exactly_the_threshold_is_not_beyond_it(self):
        sem = 1 / (1.96 * math.sqrt(2))
        found = clinical_change([5, 5], [6, 6.1], direction="higher_better", sem=sem)
        assert found.category.tolist() == ["unchanged", "improved"]

    def test_cutoffs_in_both_directions(self):
        for sign, direction in ((1, "higher_better"), (-1, "higher_worse")):
            both = {"dysfunctional": Norm(sign * 40, 10), "functional": Norm(sign * 60, 5)}
            found = [clinical_cutoff(kind, direction=direction, **both) for kind in "abc"]
            assert found == pytest.approx([sign * 60, sign * 50, sign * (5 * 40 + 10 * 60) / 15])

    def test_what_cannot_be(self):
        for settings in ({}, {"reliability": 0.8, "sem": 2}, {"reliability": 1.0}, {"sem": 0.0}):
            with pytest.raises(InvalidValue):
                clinical_change(BEFORE, AFTER, direction="higher_better", **settings)
        with pytest.raises(InvalidValue, match="functional mean better than 78.3"):
            self.made(functional=Norm(50, 9))
        with pytest.raises(InvalidValue, match="norms"):
            clinical_cutoff("b", dysfunctional=Norm(1, 1), functional=None, direction="higher_better")
        with pytest.raises(NotEstimable):
            clinical_change([3, 3], [4, 5], direction="higher_better", reliability=0.5)
        with pytest.raises(InvalidValue):
            measurement_error(0.0, reliability=0.5)


class TestArms:
    def arms(self, seed=3, n=40):
        rng = np.random.default_rng(seed)
        arm = np.repeat([1.0, 0.0], n // 2)
        before = rng.normal(6, 2, n) + arm
        after = 0.6 * before - 1.5 * arm + rng.normal(0, 1, n)
        return before, after, arm

    def test_change_against_the_two_sample_formula(self):
        before, after, arm = self.arms()
        found = compare_arms(before, after, treated=arm)
        change = after - before
        one, other = change[arm == 1], change[arm == 0]
        spread = math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2 * (2 / 20))
        half = 2.0243941645751367 * spread  # t quantile, 38 degrees of freedom
        assert found.change_interval.high - found.change_difference == pytest.approx(half, rel=1e-8)

    def test_ancova_by_taking_the_baseline_out_first(self):
        # Frisch, Waugh and Lovell: regress arm and follow-up on the baseline, then residual on residual.
        before, after, arm = self.arms()
        found = compare_arms(before, after, treated=arm)

        def rest(y):
            slope, intercept = np.polyfit(before, y, 1)
            return y - slope * before - intercept

        x, y = rest(arm), rest(after)
        effect = (x @ y) / (x @ x)
        se = math.sqrt(((y - effect * x) ** 2).sum() / 37 / (x @ x))
        assert found.ancova_difference == pytest.approx(effect, rel=1e-9)
        half = 2.0261924630291093 * se  # t quantile, 37 degrees of freedom
        assert found.ancova_interval.high - effect == pytest.approx(half, rel=1e-8)

    def test_the_equation_of_the_two(self):
        before, after, arm = self.arms()
        found = compare_arms(before, after, treated=arm)
        gap = found.change_difference - found.ancova_difference
        assert gap == pytest.approx((found.slope - 1) * found.baseline_difference, abs=EXACT)

    def test_equal_arms_agree(self):
        found = compare_arms([1, 2, 3, 1, 2, 3], [1, 2, 2, 2, 3, 4], treated=[1, 1, 1, 0, 0, 0])
        assert found.change_difference == pytest.approx(found.ancova_difference)
        assert "agree" in found.text

    def test_what_cannot_be(self):
        with pytest.raises(NotEstimable, match="two arms"):
            compare_arms([1, 2, 3, 4], [1, 2, 3, NAN], treated=[1, 1, 0, 0])
        with pytest.raises(NotEstimable, match="baseline does not vary"):
            compare_arms([5, 5, 4, 4], [1, 2, 3, 4], treated=[1, 1, 0, 0])
        with pytest.raises(InvalidValue, match="0 or 1"):
            compare_arms([1, 2, 3, 4], [1, 2, 3, 4], treated=[1, 1, 2, 2])
        with pytest.raises(InvalidValue, match="4 arms"):
            compare_arms([1, 2, 3, 4], [1, 2, 3, 4], treated=[1, 1, 0])


class TestSelection:
    def test_against_the_distribution_cut_by_another_library(self):
        found = expected_regression(Norm(50, 10), reliability=0.7, cutoff=58)
        cut = truncnorm(0.8, np.inf, loc=50, scale=10)
        assert found.mean_selected == pytest.approx(cut.mean(), rel=1e-9)
        assert found.share_selected == pytest.approx(norm.sf(0.8), rel=1e-9)
        assert found.change == pytest.approx(-0.3 * (cut.mean() - 50), rel=1e-9)

    def test_below_is_above_turned(self):
        above = expected_regression(Norm(50, 10), reliability=0.7, cutoff=58)
        below = expected_regression(Norm(50, 10), reliability=0.7, cutoff=42, side="below")
        assert below.change == pytest.approx(-above.change)
        assert below.mean_again == pytest.approx(100 - above.mean_again)

    def test_a_perfect_measure_has_none(self):
        assert expected_regression(Norm(50, 10), reliability=1, cutoff=70).change == 0

    @pytest.mark.parametrize("z", [-2.0, 0.0, 1.0, 2.0])
    def test_the_population_behind_a_cut_one(self, z):
        cut = truncnorm(z, np.inf, loc=50, scale=10)
        values = cut.ppf((np.arange(20_000) + 0.5) / 20_000)
        found = uncut_norm(values, cutoff=50 + 10 * z)
        # Midpoints of 20,000 slices miss a little of the tail; far cutoffs magnify it.
        assert (found.mean, found.sd) == pytest.approx((50, 10), abs=0.15)

    def test_what_cannot_be(self):
        with pytest.raises(InvalidValue, match="scores above 5"):
            uncut_norm([4, 6, 7], cutoff=5)
        with pytest.raises(NotEstimable, match="three scores"):
            uncut_norm([6, 7], cutoff=5)
        with pytest.raises(NotEstimable, match="tail"):
            uncut_norm([5, 5, 5, 5, 5, 40], cutoff=5)
        with pytest.raises(InvalidValue, match="reliability"):
            expected_regression(Norm(0, 1), reliability=1.1, cutoff=0)
        with pytest.raises(InvalidValue, match="cutoff"):
            expected_regression(Norm(0, 1), reliability=0.5, cutoff=NAN)
        with pytest.raises(InvalidValue, match="above or below"):
            expected_regression(Norm(0, 1), reliability=0.5, cutoff=0, side="left")

    def test_the_view(self):
        found = selection_view(
            [60, 70, 80, 50, NAN], [55, 66, NAN, 50, 3], cutoff=60, sem=5, population=Norm(50, 10)
        )
        assert (found.n, found.paired, found.outside, found.observed) == (3, 2, 1, -4.5)
        assert found.reliability == 0.75
        assert found.beyond_expected == pytest.approx(-4.5 + 0.25 * (found.expected.mean_selected - 50))

    def test_the_view_says_why_not(self):
        assert "reliability" in selection_view([6, 7, 9], [5, 5, 5], cutoff=5, population=Norm(4, 2)).reason
        found = selection_view([6], [5], cutoff=5, reliability=0.8)
        assert (found.expected, found.beyond_expected) == (None, None)
        assert "three scores" in found.reason


class TestBounds:
    def test_worst_and_best(self):
        worst, best = improvement_range(
            [6, 6, NAN, NAN], [4, NAN, 3, NAN], minimum=0, maximum=10, direction="higher_better"
        )
        assert worst.tolist() == [-2, -6, -7, -10]
        assert best.tolist() == [-2, 4, 3, 10]
        found = mean_bounds(worst, best)
        assert (found.n, found.missing, found.low, found.high) == (4, 3, -6.25, 3.75)
        shares = share_bounds(worst, best, points=3)
        assert (shares.low, shares.high) == (0.0, 0.75)

    def test_a_threshold_out_of_reach_is_in_no_best_case(self):
        worst, best = improvement_range([1.0], [NAN], minimum=0, maximum=10, direction="higher_worse")
        assert share_bounds(worst, best, points=2).high == 0.0

    def test_nothing_missing_is_the_paired_interval(self):
        worst, best = improvement_range([6, 7, 9], [4, 6, 3], minimum=0, maximum=10, direction="higher_worse")
        paired = paired_change([6, 7, 9], [4, 6, 3], direction="higher_worse")
        found = mean_bounds(worst, best)
        assert found.low == found.high == 3
        assert found.interval.low == pytest.approx(-paired.ci95.high)

    def test_nobody(self):
        empty = np.array([])
        assert mean_bounds(empty, empty).low is None
        assert share_bounds(empty, empty, points=1).high is None

    def test_floor_and_ceiling(self):
        found = extremes([0] * 3 + [5] * 16 + [10] + [NAN] * 4, minimum=0, maximum=10)
        # 3 of 20 are 15%, which is not above 15%.
        assert (found.floor.share, found.floor_effect, found.ceiling.n) == (0.15, False, 1)
        assert extremes([0] * 4 + [5] * 16, minimum=0, maximum=10).floor_effect
        assert extremes([NAN], minimum=0, maximum=10).floor.share is None


def constrained(more, fewer, n, delta):
    """Second share at the likeliest multinomial with a given difference, by looking everywhere."""
    low, high = max(0.0, -delta), (1 - delta) / 2
    q = np.linspace(low, high, 400_001)[1:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [
            count * np.log(share) if count else np.zeros_like(q)
            for count, share in ((more, q + delta), (fewer, q), (n - more - fewer, 1 - 2 * q - delta))
        ]
    return float(q[np.argmax(sum(terms))])


class TestNetPromoter:
    @pytest.mark.parametrize(
        ("more", "fewer", "n"), [(3, 2, 7), (40, 25, 100), (1, 0, 5), (12, 12, 24), (0, 3, 9)]
    )
    def test_limits_solve_the_score_equation(self, more, fewer, n):
        found = net_promoter([9] * more + [0] * fewer + [7] * (n - more - fewer))
        assert found.score == 100 * (more - fewer) / n
        for limit in (found.interval.low / 100, found.interval.high / 100):
            q = constrained(more, fewer, n, limit)
            statistic = abs((more - fewer) / n - limit) / math.sqrt((2 * q + limit * (1 - limit)) / n)
            # The likelihood is looked at in 400,000 places, so q is known to about 1e-6.
            assert statistic == pytest.approx(1.959964, abs=5e-4)

    def test_all_alike_still_have_a_width(self):
        everyone = net_promoter([10] * 10)
        assert (everyone.score, everyone.interval.high) == (100, 100)
        # z^2 / (n + z^2) of doubt: Wilson's limit of 10 of 10, doubled around the middle.
        assert everyone.interval.low == pytest.approx(100 * (10 - 3.841459) / (10 + 3.841459), abs=1e-4)
        nobody = net_promoter([0] * 10)
        assert nobody.interval.low == -100
        assert nobody.interval.high == pytest.approx(-everyone.interval.low)
        passives = net_promoter([7] * 10)
        assert passives.interval.high == pytest.approx(-passives.interval.low)

    def test_borders_and_missing(self):
        found = net_promoter([6, 7, 8, 9, NAN])
        assert (found.detractors, found.passives, found.promoters, found.missing) == (1, 2, 1, 1)
        assert net_promoter([NAN]).score is None
        for wrong in ([11], [-1], [8.5], [math.inf]):
            with pytest.raises(InvalidValue, match="0 to 10"):
                net_promoter(wrong)


class TestQaly:
    def test_area(self):
        assert qaly_area([0, 1, 3], [0.2, 0.6, 0.6]) == pytest.approx(0.4 + 1.2)
        assert qaly_area([2, 3], [-0.1, 0.1]) == pytest.approx(0)
        assert years_between([dt.date(2025, 1, 1), dt.date(2025, 7, 2)]) == [0, 182 / 365.25]

    @pytest.mark.parametrize(
        ("years", "utilities"),
        [
            ([0], [1]),
            ([0, 0], [1, 1]),
            ([1, 0], [1, 1]),
            ([0, 1], [1, 1.2]),
            ([0, 1], [NAN, 1]),
            ([0, 1], [1]),
        ],
    )
    def test_what_cannot_be(self, years, utilities):
        with pytest.raises(InvalidValue):
            qaly_area(years, utilities)
