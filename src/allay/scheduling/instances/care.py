"""Cohorts and series of a synthetic problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from allay.scheduling.instances.family import Family
from allay.scheduling.instances.people import Dice
from allay.scheduling.problem.care import Cohort, Series, Service
from allay.scheduling.problem.people import Patient, Practitioner

WEEK = 7


def cohorts(family: Family, patients: Sequence[Patient]) -> tuple[Cohort, ...]:
    """Make the cohorts of each kind of group, for as many patients as ask for it.

    With few patients the least size falls, so that all of them can have a place.

    Examples
    --------
    >>> from allay.scheduling.instances.family import family
    >>> from allay.scheduling.instances.people import population
    >>> people = population(family("a4"), Dice(seed=1), patients=14)
    >>> [(one.id, one.min_size) for one in cohorts(family("a4"), people)]
    [('core-1', 7), ('core-2', 7)]
    """
    made = []
    parameters = family.cohorts
    for kind in dict.fromkeys(patient.group for patient in patients if patient.group):
        members = [patient for patient in patients if patient.group == kind]
        total = len(members)
        number = max(-(-total // parameters.max_size), (total + parameters.size // 2) // parameters.size)
        made += [
            Cohort(
                id=f"{kind}-{one}",
                kind=kind,
                service=parameters.service,
                min_size=min(parameters.min_size, total // number),
                max_size=parameters.max_size,
                language=members[0].language,
            )
            for one in range(1, number + 1)
        ]
    return tuple(made)


def series(
    family: Family, dice: Dice, *, patients: Sequence[Patient], staff: Sequence[Practitioner], weeks: int
) -> tuple[Series, ...]:
    """Make the series: in one week single sessions, each of another service; over weeks one after another.

    Examples
    --------
    >>> from allay.scheduling.instances.family import family
    >>> from allay.scheduling.instances.people import population, practitioners
    >>> a4, dice = family("a4"), Dice(seed=1)
    >>> people = population(a4, dice, patients=300)
    >>> staff = practitioners(a4, dice, patients=300)
    >>> 420 < len(series(a4, dice, patients=people, staff=staff, weeks=1)) < 480
    True
    """
    draw = dice.of("series")
    made: list[Series] = []
    for patient in patients:
        count = int(draw.integers(family.sessions.least, family.sessions.most + 1))
        services, shares = _possible(family, patient, staff)
        if weeks == 1:
            order = draw.choice(len(services), size=min(count, len(services)), replace=False, p=shares)
            made += [
                _one(family, patient, services[which], number, weeks=(0, 1), per_week=1, horizon=1)
                for number, which in enumerate(order.tolist(), start=1)
            ]
        else:
            made += _over_weeks(family, draw, patient, services, shares, count, weeks)
    return tuple(made)


def _possible(
    family: Family, patient: Patient, staff: Sequence[Practitioner]
) -> tuple[list[Service], np.ndarray]:
    """Return services somebody can give this patient, in a language that will do, and their shares."""
    services = [
        service
        for service in family.services
        if service.id in family.shares and any(_gives(one, service, patient) for one in staff)
    ]
    shares = np.array([family.shares[one.id] for one in services])
    return services, shares / shares.sum()


def _gives(one: Practitioner, service: Service, patient: Patient) -> bool:
    remote = patient.telehealth and one.telehealth and patient.state in (None, *one.states)
    return (
        service.discipline in one.disciplines
        and (patient.interpreter or patient.language in one.languages)
        and (service.room_type is not None or remote)
    )


def _over_weeks(
    family: Family,
    draw: np.random.Generator,
    patient: Patient,
    services: list[Service],
    shares: np.ndarray,
    count: int,
    weeks: int,
) -> Iterator[Series]:
    """Let series follow one another until the horizon ends: `count` sessions a week, in as many strands.

    Strands never hold the same service in one week. Two sessions a week are now and then one series.
    """
    rules = family.several_weeks
    twice = count > 1 and draw.random() < rules.twice_share
    strands = 1 if twice else min(count, len(services))
    free, busy = [0] * strands, [-1] * strands
    number = 0
    while min(free) < weeks:
        strand = free.index(min(free))
        taken = [which for other, which in enumerate(busy) if other != strand]
        open_to = [which for which in range(len(services)) if which not in taken]
        odds = shares[open_to] / shares[open_to].sum()
        which = open_to[int(draw.choice(len(open_to), p=odds))]
        first = free[strand]
        last = min(weeks, first + int(draw.integers(rules.least_weeks, rules.most_weeks + 1)))
        number += 1
        span = (first, last)
        yield _one(family, patient, services[which], number, weeks=span, per_week=1 + twice, horizon=weeks)
        free[strand], busy[strand] = last, which


def _one(
    family: Family,
    patient: Patient,
    service: Service,
    number: int,
    *,
    weeks: tuple[int, int],
    per_week: int,
    horizon: int,
) -> Series:
    start = family.opening.start
    end = min(horizon, weeks[1] + family.several_weeks.slack_weeks)
    long = horizon > 1
    remote = patient.telehealth and service.telehealth
    return Series(
        id=f"{patient.id}-{number}",
        patient=patient.id,
        service=service.id,
        sessions=(weeks[1] - weeks[0]) * per_week,
        per_week=per_week,
        min_gap_hours=family.min_gap_hours if long and service.id in family.manual else 0,
        first=start + dt.timedelta(days=WEEK * weeks[0]) if long else None,
        last=start + dt.timedelta(days=WEEK * end - 1) if long else None,
        continuity="prefer" if long else "none",
        mode=("either" if service.room_type else "telehealth") if remote else "onsite",
    )
