"""The checker against moved, shuffled and thinned plans, and against a plain comparison of all pairs."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scheduling.checking.handmade import good, plan_of, plan_tree, problem_of, problem_tree
from tests.unit.scheduling.checking.perturbed import perturbed

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.checking.rules import RULES
from allay.scheduling.plan.plan import Plan, Session
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy

PROBLEM, PLAN = good()
SERIES = {one.id: one for one in PROBLEM.series}
SERVICES = {one.id: one for one in PROBLEM.services}
LEADS = [one.id for one in PROBLEM.practitioners]
ROOMS = [one.id for one in PROBLEM.rooms]
places = st.integers(0, len(PLAN.sessions) - 1)
starts = st.builds(
    lambda day, slot: dt.datetime(2027, 1, 4, 8) + dt.timedelta(days=day, minutes=30 * slot),
    st.integers(0, 20),
    st.integers(0, 17),
)


def rescored(plan: Plan) -> Plan:
    """The plan with the score it has."""
    return plan.model_copy(update={"score": check_plan(PROBLEM, plan).score, "bounds": ()})


def with_session(plan: Plan, place: int, **changes: object) -> Plan:
    """The plan with one session changed."""
    sessions = list(plan.sessions)
    sessions[place] = sessions[place].model_copy(update=changes)
    return plan.model_copy(update={"sessions": tuple(sessions)})


@given(st.permutations(PLAN.sessions), st.permutations(PLAN.meetings), st.permutations(PLAN.template))
@settings(max_examples=60)
def test_the_order_of_a_file_changes_nothing(sessions, meetings, template) -> None:
    moved = PLAN.model_copy(
        update={"sessions": tuple(sessions), "meetings": tuple(meetings), "template": tuple(template)}
    )
    assert check_plan(PROBLEM, moved) == check_plan(PROBLEM, PLAN)


@given(st.permutations(PLAN.sessions), places, starts)
@settings(max_examples=60)
def test_nor_does_it_where_something_is_wrong(sessions, place: int, start: dt.datetime) -> None:
    wrong = with_session(PLAN, place, start=start)
    named = {(one.series, one.number): at for at, one in enumerate(sessions)}
    order = sorted(wrong.sessions, key=lambda one: named[one.series, one.number])
    assert check_plan(PROBLEM, wrong.model_copy(update={"sessions": tuple(order)})) == check_plan(
        PROBLEM, wrong
    )


@given(places, st.sampled_from([-30, 30]))
def test_a_session_moved_by_a_slot_is_accepted_or_breaks_a_rule_that_says_so(
    place: int, minutes: int
) -> None:
    start = PLAN.sessions[place].start + dt.timedelta(minutes=minutes)
    report = check_plan(PROBLEM, rescored(with_session(PLAN, place, start=start)))
    assert report.ok == (not report.violations)
    for one in report.violations:
        assert one.rule in RULES
        assert one.where
        assert one.text
    # A slot is no week: neither the days on site nor what is served changes.
    assert report.score == check_plan(PROBLEM, PLAN).score


@given(places, starts, st.sampled_from(LEADS), st.sampled_from(ROOMS))
@settings(max_examples=300)
def test_what_is_accepted_passes_a_plain_reading(
    place: int, start: dt.datetime, lead: str, room: str
) -> None:
    """The plain reading compares every pair of things, and looks at every minute."""
    plan = rescored(with_session(PLAN, place, start=start, lead=lead, room=room, mode="onsite"))
    report = check_plan(PROBLEM, plan)
    assert bool({"practitioner.twice", "linked.presence"} & set(report.broken)) == overlaps(
        plan, practitioners
    )
    assert ("room.twice" in report.broken) == overlaps(plan, rooms)
    assert ("practitioner.off_calendar" in report.broken) == (not works(plan.sessions[place]))


def overlaps(plan: Plan, occupied) -> bool:
    """Whether any two things of one name overlap."""
    times = [each for one in (*plan.sessions, *plan.meetings) for each in occupied(one)]
    return any(
        one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
        for one, other in combinations(times, 2)
    )


def until(one) -> dt.datetime:
    minutes = SERVICES[SERIES[one.series].service].minutes if isinstance(one, Session) else 120
    return one.start + dt.timedelta(minutes=minutes)


def rooms(one):
    return [(one.room, one.start, until(one))] if one.room else []


def practitioners(one):
    found = [(one.lead, one.start, until(one))]
    if isinstance(one, Session) and one.second is not None and one.second != one.lead:
        linked = SERVICES[SERIES[one.series].service].linked
        ends = {"full": until(one), "start": one.start + dt.timedelta(minutes=30), "general": one.start}
        found.append((one.second, one.start, ends[linked.presence if linked else "general"]))
    return [each for each in found if each[1] < each[2]]


def works(one: Session) -> bool:
    """Whether the lead works in every minute of a session."""
    lead = next(each for each in PROBLEM.practitioners if each.id == one.lead)
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    minute = one.start
    while minute < until(one):
        inside = any(
            each.weekday == days[minute.weekday()] and each.start <= minute.time() < each.end
            for each in lead.hours
        )
        if not inside or any(each.start <= minute < each.end for each in lead.away):
            return False
        minute += dt.timedelta(minutes=1)
    return True


@given(st.integers(0, 10_000), st.sampled_from([first_fit, good_greedy]))
@settings(max_examples=40)
def test_plans_of_perturbed_problems_are_accepted(seed: int, plans) -> None:
    """Two readings of the formats that share no code, of many problems, with the same score."""
    problem = perturbed(seed)
    assert [str(one) for one in check_plan(problem, plans(problem)).violations] == []


@given(st.sets(places))
def test_the_score_grows_by_what_is_left_out(left: set[int]) -> None:
    """Without bookings, gaps or pairs each session left out costs its place and saves at most its points."""
    tree = plan_tree()
    kept = [one for at, one in enumerate(tree["sessions"]) if at not in left]
    lost = [one for at, one in enumerate(tree["sessions"]) if at in left]
    tree["sessions"] = kept
    tree["unserved_sessions"] += [{"series": one["series"], "number": one["number"]} for one in lost]
    problem = problem_of({**problem_tree(), "bookings": []})
    plan = plan_of(tree, problem)
    report = check_plan(problem, plan)
    assert set(report.broken) <= {"score.wrong"}
    assert report.score.unserved == 6 + len(left)
    assert report.score.trips <= 17
    assert report.score.lost_cents <= 10_400
    again = check_plan(problem, plan.model_copy(update={"score": report.score}))
    assert again.ok
    assert again.score == report.score
