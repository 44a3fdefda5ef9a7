"""Re-planning of groups by hand: stand-ins, free seats, groups that become too small."""

from __future__ import annotations

import datetime as dt

from tests.unit.scheduling.replanning.changed import (
    MONDAY,
    PLACE,
    TUESDAY,
    away,
    circle,
    kinds,
    of,
    plan_of,
    replanned,
)


def test_a_group_whose_lead_is_sick_is_led_by_who_has_nobody_then() -> None:
    tree, meeting, session = circle()
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    found = replanned(tree, before)
    assert [one.lead for one in found.plan.meetings] == ["max"]
    assert found.plan.template == (PLACE,)
    assert [(one.patient, one.kind, one.of, one.call) for one in found.changes] == [
        ("", "practitioner", "calm", False)
    ]
    assert (found.notified, found.proven_fewest) == ((), True)


def test_a_group_without_a_substitute_does_not_meet_and_all_members_are_called() -> None:
    tree, meeting, session = circle()
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    for name in ("kim", "lee", "max"):
        of(tree, "practitioners", name)["away"] = away(MONDAY, "08:00", "09:00")
    found = replanned(tree, before)
    assert found.plan.meetings == ()
    assert kinds(found) == [("ana", "dropped"), ("ben", "dropped"), ("cy", "time")]
    assert [(one.patient, one.week) for one in found.plan.unserved_members] == [("ana", 0), ("ben", 0)]


def test_a_new_patient_gets_a_free_seat_and_the_session_in_the_way_moves() -> None:
    tree, meeting, session = circle()
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    of(tree, "patients", "cy")["group"] = "calm"
    found = replanned(tree, before)
    assert found.plan.template[0].members == ("ana", "ben", "cy")
    assert kinds(found) == [("cy", "added"), ("cy", "time")]
    assert found.proven_fewest


def test_a_full_group_takes_nobody() -> None:
    tree, meeting, session = circle(max_size=2)
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    of(tree, "patients", "cy")["group"] = "calm"
    found = replanned(tree, before)
    assert (found.plan.template, kinds(found)) == ((PLACE,), [])
    assert [one.patient for one in found.plan.unserved_members] == ["cy"]


def test_a_group_takes_nobody_who_would_have_been_at_a_past_meeting() -> None:
    tree, meeting, session = circle()
    tree["opening"]["weeks"] = 2
    later = meeting.model_copy(update={"start": meeting.start + dt.timedelta(days=7)})
    before = plan_of(tree, session, meetings=[meeting, later], template=[PLACE])
    groups = plan_of(tree, meetings=[meeting, later], template=[PLACE])
    of(tree, "patients", "cy")["group"] = "calm"
    # Cy could come to the later meeting. As a member he would count for the past one too.
    found = replanned(tree, before, since=TUESDAY)
    assert (found.plan.template, found.plan.meetings) == ((PLACE,), (meeting, later))
    assert kinds(found) == []
    of(tree, "patients", "cy")["away"] = away(MONDAY)
    seated = replanned(tree, groups, since=TUESDAY)
    assert seated.plan.template[0].members == ("ana", "ben", "cy")


def test_a_group_that_has_become_too_small_ends_with_a_note() -> None:
    tree, meeting, session = circle()
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    tree["patients"] = [one for one in tree["patients"] if one["id"] != "ana"]
    found = replanned(tree, before)
    assert (found.plan.template, found.plan.meetings) == ((), ())
    assert kinds(found) == [("ben", "dropped")]
    assert any("calm" in note for note in found.plan.notes)


def test_a_group_that_runs_already_goes_on_with_fewer_than_its_least_size() -> None:
    meets = {"weekday": "monday", "start": "08:00", "lead": PLACE.lead, "room": PLACE.room}
    tree, meeting, session = circle(meets=meets)
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    tree["patients"] = [one for one in tree["patients"] if one["id"] != "ana"]
    found = replanned(tree, before)
    assert [one.members for one in found.plan.template] == [("ben",)]
    assert kinds(found) == []


def test_nobody_gets_or_keeps_a_seat_with_a_lead_whom_he_or_she_avoids() -> None:
    tree, meeting, session = circle(min_size=1)
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    of(tree, "patients", "ben")["avoids"] = [PLACE.lead]
    of(tree, "patients", "cy").update(group="calm", avoids=[PLACE.lead])
    found = replanned(tree, before)
    assert found.plan.template[0].members == ("ana",)
    assert sorted(one.patient for one in found.plan.unserved_members) == ["ben", "cy"]
    tree["cohorts"][0]["members"] = ["ben"]
    assert replanned(tree, before).plan.template[0].members == ("ana", "ben")
