"""Re-planning by hand: who is called when somebody is sick, and who is not."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.problems import hours, problem_of
from tests.unit.scheduling.replanning.changed import (
    FRIDAY,
    MONDAY,
    PLACE,
    TUESDAY,
    at,
    away,
    circle,
    crowded,
    fewest,
    gym,
    kinds,
    of,
    plan_of,
    replanned,
    sick,
)

from allay.base.errors import InvalidInput
from allay.scheduling.plan.plan import UnservedSession
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.replanning.changes import changes_csv
from allay.scheduling.solving.replanning.replan import replan


def test_a_colleague_takes_over_and_only_the_patients_of_the_sick_are_called() -> None:
    tree = gym("ana", "ben", "cy", "dee")
    sessions = at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", MONDAY, 9, "kim")
    others = at("cy-pt", TUESDAY, 8, "kim"), at("dee-pt", MONDAY, 10, "lee", "r2")
    before = plan_of(tree, *sessions, *others)
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "practitioner"), ("ben", "practitioner")]
    assert found.notified == ("ana", "ben")
    assert (found.broken, found.proven_fewest, found.plan.score.unserved) == (2, True, 0)
    assert set(others) <= set(found.plan.sessions)
    assert {(one.start, one.lead) for one in found.plan.sessions if one.start.date() == MONDAY} == {
        *((one.start, "lee") for one in sessions),
        (others[1].start, "lee"),
    }
    assert "patients to be notified: 2 (the fewest possible, which is proven)" in found.plan.notes
    assert "changes: 2 practitioner" in found.plan.notes


def test_without_a_colleague_as_few_as_possible_move() -> None:
    tree = gym("ana", "ben", "cy", staff=("kim",), rooms=1)
    kept = at("ben-pt", TUESDAY, 8, "kim"), at("cy-pt", TUESDAY, 9, "kim")
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), *kept)
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    # Ana can come on Tuesday only when ben comes: ben moves to 10, cy stays.
    of(tree, "patients", "ana")["hours"] = hours("08:00", "09:00", "monday", "tuesday")
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "day"), ("ben", "time")]
    assert (found.plan.score.unserved, found.proven_fewest) == (0, True)
    assert kept[1] in found.plan.sessions
    moved = next(one for one in found.plan.sessions if one.series == "ben-pt")
    assert (moved.start.date(), moved.start.hour) == (TUESDAY, 10)


def test_who_need_not_move_is_not_moved_to_save_a_trip() -> None:
    tree = gym("ana", "ben", "cy")
    of(tree, "series", "ben-pt").update(sessions=2, per_week=2)
    ben = at("ben-pt", MONDAY, 9, "lee"), at("ben-pt", TUESDAY, 9, "lee", "r2", number=2)
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), *ben, at("cy-pt", TUESDAY, 8, "kim"))
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    # Only kim sees ana and cy, and ana only at 8: cy gives way, in a ring in which ben may move too.
    # Both of ben's sessions on one day would save a trip, and ben would be called for it.
    for name in ("ana", "cy"):
        of(tree, "patients", name)["avoids"] = ["lee"]
    of(tree, "patients", "ana")["hours"] = hours("08:00", "09:00", "monday", "tuesday")
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "day"), ("cy", "time")]
    assert (found.plan.score.unserved, found.plan.score.trips) == (0, 4)
    assert set(ben) <= set(found.plan.sessions)


def test_what_nobody_can_give_is_dropped_and_nobody_else_is_called() -> None:
    tree = gym("ana", "ben", staff=("kim",))
    kept = at("ben-pt", TUESDAY, 8, "kim")
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), kept)
    of(tree, "practitioners", "kim")["away"] = away(MONDAY)
    of(tree, "patients", "ana")["hours"] = hours("08:00", "11:00", "monday")
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "dropped")]
    assert found.plan.sessions == (kept,)
    assert (found.plan.score.unserved, found.proven_fewest) == (1, True)


def test_another_room_alone_is_no_call() -> None:
    tree = gym("ana", "ben")
    sessions = at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", TUESDAY, 8, "lee")
    before = plan_of(tree, *sessions)
    of(tree, "rooms", "r1")["away"] = away(MONDAY)
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "room")]
    assert (found.notified, found.broken, found.proven_fewest) == ((), 0, True)
    assert found.plan.sessions == (sessions[0].model_copy(update={"room": "r2"}), sessions[1])


def test_a_closed_room_moves_only_one_of_two_who_are_there_at_once() -> None:
    tree = gym("ana", "ben")
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", MONDAY, 8, "lee", "r2"))
    of(tree, "rooms", "r2")["away"] = away(MONDAY)
    found = replanned(tree, before)
    assert len(found.notified) == 1
    assert (found.plan.score.unserved, found.broken, found.proven_fewest) == (0, 0, True)


def test_a_problem_that_has_not_changed_keeps_its_plan_and_nobody_is_called() -> None:
    tree = gym("ana", "ben", "cy", staff=("kim",))
    # Not a good plan: cy could be served. But nothing has changed.
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", TUESDAY, 8, "kim"))
    found = replanned(tree, before)
    assert (found.changes, found.notified, found.broken) == ((), (), 0)
    for field in ("sessions", "meetings", "template", "unserved_sessions", "score"):
        assert getattr(found.plan, field) == getattr(before, field)


def test_days_before_the_first_stay_as_they_were() -> None:
    tree = gym("ana", "ben", "cy", "new")
    past = at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", MONDAY, 9, "kim")
    before = plan_of(tree, *past, at("cy-pt", TUESDAY, 8, "kim"))
    of(tree, "practitioners", "kim")["away"] = away(TUESDAY)
    found = replanned(tree, before, since=TUESDAY)
    assert set(past) <= set(found.plan.sessions)
    assert {one.start.date() for one in found.plan.sessions if one not in past} == {TUESDAY}
    assert kinds(found) == [("cy", "practitioner"), ("new", "added")]


def test_a_week_before_the_first_day_stays_and_what_it_lacks_follows_late() -> None:
    tree = gym("ana", "ben", staff=("kim",))
    tree["opening"]["weeks"] = 3
    tree["series"][0].update(sessions=3)
    week = dt.timedelta(days=7)
    sessions = [at("ana-pt", MONDAY + n * week, 8, "kim", number=n + 1) for n in range(3)]
    before = plan_of(tree, *sessions)
    of(tree, "practitioners", "kim")["away"] = away(MONDAY + week)
    found = replanned(tree, before, since=MONDAY + week)
    days = {(one.series, one.number): one.start.date() for one in found.plan.sessions}
    assert days["ana-pt", 1] == MONDAY
    assert days["ana-pt", 2] == TUESDAY + week
    assert days["ana-pt", 3] == MONDAY + 2 * week
    assert days["ben-pt", 1] > MONDAY + week
    assert found.notified == ("ana", "ben")


def test_a_session_nobody_can_give_this_week_follows_in_the_next() -> None:
    tree = gym("ana", staff=("kim",))
    tree["opening"]["weeks"] = 2
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"))
    of(tree, "practitioners", "kim")["away"] = [*away(MONDAY), *away(TUESDAY)]
    found = replanned(tree, before)
    assert (found.plan.score.unserved, found.plan.score.late) == (0, 1)
    assert kinds(found) == [("ana", "day")]


def test_a_session_without_a_place_follows_at_the_end_and_the_others_keep_their_times() -> None:
    tree = gym("ana", "ben", staff=("kim",))
    tree["opening"]["weeks"] = 5
    for one in tree["series"]:
        one.update(sessions=4, min_gap_hours=100)
    weeks = [MONDAY + dt.timedelta(days=7 * number) for number in range(5)]
    sessions = [
        at(f"{name}-pt", day, hour, "kim", number=number)
        for name, hour in (("ana", 8), ("ben", 9))
        for number, day in enumerate(weeks[:4], start=1)
    ]
    before = plan_of(tree, *sessions)
    # Ana cannot come in the second week, nor later than the fourth: only ben's series has room at its end.
    tree["series"][0]["last"] = str(weeks[3] + dt.timedelta(days=6))
    for name in ("ana", "ben"):
        of(tree, "patients", name)["away"] = [*away(weeks[1]), *away(weeks[1] + dt.timedelta(days=1))]
    found = replanned(tree, before)
    assert found.plan.unserved_sessions == (UnservedSession(series="ana-pt", number=2),)
    assert kinds(found) == [("ana", "dropped"), ("ben", "day")]
    (change,) = (one for one in found.changes if one.patient == "ben")
    assert change.before.start.date() == weeks[1]
    assert change.after.start.date() >= weeks[4]
    assert [one.number for one in found.plan.sessions if one.series == "ana-pt"] == [1, 3, 4]
    assert [one.number for one in found.plan.sessions if one.series == "ben-pt"] == [1, 2, 3, 4]


def test_patients_and_series_that_are_gone_leave_their_place_and_are_not_called() -> None:
    tree = gym("ana", "ben")
    sessions = at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", TUESDAY, 8, "lee")
    before = plan_of(tree, *sessions)
    for kind in ("patients", "series"):
        tree[kind] = [one for one in tree[kind] if not one["id"].startswith("ana")]
    found = replanned(tree, before)
    assert (found.changes, found.plan.sessions) == ((), sessions[1:])
    assert "series of the earlier plan that the problem no longer has: 1" in found.plan.notes


def test_fewer_sessions_than_before_are_told_to_the_patient() -> None:
    tree = gym("ana")
    tree["series"][0].update(sessions=2, per_week=2)
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ana-pt", TUESDAY, 8, "kim", number=2))
    tree["series"][0].update(sessions=1)
    found = replanned(tree, before)
    assert [(one.patient, one.kind, one.number) for one in found.changes] == [("ana", "dropped", 2)]
    with pytest.raises(InvalidInput, match=r"/sessions/1: start: .* as it is before 2027-01-06"):
        replanned(tree, before, since=TUESDAY + dt.timedelta(days=1))


def three_weeks(*unserved: str):
    """Ana and ben with kim each week, on Mondays at 8 and 9; and some whom nobody has a session for."""
    tree = gym("ana", "ben", *unserved, staff=("kim",))
    tree["opening"]["weeks"] = 3
    for name in ("ana", "ben"):
        of(tree, "series", f"{name}-pt")["sessions"] = 3
    sessions = [
        at(f"{name}-pt", MONDAY + dt.timedelta(days=7 * week), hour, "kim", number=week + 1)
        for week in range(3)
        for name, hour in (("ana", 8), ("ben", 9))
    ]
    return tree, sessions


def test_weeks_without_a_change_are_left_as_they_were() -> None:
    tree, sessions = three_weeks("cy")
    # Cy can come at 8 in the first week only: ana would have to move, which nothing has changed.
    of(tree, "patients", "cy")["hours"] = hours("08:00", "09:00", "monday")
    of(tree, "series", "cy-pt")["last"] = str(TUESDAY)
    before = plan_of(tree, *sessions)
    of(tree, "practitioners", "kim")["away"] = away(MONDAY + dt.timedelta(days=7))
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "day"), ("ben", "day")]
    assert found.plan.unserved_sessions == (UnservedSession(series="cy-pt", number=1),)
    assert set(sessions[:2] + sessions[4:]) <= set(found.plan.sessions)
    assert any(
        one.startswith("weeks without a change were left as they were") and one.endswith("2 of 3")
        for one in found.plan.notes
    )
    # In the week of the change cy is tried, and ana moves.
    of(tree, "practitioners", "kim")["away"] = away(MONDAY, "09:00", "10:00")
    found = replanned(tree, before)
    assert found.plan.unserved_sessions == ()
    assert {one.patient for one in found.changes} == {"ana", "ben", "cy"}


def test_what_has_a_place_by_now_is_served_in_a_week_without_another_change() -> None:
    tree, sessions = three_weeks("cy")
    of(tree, "patients", "cy")["hours"] = hours("08:00", "09:00", "monday")
    of(tree, "series", "cy-pt")["last"] = str(TUESDAY)
    before = plan_of(tree, *sessions)
    of(tree, "patients", "cy")["hours"] = hours("10:00", "11:00", "monday")
    found = replanned(tree, before)
    assert kinds(found) == [("cy", "added")]
    assert set(sessions) <= set(found.plan.sessions)


def test_what_was_unserved_before_does_not_follow_where_something_else_has_changed() -> None:
    tree = gym("ana", "ben", staff=("kim",))
    tree["opening"]["weeks"] = 5
    of(tree, "series", "ana-pt").update(sessions=3, min_gap_hours=100)
    weeks = [MONDAY + dt.timedelta(days=7 * number) for number in range(5)]
    of(tree, "patients", "ana")["away"] = [*away(weeks[1]), *away(weeks[1] + dt.timedelta(days=1))]
    ana = at("ana-pt", weeks[0], 8, "kim"), at("ana-pt", weeks[2], 8, "kim", number=3)
    before = plan_of(tree, *ana, at("ben-pt", MONDAY, 9, "kim"))
    of(tree, "practitioners", "kim")["away"] = away(MONDAY, "09:00", "10:00")
    found = replanned(tree, before)
    assert kinds(found) == [("ben", "time")]
    assert found.plan.unserved_sessions == (UnservedSession(series="ana-pt", number=2),)
    assert set(ana) <= set(found.plan.sessions)


def test_a_week_in_which_only_a_lead_of_a_group_stands_in_has_changed() -> None:
    tree, meeting, session = circle()
    tree["opening"]["weeks"] = 2
    later = meeting.model_copy(update={"start": meeting.start + dt.timedelta(days=7)})
    before = plan_of(tree, session, meetings=[meeting, later], template=[PLACE])
    of(tree, "practitioners", "kim")["away"] = away(later.start.date())
    found = replanned(tree, before)
    assert (found.notified, found.plan.meetings[0]) == ((), meeting)
    assert found.plan.notes[-1].endswith("1 of 2")


def test_a_booking_made_since_stands_and_needs_no_call() -> None:
    tree = gym("ana", "ben", staff=("kim",), rooms=1)
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", TUESDAY, 8, "kim"))
    tree["bookings"] = [{"series": "ana-pt", "number": 1, "start": f"{TUESDAY}T08:00:00"}]
    tree["bookings"][0] |= {"lead": "kim", "room": "r1"}
    found = replanned(tree, before)
    assert [one.patient for one in found.changes] == ["ben"]
    assert at("ana-pt", TUESDAY, 8, "kim") in found.plan.sessions


def test_a_linked_visit_whose_second_is_sick_gets_another_and_the_patient_is_told() -> None:
    tree = gym("ana", staff=("kim", "lee", "max"))
    tree["services"][0]["linked"] = {"discipline": "md", "billable": "lead", "presence": "start"}
    for one in tree["practitioners"][1:]:
        one["disciplines"] = ["md"]
    session = at("ana-pt", MONDAY, 8, "kim").model_copy(update={"second": "lee"})
    before = plan_of(tree, session)
    of(tree, "practitioners", "lee")["away"] = away(MONDAY)
    found = replanned(tree, before)
    assert kinds(found) == [("ana", "practitioner")]
    assert found.plan.sessions[0].second == "max"
    of(tree, "practitioners", "lee")["away"] = away(TUESDAY)
    assert replanned(tree, before).plan.sessions == (session,)


@pytest.mark.parametrize("seed", [3, 8, 14, 21, 28, 35, 42, 47, 56, 63, 77, 84])
def test_of_a_tiny_problem_no_plan_has_fewer_unserved_or_fewer_notified(seed: int) -> None:
    tree = crowded(seed)
    before = first_fit(problem_of(tree))
    sick(tree, seed)
    found = replanned(tree, before, effort=0.2)
    best = fewest(problem_of(tree), before)
    assert (len(found.plan.unserved_sessions), len(found.notified)) == best
    assert found.proven_fewest


def test_changes_are_in_calling_order_with_what_was_and_what_is() -> None:
    tree = gym("ana", "ben", "cy", staff=("kim", "lee"))
    tree["series"][0].update(sessions=2, per_week=2)
    sessions = at("ben-pt", MONDAY, 9, "kim"), at("ana-pt", MONDAY, 8, "kim")
    before = plan_of(tree, *sessions, at("ana-pt", TUESDAY, 8, "lee", number=2))
    of(tree, "practitioners", "kim")["hours"] = []
    of(tree, "practitioners", "lee")["hours"] = hours("08:00", "11:00", "tuesday")
    found = replanned(tree, before)
    text = changes_csv(found.changes)
    rows = [line.split(",") for line in text.splitlines()]
    assert rows[0][:5] == ["patient", "kind", "of", "number", "before_day"]
    assert [row[0] for row in rows[1:]] == ["ana", "ben"]
    assert rows[1][4:8] == ["2027-01-04", "08:00", "kim", "2027-01-05"]
    assert (rows[1][8] > "08:00", rows[1][9]) == (True, "lee")
    assert {row[-1] for row in rows[1:]} == {"yes"}


@pytest.mark.parametrize(
    ("spoil", "options", "place"),
    [
        (lambda tree, plan: (tree, plan.model_copy(update={"problem": "other"})), {}, "/problem"),
        (lambda tree, plan: (tree, plan), {"since": FRIDAY + dt.timedelta(days=4)}, "/opening"),
        (lambda tree, plan: (tree, plan), {"since": MONDAY - dt.timedelta(days=1)}, "/opening"),
        (lambda tree, plan: ({**gym("eve"), "cohorts": []}, plan), {}, "/sessions"),
        (lambda tree, plan: (tree, twice(plan)), {}, "/sessions/1/number"),
        (lambda tree, plan: (tree, plan.model_copy(update={"template": ()})), {}, "/meetings/0/cohort"),
        (lambda tree, plan: (without(tree, "practitioners", "kim"), plan), {}, "/template/0/lead"),
        (lambda tree, plan: (without(tree, "rooms", "hall"), plan), {}, "/template/0/room"),
        (lambda tree, plan: (meeting_late(tree), plan), {}, "/template/0/start"),
        (lambda tree, plan: (tree, off_grid(plan)), {}, "/sessions/0/start"),
        (lambda tree, plan: (sick_on_monday(tree, "lee"), plan), {"since": TUESDAY}, "/sessions/0"),
        (lambda tree, plan: (sick_on_monday(tree, "kim"), plan), {"since": TUESDAY}, "/meetings/0"),
    ],
)
def test_what_cannot_be_the_plan_before_is_refused_with_its_place(spoil, options, place) -> None:
    tree, meeting, session = circle()
    before = plan_of(tree, session, meetings=[meeting], template=[PLACE])
    changed, plan = spoil(tree, before)
    with pytest.raises(InvalidInput) as refused:
        replan(problem_of(changed), plan, **options)
    assert [one.at for one in refused.value.problems] == [place]


def test_what_is_allowed_alone_and_not_together_in_the_past_is_refused() -> None:
    tree = gym("ana", "ben")
    before = plan_of(tree, at("ana-pt", MONDAY, 8, "kim"), at("ben-pt", MONDAY, 8, "lee", "r2"))
    of(tree, "rooms", "r2")["away"] = away(MONDAY)
    with pytest.raises(InvalidInput, match="/sessions: start: .* together"):
        replan(problem_of(tree), before, since=TUESDAY)


def twice(plan):
    return plan.model_copy(update={"sessions": (*plan.sessions, *plan.sessions)})


def off_grid(plan):
    start = plan.sessions[0].start.replace(minute=10)
    return plan.model_copy(update={"sessions": (plan.sessions[0].model_copy(update={"start": start}),)})


def without(tree, kind, name):
    tree[kind] = [one for one in tree[kind] if one["id"] != name]
    return tree


def meeting_late(tree):
    meets = {"weekday": "monday", "start": "09:00", "lead": "kim", "room": "hall"}
    tree["cohorts"][0]["meets"] = meets
    return tree


def sick_on_monday(tree, name):
    of(tree, "practitioners", name)["away"] = away(MONDAY)
    return tree
