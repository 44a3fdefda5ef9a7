"""Who benefits: nothing found where there is nothing, what there is found, groups and subgroups by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.evaluation.inference.benefit_rule import learn_rule
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.regression import least_squares
from allay.evaluation.inference.subgroups import named_subgroups
from allay.evaluation.inference.who_benefits import who_benefits

REPLICATIONS = 400
# Three Monte-Carlo errors of a size of 5% over that many replications: 0.033.
CHANCE = 3 * math.sqrt(0.05 * 0.95 / REPLICATIONS)
CLOSE = 1e-9


def members(draw, *, count=600, differs=0.0, covariates=4) -> MemberChanges:
    """Skewed changes that depend on a covariate anyway; an effect of -1, which may depend on the first."""
    x, treated = draw.normal(size=(count, covariates)), draw.random(count) < 0.4
    change = 0.5 * x[:, -1] + draw.gamma(0.5, 2.0, count) + treated * (-1.0 - differs * x[:, 0])
    names = tuple(f"x{place}" for place in range(covariates))
    return MemberChanges.of(change, treated, covariates=x, names=names)


@pytest.mark.parametrize("covariates", [1, 6])
def test_one_effect_for_all_is_rejected_at_most_at_the_level(covariates):
    draw = np.random.default_rng(20261127)
    found = [who_benefits(members(draw, covariates=covariates), seed=seed) for seed in range(REPLICATIONS)]
    rejected = np.mean([each.differs for each in found])
    assert rejected <= 0.05 + CHANCE
    # It is a test, and no constant: the p values are spread over the whole range.
    assert 0.2 < np.mean([each.calibration.p < 0.3 for each in found]) < 0.3 + 0.07
    for group in range(3):
        assert np.mean([each.groups[group].interval.covers(-1.0) for each in found]) >= 0.95 - CHANCE
    assert np.mean([each.most_less_least.interval.covers(0.0) for each in found]) >= 0.95 - CHANCE


def test_a_real_difference_is_found_and_has_its_size():
    found = who_benefits(members(np.random.default_rng(1), count=4000, differs=0.8), seed=1)
    assert found.differs
    assert found.statement.startswith("Effects differ")
    # The mean of a standard normal in its upper third is 1.0908; two errors of a group are about 0.2.
    assert [each.effect for each in found.groups] == pytest.approx([-0.13, -1.0, -1.87], abs=0.2)
    assert found.calibration.slope == pytest.approx(1.0, abs=0.15)
    assert found.calibration.interval.covers(1.0)
    assert found.groups[0].name == "least predicted benefit"
    assert found.most_less_least.effect == pytest.approx(found.groups[2].effect - found.groups[0].effect)
    everybody = members(np.random.default_rng(1), count=4000, differs=0.8)
    assert sum(each.treated for each in found.groups) == everybody.treated.sum()
    assert sum(each.comparison for each in found.groups) == (~everybody.treated).sum()


def test_no_difference_is_said_in_words():
    found = who_benefits(members(np.random.default_rng(5)), seed=1)
    assert not found.differs
    assert found.statement.startswith("No evidence of different effects")


def test_when_more_is_better_the_groups_turn_round():
    data = members(np.random.default_rng(1), count=2000, differs=0.8)
    down, up = (who_benefits(data, seed=1, lower_is_better=lower) for lower in (True, False))
    assert down.groups[0].effect > down.groups[-1].effect
    assert up.groups[0].effect == pytest.approx(down.groups[-1].effect, abs=0.02)


def test_clusters_stay_whole_and_copies_add_nothing():
    """Four copies of each member in a cluster: the errors are those of the members, not of the copies."""
    data = members(np.random.default_rng(2), count=800, differs=0.5)
    copies = np.repeat(np.arange(800), 4)
    cloned = MemberChanges.of(
        data.change[copies], data.treated[copies], covariates=data.covariates[copies], names=data.names,
        cluster=copies,
    )  # fmt: skip
    one, four = who_benefits(data, seed=3), who_benefits(cloned, seed=3)
    for single, fourfold in zip(one.groups, four.groups, strict=True):
        assert fourfold.treated == pytest.approx(4 * single.treated, abs=8)
        assert fourfold.se == pytest.approx(single.se, rel=0.15)


def test_rule_is_that_of_least_squares_when_there_is_much_to_learn():
    data = members(np.random.default_rng(3), count=20_000, differs=0.8)
    rule = learn_rule(data.change, data.treated, data.covariates, names=data.names, weights=data.weights)
    x, d = data.covariates, data.treated.astype(float)[:, None]
    design = np.column_stack([np.ones(len(x)), x, d, x * d])
    plain = np.linalg.lstsq(design, data.change, rcond=None)[0]
    # Ridge takes off about a percent of the slope at this size.
    assert rule.slope / rule.scale == pytest.approx(plain[-4:], abs=0.02)
    effects = rule.predict(x)
    assert effects == pytest.approx(plain[5] + x @ plain[-4:], abs=0.1)


def test_a_covariate_that_does_not_vary_is_no_obstacle_unless_all_are_so():
    data = members(np.random.default_rng(3))
    constant = np.column_stack([data.covariates, np.ones(600)])
    found = who_benefits(
        MemberChanges.of(data.change, data.treated, covariates=constant, names=(*data.names, "one")), seed=1
    )
    assert [rule.slope[-1] for rule in found.rules] == [0.0, 0.0]
    with pytest.raises(InvalidValue, match="a covariate that varies"):
        who_benefits(
            MemberChanges.of(data.change, data.treated, covariates=np.ones((600, 1)), names=("one",)), seed=1
        )


def test_small_groups_are_refused_with_a_way_out():
    with pytest.raises(InvalidValue, match="20 members treated in group 1 of 3 of each half .use fewer"):
        who_benefits(members(np.random.default_rng(1), count=150), seed=1)
    with pytest.raises(InvalidValue, match="covariates to tell members apart"):
        who_benefits(MemberChanges.of(np.zeros(4), [True, True, False, False]), seed=1)


def test_subgroups_without_covariates_are_differences_of_means():
    draw = np.random.default_rng(6)
    data, women = members(draw), draw.random(600) < 0.5
    plain = MemberChanges.of(data.change, data.treated)
    found = named_subgroups(plain, {"women": women}).tested[0]
    mean = {
        (arm, side): data.change[(data.treated == arm) & (women == side)].mean()
        for arm in (True, False)
        for side in (True, False)
    }
    inside, outside = (mean[True, side] - mean[False, side] for side in (True, False))
    assert (found.inside, found.outside) == pytest.approx((inside, outside), abs=CLOSE)
    assert found.difference == pytest.approx(inside - outside, abs=CLOSE)
    squares = [
        ((data.change[cell] - data.change[cell].mean()) ** 2).sum() / cell.sum() ** 2
        for arm in (True, False)
        for cell in [(data.treated == arm) & women]
    ]
    assert found.inside_se == pytest.approx(math.sqrt(sum(squares) * 600 / 596), rel=CLOSE)


def test_holm_keeps_the_size_over_all_subgroups():
    """Five subgroups that do not matter: the chance of any false difference stays at the level."""
    draw = np.random.default_rng(7)
    found = []
    for _ in range(REPLICATIONS):
        data = members(draw, count=400, covariates=2)
        groups = {str(place): draw.random(400) < 0.5 for place in range(5)}
        found.append(bool(named_subgroups(data, groups).differs))
    assert np.mean(found) <= 0.05 + CHANCE


def test_a_subgroup_that_is_a_covariate_is_no_obstacle():
    draw = np.random.default_rng(8)
    data, women = members(draw), draw.random(600) < 0.5
    both = MemberChanges.of(
        data.change,
        data.treated,
        covariates=np.column_stack([data.covariates, women]),
        names=(*data.names, "w"),
    )
    with_it, without = (named_subgroups(each, {"women": women}).tested[0] for each in (both, data))
    assert with_it.difference == pytest.approx(without.difference, abs=CLOSE)


def test_small_subgroups_are_left_out_and_named():
    data = members(np.random.default_rng(1))
    few = np.arange(600) < 10
    found = named_subgroups(data, {"few": few})
    assert found.tested == ()
    assert "fewer than 20" in found.left_out["few"]
    assert found.statement == "No subgroup is large enough to be tested."


def test_robust_errors_are_the_textbook_ones():
    """HC1 by its formula; clusters of one are HC1 but for the factor."""
    draw = np.random.default_rng(4)
    design, weights = np.column_stack([np.ones(40), draw.normal(size=(40, 2))]), draw.uniform(0.5, 2, 40)
    outcome = draw.normal(size=40)
    fit = least_squares(design, outcome, weights=weights)
    bread = np.linalg.inv(design.T @ np.diag(weights) @ design)
    residual = outcome - design @ (bread @ design.T @ (weights * outcome))
    meat = design.T @ np.diag((weights * residual) ** 2) @ design
    assert fit.covariance == pytest.approx(bread @ meat @ bread * 40 / 37)
    by_cluster = least_squares(design, outcome, weights=weights, cluster=np.arange(40))
    assert by_cluster.covariance == pytest.approx(bread @ meat @ bread * 40 / 39)


def test_columns_that_repeat_others_are_refused():
    design = np.column_stack([np.ones(9), np.arange(9), np.arange(9) + 1])
    with pytest.raises(InvalidValue, match="no combinations of others"):
        least_squares(design, np.zeros(9))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"treated": [True, True, True]}, "one kind only"),
        ({"treated": [True, False]}, "3 treated flags"),
        ({"weights": [1.0, 0.0, 1.0]}, "weights above 0"),
        ({"change": [1.0, np.nan, 2.0]}, "numbers"),
        ({"covariates": [[1.0], [2.0], [3.0]]}, "0 covariates"),
        ({"cluster": [1, 2]}, "3 clusters"),
    ],
)
def test_members_that_do_not_fit_together_are_refused(changes, expected):
    parts = {"change": [1.0, 2.0, 3.0], "treated": [True, False, False], **changes}
    with pytest.raises(InvalidValue, match=expected):
        MemberChanges.of(**parts)
