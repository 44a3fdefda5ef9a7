"""Violations planted in plans of 60 patients: each is found, wherever it is, and the rest stays accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances.generator import generate
from allay.scheduling.plan.plan import Plan, UnservedMember, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy

Luck = np.random.Generator
Planting = Callable[[SchedulingProblem, Plan, Luck], Plan]


def replaced(plan: Plan, field: str, at: int, **changes: object) -> Plan:
    """A plan with other values in one of its entries."""
    entries = list(getattr(plan, field))
    entries[at] = entries[at].model_copy(update=changes)
    return plan.model_copy(update={field: tuple(entries)})


def without(plan: Plan, field: str, at: int) -> Plan:
    """A plan without one of its entries."""
    entries = list(getattr(plan, field))
    del entries[at]
    return plan.model_copy(update={field: tuple(entries)})


def any_of(luck: Luck, entries: tuple[object, ...]) -> int:
    return int(luck.integers(len(entries)))


def on_site(plan: Plan, luck: Luck) -> int:
    return int(luck.choice([at for at, one in enumerate(plan.sessions) if one.mode == "onsite"]))


def other_discipline(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    at = any_of(luck, plan.sessions)
    series = {one.id: one for one in problem.series}
    service = {one.id: one for one in problem.services}[series[plan.sessions[at].series].service]
    others = [one.id for one in problem.practitioners if service.discipline not in one.disciplines]
    return replaced(plan, "sessions", at, lead=str(luck.choice(others)))


def double_room(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    """Two sessions on site at the same time come into one room."""
    seen: dict[dt.datetime, int] = {}
    for at, one in enumerate(plan.sessions):
        if one.room is not None and one.start in seen:
            return replaced(plan, "sessions", at, room=plan.sessions[seen[one.start]].room)
        if one.room is not None:
            seen[one.start] = at
    raise AssertionError("no two sessions at one time")


def double_lead(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    seen: dict[dt.datetime, int] = {}
    for at, one in enumerate(plan.sessions):
        if one.start in seen:
            return replaced(plan, "sessions", at, lead=plan.sessions[seen[one.start]].lead)
        seen[one.start] = at
    raise AssertionError("no two sessions at one time")


def double_patient(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    """A member's session is moved to the time of the meeting."""
    member_of = {name: place for place in plan.template for name in place.members}
    series = {one.id: one for one in problem.series}
    for at, one in enumerate(plan.sessions):
        place = member_of.get(series[one.series].patient)
        if place is not None:
            meeting = next(each for each in plan.meetings if each.cohort == place.cohort)
            if series[one.series].patient not in meeting.absent:
                return replaced(plan, "sessions", at, start=meeting.start)
    raise AssertionError("no member with a session")


