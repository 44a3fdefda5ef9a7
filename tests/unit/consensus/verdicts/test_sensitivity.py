"""The sensitivity panel: which rules stand in it, where they cannot be used, and where they differ."""

from __future__ import annotations

import numpy as np
import pytest

from allay.consensus.protocol.rule import AppropriatenessRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.verdicts.dependence import dependence
from allay.consensus.verdicts.judge import judge
from allay.consensus.verdicts.sensitivity import sensitivity_panel, usual_rules

FIVE = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)
E = [0, 0, 3, 0, 0, 0, 3, 3, 0]
G = [0, 1, 2, 0, 1, 2, 3, 2, 1]
AGREED = [0, 0, 0, 0, 0, 0, 5, 5, 0]
WIDE = [0, 0, 0, 0, 0, 0, 20, 20, 0]
SHARES = ["comet-70-15-a", "comet-70-15-b", "percent-75", "percent-80"]
HALVES = ["ram-half-up", "ram-half-down", "ram-half-uncertain"]
SPREADS = ["ram-linear", "ram-nearest-rank", "ram-count"]


def by_name(panel, place):
    return dict(zip(panel.names, panel.verdicts[:, place].tolist(), strict=True))


def test_the_usual_rules():
    assert list(usual_rules(AppropriatenessRule())) == [*SPREADS, *HALVES, *SHARES]
    assert list(usual_rules(PercentRule(), FIVE)) == SHARES
    named = NINE_POINTS.model_copy(update={"labels": ("not important", "important", "critical")})
    assert list(usual_rules(PercentRule(), named)) == [*SPREADS, *HALVES, *SHARES]


def test_variants_change_one_thing_each():
    rules = usual_rules(AppropriatenessRule(percentile="nearest-rank", half_point="down"))
    assert rules["ram-linear"] == AppropriatenessRule(percentile="linear", half_point="down")
    assert rules["ram-half-up"] == AppropriatenessRule(percentile="nearest-rank", half_point="up")
    assert rules["ram-count"].half_point == "down"


def test_the_verdict_that_flips_with_the_percentile():
    panel = sensitivity_panel(np.array([E, AGREED]), AppropriatenessRule())
    assert list(panel.names) == [*SPREADS, *SHARES]
    assert panel.main.tolist() == ["appropriate", "appropriate"]
    assert by_name(panel, 0)["ram-nearest-rank"] == "uncertain"
    assert panel.differing(0) == ("ram-nearest-rank", "ram-count", *SHARES)
    assert panel.differing(1) == ()
    assert panel.depends.tolist() == [True, False]
    assert panel.reasons == ("",) * 7


def test_half_points_only_where_a_median_is_one():
    panel = sensitivity_panel(np.array([G, AGREED]), AppropriatenessRule())
    assert list(panel.names) == [*SPREADS, *HALVES, *SHARES]
    found = by_name(panel, 0)
    assert [found[name] for name in HALVES] == ["appropriate", "uncertain", "uncertain"]
    assert [by_name(panel, 1)[name] for name in HALVES] == ["", "", ""]
    assert not panel.differs[3:6, 1].any()
    assert panel.reasons[3] == "the median is not between two regions"


def test_the_count_rule_where_there_is_one():
    panel = sensitivity_panel(np.array([WIDE, AGREED]), AppropriatenessRule())
    place = panel.names.index("ram-count")
    assert panel.verdicts[place].tolist() == ["", "appropriate"]
    assert panel.reasons[place] == "not 8 to 16 raters"
    assert not panel.differs[place].any()


def test_words_of_other_rules_that_mean_the_same_do_not_differ():
    panel = sensitivity_panel(np.array([AGREED]), PercentRule())
    assert by_name(panel, 0)["ram-linear"] == "appropriate"
    assert panel.main.tolist() == ["in"]
    assert not panel.differs.any()


def test_rules_of_ones_own():
    rules = [PercentRule(share=60), PercentRule(share=60), ThresholdRule(each_group=True)]
    counts = np.array([E, AGREED])
    panel = sensitivity_panel(counts, AppropriatenessRule(), rules=rules)
    assert panel.names == ("percent-60", "comet-70-15-a-each-group")
    assert panel.verdicts.tolist() == [["in", "in"], ["", ""]]
    assert panel.reasons == ("", "no ratings by group")
    groups = {"x": np.array([AGREED, AGREED]), "y": np.array([[0] * 9, AGREED])}
    panel = sensitivity_panel(counts, AppropriatenessRule(), rules=rules, group_counts=groups)
    assert panel.verdicts.tolist() == [["in", "in"], ["", "in"]]
    assert panel.reasons == ("", "a group without ratings")


def test_a_rule_of_ones_own_on_half_points_is_used_everywhere():
    rules = [AppropriatenessRule(half_point="down")]
    panel = sensitivity_panel(np.array([G, AGREED]), AppropriatenessRule(), rules=rules)
    assert panel.names == ("ram-linear-half-down",)
    assert panel.verdicts.tolist() == [["uncertain", "appropriate"]]


def test_the_round_is_passed_on():
    rule = PercentRule(share=70, first_round=50)
    sixty = np.array([[0, 0, 0, 0, 8, 0, 12, 0, 0]])
    panels = [sensitivity_panel(sixty, PercentRule(), rules=[rule], round=number) for number in (1, 2)]
    assert [panel.verdicts.item() for panel in panels] == ["in", "none"]


def test_every_verdict_is_that_of_its_rule_alone():
    counts = np.random.default_rng(3).multinomial(12, [1 / 9] * 9, size=200)
    panel = sensitivity_panel(counts, AppropriatenessRule())
    for name, rule, verdicts in zip(panel.names, panel.rules, panel.verdicts, strict=True):
        alone = judge(counts, rule)
        used = verdicts != ""
        assert used.all() or name in HALVES
        assert (verdicts[used] == alone[used]).all()


@pytest.mark.parametrize(
    ("row", "rule", "on"),
    [
        (E, AppropriatenessRule(), ["percentile", "panel_rule"]),
        (E, AppropriatenessRule(percentile="nearest-rank"), ["percentile"]),
        (E, AppropriatenessRule(panel_rule="count"), ["panel_rule"]),
        (G, AppropriatenessRule(), ["half_point"]),
        (G, AppropriatenessRule(half_point="uncertain"), ["half_point"]),
        (AGREED, AppropriatenessRule(), []),
        (WIDE, AppropriatenessRule(), []),
    ],
)
def test_what_a_verdict_depends_on(row, rule, on):
    found = dependence(np.array([row]), rule)
    assert [name for name, mask in found.items() if mask.item()] == on
