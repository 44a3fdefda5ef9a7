"""Reversed coding by mistake: warned about where a pattern betrays it, quiet where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from allay.measures.catalog import get
from allay.measures.keying import against_the_rest

N = 400


def answered(name, *, turned=(), n=N, noise=1.0, seed=3):
    """Answers of people whose level drives every item, as on the form; `turned` items are reversed."""
    instrument = get(name)
    draw = np.random.default_rng(seed)
    level = draw.normal(size=n)
    answers = {}
    for item in instrument.items:
        scale = next((scale for scale in instrument.scales if item.id in scale.items), None)
        points = instrument.points(scale, item.id) if scale else None
        sign = -1 if points and points[min(points)] > points[max(points)] else 1
        sign *= -1 if item.id in turned else 1
        place = 1 / (1 + np.exp(-(sign * level + noise * draw.normal(size=n))))
        answers[item.id] = (item.minimum + np.floor(place * (item.maximum - item.minimum + 1))).astype(
            np.int8
        )
    return instrument, answers


@pytest.mark.parametrize("name", ["pss10", "scs-sf", "brs", "promis29", "pcs", "phq9", "quickdash"])
def test_right_coding_is_quiet(name):
    assert against_the_rest(*answered(name)) == ()


def test_items_reversed_before_are_named():
    turned = ("pss10_4", "pss10_5", "pss10_7", "pss10_8")
    (found,) = against_the_rest(*answered("pss10", turned=turned))
    assert found.items == turned
    assert found.correlation < -0.5
    assert found.text.startswith("total: pss10_4, pss10_5, pss10_7, pss10_8 run against the other items")
    assert "n = 400" in found.text


def test_half_of_a_scale_names_the_items_that_the_scorer_turns():
    turned = ("brs_2", "brs_4", "brs_6")
    (found,) = against_the_rest(*answered("brs", turned=turned))
    assert found.items == turned


def test_promis_sleep_items_that_were_not_oriented():
    (found,) = against_the_rest(*answered("promis29", turned=("Sleep109", "Sleep116")))
    assert found.scale == "sleep_disturbance"
    assert set(found.items) in ({"Sleep109", "Sleep116"}, {"Sleep20", "Sleep44"})


def test_unrelated_answers_are_no_pattern():
    for seed in range(20):
        assert against_the_rest(*answered("gad7", noise=50.0, n=40, seed=seed)) == ()


def test_few_assessments_are_left_alone():
    turned = ("pss10_4", "pss10_5", "pss10_7", "pss10_8")
    assert against_the_rest(*answered("pss10", turned=turned, n=29)) == ()


def test_missing_and_impossible_answers_are_left_out():
    instrument, answers = answered("pss10", turned=("pss10_4", "pss10_5", "pss10_7", "pss10_8"))
    answers["pss10_1"][:100] = -1
    answers["pss10_2"][100:150] = -128
    (found,) = against_the_rest(instrument, answers)
    assert found.n == N - 150


def test_items_without_spread_are_no_pattern():
    instrument = get("gad7")
    assert against_the_rest(instrument, {i: np.zeros(50, dtype=np.int8) for i in instrument.item_ids}) == ()
