"""What stands beside the main estimate: rate ratios, who benefits, negative controls at work, and a prior."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError
from tests.unit.evaluation.study.panels import protocol
from tests.unit.reports import evaluation_outcomes as made

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.evaluation.inference.calibration import SystematicError, calibrate, systematic_error
from allay.evaluation.inference.credibility import PriorEffect, weigh_with_prior
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.rate_ratio import rate_ratios, two_part
from allay.evaluation.inference.who_benefits import who_benefits
from allay.evaluation.study.benefit import benefit_record
from allay.evaluation.study.calibrated import calibration_record
from allay.evaluation.study.cohort import NEVER
from allay.evaluation.study.contrast import MonthSums, Span, contrast
from allay.evaluation.study.memberwindows import member_windows
from allay.evaluation.study.money import savings_row
from allay.evaluation.study.ratioresult import RatioRecord, RatioRow
from allay.evaluation.study.ratios import ratio_record
from allay.evaluation.study.weighting import StudyWeights

SPAN = Span(3, 1, 3)
# Sums of hundreds of numbers of order 10, added in another order.
SAME = 1e-9
# One of 20 blank studies shows something by chance. More than 6 of 40 come up once in 300 tries.
BLANK, MOST = 40, 6
PRIOR = {"saving": 30.0, "sd": 15.0, "source": "three programs", "status": "secondary"}


def panel(seed: int = 1, *, members: int = 600, starters: int = 200) -> tuple[np.ndarray, ...]:
    """Use by month, starts in months 4 to 9, uneven weights, and two covariates."""
    draw = np.random.default_rng(seed)
    start = np.where(np.arange(members) < starters, draw.integers(4, 10, members), NEVER)
    weights = np.where(start == NEVER, draw.uniform(0.2, 2.0, members), 1.0)
    season = 1 + 0.3 * np.sin(np.arange(12))
    use = draw.gamma(2.0, 3.0, (members, 1)) * season + draw.normal(0, 2.0, (members, 12)) + 8
    return use, start, weights, draw.normal(size=(members, 2))


def weighed(weights: np.ndarray, covariates: np.ndarray, names: tuple[str, ...]) -> StudyWeights:
    return StudyWeights(weights, None, covariates, names, float(len(weights)), 0, "ATT")


def after(start: np.ndarray) -> np.ndarray:
    return (start != NEVER)[:, None] & (np.arange(12) >= start[:, None])


def test_windows_of_members_give_the_main_effect_exactly() -> None:
    use, start, weights, _ = panel()
    weights[3] = 0.0
    main = contrast(use, start, weights, span=SPAN)
    found = member_windows(MonthSums(use), start, weights, span=SPAN)
    assert 3 not in found.rows
    own, rest = found.treated, ~found.treated
    change = found.change
    effect = change[own].mean() - np.average(change[rest], weights=found.weights[rest])
    assert effect == pytest.approx(main.effect, abs=SAME)
    assert np.average(change[rest], weights=found.weights[rest]) == pytest.approx(0, abs=SAME)
    means = [
        (found.before[own].mean(), np.average(found.before[rest], weights=found.weights[rest])),
        (found.after[own].mean(), np.average(found.after[rest], weights=found.weights[rest])),
    ]
    assert means[0] == pytest.approx(main.before, abs=SAME)
    assert means[1] == pytest.approx(main.after, abs=SAME)


def test_members_with_missing_months_are_in_no_window() -> None:
    use, start, weights, _ = panel()
    use[0, start[0]] = np.nan
    use[-1, 5] = np.nan  # the follow-up of those who start in month 5
    use[-2, 4] = np.nan  # that of those who start in month 4, and of the baseline of others
    use[-3, 0] = np.nan  # one of three months of a baseline: the mean of the others is there
    found = member_windows(MonthSums(use), start, weights, span=Span(3, 0, 1))
    assert found.rows.tolist() == [*range(1, 598)]
    assert np.isfinite(found.change).all()


def test_without_members_who_never_start_there_are_no_windows() -> None:
    use, start, weights, _ = panel()
    with pytest.raises(InvalidValue, match="200 and 0"):
        member_windows(MonthSums(use), start, np.where(start == NEVER, 0.0, weights), span=SPAN)


def test_the_rate_ratio_is_that_of_the_estimator_on_each_members_two_windows() -> None:
    use, start, weights, _ = panel()
    start = np.where(start == NEVER, NEVER, 6)
    windows = np.column_stack([use[:, 2:5].mean(axis=1), use[:, 6:9].mean(axis=1)])
    direct = rate_ratios(windows, [1, 2], np.where(start == NEVER, 0, 2), weights=weights, level=0.9)
    found = ratio_record(use, start, weights, span=SPAN, alpha=0.1)
    assert found.total is not None
    assert found.total.ratio == pytest.approx(direct.overall.ratio, abs=SAME)
    assert found.total.log_se == pytest.approx(direct.overall.log_se, abs=SAME)
    assert (found.total.low, found.total.high) == pytest.approx(
        (direct.overall.interval.low, direct.overall.interval.high), abs=SAME
    )
    assert (found.starters, found.comparison) == (200, 400)
    assert (found.any_use, found.amount) == (None, None)


def test_the_rate_ratio_is_the_ratio_of_ratios_of_the_four_means() -> None:
    use, start, weights, _ = panel(seed=2)
    main = contrast(use, start, weights, span=SPAN)
    found = ratio_record(use, start, weights, span=SPAN, alpha=0.05)
    assert found.total is not None
    expected = main.after[0] / main.before[0] / (main.after[1] / main.before[1])
    assert found.total.ratio == pytest.approx(expected, abs=SAME)


def test_a_trend_in_percent_fools_amounts_and_not_the_ratio() -> None:
    """Starters use twice as much, and everybody's use grows by a tenth a month; the program does nothing."""
    draw = np.random.default_rng(5)
    start = np.where(np.arange(4000) < 1500, 6, NEVER)
    level = draw.gamma(4.0, 0.5, 4000) * np.where(start == NEVER, 1.0, 2.0)
    use = draw.poisson(level[:, None] * 1.1 ** np.arange(12)).astype(np.float64)
    main = contrast(use, start, np.ones(4000), span=SPAN)
    found = ratio_record(use, start, np.ones(4000), span=SPAN, alpha=0.05)
    assert main.effect > 5 * main.se
    assert found.total is not None
    assert found.total.low < 1 < found.total.high
    assert found.total.high - found.total.low < 0.1


