"""A simple template for the baselines: cohorts in file order, each at the first time that suits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.seats import most_members
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.baselines.book import DayBook, day_book
from allay.scheduling.solving.baselines.together import GroupTime, together
from allay.scheduling.solving.grid import Bools, Grid, starts
from allay.scheduling.solving.limits import due_weeks, leads_of, may_join, meeting_days, rooms_of

Place = tuple[int, int, int, int]  # weekday, slot, lead, room


def simple_template(grid: Grid) -> tuple[CohortPlace, ...]:
    """Place the cohorts one after another, then give the patients places, in the order of the file.

    A cohort meets at the first time at which a lead and a room are free in most of its weeks; the first
    cohort looks from the first weekday on, the next one from the second, and so on.
    Cohorts that run already are placed before all others. Members already listed stay; everybody else gets
    a place in the first cohort whose meetings they can attend, so that cohorts become equally large; a
    cohort that stays too small takes members of others, or is not placed.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    tuple of CohortPlace
        In the order of the cohorts; time grows with cohorts times leads times rooms times days times slots,
        and with patients times cohorts.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.grid import grid_of
    >>> made = simple_template(grid_of(generate("a4", patients=20, seed=1)))
    >>> [(place.cohort, place.weekday, len(place.members)) for place in made]
    [('core-1', 'monday', 11), ('core-2', 'tuesday', 8)]
    """
    book = day_book(grid)
    places: dict[str, Place] = {}
    homes: dict[str, list[GroupTime]] = defaultdict(list)
    for order, cohort in sorted(enumerate(grid.problem.cohorts), key=lambda each: each[1].meets is None):
        place = _first_place(book, cohort, order, homes)
        if place is not None:
            places[cohort.id] = place
            _take(book, cohort, place)
            for member in cohort.members:
                homes[member].append((cohort, *place[:2]))
    members = _members(book, places, homes)
    return tuple(
        CohortPlace(
            cohort=cohort.id,
            weekday=WEEKDAYS[places[cohort.id][0]],
            start=grid.time_of(0, places[cohort.id][1]).time(),
            lead=grid.problem.practitioners[places[cohort.id][2]].id,
            room=grid.problem.rooms[places[cohort.id][3]].id,
            members=tuple(members[cohort.id]),
        )
        for cohort in grid.problem.cohorts
        if cohort.id in members
    )


def _first_place(
    book: DayBook, cohort: Cohort, order: int, homes: dict[str, list[GroupTime]]
) -> Place | None:
    grid = book.grid
    length = grid.length(cohort.service)
    best: Place | None = None
    most = 0
    weekdays = sorted(set(grid.weekday_of.tolist()))
    turn = order % len(weekdays) if weekdays else 0
    for weekday in weekdays[turn:] + weekdays[:turn]:
        days = meeting_days(grid, cohort, weekday)
        if not days or (cohort.meets and WEEKDAYS.index(cohort.meets.weekday) != weekday):
            continue
        leads, rooms = list(leads_of(grid, cohort)), list(rooms_of(grid, cohort))
        lead_free = starts(book.practitioner[leads][:, days], length)
        room_free = starts(book.room[rooms][:, days], length)
        # How many meetings there can be, [slot, lead, room].
        count = np.einsum("kds,rds->skr", lead_free.astype(np.int64), room_free.astype(np.int64))
        if cohort.meets:
            count[[slot for slot in range(grid.slots) if not _starts_then(grid, cohort, slot)]] = 0
        for slot in np.flatnonzero(count.reshape(grid.slots, -1).any(axis=1)):
            if not _lawful(book, cohort, weekday, int(slot), homes):
                count[slot] = 0
        if count.size and count.max() > most:
            most = int(count.max())
            slot, lead, room = np.unravel_index(int(np.argmax(count)), count.shape)
            best = weekday, int(slot), leads[lead], rooms[room]
        if most == len(due_weeks(grid, cohort)):
            break
    return best


def _lawful(
    book: DayBook, cohort: Cohort, weekday: int, slot: int, homes: dict[str, list[GroupTime]]
) -> bool:
    """Say whether those listed can come at a time beside their other groups and what is booked."""
    return all(
        together(book, book.grid.patient_index[member], [*homes.get(member, ()), (cohort, weekday, slot)])
        for member in cohort.members
    )


def _starts_then(grid: Grid, cohort: Cohort, slot: int) -> bool:
    return cohort.meets is not None and grid.time_of(0, slot).time() == cohort.meets.start


def _take(book: DayBook, cohort: Cohort, place: Place) -> None:
    weekday, slot, lead, room = place
    span = slice(slot, slot + book.grid.length(cohort.service))
    for day in meeting_days(book.grid, cohort, weekday):
        book.practitioner[lead, day, span] = False
        book.room[room, day, span] = False


def _members(
    book: DayBook, places: dict[str, Place], homes: dict[str, list[GroupTime]]
) -> dict[str, list[str]]:
    """Give places to patients; cohorts that cannot reach their least size are left out."""
    grid = book.grid
    cohorts = {cohort.id: cohort for cohort in grid.problem.cohorts if cohort.id in places}
    can = {name: _can_come(book, cohort, places[name], homes) for name, cohort in cohorts.items()}
    members = {name: list(cohort.members) for name, cohort in cohorts.items()}
    listed = {(member, each.kind) for each in grid.problem.cohorts for member in each.members}
    placed: set[str] = set()
    wanting = [
        one for one in grid.problem.patients if one.group is not None and (one.id, one.group) not in listed
    ]
    even = _even_sizes(cohorts.values(), [one.group for one in wanting])
    full = {name: most_members(cohort) for name, cohort in cohorts.items()}

    def join(sizes: dict[str, int]) -> None:
        for patient in wanting:
            at = grid.patient_index[patient.id]
            open_to = (
                name
                for name, cohort in cohorts.items()
                if may_join(cohort, patient) and can[name][at] and len(members[name]) < sizes[name]
            )
            chosen = next(open_to, None) if patient.id not in placed else None
            if chosen is not None:
                members[chosen].append(patient.id)
                placed.add(patient.id)

    join(even)
    join(full)
    for name, cohort in cohorts.items():
        _fill(grid, cohort, can[name], members, cohorts)
    join(full)
    order = {patient.id: at for at, patient in enumerate(grid.problem.patients)}
    return {
        name: sorted(some, key=order.__getitem__)
        for name, some in members.items()
        if len(some) >= _least(cohorts[name])
    }


def _least(cohort: Cohort) -> int:
    """A cohort that runs already goes on with whoever is left."""
    return 1 if cohort.meets else cohort.min_size


def _can_come(book: DayBook, cohort: Cohort, place: Place, homes: dict[str, list[GroupTime]]) -> Bools:
    """Say which patients can attend at least half of the meetings, and break no rule by it, bool[P].

    Nobody is put into a cohort whose lead he or she avoids.
    """
    weekday, slot, lead, _ = place
    days = meeting_days(book.grid, cohort, weekday)
    span = slice(slot, slot + book.grid.length(cohort.service))
    free: Bools = np.array(book.patient[:, days, span].all(axis=2))
    found: Bools = 2 * free.sum(axis=1) >= max(1, len(days))
    # What is booked stays; a group on such a day would break a rule, or be a trip too many.
    for patient in {one for one, _ in book.received}:
        found[patient] &= not any(
            book.forbids(patient, day, cohort.service) or book.full(patient, day) for day in days
        )
    name = book.grid.problem.practitioners[lead].id
    for at, one in enumerate(book.grid.problem.patients):
        if name in one.avoids:
            found[at] = False
        elif found[at] and one.id in homes:
            found[at] = together(book, at, [*homes[one.id], (cohort, weekday, slot)])
    return found


def _even_sizes(cohorts: Iterable[Cohort], groups: list[str | None]) -> dict[str, int]:
    alike: dict[str, list[Cohort]] = {}
    for cohort in cohorts:
        alike.setdefault(cohort.kind, []).append(cohort)
    sizes = {}
    for kind, some in alike.items():
        total = groups.count(kind) + sum(len(cohort.members) for cohort in some)
        for cohort in some:
            even = -(-total // len(some))
            sizes[cohort.id] = max(_least(cohort), min(even, most_members(cohort)))
    return sizes


def _fill(
    grid: Grid, cohort: Cohort, can: Bools, members: dict[str, list[str]], cohorts: dict[str, Cohort]
) -> None:
    """Move members of larger cohorts into one that is too small, as long as those stay large enough."""
    for name, other in cohorts.items():
        for member in list(members[name]):
            if len(members[cohort.id]) >= _least(cohort):
                return
            at = grid.patient_index[member]
            if (
                name != cohort.id
                and len(members[name]) > _least(other)
                and member not in other.members
                and may_join(cohort, grid.problem.patients[at])
                and can[at]
            ):
                members[name].remove(member)
                members[cohort.id].append(member)
