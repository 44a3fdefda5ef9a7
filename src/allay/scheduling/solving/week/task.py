"""The task of a week: what is to be placed, when everybody is free for it, and what each choice costs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Session
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.solving.due import due_sessions
from allay.scheduling.solving.grid import Bools, Grid
from allay.scheduling.solving.limits import Way
from allay.scheduling.solving.score import applies
from allay.scheduling.solving.week.masks import block, mask_of, starts_in
from allay.scheduling.solving.week.meetings import (
    WeekMeetings,
    bookings_in,
    free_in,
    occupy,
    week_meetings,
)
from allay.scheduling.solving.week.visits import Masks, pairs_of, visit_of
from allay.scheduling.solving.week.visits import Pair as Pair
from allay.scheduling.solving.week.visits import Visit as Visit
from allay.scheduling.solving.week.visits import reach_of as reach_of

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class WeekTask:
    """All that levels 2 and 3 need to know of a week.

    Attributes
    ----------
    slots, slot_minutes : int
    dates : tuple of datetime.date
        Open days of the week, D; days below are places in it.
    practitioner, there, patient, room : tuple of tuple of int
        Free slots of each on each day; `there` before anything was taken.
    room_types : tuple of str
    weights, most_trips : tuple
        Of each patient.
    on_site : frozenset of (patient, day)
        Days that cost a trip already.
    perhaps : frozenset of (patient, day)
        For a bound: those of them on which the patient may also be missing a meeting instead.
    held : mapping of (patient, day) to tuple of str
        Services fixed on a day: meetings attended, and bookings.
    fixed : mapping of (patient, day) to int
        Slots of what is fixed on site.
    linked : mapping of (practitioner, day) to tuple of (int, int)
        Of each booked linked visit whose second he or she is: its slots, and its `max_ratio`.
    rules : tuple of tuple of SameDayRule
        Of each patient.
    rule_points : mapping of str to int
    visits : tuple of Visit
    pairs : tuple of Pair
    constant : int
        Points of what is fixed: meetings, bookings, members without a meeting.
    """

    week: int
    slots: int
    slot_minutes: int
    dates: tuple[dt.date, ...]
    practitioner: Masks
    there: Masks
    patient: Masks
    room: Masks
    room_types: tuple[str, ...]
    weights: tuple[int, ...]
    most_trips: tuple[int | None, ...]
    on_site: frozenset[tuple[int, int]]
    perhaps: frozenset[tuple[int, int]]
    held: dict[tuple[int, int], tuple[str, ...]]
    fixed: dict[tuple[int, int], int]
    linked: dict[tuple[int, int], tuple[tuple[int, int], ...]]
    rules: tuple[tuple[SameDayRule, ...], ...]
    rule_points: dict[str, int]
    visits: tuple[Visit, ...]
    pairs: tuple[Pair, ...]
    constant: int

    def minutes(self, day: int, slot: int) -> int:
        """Minutes from opening of the first day to a slot, to measure gaps."""
        return (self.dates[day] - self.dates[0]).days * DAY + slot * self.slot_minutes

    def lead_starts(self, visit: int, way: Way, day: int) -> int:
        """Starts of a visit on a day at which patient, practitioner and some room are free.

        For a linked visit somebody must be free, or there, as second.
        """
        wanted = self.visits[visit]
        mask = wanted.starts[day] & starts_in(self.practitioner[way.lead][day], wanted.length)
        if way.mode == "telehealth" or not mask:
            return mask
        mask &= self.room_starts(wanted.room_type, wanted.length, day)
        if wanted.linked is not None:
            some = 0
            for second in wanted.seconds.get(way.lead, ()):
                some |= self.second_starts(wanted, second, day)
            mask &= some
        return mask

    def second_starts(self, visit: Visit, second: int, day: int) -> int:
        """Starts at which somebody can be second of a linked visit."""
        if visit.linked is None:
            raise ValueError("a visit that is not linked has no second practitioner")
        if visit.linked.presence == "general":
            return starts_in(self.there[second][day], visit.length)
        held = visit.length if visit.linked.presence == "full" else 1
        return starts_in(self.practitioner[second][day], held)

    def room_starts(self, room_type: str | None, length: int, day: int) -> int:
        """Starts at which some room of a type is free for so many slots."""
        mask = 0
        for room, kind in enumerate(self.room_types):
            if kind == room_type:
                mask |= starts_in(self.room[room][day], length)
        return mask


def week_task(
    grid: Grid,
    week: int,
    *,
    template: Sequence[CohortPlace],
    before: Iterable[Session] = (),
    relaxed: bool = False,
    reach: Mapping[str, int] | None = None,
    held: bool = True,
) -> tuple[WeekTask, WeekMeetings]:
    """Say what a week asks for.

    Parameters
    ----------
    grid : Grid
        For a bound, one that is loose.
    week : int
        From 0.
    template : sequence of CohortPlace
    before : iterable of Session
        Sessions placed in earlier weeks; left-over ones of those weeks belong to the task.
    relaxed : bool
        For a bound: only what is due in the week, as if nothing were known of other weeks but bookings.
    reach : mapping of str to int, optional
        The last week of each series in which anybody could give it, of `reach_of`.
    held : bool
        For a bound: whether meetings are held as usual, or may all be left out.

    Returns
    -------
    WeekTask, WeekMeetings
        Time grows with visits times practitioners times days.
    """
    problem = grid.problem
    free = free_in(grid, week)
    booked = bookings_in(grid, week)
    occupy(grid, week, free, booked)
    met = week_meetings(grid, week, template, free, relaxed=relaxed, held=held)
    due = due_sessions(problem, grid, week, () if relaxed else tuple(before))
    if relaxed:
        due = tuple(each for each in due if each.due_week == week)
    days = grid.days_of(week)
    dates = tuple(grid.days[day] for day in days)
    patient = _masks(free.patient)
    visits = tuple(
        visit_of(grid, each, week, dates, patient, relaxed=relaxed, reach=reach or {}) for each in due
    )
    services, fixed = _held(grid, template, met.meetings, booked, dates)
    perhaps = frozenset(
        (grid.patient_index[member], dates.index(date)) for member, date in met.perhaps
    ) - frozenset(fixed)
    on_site = frozenset(fixed) | perhaps
    task = WeekTask(
        week=week,
        slots=grid.slots,
        slot_minutes=problem.opening.slot_minutes,
        dates=dates,
        practitioner=_masks(free.practitioner),
        there=_masks(grid.practitioner_free[:, days]),
        patient=patient,
        room=_masks(free.room),
        room_types=tuple(room.type for room in problem.rooms),
        weights=tuple(each.trip_weight for each in problem.patients),
        most_trips=tuple(each.most_trips for each in problem.patients),
        on_site=on_site,
        perhaps=perhaps,
        held=services,
        fixed=fixed,
        linked=_linked(grid, booked, dates),
        rules=tuple(
            tuple(rule for rule in problem.same_day if applies(rule, each)) for each in problem.patients
        ),
        rule_points={rule.id: problem.points(rule) for rule in problem.same_day},
        visits=visits,
        pairs=tuple(pairs_of(grid, visits)),
        constant=_constant(grid, met, booked, (on_site, perhaps), services),
    )
    return task, met


def _masks(free: Bools) -> Masks:
    return tuple(tuple(mask_of(day) for day in owner) for owner in free)


def _held(
    grid: Grid,
    template: Sequence[CohortPlace],
    meetings: Sequence[Meeting],
    booked: Sequence[Session],
    dates: Sequence[dt.date],
) -> tuple[dict[tuple[int, int], tuple[str, ...]], dict[tuple[int, int], int]]:
    """Services that patients have on a day already, and the slots of what is on site among them."""
    members = {place.cohort: place.members for place in template}
    place = {date: day for day, date in enumerate(dates)}
    held: dict[tuple[int, int], tuple[str, ...]] = {}
    fixed: dict[tuple[int, int], int] = {}

    def note(patient: str, service: str, start: dt.datetime, *, on_site: bool) -> None:
        key = grid.patient_index[patient], place[start.date()]
        held[key] = (*held.get(key, ()), service)
        if on_site:
            fixed[key] = fixed.get(key, 0) | block(grid.place_of(start)[1], grid.length(service))

    for meeting in meetings:
        service = grid.problem.cohorts[grid.cohort_index[meeting.cohort]].service
        for member in members[meeting.cohort]:
            if member not in meeting.absent:
                note(member, service, meeting.start, on_site=True)
    for session in booked:
        series = grid.problem.series[grid.series_index[session.series]]
        note(series.patient, series.service, session.start, on_site=session.mode == "onsite")
    return held, fixed


def _linked(
    grid: Grid, booked: Sequence[Session], dates: Sequence[dt.date]
) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """Booked linked visits by their second and day, as they count for what else runs with that second."""
    found: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
    for session in booked:
        service = grid.service[grid.problem.series[grid.series_index[session.series]].service]
        if session.second is not None and service.linked is not None:
            key = grid.practitioner_index[session.second], dates.index(session.start.date())
            slots = block(grid.place_of(session.start)[1], grid.length(service.id))
            found[key] = (*found.get(key, ()), (slots, service.linked.max_ratio))
    return found


def _constant(
    grid: Grid,
    met: WeekMeetings,
    booked: Sequence[Session],
    days: tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]],
    held: dict[tuple[int, int], tuple[str, ...]],
) -> int:
    """Points of what is fixed in a week, less than all only where other sessions may change them."""
    from allay.scheduling.solving.score import score_of

    absent = sum(len(meeting.absent) for meeting in met.meetings)
    fixed = score_of(
        grid.problem,
        template=(),
        meetings=(),
        sessions=booked,
        unserved_sessions=(),
        unserved_members=met.unserved,
    )
    points = fixed.unserved_points + fixed.late_points + fixed.preference_points
    points += absent * grid.problem.weights.unserved
    on_site, perhaps = days
    for patient, day in on_site:
        weight = grid.problem.patients[patient].trip_weight
        points += min(weight, grid.problem.weights.unserved) if (patient, day) in perhaps else weight
    for (patient, _), services in held.items():
        for rule in grid.problem.same_day:
            if applies(rule, grid.problem.patients[patient]) and broken(rule, services):
                points += grid.problem.points(rule) if rule.effect == "priced" else 0
    return points


def broken(rule: SameDayRule, services: Sequence[str]) -> bool:
    """Say whether the services of one day of a patient hold a pair of a same-day rule.

    Examples
    --------
    >>> rule = SameDayRule(id="r", services=("pt", "psy"))
    >>> broken(rule, ("pt", "pt")), broken(rule, ("pt", "psy"))
    (False, True)
    """
    one, other = rule.services
    if one == other:
        return services.count(one) > 1
    return one in services and other in services


def lawful(task: WeekTask) -> bool:
    """Say whether what is fixed in a week keeps the most trips and the same-day rules of every patient."""
    trips = Counter(patient for patient, _ in task.on_site - task.perhaps)
    if any(most is not None and trips[patient] > most for patient, most in enumerate(task.most_trips)):
        return False
    return not any(
        rule.effect == "forbidden" and broken(rule, services)
        for (patient, _), services in task.held.items()
        for rule in task.rules[patient]
    )