def test_two_parts_of_a_cost_multiply_and_are_by_month() -> None:
    use, start, weights, _ = panel(seed=3)
    start = np.where(start == NEVER, NEVER, 6)
    cost = np.where(use > 12, use / 10, 0.0)
    found = ratio_record(cost, start, weights, span=SPAN, alpha=0.05, cost=True)
    assert found.total is not None
    assert found.any_use is not None
    assert found.amount is not None
    assert found.any_use.ratio * found.amount.ratio == pytest.approx(found.total.ratio, abs=SAME)
    some = (cost > 0).astype(np.float64)
    share = ratio_record(some, start, weights, span=SPAN, alpha=0.05).total
    assert found.any_use == share
    # With one month before and one after, it is what the estimator says of costs by month.
    single = ratio_record(cost, start, weights, span=Span(1, 0, 1), alpha=0.05, cost=True)
    direct = two_part(cost[:, 5:7], [1, 2], np.where(start == NEVER, 0, 2), weights=weights)
    assert single.amount is not None
    assert single.amount.ratio == pytest.approx(direct.amount.ratio, abs=SAME)
    assert single.amount.log_se == pytest.approx(direct.amount.log_se, abs=SAME)


def test_without_use_there_is_no_ratio_but_a_reason() -> None:
    use, start, weights, _ = panel()
    found = ratio_record(use * 0, start, weights, span=SPAN, alpha=0.05, cost=True)
    assert found.total is None
    assert found.words.startswith("no rate ratio: expected outcomes above zero")


