"""Timelines: branches, what is known, months, weekends, and clocks that change."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from tests.unit.programs.definitions import small

from allay.base.errors import InvalidValue
from allay.programs.definitions.activity import ends_at, starts_at, zone_named
from allay.programs.definitions.catalog import all_definitions, get
from allay.programs.definitions.gates import Known
from allay.programs.definitions.timeline import Planner, timeline

DAY = dt.date
START = DAY(2026, 11, 30)  # a Monday


def peg(**scores: float) -> Known:
    return Known(scores={(point, "peg", "total"): score for point, score in scores.items()})


def test_an_open_gate_shows_its_phase_as_conditional():
    found = timeline(small.load(small.SMALL), START)
    strong = [each for each in found.activities if each.phase == "strong"]
    assert {(each.certainty, each.condition) for each in strong} == {("conditional", "helped: no")}
    assert found.end == START + dt.timedelta(days=55)


@pytest.mark.parametrize(
    ("known", "phases"),
    [
        (peg(start=7.0, middle=5.0), ["light"]),  # improved by 2, which is met exactly
        (peg(start=7.0, middle=5.1), ["light", "strong"]),
        (peg(start=7.0), ["light", "strong"]),  # not known yet
        (Known(decisions={"helped": True}), ["light"]),
        (Known(scores=peg(start=7.0, middle=1.0).scores, decisions={"helped": False}), ["light", "strong"]),
    ],
)
def test_what_is_known_settles_the_gate(known, phases):
    found = timeline(small.load(small.SMALL), START, known=known)
    assert [each.phase.id for each in found.phases] == phases


def test_a_settled_gate_leaves_nothing_conditional():
    found = timeline(small.load(small.SMALL), START, known=Known(decisions={"helped": False}))
    assert {each.certainty for each in found.activities} == {"planned"}


def test_alternatives_begin_on_the_same_day_and_what_follows_is_provisional():
    text = small.changed(
        (
            "timepoints:",
            "  - {id: gentle, title: Gentle, length: {weeks: 2}, source: ours}\n"
            "  - {id: last, title: Last, kind: follow_up, length: {weeks: 1}, source: ours}\ntimepoints:",
        ),
        ("otherwise: [strong]", "then: [gentle], otherwise: [strong]"),
        ("  - {id: end, title: End, of: strong", "  - {id: end, title: End, of: program"),
    )
    definition = small.load(text)
    placed = {each.phase.id: each for each in timeline(definition, START).phases}
    assert placed["gentle"].start == placed["strong"].start == DAY(2026, 12, 28)
    assert placed["last"].start == DAY(2027, 1, 25)
    assert placed["last"].certainty == "provisional"
    known = Known(decisions={"helped": True})
    after = {each.phase.id: each for each in timeline(definition, START, known=known).phases}
    assert after["last"].start == DAY(2027, 1, 11)
    assert after["last"].certainty == "planned"


@pytest.mark.parametrize(
    "known",
    [
        peg(start=7.0, middle=11.0),
        Known(decisions={"helps": True}),
        Known(done={"begin": START}),
    ],
)
def test_knowledge_that_does_not_fit_is_refused(known):
    with pytest.raises(InvalidValue):
        timeline(small.load(small.SMALL), START, known=known)


def test_a_linked_component_happens_on_the_days_of_the_other():
    found = timeline(get("co-located"), START).of_kind("session")
    days = {
        name: [each.date for each in found if each.id == name] for name in ("visit_day", "same_day_therapy")
    }
    assert days["visit_day"] == days["same_day_therapy"]
    assert len(days["visit_day"]) == 4


def test_renewals_come_each_calendar_month_clipped_to_its_end():
    definition = small.load(small.SMALL)
    found = timeline(definition, DAY(2026, 1, 31), known=Known(decisions={"helped": False}))
    assert [(each.date, each.closes) for each in found.of_kind("renewal")] == [
        (DAY(2026, 1, 26), DAY(2026, 1, 31)),
        (DAY(2026, 2, 23), DAY(2026, 2, 28)),
    ]


def test_a_report_sent_early_moves_the_next_one():
    found = timeline(get("access-msk"), DAY(2026, 8, 1), known=Known(done={"baseline": DAY(2026, 8, 20)}))
    quarter = next(each for each in found.of_kind("report") if each.id == "quarter_1")
    assert (quarter.opens, quarter.closes) == (DAY(2026, 10, 29), DAY(2026, 12, 8))


def test_episodes_that_begin_together_share_their_timeline():
    planner = Planner(get("ppact"))
    assert planner.timeline(START) is planner.timeline(START)
    assert planner.timeline(START) == timeline(get("ppact"), START)


def test_an_episode_of_version_1_is_untouched_by_later_versions():
    """The timeline depends on nothing but the definition in the version the episode began with."""
    first = get("path@1.0.0")
    before = timeline(first, START)
    planner = Planner(get("path@2.0.0"))
    planner.timeline(START)
    assert timeline(get("path@1.0.0"), START) == before
    assert before.definition == "path@1.0.0"
    assert before.end == DAY(2027, 1, 24)
    assert get("path").reference == "path@3.0.0"
    assert len({timeline(each, START).end for each in all_definitions() if each.id == "path"}) == 3


ZONE = zone_named("America/New_York")


@pytest.mark.parametrize(
    ("day", "time", "starts", "ends"),
    [
        (DAY(2026, 3, 3), "10:00", "2026-03-03T10:00:00-05:00", "2026-03-03T11:30:00-05:00"),
        (DAY(2026, 3, 10), "10:00", "2026-03-10T10:00:00-04:00", "2026-03-10T11:30:00-04:00"),
        (DAY(2026, 3, 8), "02:30", "2026-03-08T03:30:00-04:00", "2026-03-08T05:00:00-04:00"),  # skipped
        (DAY(2026, 3, 8), "01:30", "2026-03-08T01:30:00-05:00", "2026-03-08T04:00:00-04:00"),  # 90 minutes
        (
            DAY(2026, 11, 1),
            "01:30",
            "2026-11-01T01:30:00-04:00",
            "2026-11-01T02:00:00-05:00",
        ),  # twice: the first
    ],
)
def test_local_times_when_clocks_change(day, time, starts, ends):
    session = timeline(get("starter"), DAY(2026, 3, 2)).of_kind("session")[1]
    session = session._replace(date=day, time=time, minutes=90)
    assert starts_at(session, ZONE).isoformat() == starts
    assert ends_at(session, ZONE).isoformat() == ends


@pytest.mark.parametrize("start", [DAY(1, 1, 1), DAY(9999, 12, 1)])
@pytest.mark.parametrize("name", ["path", "ppact", "starter", "wa-simp", "acupuncture-clbp"])
def test_the_ends_of_the_calendar_are_refused_in_words(name, start):
    with pytest.raises(InvalidValue, match="leaves room for the whole episode"):
        timeline(get(name), start)


def test_no_start_near_the_end_of_the_calendar_breaks():
    for definition in all_definitions():
        planner = Planner(definition)
        for back in range(0, 700, 7):
            with contextlib.suppress(InvalidValue):
                planner.timeline(DAY.max - dt.timedelta(days=back))
