"""Problems for tests of re-planning: a gym made by hand, small ones by a seed, and what changes in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from tests.unit.scheduling.bounds.plainsearch import free, lawful, places
from tests.unit.scheduling.problems import hours, problem_of

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.plan.plan import CohortPlace, Meeting, Plan, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.replanning.replan import replan
from allay.scheduling.solving.score import score_of

MONDAY, TUESDAY, FRIDAY = dt.date(2027, 1, 4), dt.date(2027, 1, 5), dt.date(2027, 1, 8)
Tree = dict[str, Any]


def gym(*patients: str, staff: Iterable[str] = ("kim", "lee"), rooms: int = 2, **more: Any) -> Tree:
    """A program open two days from 8 to 11 in hours, with one session of `pt` for each patient."""
    return {
        "id": "gym",
        "synthetic": True,
        "opening": {
            "start": "2027-01-04",
            "weekdays": ["monday", "tuesday"],
            "opens": "08:00",
            "closes": "11:00",
            "slot_minutes": 60,
            "weeks": 1,
        },
        "rooms": [{"id": f"r{at}", "type": "gym"} for at in range(1, rooms + 1)],
        "practitioners": [
            {"id": one, "disciplines": ["pt"], "hours": hours("08:00", "11:00", "monday", "tuesday")}
            for one in staff
        ],
        "services": [{"id": "pt", "discipline": "pt", "minutes": 60, "room_type": "gym"}],
        "patients": [{"id": one} for one in patients],
        "series": [{"id": f"{one}-pt", "patient": one, "service": "pt"} for one in patients],
        **more,
    }


def at(series: str, day: dt.date, hour: int, lead: str, room: str = "r1", number: int = 1) -> Session:
    """A session on site."""
    start = dt.datetime.combine(day, dt.time(hour))
    return Session(series=series, number=number, start=start, lead=lead, room=room)


def plan_of(tree: Tree, *sessions: Session, meetings: Iterable[Meeting] = (), template: Any = ()) -> Plan:
    """A plan of a problem with these sessions, everything else unserved."""
    problem = problem_of(tree)
    served = {(one.series, one.number) for one in sessions}
    unserved = tuple(
        UnservedSession(series=one.id, number=number)
        for one in problem.series
        for number in range(1, one.sessions + 1)
        if (one.id, number) not in served
    )
    parts: Tree = {"template": tuple(template), "meetings": tuple(meetings), "sessions": sessions}
    parts |= {"unserved_sessions": unserved, "unserved_members": ()}
    return Plan(
        allay_version="0",
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method="first-fit",
        score=score_of(problem, **parts),
        **parts,
    )


def away(day: dt.date, start: str = "00:00", end: str = "23:59") -> list[Tree]:
    """Away for a day, or for some hours of it."""
    return [{"start": f"{day}T{start}:00", "end": f"{day}T{end}:00"}]


def of(tree: Tree, kind: str, name: str) -> Tree:
    """Somebody or something of a problem's tree, to be changed."""
    return next(one for one in tree[kind] if one["id"] == name)


def crowded(seed: int) -> Tree:
    """A few patients, some of whom can come only at some hours, two practitioners, two days."""
    draw = np.random.default_rng(seed)
    names = [f"p{number}" for number in range(int(draw.integers(2, 5)))]
    tree = gym(*names, rooms=int(draw.integers(1, 3)))
    tree["opening"]["closes"] = "10:00"
    for one in tree["practitioners"]:
        one["hours"] = hours("08:00", "10:00", *(d for d in ("monday", "tuesday") if draw.random() < 0.9))
    for one in tree["patients"]:
        if draw.random() < 0.6:
            one["hours"] = hours(*[("08:00", "09:00"), ("09:00", "10:00")][int(draw.integers(2))], "monday")
            one["hours"] += hours("08:00", "10:00", "tuesday") if draw.random() < 0.5 else []
        if draw.random() < 0.2:
            one["most_trips"] = 1
    if draw.random() < 0.6:
        tree["series"][0].update(sessions=2, per_week=2, min_gap_hours=int(draw.choice([0, 20])))
    return tree