def test_who_benefits_is_that_of_the_estimator_on_each_members_change() -> None:
    use, start, weights, x = panel()
    use = use - after(start) * (2 + 2 * x[:, :1])
    found = benefit_record(
        MonthSums(use),
        start,
        weighed(weights, x, ("age", "gender=male")),
        protocol(seed=7),
        protocol().primary,
        span=SPAN,
    )
    starts = range(4, 10)
    share = {month: (start == month).sum() / 200 for month in starts}
    pool = start == NEVER
    gaps = {m: use[:, m : m + 3].mean(axis=1) - use[:, m - 4 : m - 1].mean(axis=1) for m in starts}
    gaps = {m: each - np.average(each[pool], weights=weights[pool]) for m, each in gaps.items()}
    change = np.where(pool, sum(share[m] * gaps[m] for m in starts), 0.0)
    for month in starts:
        change[start == month] = gaps[month][start == month]
    direct = who_benefits(
        MemberChanges.of(change, ~pool, weights=weights, covariates=x, names=("age", "gender=male")), seed=7
    )
    assert found.differs is direct.differs is True
    assert found.words.startswith("some benefit more than others")
    assert found.slope == pytest.approx(direct.calibration.slope, abs=SAME)
    assert [one.starters for one in found.groups] == [one.treated for one in direct.groups]
    assert [one.effect for one in found.groups] == pytest.approx(
        [one.effect for one in direct.groups], abs=SAME
    )
    assert [one.low for one in found.groups] == pytest.approx(
        [one.interval.low for one in direct.groups], abs=SAME
    )
    assert found.most_less_least is not None
    assert found.most_less_least.effect < -2
    assert [one.covariate for one in found.traits] == ["age", "gender=male"]
    assert found.traits[0].slopes == pytest.approx((-2, -2), abs=0.5)


def test_where_more_is_better_the_most_benefit_is_the_largest_rise() -> None:
    use, start, weights, x = panel()
    use = use + after(start) * (2 + 2 * x[:, :1])
    outcome = protocol(outcomes=[{"id": "therapy_visit", "role": "primary", "better": "higher"}]).primary
    found = benefit_record(
        MonthSums(use), start, weighed(weights, x, ("age", "b")), protocol(), outcome, span=SPAN
    )
    assert found.most_less_least is not None
    assert found.most_less_least.effect > 2


def test_the_same_effect_for_all_shows_nobody_who_benefits_more() -> None:
    shown = 0
    for seed in range(BLANK):
        use, start, weights, x = panel(seed=100 + seed)
        found = benefit_record(
            MonthSums(use - 2.0 * after(start)),
            start,
            weighed(weights, x, ("age", "b")),
            protocol(seed=seed),
            protocol().primary,
            span=SPAN,
        )
        assert found.differs is not None
        assert found.differs == found.words.startswith("some benefit")
        assert found.differs != found.words.startswith("no evidence that some benefit more than others")
        shown += found.differs
    assert shown <= MOST


def test_too_few_starters_are_told_with_the_limit() -> None:
    use, start, weights, x = panel(starters=79)
    found = benefit_record(
        MonthSums(use), start, weighed(weights, x, ("age", "b")), protocol(), protocol().primary, span=SPAN
    )
    assert (found.differs, found.groups, found.p) == (None, (), None)
    assert (found.fewest, found.fewest_status, found.needed) == (20, Status.DERIVED, 80)
    assert "expected 80 starters or more" in found.words
    assert found.words.endswith("found 79")
    more, start, weights, x = panel(starters=100)
    two = benefit_record(
        MonthSums(more), start, weighed(weights, x, ("age", "b")), protocol(), protocol().primary, span=SPAN
    )
    assert [one.starters for one in two.groups] == [50, 50]


@pytest.mark.parametrize("names", [("before_emergency_visit", "diagnoses"), ()])
def test_use_before_the_start_tells_nobody_apart(names: tuple[str, ...]) -> None:
    """Those who used much before fall back to their own mean: that is no benefit."""
    use, start, weights, x = panel()
    found = benefit_record(
        MonthSums(use),
        start,
        weighed(weights, x[:, : len(names)], names),
        protocol(),
        protocol().primary,
        span=SPAN,
    )
    assert found.differs is None
    assert "covariates to tell members apart by" in found.words


