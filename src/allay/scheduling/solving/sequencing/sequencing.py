"""Level 3: clock times, practitioners and rooms of a day whose visits are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.effort import Limit, solver_of
from allay.scheduling.solving.sequencing.names import PlacedVisit, placed_of
from allay.scheduling.solving.sequencing.visits import add_idle, add_visits, hint_visits
from allay.scheduling.solving.week.masks import between, first_of, last_of
from allay.scheduling.solving.week.task import Pair, WeekTask


@dataclass(frozen=True, slots=True)
class DaySequence:
    """A day in sequence: what is placed, what found no place, and whether fewer could not be left out."""

    day: int
    placed: tuple[PlacedVisit, ...]
    dropped: tuple[int, ...]
    proven: bool


def sequence_day(
    task: WeekTask,
    day: int,
    options: Sequence[Option],
    limit: Limit,
    *,
    hint: Mapping[int, int] | None = None,
    idle: Limit | None = None,
) -> DaySequence:
    """Find times, practitioners and rooms for the visits of a day.

    First everything is placed, or as little as possible left out; then patients wait as little as the time
    allowed lets them.

    Parameters
    ----------
    task : WeekTask
    day : int
    options : sequence of Option
        One for each visit of the day.
    limit : Limit
        Of finding a place for everything, or for as much as possible.
    hint : mapping of int to int, optional
        Slots of visits to begin with, such as those of the week before.
    idle : Limit, optional
        Of shortening what patients wait; without it, that is left as it comes.
    """
    if not options:
        return DaySequence(day, (), (), True)
    slots = dict(hint or {})
    found = _solve(task, day, options, limit, slots, drop=False)
    if found is None:
        found = _solve(task, day, options, limit, slots, drop=True)
    if found is None:
        return DaySequence(day, (), tuple(option.visit for option in options), False)
    if idle is not None:
        kept = {each.visit for each in found.placed}
        again = _shorten(task, day, [each for each in options if each.visit in kept], idle, found)
        found = replace(again, dropped=found.dropped, proven=found.proven)
    return found


def _solve(
    task: WeekTask, day: int, options: Sequence[Option], limit: Limit, hint: Mapping[int, int], *, drop: bool
) -> DaySequence | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    given = [model.new_bool_var("") if drop else 1 for _ in options]
    visits = add_visits(model, task, day, options, given)
    if drop:
        model.maximize(
            sum(var * task.visits[option.visit].price for var, option in zip(given, options, strict=True))
        )
    hint_visits(model, visits, hint)
    solver = solver_of(replace(limit, linear=2) if drop else limit)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    placed = placed_of(task, visits, solver.value)
    done = {each.visit for each in placed}
    dropped = tuple(option.visit for option in options if option.visit not in done)
    return DaySequence(day, placed, dropped, status == cp_model.OPTIMAL)


def _shorten(
    task: WeekTask, day: int, options: Sequence[Option], limit: Limit, found: DaySequence
) -> DaySequence:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    visits = add_visits(model, task, day, options, [1] * len(options))
    cost = add_idle(model, task, visits)
    if not cost:
        return found
    model.minimize(sum(by * var for by, var in cost))
    hint_visits(model, visits, {each.visit: each.slot for each in found.placed})
    solver = solver_of(limit)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return found
    return replace(found, placed=placed_of(task, visits, solver.value))


def sequence_week(
    task: WeekTask,
    chosen: Sequence[Option],
    limit: Limit,
    *,
    hint: Mapping[int, int] | None = None,
    threads: int = 2,
    idle: Limit | None = None,
) -> tuple[DaySequence, ...]:
    """Find times for all days of a week, two days at a time.

    Days do not depend on each other, except where two visits of a series keep a gap: then the later day
    follows the earlier one. Each day has a solver of one worker, so threads change nothing but the time.

    Parameters
    ----------
    task : WeekTask
    chosen : sequence of Option
        One for each visit that is served.
    limit : Limit
        Of each solve of a day.
    hint : mapping of int to int, optional
        Slots of visits to begin with.
    threads : int
    idle : Limit, optional
        Of shortening what patients wait on a day.
    """
    option_of = {option.visit: option for option in chosen}
    tied = _tied(task, option_of)
    waves = _waves(len(task.dates), tied, option_of)
    begun: dict[int, PlacedVisit] = {}
    found: dict[int, DaySequence] = {}
    with ThreadPoolExecutor(max_workers=threads) as executor:
        for wave in waves:
            jobs = []
            for day in wave:
                options = [
                    narrowed(task, option, tied, option_of, begun) for option in chosen if option.day == day
                ]
                jobs.append(executor.submit(sequence_day, task, day, options, limit, hint=hint, idle=idle))
            for job in jobs:
                sequence = job.result()
                found[sequence.day] = sequence
                begun.update({each.visit: each for each in sequence.placed})
    return tuple(found[day] for day in range(len(task.dates)))


def _tied(task: WeekTask, option_of: Mapping[int, Option]) -> list[Pair]:
    """Pairs on two days whose clock times matter for their gap."""
    tied = []
    for pair in task.pairs:
        one, other = option_of.get(pair.earlier), option_of.get(pair.later)
        if one is None or other is None or one.day == other.day:
            continue
        least = task.minutes(other.day, first_of(other.starts)) - task.minutes(one.day, last_of(one.starts))
        if least < pair.gap:
            tied.append(pair)
    return tied


def _waves(days: int, tied: Sequence[Pair], option_of: Mapping[int, Option]) -> list[list[int]]:
    wave = [0] * days
    for day in range(days):
        for pair in tied:
            if option_of[pair.later].day == day:
                wave[day] = max(wave[day], wave[option_of[pair.earlier].day] + 1)
    return [
        [day for day in range(days) if wave[day] == number] for number in range(max(wave, default=-1) + 1)
    ]


def narrowed(
    task: WeekTask,
    option: Option,
    tied: Sequence[Pair],
    option_of: Mapping[int, Option],
    begun: Mapping[int, PlacedVisit],
) -> Option:
    """Keep the starts of an option that leave the gap to visits placed, and to those still to be placed."""
    starts = option.starts
    for pair in tied:
        if pair.later == option.visit and pair.earlier in begun:
            before = begun[pair.earlier]
            least = task.minutes(before.day, before.slot) + pair.gap - task.minutes(option.day, 0)
            starts = between(starts, -(-least // task.slot_minutes), task.slots)
        elif pair.earlier == option.visit:
            other = option_of[pair.later]
            last = task.minutes(other.day, last_of(other.starts))
            if pair.later in begun:
                last = task.minutes(other.day, begun[pair.later].slot)
            most = last - pair.gap - task.minutes(option.day, 0)
            starts = between(starts, 0, most // task.slot_minutes)
    return replace(option, starts=starts)
