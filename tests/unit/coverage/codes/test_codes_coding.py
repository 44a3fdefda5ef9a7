"""From a service to its codes: what is asked, what is refused, and on what it rests."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import read_yaml
from allay.coverage.codes.coding import code_service
from allay.coverage.codes.codingfile import CodingFile
from allay.coverage.codes.units import count_units, unit_rule


def codes(found):
    return [(line.code, line.units) for line in found.lines]


def test_what_is_not_said_is_asked_for():
    found = code_service("acupuncture", minutes=30)
    assert (codes(found), found.missing) == ([], ("stimulation",))
    found = code_service("acupuncture", minutes=30, details={"stimulation": False})
    assert (codes(found), found.missing) == ([("97810", 1)], ("reinserted",))
    assert found.reasons[-1].outcome == "missing"
    found = code_service("acupuncture", details={"stimulation": False, "reinserted": True})
    assert (codes(found), found.missing) == ([], ("minutes",))


def test_new_needles_are_not_asked_for_where_they_would_change_nothing():
    assert code_service("acupuncture", minutes=29, details={"stimulation": False}).missing == ()


def test_a_question_that_may_refuse_stands_beside_the_codes():
    found = code_service("care_coordination", minutes=45)
    assert codes(found) == [("G3002", 1), ("G3003", 1)]
    assert found.missing == ("first_visit", "in_person")
    assert code_service("care_coordination", minutes=45, details={"first_visit": False}).missing == ()
    assert code_service("care_coordination", minutes=45, details={"in_person": True}).missing == ()


def test_a_service_of_several_ways_asks_which():
    found = code_service("cognitive_behavioral_therapy", minutes=45)
    assert found.missing == ("way",)
    assert "psychotherapy, health_behavior" in found.reasons[0].text


def test_a_service_without_codes_says_so():
    found = code_service("reiki", minutes=60)
    assert (codes(found), found.missing, found.status) == ([], (), Status.UNKNOWN)
    assert found.reasons[0].text == "no billing code is known for reiki"


@pytest.mark.parametrize(
    ("minutes", "time", "expected"),
    [
        (7, "midpoint", []),
        (8, "midpoint", [("97810", 1)]),
        (22, "midpoint", [("97810", 1)]),
        (23, "midpoint", [("97810", 1), ("97811", 1)]),
        (8, "met", []),
    ],
)
def test_the_midpoint_counts_where_a_payer_says_so(minutes, time, expected):
    details = {"stimulation": False, "reinserted": True}
    found = code_service("acupuncture", minutes=minutes, details=details, time=time)
    assert codes(found) == expected
    assert found.status is (Status.MEMORY if time == "midpoint" else Status.DERIVED)


def test_chronic_pain_management_is_never_counted_by_the_midpoint():
    details = {"first_visit": False}
    assert codes(code_service("care_coordination", minutes=29, details=details, time="midpoint")) == []
    found = code_service("care_coordination", minutes=44, details=details, time="midpoint")
    assert (codes(found), found.status) == ([("G3002", 1)], Status.SECONDARY)


def test_activities_are_counted_by_the_rule():
    day = {"97110": 25, "97140": 15, "97112": 10}
    found = code_service("physical_therapy", way="timed_therapy", activities=day)
    assert codes(found) == [("97110", 2), ("97140", 1)]
    assert [each.outcome for each in found.reasons] == ["coded", "coded", "not_coded"]
    assert found.status is Status.SECONDARY
    found = code_service("physical_therapy", way="timed_therapy", activities=day, rule="ama")
    assert (sum(units for _, units in codes(found)), found.status) == (4, Status.MEMORY)
    found = code_service("physical_therapy", way="timed_therapy")
    assert found.missing == ("activities",)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"service": "yogo"}, "no service 'yogo'"),
        ({"service": "yoga", "way": "yoga"}, None),
        ({"service": "acupuncture", "way": "psychotherapy"}, "no way to code acupuncture"),
        (
            {"service": "acupuncture", "details": {"stimulated": True}},
            "no detail of acupuncture 'stimulated'",
        ),
        ({"service": "acupuncture", "details": {"stimulation": 1}}, "true or false for stimulation"),
        ({"service": "chiropractic", "way": "manipulation", "details": {"regions": True}}, "a whole number"),
        ({"service": "chiropractic", "way": "manipulation", "details": {"regions": "2"}}, "a whole number"),
        ({"service": "nutrition", "details": {"format": "grup"}}, "no answer for format 'grup'"),
        ({"service": "nutrition", "details": {"format": True}}, "a text for format"),
        ({"service": "acupuncture", "minutes": -1}, "whole minutes"),
        ({"service": "acupuncture", "minutes": True}, "whole minutes"),
        ({"service": "acupuncture", "minutes": 15, "time": "rounded"}, "no way of counting time"),
        ({"service": "acupuncture", "activities": {"97110": 15}}, "no activities for acupuncture"),
        ({"service": "massage", "activities": {"97150": 15}}, "no activity of timed_therapy '97150'"),
        (
            {"service": "massage", "activities": {"97124": 15}, "rule": "medicaid"},
            "no rule of counting units",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    if message is None:
        assert code_service("yoga").lines == ()
        return
    with pytest.raises((NotFound, InvalidValue), match=message):
        code_service(**call)


@pytest.mark.parametrize(
    ("minutes", "rule", "message"),
    [
        ({"97150": 30}, "medicare", "97150 .therapy in a group, untimed., billed by session"),
        ({"97810": 15}, "medicare", "therapy codes of 15 minutes"),
        ({"97804": 30}, "medicare", "therapy codes of 15 minutes"),
        ({"G3003": 15}, "ama", "which follows G3002"),
        ({"97110": -1}, "medicare", "whole minutes from 0 to 1440"),
        ({"97110": 1441}, "ama", "whole minutes from 0 to 1440"),
        ({"97110": 15.0}, "ama", "whole minutes"),
        ({"97110": True}, "ama", "whole minutes"),
        ({"99999": 15}, "ama", "no billing code '99999'"),
    ],
)
def test_units_of_what_cannot_be_are_refused(minutes, rule, message):
    with pytest.raises((InvalidValue, NotFound), match=message):
        count_units(minutes, rule=rule)


def test_a_longer_unit_is_counted_alone_by_its_own_half():
    assert count_units({"97804": 15}, rule="ama") == {"97804": 0}
    assert count_units({"97804": 16}, rule="ama") == {"97804": 1}


def test_a_rule_names_the_facts_it_rests_on():
    assert [fact.fact for fact in unit_rule("medicare").facts] == [
        "us.medicare.timed_units.unit_minutes",
        "us.medicare.timed_units.least_minutes",
    ]


HEAD = "recorded_on: 2026-11-22\nsources: {told: {title: Told, seen_as: M}}\nways:\n"
WAY = "  - {{id: walk, label: Walk, services: [yoga], source: told, status: {status}, {rest}}}\n"


@pytest.mark.parametrize(
    ("status", "rest", "message"),
    [
        ("verified", 'choices: [{code: "97110"}]', "expected at most memory"),
        ("memory", "choices: []", "either timed codes or choices"),
        ("memory", 'choices: [{when: {far: true}, code: "97110"}]', "conditions on what is asked"),
        ("memory", 'asks: {far: Far?}, choices: [{code: "97110"}]', "to ask only what decides"),
        ("memory", 'choices: [{code: "97110", refuse: never}]', "one of code, first and refuse"),
        ("memory", 'choices: [{first: {code: "97110", minutes: 15}}]', "first and further together"),
        ("memory", 'choices: [{when: {minutes: {low: 5, high: 3}}, code: "97110"}]', "a high of at least 5"),
    ],
)
def test_a_file_of_ways_is_checked(status, rest, message):
    text = HEAD + WAY.format(status=status, rest=rest)
    with pytest.raises(InvalidInput, match=message):
        read_yaml(io.BytesIO(text.encode()), CodingFile, name="coding.yaml")
