"""The numbers behind verdicts: where they come from, and that the protocol's defaults are the same."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.consensus.protocol.rule import AppropriatenessRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import NINE_POINTS
from allay.consensus.verdicts.conventions import convention, conventions, panel_sizes
from allay.consensus.verdicts.rule_names import rule_name, rule_of


def test_defaults_of_the_protocol_are_those_of_the_data():
    defaults = {
        "ram.percentile.rule": AppropriatenessRule().percentile,
        "ram.half_point": AppropriatenessRule().half_point,
        "ram.panel_rule": AppropriatenessRule().panel_rule,
        "ram.region.low_to": NINE_POINTS.low_to,
        "ram.region.high_from": NINE_POINTS.high_from,
        "ram.ipras.center": (NINE_POINTS.minimum + NINE_POINTS.maximum) / 2,
        "comet.high_share": ThresholdRule().high_share,
        "comet.low_limit": ThresholdRule().low_limit,
        "comet.high_at_most": ThresholdRule().high_at_most,
        "percent.share": PercentRule().share,
    }
    assert {name: convention(name).value for name in defaults} == defaults


def test_constants():
    values = {name: each.value for name, each in conventions().items()}
    assert values["ram.percentile.low"] == 30
    assert values["ram.percentile.high"] == 70
    assert values["ram.ipras.base"] == 2.35
    assert values["ram.ipras.slope"] == 1.5
    assert values["percent.share.stricter"] == 80
    assert (values["percent.two_step.first"], values["percent.two_step.later"]) == (50, 70)


def test_the_table_of_panel_sizes():
    rows = [
        (row.smallest, row.largest, row.outside_at_most, row.each_extreme_from) for row in panel_sizes().sizes
    ]
    assert rows == [(8, 10, 2, 3), (11, 13, 3, 4), (14, 16, 4, 5)]
    assert panel_sizes().status is Status.VERIFIED


def test_sources_and_how_sure():
    for each in conventions().values():
        assert each.label[0].isupper()
        assert each.source
        assert each.accessed >= dt.date(2026, 11, 1)
    assert convention("ram.half_point").status is Status.MEMORY
    assert convention("ram.ipras.base").status is Status.VERIFIED
    assert convention("ram.percentile.rule").status is Status.DERIVED
    # The traps stand where the numbers do.
    assert "2.5" in convention("ram.ipras.base").note
    assert "10th and 90th" in convention("ram.percentile.low").note


def test_an_unknown_convention():
    with pytest.raises(NotFound, match="did you mean"):
        convention("ram.half_points")


@pytest.mark.parametrize(
    "name",
    [
        "ram-linear",
        "ram-nearest-rank",
        "ram-count",
        "ram-nearest-rank-half-down",
        "ram-count-half-uncertain",
        "comet-70-15-a",
        "comet-70-15-b",
        "comet-66.6-15-b-40",
        "comet-80-10-a-each-group",
        "percent-75",
        "percent-66.7",
        "percent-50-then-70",
        "percent-80-each-group",
    ],
)
def test_names_lead_to_rules_and_back(name):
    assert rule_name(rule_of(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", "ram", "percent-50", "percent-101", "comet-70-15", "comet-170-15-a", "Percent-75", "percent-75 "],
)
def test_names_of_no_rule(name):
    with pytest.raises(InvalidValue, match="ram-linear"):
        rule_of(name)
