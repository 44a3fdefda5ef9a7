"""Every plan of a very small problem, one after another, and the best total among them.

Shares nothing with the solver: one week, sessions of whole slots, at most one cohort, no linked visits and no
telehealth. The calendars are read again here, in the plainest way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain, combinations

from allay.scheduling.problem.problem import SchedulingProblem

Busy = frozenset[tuple[str, int, int]]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def best_total(problem: SchedulingProblem) -> int:
    """The total of the best plan, by trying all of them."""
    wanted = [one for one in problem.series for _ in range(one.sessions)]
    weights = problem.weights.unserved
    best = weights * (len(wanted) + sum(one.group is not None for one in problem.patients))
    for lost, busy, met in groups(problem):
        for unserved, held in sessions(problem, wanted, busy, {}, ()):
            received = (*met, *held)
            if lawful(problem, received):
                best = min(best, weights * (lost + unserved) + points(problem, received))
    return best


def groups(problem: SchedulingProblem) -> Iterator[tuple[int, Busy, tuple[tuple[str, int, str], ...]]]:
    """The ways to hold the cohort, or none: how many lose it, who is busy when, who received what."""
    asking = [one.id for one in problem.patients if one.group is not None]
    yield len(asking), frozenset(), ()
    for cohort in problem.cohorts:
        service = next(one for one in problem.services if one.id == cohort.service)
        length = service.minutes // problem.opening.slot_minutes
        some = chain.from_iterable(
            combinations(asking, size) for size in range(cohort.min_size, cohort.max_size + 1)
        )
        for members in some:
            for day, slot, lead, room in places(problem, service, cohort.max_size):
                taken = range(slot, slot + length)
                coming = [one for one in members if free(problem, one, day, slot, length)]
                busy = frozenset((who, day, at) for who in (*coming, lead, room) for at in taken)
                met = tuple((one, day, service.id) for one in coming)
                yield len(asking) - len(coming), busy, met


def sessions(
    problem: SchedulingProblem, wanted: list, busy: Busy, last: dict, held: tuple
) -> Iterator[tuple[int, tuple[tuple[str, int, str], ...]]]:
    """The ways to hold the sessions, one after another, or not to: how many are not, what was received."""
    if not wanted:
        yield 0, held
        return
    series, *others = wanted
    for unserved, rest in sessions(problem, others, busy, last, held):
        yield unserved + 1, rest
    service = next(one for one in problem.services if one.id == series.service)
    length = service.minutes // problem.opening.slot_minutes
    for day, slot, lead, room in places(problem, service, 1):
        taken = frozenset(
            (who, day, at) for who in (series.patient, lead, room) for at in range(slot, slot + length)
        )
        hours = day * 24 + slot * problem.opening.slot_minutes / 60
        before = last.get(series.id)
        in_order = before is None or (before < hours and hours - before >= series.min_gap_hours)
        if in_order and not taken & busy and free(problem, series.patient, day, slot, length):
            now = (*held, (series.patient, day, service.id))
            yield from sessions(problem, others, busy | taken, {**last, series.id: hours}, now)


def places(problem: SchedulingProblem, service, seats: int) -> Iterator[tuple[int, int, str, str]]:
    length = service.minutes // problem.opening.slot_minutes
    for day in range(7):
        for slot in range(slots(problem) - length + 1):
            for lead in problem.practitioners:
                if service.discipline in lead.disciplines and free(problem, lead.id, day, slot, length):
                    for room in problem.rooms:
                        fits = room.type == service.room_type and room.seats >= seats
                        if fits and free(problem, room.id, day, slot, length):
                            yield day, slot, lead.id, room.id


def slots(problem: SchedulingProblem) -> int:
    opening = problem.opening
    return (opening.closes.hour - opening.opens.hour) * 60 // opening.slot_minutes


def free(problem: SchedulingProblem, who: str, day: int, slot: int, length: int) -> bool:
    owner = next(one for one in (*problem.practitioners, *problem.patients, *problem.rooms) if one.id == who)
    date = problem.opening.start + dt.timedelta(days=day)
    if DAYS[date.weekday()] not in problem.opening.weekdays:
        return False
    start = dt.datetime.combine(date, problem.opening.opens)
    start += dt.timedelta(minutes=slot * problem.opening.slot_minutes)
    end = start + dt.timedelta(minutes=length * problem.opening.slot_minutes)
    inside = (owner not in problem.practitioners and not owner.hours) or any(
        one.weekday == DAYS[date.weekday()] and one.start <= start.time() and end.time() <= one.end
        for one in owner.hours
    )
    return inside and all(one.end <= start or end <= one.start for one in owner.away)


def lawful(problem: SchedulingProblem, held: tuple) -> bool:
    for patient in problem.patients:
        days = {day for who, day, _ in held if who == patient.id}
        if patient.most_trips is not None and len(days) > patient.most_trips:
            return False
        if any(rule.effect == "forbidden" and losses(rule, patient, held) for rule in problem.same_day):
            return False
    return True


def losses(rule, patient, held: tuple) -> int:
    """Days of a patient with both services of a rule."""
    if rule.payers and patient.payer not in rule.payers:
        return 0
    one, other = rule.services
    count = 0
    for day in {day for who, day, _ in held if who == patient.id}:
        received = [service for who, on, service in held if (who, on) == (patient.id, day)]
        count += received.count(one) > 1 if one == other else one in received and other in received
    return count


def points(problem: SchedulingProblem, held: tuple) -> int:
    weight = {one.id: one.trip_weight for one in problem.patients}
    total = sum(weight[who] for who, _ in {(who, day) for who, day, _ in held})
    for rule in problem.same_day:
        if rule.effect == "priced":
            total += sum(problem.points(rule) * losses(rule, one, held) for one in problem.patients)
    return total
