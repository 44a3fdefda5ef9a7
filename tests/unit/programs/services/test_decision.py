"""The operational test: every rule answered, unknown where the record is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.vocabulary import profession_id, service_id
from allay.programs.services.catalog import get
from allay.programs.services.decision import decide
from allay.programs.services.session import SessionRecord

YOGA = SessionRecord(
    service_id("yoga"),
    profession_id("yoga_teacher"),
    60,
    "group",
    10,
    "in_person",
    frozenset({"postures", "breathing"}),
)


def rule(decision, name):
    return next(result for result in decision.results if result.rule == name)


def test_yes_lists_every_rule():
    decision = decide(YOGA, get("yoga"))
    assert decision.answer == "yes"
    assert [result.rule for result in decision.results] == [
        "provider",
        "format",
        "setting",
        "minutes",
        "group_size",
        "component:postures",
        "component:breathing|relaxation|meditation",
    ]
    assert decision.definition == "yoga@1.0.0"
    assert decision.status is Status.DERIVED
    assert rule(decision, "minutes").text == "minutes met (expected at least 30, found 60)"


def test_no_names_all_that_is_not_met_and_all_that_is_unknown():
    record = replace(YOGA, profession=None, minutes=10, participants=40, components=frozenset())
    decision = decide(record, get("yoga"))
    assert decision.answer == "no"
    assert len(decision.not_met) == 4
    assert [result.rule for result in decision.unknown] == ["provider"]
    assert rule(decision, "component:postures").found == "none"


def test_the_ends_of_bounds_are_included():
    for minutes, participants, answer in ((30, 20, "yes"), (29.9, 20, "no"), (30, 21, "no"), (30, 2, "yes")):
        record = replace(YOGA, minutes=minutes, participants=participants)
        assert decide(record, get("yoga")).answer == answer


def test_what_every_value_meets_is_met_when_blank():
    assert rule(decide(replace(YOGA, format=None), get("yoga")), "format").outcome == "met"
    assert rule(decide(replace(YOGA, setting=None), get("yoga")), "setting").outcome == "met"
    needles = SessionRecord(service_id("acupuncture"))
    assert rule(decide(needles, get("acupuncture")), "setting").outcome == "unknown"


@pytest.mark.parametrize(
    ("format_", "participants", "outcome"),
    [
        ("individual", 1, "met"),
        ("individual", None, "met"),
        ("linked", None, "met"),
        ("group", None, "unknown"),
        ("group", 1, "not_met"),
        (None, None, "unknown"),
        (None, 8, "met"),
        (None, 1, "unknown"),
        (None, 50, "unknown"),
    ],
)
def test_group_size(format_, participants, outcome):
    record = replace(YOGA, format=format_, participants=participants)
    assert rule(decide(record, get("yoga")), "group_size").outcome == outcome


def test_a_blank_record_is_unknown_and_a_component_of_another_service_counts_for_nothing():
    assert decide(SessionRecord(service_id("yoga")), get("yoga")).answer == "unknown"
    record = replace(YOGA, components=frozenset({"needling"}))
    assert decide(record, get("yoga")).answer == "no"


@pytest.mark.parametrize(
    "wrong",
    [{"minutes": 0}, {"minutes": 1441}, {"participants": 0}, {"format": "individual", "participants": 2}],
)
def test_records_that_cannot_be(wrong):
    with pytest.raises(InvalidValue):
        replace(YOGA, **wrong)


def test_the_definition_must_be_of_the_service():
    with pytest.raises(InvalidValue, match="a session of massage"):
        decide(YOGA, get("massage"))