def room_of_groups(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    return replaced(plan, "sessions", on_site(plan, luck), room=plan.template[0].room)


def seat_given_twice(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    one, other = (int(each) for each in luck.choice(len(plan.template), 2, replace=False))
    guest = plan.template[other].members[0]
    return replaced(plan, "template", one, members=(*plan.template[one].members, guest))


def emptied(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    at = any_of(luck, plan.template)
    return replaced(plan, "template", at, members=plan.template[at].members[:1])


def crowded(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    names = tuple(one.id for one in problem.patients[:40])
    return replaced(plan, "template", any_of(luck, plan.template), members=names)


def shifted(minutes: int) -> Planting:
    def plant(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
        at = any_of(luck, plan.sessions)
        return replaced(plan, "sessions", at, start=plan.sessions[at].start + dt.timedelta(minutes=minutes))

    return plant


def lead_in_another_meeting(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    at = any_of(luck, plan.meetings)
    usual = {place.cohort: place.lead for place in plan.template}[plan.meetings[at].cohort]
    others = [one.id for one in problem.practitioners if one.id != usual]
    return replaced(plan, "meetings", at, lead=str(luck.choice(others)))


def moved_meeting(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    at = any_of(luck, plan.meetings)
    return replaced(plan, "meetings", at, start=plan.meetings[at].start + dt.timedelta(minutes=60))


def sent_away(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    places = {place.cohort: place for place in plan.template}
    at = any_of(luck, plan.meetings)
    absent = plan.meetings[at].absent
    there = [one for one in places[plan.meetings[at].cohort].members if one not in absent]
    return replaced(plan, "meetings", at, absent=(*absent, there[0]))


def said_lost(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    one = plan.sessions[any_of(luck, plan.sessions)]
    lost = UnservedSession(series=one.series, number=one.number)
    return plan.model_copy(update={"unserved_sessions": (*plan.unserved_sessions, lost)})


def member_said_lost(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    place = plan.template[any_of(luck, plan.template)]
    lost = UnservedMember(patient=place.members[0], cohort=place.cohort, week=0)
    return plan.model_copy(update={"unserved_members": (*plan.unserved_members, lost)})


def cheaper(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    return plan.model_copy(update={"score": plan.score.model_copy(update={"total": plan.score.total - 1})})


def twice(problem: SchedulingProblem, plan: Plan, luck: Luck) -> Plan:
    one = plan.sessions[any_of(luck, plan.sessions)]
    return plan.model_copy(update={"sessions": (*plan.sessions, one)})


PLANTED: list[tuple[str, Planting]] = [
    ("lead.discipline", other_discipline),
    ("room.twice", double_room),
    ("practitioner.twice", double_lead),
    ("patient.twice", double_patient),
    ("room.type", room_of_groups),
    ("room.missing", lambda p, plan, luck: replaced(plan, "sessions", on_site(plan, luck), room=None)),
    (
        "telehealth.room",
        lambda p, plan, luck: replaced(plan, "sessions", on_site(plan, luck), mode="telehealth"),
    ),
    ("cohort.member_twice", seat_given_twice),
    ("cohort.size_small", emptied),
    ("cohort.size_large", crowded),
    ("grid.start", shifted(5)),
    ("grid.closed", shifted(12 * 60)),
    ("grid.horizon", shifted(40 * 24 * 60)),
    ("series.window", shifted(-40 * 24 * 60)),
    ("meeting.substitute", lead_in_another_meeting),
    ("meeting.template", moved_meeting),
    ("meeting.missing", lambda p, plan, luck: without(plan, "meetings", any_of(luck, plan.meetings))),
    ("meeting.absent_wrongly", sent_away),
    ("meeting.extra", lambda p, plan, luck: without(plan, "template", any_of(luck, plan.template))),
    ("series.missing", lambda p, plan, luck: without(plan, "sessions", any_of(luck, plan.sessions))),
    ("series.twice", twice),
    (
        "series.number",
        lambda p, plan, luck: replaced(plan, "sessions", any_of(luck, plan.sessions), number=99),
    ),
    (
        "linked.second_extra",
        lambda p, plan, luck: replaced(
            plan, "sessions", any_of(luck, plan.sessions), second=p.practitioners[0].id
        ),
    ),
    ("unserved.served", said_lost),
    ("unserved.member_wrongly", member_said_lost),
    ("score.wrong", cheaper),
    ("problem.digest", lambda p, plan, luck: plan.model_copy(update={"problem_digest": "f" * 64})),
    (
        "plan.unknown",
        lambda p, plan, luck: replaced(plan, "sessions", any_of(luck, plan.sessions), lead="nobody"),
    ),
]


@pytest.fixture(scope="module")
def made() -> list[tuple[SchedulingProblem, Plan]]:
    """Plans of one and of three weeks, by two methods."""
    week, weeks = (generate("a4", patients=60, seed=3, weeks=weeks) for weeks in (1, 3))
    return [(week, first_fit(week)), (weeks, good_greedy(weeks))]


def test_the_plans_are_accepted(made: list[tuple[SchedulingProblem, Plan]]) -> None:
    for problem, plan in made:
        assert check_plan(problem, plan).violations == ()


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[rule for rule, _ in PLANTED])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_violation_planted_anywhere_is_found(
    made: list[tuple[SchedulingProblem, Plan]], rule: str, plant: Planting, seed: int
) -> None:
    for problem, plan in made:
        report = check_plan(problem, plant(problem, plan, np.random.default_rng(seed)))
        assert rule in report.broken, report.broken
        assert not report.ok
