"""Outcomes by group: gaps, and figures that would give a small count away."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import NotFound
from allay.measures.cohort import Grouping, OutcomeScale, OutcomesTable, Timepoint
from allay.measures.equity import group_outcomes
from allay.measures.outcome_plan import Predictor

NAN = float("nan")


def cohort(*groups: tuple[str, int, int, int]):
    """Groups of (name, responders, not responding, not followed); everyone starts at 6."""
    levels, after = [], []
    for name, yes, no, lost in groups:
        levels += [name] * (yes + no + lost)
        after += [2.0] * yes + [6.0] * no + [NAN] * lost
    grouping = Grouping("g", "G", tuple(dict.fromkeys(g[0] for g in groups if g[0])), reference=groups[0][0])
    return group_outcomes(
        np.array(levels),
        np.full(len(levels), 6.0),
        np.array(after),
        grouping=grouping,
        direction="higher_worse",
        fractions=(0.3, 0.5),
    )


def test_gap_is_group_minus_reference():
    view = cohort(("a", 40, 40, 20), ("b", 20, 60, 120))
    gap = view.gaps[0]
    assert gap.level == "b"
    assert gap.responders[0][0] == pytest.approx(0.25 - 0.5)
    assert gap.capture[0] == pytest.approx(0.4 - 0.8)
    assert gap.change[0] == pytest.approx(-1.0 - -2.0)
    assert gap.responders[0][1].covers(-0.25)
    assert not view.any_hidden


def test_a_small_count_hides_the_share_and_one_more_group():
    view = cohort(("a", 40, 40, 20), ("b", 3, 77, 20), ("c", 30, 50, 20))
    shown = [g.responders[0] is not None for g in view.groups]
    assert shown[1] is False
    assert sum(shown) == 1  # one more is hidden, or the total would give the three away
    assert view.any_hidden


def test_a_small_number_of_non_responders_hides_too():
    view = cohort(("a", 77, 3, 20), ("b", 40, 40, 20), ("c", 40, 40, 20))
    assert view.groups[0].responders[0] is None


def test_few_followed_hide_mean_and_capture():
    view = cohort(("a", 40, 40, 20), ("b", 2, 3, 60), ("c", 40, 40, 30))
    assert view.groups[1].change is None
    assert view.groups[1].capture is None
    assert view.groups[1].responders == (None, None)
    assert view.gaps[0].change is None


def test_patients_without_a_group_are_counted_and_in_none():
    view = cohort(("a", 40, 40, 20), ("", 10, 10, 5))
    assert view.not_recorded == 25
    assert [g.level for g in view.groups] == ["a"]


def test_a_table_checks_itself():
    pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    good = {
        "patients": ("a", "b", ""),
        "timepoints": (Timepoint("t0", "Start"),),
        "scales": (pain,),
        "values": {("pain", "t0"): np.array([1.0, 2.0, NAN])},
        "groupings": (Grouping("sex", "Sex", ("f", "m")),),
        "groups": {"sex": np.array(["f", "", "m"])},
    }
    table = OutcomesTable("x", **good)
    assert (table.n, table.followups("pain"), table.scale("pain")) == (3, (), pain)
    with pytest.raises(ValueError, match="read-only"):
        table.values["pain", "t0"][0] = 9
    with pytest.raises(NotFound, match="pian"):
        table.scale("pian")
    for wrong in (
        {"patients": ("a", "a", "b")},
        {"values": {("pain", "t1"): np.zeros(3)}},
        {"values": {("pain", "t0"): np.zeros(2)}},
        {"groups": {"sex": np.array(["f", "x", "m"])}},
        {"groups": {}},
        {"timepoints": ()},
    ):
        with pytest.raises(ValueError, match="expected"):
            OutcomesTable("x", **(good | wrong))


def test_a_predictor_names_one_thing():
    with pytest.raises(ValueError, match="one of scale, number, or group"):
        Predictor("x", scale="pain", number="age")
    with pytest.raises(ValueError, match="one of scale, number, or group"):
        Predictor("x", group="sex")
