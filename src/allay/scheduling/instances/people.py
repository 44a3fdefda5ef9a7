"""People and rooms of a synthetic problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from allay.scheduling.instances.family import Family
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.times import Hours, Weekday

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """Random numbers of a seed, in a stream of its own for each purpose, so that none moves another's.

    Examples
    --------
    >>> dice = Dice(seed=1)
    >>> int(dice.of("rooms").integers(100)) == int(dice.of("rooms").integers(100))
    True
    """

    seed: int

    def of(self, purpose: str) -> np.random.Generator:
        """Return the stream of a purpose, from its beginning."""
        return np.random.default_rng([self.seed, *purpose.encode()])

    def chosen(self, purpose: str, share: float, total: int) -> frozenset[int]:
        """Choose this share of so many, rounded to whole ones."""
        count = int(share * total + 0.5)
        return frozenset(self.of(purpose).choice(total, count, replace=False).tolist())

    def dealt(self, purpose: str, values: Sequence[T], total: int) -> list[T]:
        """Deal values, each as likely as another, to so many."""
        return [values[index] for index in self.of(purpose).integers(len(values), size=total)]


def rooms(family: Family, *, patients: int) -> tuple[Room, ...]:
    """Make the rooms.

    Examples
    --------
    >>> from allay.scheduling.instances.family import family
    >>> [room.id for room in rooms(family("a4"), patients=40)]
    ['treatment-1', 'treatment-2', 'group-1']
    """
    return tuple(
        Room(id=f"{kind.type}-{number}", type=kind.type, seats=kind.seats)
        for kind in family.rooms
        for number in range(1, family.scaled(kind.count, patients=patients) + 1)
    )


def practitioners(family: Family, dice: Dice, *, patients: int) -> tuple[Practitioner, ...]:
    """Make the staff; who works part-time, and on which days, is drawn.

    Examples
    --------
    >>> from allay.scheduling.instances.family import family
    >>> len(practitioners(family("a4"), Dice(seed=1), patients=300))
    20
    """
    kinds = [kind for kind in family.staff for _ in range(family.scaled(kind.count, patients=patients))]
    part = family.part_time
    few = dice.chosen("part-time", part.share, len(kinds)) if part else frozenset()
    days = dice.of("days")
    numbers: dict[str, int] = {}
    made = []
    for index, kind in enumerate(kinds):
        numbers[kind.name] = numbers.get(kind.name, 0) + 1
        # Drawn for everybody, so that who is part-time does not move the days of the others.
        drawn = days.permutation(len(family.opening.weekdays))[: part.days if part else None]
        some = tuple(family.opening.weekdays[day] for day in sorted(drawn.tolist()))
        worked = kind.days or (some if index in few else family.opening.weekdays)
        made.append(
            Practitioner(
                id=f"{kind.name}-{numbers[kind.name]}",
                disciplines=kind.disciplines,
                hours=tuple(
                    Hours(weekday=day, start=start, end=end) for day in worked for start, end in family.day
                ),
                languages=kind.languages,
                states=kind.states,
                telehealth=kind.telehealth,
            )
        )
    return tuple(made)


def population(family: Family, dice: Dice, *, patients: int) -> tuple[Patient, ...]:
    """Make the patients; every attribute is drawn for itself.

    Examples
    --------
    >>> from allay.scheduling.instances.family import family
    >>> made = population(family("a4"), Dice(seed=1), patients=300)
    >>> sum(patient.trip_weight == 3 for patient in made), sum(patient.payer == "payer-b" for patient in made)
    (90, 60)
    """
    rural = dice.chosen("rural", family.rural.share, patients)
    weights = dice.dealt("weights", family.rural.weights, patients)
    trips = dice.dealt("trips", family.rural.most_trips or (None,), patients)
    payers = _payers(family, dice, patients)
    other = family.language
    speakers = dice.chosen("language", other.share, patients) if other else frozenset()
    alone = dice.of("interpreter").random(patients)
    distant = family.telehealth
    remote = dice.chosen("telehealth", distant.share, patients) if distant else frozenset()
    states = dice.dealt("states", distant.states if distant else (None,), patients)
    hours = _patient_hours(family, dice, patients)
    width = max(3, len(str(patients)))
    return tuple(
        Patient(
            id=f"p{index + 1:0{width}d}",
            trip_weight=weights[index] if index in rural else 1,
            most_trips=trips[index] if index in rural else None,
            hours=hours[index],
            language=other.id if other and index in speakers else "en",
            interpreter=not (other and index in speakers and alone[index] < other.no_interpreter_share),
            state=states[index],
            telehealth=index in remote,
            payer=payers[index],
            group=group_kind(family, other.id if other and index in speakers else "en"),
        )
        for index in range(patients)
    )


def group_kind(family: Family, language: str) -> str:
    """Return the kind of group for a language: groups are held in one."""
    return family.cohorts.kind if language == "en" else f"{family.cohorts.kind}-{language}"


def _payers(family: Family, dice: Dice, total: int) -> list[str]:
    """Give every payer its share of the patients, in a random order."""
    ends = np.cumsum([payer.share for payer in family.payers]) * total + 0.5
    order = dice.of("payers").permutation(total)
    which = np.searchsorted(ends.astype(int), order, side="right")
    return [family.payers[min(int(one), len(family.payers) - 1)].id for one in which]


def _patient_hours(family: Family, dice: Dice, total: int) -> list[tuple[Hours, ...]]:
    draw = dice.of("half-days")
    counts = draw.integers(
        family.unavailable_half_days.least, family.unavailable_half_days.most + 1, size=total
    )
    halves = 2 * len(family.opening.weekdays)
    return [_hours(family, frozenset(draw.permutation(halves)[:count].tolist())) for count in counts]


def _hours(family: Family, missing: frozenset[int]) -> tuple[Hours, ...]:
    """Return the windows left when half-days (morning 2 x day, afternoon 2 x day + 1) are missing."""
    opening = family.opening
    if not missing:
        return ()
    windows: list[tuple[Weekday, dt.time, dt.time]] = []
    for number, day in enumerate(opening.weekdays):
        morning, afternoon = 2 * number not in missing, 2 * number + 1 not in missing
        if morning or afternoon:
            start = opening.opens if morning else family.noon
            windows.append((day, start, opening.closes if afternoon else family.noon))
    return tuple(Hours(weekday=day, start=start, end=end) for day, start, end in windows)