def test_small_groups_are_hidden() -> None:
    use, start, weights, x = panel()
    given = weighed(weights, x, ("age", "b"))
    study = protocol(smallest_cell=90)
    found = benefit_record(MonthSums(use), start, given, study, study.primary, span=SPAN)
    assert (found.differs, found.groups, found.traits) == (None, (), ())
    assert "hidden" in found.words


def ratios(role: str, *, shift: float = 0.0, count: int = 6) -> list:
    draw = np.random.default_rng(9)
    found = []
    for _ in range(count):
        ratio, se = math.exp(shift + draw.normal(0, 0.05)), 0.05
        row = RatioRow(ratio=ratio, low=ratio * 0.9, high=ratio * 1.1, log_se=se)
        one = made.outcome("x_ray", role, 0.03, 0.0004, 0.0016)
        found.append(one.model_copy(update={"ratio": RatioRecord(total=row, words="")}))
    return found


def test_controls_that_err_correct_the_outcomes_that_may_change() -> None:
    controls, own = ratios("negative_control", shift=0.2), ratios("secondary", shift=-0.1, count=2)
    found = calibration_record([*own, *controls], alpha=0.1)
    error = systematic_error(
        [math.log(one.ratio.total.ratio) for one in controls], [one.ratio.total.log_se for one in controls]
    )
    assert isinstance(error, SystematicError)
    assert (found.controls, found.needed, found.status) == (6, 5, Status.MEMORY)
    assert found.mean_error == pytest.approx(math.exp(error.mean))
    assert found.spread == pytest.approx(error.sd)
    assert len(found.rows) == 2
    for row, one in zip(found.rows, own, strict=True):
        total = one.ratio.total
        direct = calibrate(math.log(total.ratio), total.log_se, error=error, level=0.9)
        assert (math.log(row.ratio), math.log(row.low), row.p) == pytest.approx(
            (direct.estimate, direct.interval.low, direct.p)
        )
        assert row.ratio < total.ratio


def test_with_few_controls_nothing_is_corrected_and_the_number_is_told() -> None:
    unknown = ratios("negative_control", count=1)[0].model_copy(
        update={"ratio": RatioRecord(total=None, words="no rate ratio")}
    )
    found = calibration_record([*ratios("negative_control", count=4), unknown], alpha=0.05)
    assert (found.controls, found.rows, found.mean_error) == (4, (), None)
    assert found.words.endswith("needs 5 negative controls, and there are 4 (memory)")


def test_savings_are_weighed_with_what_others_found() -> None:
    use, start, weights, _ = panel()
    found = contrast(use * 10, start, weights, span=SPAN)
    plain = savings_row(found, protocol(), outcome="total_cost")
    assert plain.with_prior is None
    row = savings_row(found, protocol(program={"prior": PRIOR}), outcome="total_cost")
    own = plain.per_member_month
    direct = weigh_with_prior(
        own.estimate, own.se, prior=PriorEffect(30.0, 15.0, "three programs", Status.SECONDARY)
    )
    assert row.with_prior is not None
    assert row.model_copy(update={"with_prior": None}) == plain
    made = row.with_prior.per_member_month
    assert (row.with_prior.own_weight, made.estimate, made.low, made.high) == pytest.approx(
        (direct.z, direct.estimate, direct.interval.low, direct.interval.high), abs=SAME
    )
    assert 0 < row.with_prior.own_weight < 1
    assert own.estimate < made.estimate < 30.0
    assert "$30.00 a member and month that is known from elsewhere (three programs; secondary)" in (
        row.with_prior.words
    )


@pytest.mark.parametrize("wrong", [{"sd": 0}, {"source": ""}, {"status": "sure"}, {"saving": None}])
def test_a_prior_says_how_much_programs_differ_and_who_says_so(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        protocol(program={"prior": PRIOR | wrong})
