"""The relaxation of a week as a CP-SAT model: days without clock times, capacity summed by day.

Every constraint holds in every plan of the problem, and every term of the objective is paid by every plan, so
the optimum is a bound:

* *Groups.* A patient attends at most one meeting of each kind, at a start when he, some lead and some room
  have the time. Starts at which no more patients can come than at another of the day are taken for that one.
  Who attends none pays, if every cohort he may belong to is due whatever its weekday.
* *Sizes.* Those who attend at a start are at most the most members times its meetings; with those who attend
  nothing of their kind added (they may be absent members), at least the least members times the meetings.
* *Sessions.* A session due in the week is held on one day, by one pool of practitioners, or pays the least it
  can cost later. Sessions that come from earlier weeks are left out: they only add.
* *Time of practitioners.* What they lead and where they are second fills at most what the free runs of their
  day hold, counted in slots, and for each length in pieces. Whole slots lose nothing, as all starts lie on
  the grid.
* *Rooms.* The same for all rooms of a type together.
* *Patients.* What a patient has on a day fits into his free runs; days on site are at most his most trips;
  same-day rules hold; sessions of one series that are too near each other are on other days.
* *Trips.* A day with anything on site counts once. Two things that may not be on one day count two days: this
  says nothing new about plans, but lets the solver see it early.
* *Left out*: clock times of two people at once, overlap with the meeting, which room, who speaks what to whom
  beyond each pool, continuity, preference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from allay.scheduling.plan.plan import Session
from allay.scheduling.solving.freebound.capacity import build_practitioners, build_rooms
from allay.scheduling.solving.freebound.patients import build_patients
from allay.scheduling.solving.freebound.week import Key, WeekModel

DAY_HOURS = 24


def build_week(model: Any, week: WeekModel, booked: Iterable[Session]) -> None:
    """Add a week to a CP-SAT model.

    Parameters
    ----------
    model : ortools.sat.python.cp_model.CpModel
    week : WeekModel
        With the variables of who attends on which day; the others and the costs are added to it. If it has
        variables of meetings already, sizes are not its concern.
    booked : iterable of Session
        Booked sessions of the week; the week's grid is without what they occupy.
    """
    _sessions(model, week)
    if not week.met:
        _meetings(model, week)
    build_practitioners(model, week)
    build_rooms(model, week)
    build_patients(model, week, tuple(booked))


def _sessions(model: Any, week: WeekModel) -> None:
    for at, need in enumerate(week.needs):
        listed = []
        for pool, days in need.days.items():
            for day in sorted(days):
                held = week.held[at, pool, day] = model.new_bool_var("")
                week.on[at, day].append(held)
                listed.append(held)
        if listed:
            missed = model.new_bool_var("")
            model.add_exactly_one([*listed, missed])
            week.costs.append(need.miss * missed)
        else:
            week.constant += need.miss
    by_series: dict[str, list[int]] = defaultdict(list)
    for at, need in enumerate(week.needs):
        by_series[need.series.id].append(at)
    for numbers in by_series.values():
        for one, other in pairwise(numbers):
            _spacing(model, week, one, other)


def _spacing(model: Any, week: WeekModel, one: int, other: int) -> None:
    """Keep two sessions of a series in order, and days apart as far as their gap surely says so."""
    series, span = week.needs[one].series, week.series_span(one)
    if all(booking.series != series.id for booking in week.grid.problem.bookings):
        # Alike in everything but their number: the later one on no earlier day, and left out first.
        for last in range(len(week.days)):
            until = week.days[: last + 1]
            before = [held for day in until for held in week.on[one, day]]
            model.add(sum(held for day in until for held in week.on[other, day]) <= sum(before))
    for day in week.days:
        near = [
            held
            for on in week.days
            if on >= day
            and (week.grid.days[on] - week.grid.days[day]).days * DAY_HOURS + span < series.min_gap_hours
            for held in week.on[other, on]
        ]
        if near:
            model.add_at_most_one([*week.on[one, day], *near])


def _meetings(model: Any, week: WeekModel) -> None:
    """Meetings of each class by day and start, and how many may be at them."""
    slack: list[Any] = []
    met: dict[Key, list[Any]] = defaultdict(list)
    for (which, day, _), present in week.present.items():
        group = week.classes[which]
        count = model.new_int_var(0, len(group.ids), "")
        spare = model.new_int_var(0, group.least * len(group.ids), "")
        model.add(sum(present) <= group.most * count)
        model.add(sum(present) + spare >= group.least * count)
        slack.append(spare)
        met[which, day].append(count)
    for which, group in enumerate(week.classes):
        counts = [count for (at, _), listed in met.items() if at == which for count in listed]
        if counts:
            model.add(sum(counts) <= len(group.ids))
    week.met.update({key: sum(listed) for key, listed in met.items()})
    if slack:
        attending: dict[tuple[int, str], list[Any]] = defaultdict(list)
        for (patient, which, _), listed in week.attend.items():
            attending[patient, week.classes[which].cohort.kind] += listed
        model.add(sum(slack) <= week.unable + sum(1 - sum(listed) for listed in attending.values()))
