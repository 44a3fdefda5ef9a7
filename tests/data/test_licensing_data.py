"""The license map and the facts of supervision and authorization: whole, sourced, and right day by day."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.fact import UNKNOWN
from allay.base.status import MARKS, Status
from allay.base.vocabulary import profession_id, service_id
from allay.coverage.credentials.dated import facts_of
from allay.coverage.credentials.license_map import VALUES, Topic, shipped_license_map
from allay.coverage.credentials.states import licensing

FACTS = shipped_license_map().facts
BY_STATE = [
    (profession, topic)
    for profession, topic in sorted({(key[1], key[2]) for key in FACTS})
    if topic is not Topic.DELEGATION
]


def states(profession, topic, value):
    return {
        key[0] for key, fact in FACTS.items() if key[1:] == (profession, topic) and fact.latest.value == value
    }


def test_fifty_states_and_the_district():
    assert len(licensing().states) == 51


@pytest.mark.parametrize(("profession", "topic"), BY_STATE)
def test_a_row_for_every_state(profession, topic):
    assert {key[0] for key in FACTS if key[1:] == (profession, topic)} == set(licensing().states)


def test_rows_say_what_may_be_said_and_no_more_than_was_seen():
    for (_, profession, topic), fact in FACTS.items():
        assert profession_id(profession)
        for row in fact.values:
            word = "unknown" if row.value is UNKNOWN else row.value
            assert word in VALUES[topic]
            assert row.status.rank >= MARKS[row.references[0].seen_as].rank
            assert row.status is Status.MEMORY or row.references[0].href or word == "unknown"


def test_what_the_sources_say():
    """Typed again from the research notes, not from the file."""
    assert states("acupuncturist", Topic.LICENSE, "none") == {"AL", "OK", "SD"}
    assert len(states("acupuncturist", Topic.LICENSE, "licensed")) == 47 + 1
    assert states("massage_therapist", Topic.LICENSE, "none") == {"KS", "MN", "WY"}
    assert states("massage_therapist", Topic.LICENSE, "registered") == {"VT"}
    assert states("massage_therapist", Topic.LICENSE, "voluntary") == {"CA"}
    assert len(states("chiropractor", Topic.LICENSE, "licensed")) == 50
    assert states("naturopath", Topic.LICENSE, "licensed") == {"VT", "WA"}
    assert len(states("physical_therapist", Topic.DIRECT_ACCESS, "some")) == 50
    assert len(states("yoga_therapist", Topic.LICENSE, "none")) == 51
    for one in ("clinical_psychologist", "health_psychologist"):
        assert states(one, Topic.COMPACT, "member") == {"ID", "WA"}
        assert states(one, Topic.COMPACT, "not_member") == {"OR"}
    assert states("physical_therapist", Topic.COMPACT, UNKNOWN) == set(licensing().states)


# (fact, day before, value, day of, value, day after, value); None where there is no row.
CHANGES = [
    ("supervision", "us.medicare.incident_to.video", "2026-01-01", UNKNOWN, True),
    ("supervision", "us.medicare.incident_to.video", "2020-01-01", None, UNKNOWN),
    ("supervision", "us.medicare.incident_to.general_behavioral_health", "2023-01-01", False, True),
    ("supervision", "us.medicare.incident_to.video_excluded_globals", "2026-01-01", None, ("010", "090")),
    ("supervision", "us.medicare.incident_to.audio_only", "1966-07-01", None, False),
    ("authorization", "us.cms_0057.standard_days", "2026-01-01", None, 7),
    ("authorization", "us.cms_0057.urgent_hours", "2026-01-01", None, 72),
    ("authorization", "us.cms_0057.denial_reason", "2026-01-01", None, True),
    ("authorization", "us.cms_0057.api", "2027-01-01", False, True),
    ("authorization", "us.medicare.wiser.codes", "2026-01-15", None, ("64483",)),
    (
        "authorization",
        "us.medicare.wiser.states",
        "2026-01-15",
        None,
        ("AZ", "NJ", "OH", "OK", "TX", "WA"),
    ),
    (
        "authorization",
        "us.medicare.wiser.states",
        "2032-01-01",
        ("AZ", "NJ", "OH", "OK", "TX", "WA"),
        None,
    ),
]


@pytest.mark.parametrize(("topic", "fact", "first", "before", "after"), CHANGES)
def test_the_day_before_the_day_and_the_day_after(topic, fact, first, before, after):
    day = dt.date.fromisoformat(first)
    found = [
        facts_of(topic).get(fact).known(day + dt.timedelta(days=days), known_on=day) for days in (-1, 0, 1)
    ]
    assert [row and row.value for row in found] == [before, after, after]


@pytest.mark.parametrize("topic", ["supervision", "authorization"])
def test_facts(topic):
    for fact in facts_of(topic):
        for row in fact.values:
            assert row.recorded_on == dt.date(2026, 11, 22)
            assert row.status is not Status.VERIFIED or all(one.seen_as == "S1" for one in row.references)


def test_ids_in_facts_exist():
    facts = facts_of("supervision")
    for name in ("us.medicare.incident_to.supervisors", "us.medicare.therapy.never_incident_to"):
        assert all(profession_id(one) for one in facts.get(name).latest.value)
    services = facts.get("us.medicare.incident_to.behavioral_health_services").latest.value
    assert all(service_id(one) for one in services)
    for compact in licensing().compacts.values():
        assert all(profession_id(one) for one in compact.professions)