def sick(tree: Tree, seed: int) -> None:
    """Somebody is away for a day, and now and then a room or a patient for an hour."""
    draw = np.random.default_rng([seed, 1])
    days = [MONDAY, TUESDAY]
    who = tree["practitioners"][int(draw.integers(2))]
    who["away"] = away(days[int(draw.integers(2))])
    for kind in ("rooms", "patients"):
        if draw.random() < 0.3:
            one = tree[kind][int(draw.integers(len(tree[kind])))]
            one["away"] = away(days[int(draw.integers(2))], "08:00", "09:00")


Held = dict[tuple[str, int], tuple[int, int, str]]


def fewest(problem: SchedulingProblem, before: Plan) -> tuple[int, int]:
    """Fewest unserved, and of such plans the fewest patients notified, by trying every plan."""
    was = {(one.series, one.number): _place(problem, one) for one in before.sessions}
    owner = {one.id: one.patient for one in problem.series}
    keys = [(one.id, number) for one in problem.series for number in range(1, one.sessions + 1)]
    best = (len(keys) + 1, 0)
    for held in _plans(problem, keys, frozenset(), {}):
        received = tuple((owner[name], day, "pt") for (name, _), (day, _, _) in held.items())
        if lawful(problem, received):
            told = {owner[key[0]] for key in keys if held.get(key) != was.get(key)}
            best = min(best, (len(keys) - len(held), len(told)))
    return best


def _place(problem: SchedulingProblem, one: Session) -> tuple[int, int, str]:
    hour = one.start.hour - problem.opening.opens.hour
    return (one.start.date() - problem.opening.start).days, hour, one.lead


def _plans(problem: SchedulingProblem, keys: list, busy: frozenset, held: Held) -> Iterator[Held]:
    if not keys:
        yield held
        return
    key, *others = keys
    yield from _plans(problem, others, busy, held)
    series = next(one for one in problem.series if one.id == key[0])
    for day, slot, lead, room in places(problem, problem.services[0], 1):
        taken = {(who, day, slot) for who in (series.patient, lead, room)}
        earlier = [there for (name, _), there in held.items() if name == key[0]]
        now = day * 24 + slot
        apart = all(now > d * 24 + s and now - d * 24 - s >= series.min_gap_hours for d, s, _ in earlier)
        if apart and not taken & busy and free(problem, series.patient, day, slot, 1):
            yield from _plans(problem, others, busy | taken, {**held, key: (day, slot, lead)})


def replanned(tree, before, **options):
    """The re-plan of a tree, which the checker accepts and its bound does not exceed."""
    problem = problem_of(tree)
    found = replan(problem, before, **options)
    report = check_plan(problem, found.plan)
    assert report.violations == ()
    assert report.score == found.plan.score
    assert found.plan.bounds[0].value <= found.plan.score.total
    assert found.plan.method == "replan"
    return found


def kinds(found):
    return [(one.patient, one.kind) for one in found.changes]


PLACE = CohortPlace(
    cohort="calm", weekday="monday", start=dt.time(8), lead="kim", room="hall", members=("ana", "ben")
)


def circle(**more):
    """A group of ana and ben on Mondays at 8, and its plan."""
    tree = gym("ana", "ben", "cy", staff=("kim", "lee", "max"))
    tree["series"] = [one for one in tree["series"] if one["patient"] == "cy"]
    tree["rooms"].append({"id": "hall", "type": "hall", "seats": 3})
    tree["services"].append({"id": "group", "discipline": "pt", "minutes": 60, "room_type": "hall"})
    for name in ("ana", "ben"):
        of(tree, "patients", name)["group"] = "calm"
    tree["cohorts"] = [
        {"id": "calm", "kind": "calm", "service": "group", "min_size": 2, "max_size": 3, **more}
    ]
    start = dt.datetime.combine(MONDAY, dt.time(8))
    meeting = Meeting(cohort="calm", start=start, lead="kim", room="hall")
    session = at("cy-pt", MONDAY, 8, "lee")
    return tree, meeting, session
