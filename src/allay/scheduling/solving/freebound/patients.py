"""Patients in the relaxed model: trips, same-day rules, what fits into a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.people import Patient
from allay.scheduling.solving.bounds.capacity import day_capacity
from allay.scheduling.solving.freebound.needs import Need
from allay.scheduling.solving.freebound.week import Key, WeekModel
from allay.scheduling.solving.score import applies


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something a patient may have on a day: variables of which one at most is true, or a booking (none)."""

    service: str
    length: int
    held: tuple[Any, ...]
    on_site: tuple[Any, ...]
    need: Need | None = None
    booked: bool = False
    span: float = 0.0

    @property
    def sum(self) -> Any:
        return 1 if self.booked else sum(self.held)


def build_patients(model: Any, week: WeekModel, booked: Iterable[Session]) -> None:
    """Add the days of each patient: what excludes what, what fits, what counts as a trip."""
    patients = week.grid.problem.patients
    things, visits = _things(week, booked)
    by_patient: dict[int, list[Any]] = defaultdict(list)
    for at, day in sorted(things):
        listed, patient = things[at, day], patients[at]
        sites = [thing for thing in listed if thing.on_site]
        certain = (at, day) in visits
        if certain:
            week.constant += patient.trip_weight
            by_patient[at].append(1)
        elif sites:
            trip = week.trip[at, day] = model.new_bool_var("")
            week.costs.append(patient.trip_weight * trip)
            by_patient[at].append(trip)
            for thing in sites:
                model.add(sum(thing.on_site) <= trip)
        _fits(model, week, at, day, listed)
        _same_day(model, week, patient, listed, trip=week.trip.get((at, day)))
    for at, trips in by_patient.items():
        most = patients[at].most_trips
        if most is not None and most < len(trips):
            model.add(sum(trips) <= most)


def _things(week: WeekModel, booked: Iterable[Session]) -> tuple[dict[Key, list[_Thing]], set[Key]]:
    """What each patient may have on each day, and the days on which a booking brings him or her on site."""
    grid = week.grid
    found: dict[Key, list[_Thing]] = defaultdict(list)
    for at, need in enumerate(week.needs):
        span = week.series_span(at)
        for day in week.days:
            held = tuple(week.on[at, day]) if (at, day) in week.on else ()
            sites = tuple(
                week.held[at, pool, day]
                for pool in need.days
                if pool.mode == "onsite" and (at, pool, day) in week.held
            )
            if held:
                length = grid.length(need.service.id)
                found[need.patient, day].append(
                    _Thing(need.service.id, length, held, sites, need=need, span=span)
                )
    groups: dict[tuple[int, int, str, str], list[Any]] = defaultdict(list)
    for (patient, which, day), attends in week.attend.items():
        cohort = week.classes[which].cohort
        groups[patient, day, cohort.kind, cohort.service] += attends
    for (patient, day, _, service), attends in groups.items():
        all_of = tuple(attends)
        found[patient, day].append(_Thing(service, grid.length(service), all_of, all_of))
    series = {each.id: each for each in grid.problem.series}
    visits: set[Key] = set()
    for session in booked:
        key = grid.patient_index[series[session.series].patient], grid.place_of(session.start)[0]
        service = series[session.series].service
        found[key].append(_Thing(service, grid.length(service), (), (), booked=True))
        if session.mode == "onsite":
            visits.add(key)
    return found, visits


def _fits(model: Any, week: WeekModel, patient: int, day: int, things: list[_Thing]) -> None:
    """What is not booked fits into what is free of the patient's day."""
    open_things = [thing for thing in things if not thing.booked]
    if len(open_things) < 2:
        return
    sizes = [thing.length for thing in open_things]
    capacity = day_capacity(week.grid.patient_free[patient, day], sizes)
    if sum(sizes) > capacity.slots:
        model.add(sum(thing.length * thing.sum for thing in open_things) <= capacity.slots)
    for least, most in capacity.most:
        large = [thing for thing in open_things if thing.length >= least]
        if len(large) > most:
            model.add(sum(thing.sum for thing in large) <= most)


def _same_day(model: Any, week: WeekModel, patient: Patient, things: list[_Thing], *, trip: Any) -> None:
    rules = [rule for rule in week.grid.problem.same_day if applies(rule, patient)]
    for one, other in combinations(things, 2):
        if any(rule.effect == "forbidden" and _pair(rule, one, other) for rule in rules) or _apart(
            one, other
        ):
            if not (one.booked and other.booked):
                model.add(one.sum + other.sum <= 1)
            if trip is not None and one.on_site and other.on_site:
                model.add(sum(one.on_site) + sum(other.on_site) <= trip)
    for rule in rules:
        pairs = [pair for pair in combinations(things, 2) if _pair(rule, *pair)]
        points = week.grid.problem.points(rule)
        if rule.effect == "priced" and points and pairs:
            lost = model.new_bool_var("")
            week.costs.append(points * lost)
            for one, other in pairs:
                model.add(one.sum + other.sum <= 1 + lost)


def _pair(rule: SameDayRule, one: _Thing, other: _Thing) -> bool:
    return (one.service, other.service) in (rule.services, rule.services[::-1])


def _apart(one: _Thing, other: _Thing) -> bool:
    """Whether two sessions are of one series with a gap that is longer than a day."""
    if one.need is None or other.need is None or one.need.series.id != other.need.series.id:
        return False
    return one.need.series.min_gap_hours > one.span
