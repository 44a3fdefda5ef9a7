"""Wishes: a session to be served or a day on site to be saved, as a question that can be posed again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from allay.scheduling.explaining.floor import Floor, Key, floor_of
from allay.scheduling.explaining.own import ANYTHING
from allay.scheduling.explaining.search import Obstacles, PlaceQuestion, Spot, ask, fewest
from allay.scheduling.explaining.tags import Tags
from allay.scheduling.plan.plan import Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import due_week, week_of, window_of
from allay.scheduling.solving.grid import WEEK, Bools, Grid, grid_of

WHOLE_WEEK = dt.timedelta(days=WEEK - 1)
"""Around the days looked at, so that trips of whole weeks are counted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a plan, so that it can be asked again of a changed problem.

    Attributes
    ----------
    plan : Plan
    patient : str
    key : (series, number) or None
        The unserved session; None for a second trip.
    week : int
    most_days : int or None
        For a second trip: one day less than there are.
    worth : int
        Points to be gained.
    """

    plan: Plan
    patient: str
    key: Key | None
    week: int
    most_days: int | None
    worth: int

    def question(
        self, problem: SchedulingProblem, *, own: bool = False, alone: bool = False
    ) -> PlaceQuestion:
        """Pose it.

        Parameters
        ----------
        problem : SchedulingProblem
            That of the plan, or a changed one.
        own : bool
            Whether the patient's other sessions of the week may move; of a second trip they always may.
        alone : bool
            As if nobody else had a session: what is impossible then is so whatever is moved. Bookings and
            meetings stay.
        """
        # Calendars of other patients are not asked for, and take longest to lay.
        one = tuple(each for each in problem.patients if each.id == self.patient)
        problem = problem.model_copy(update={"patients": one})
        grid = grid_of(problem)
        moving = self._moving(problem, own=own or self.key is None)
        days = self._days(problem, grid)
        asked = [day for day, looked in zip(grid.days, days, strict=True) if looked] or [grid.days[0]]
        floor = floor_of(
            problem,
            self.plan,
            without=moving,
            alone=alone,
            grid=grid,
            between=(asked[0] - WHOLE_WEEK, asked[-1] + WHOLE_WEEK),
            patient=self.patient,
        )
        return ask(
            floor,
            self.patient,
            tuple(moving),
            days=days,
            worth=ANYTHING if alone else self.worth,
            tags=Tags(),
            most_days=self.most_days,
            soft=self.key is None and not alone,
        )

    def _moving(self, problem: SchedulingProblem, *, own: bool) -> list[Key]:
        booked = {(each.series, each.number) for each in problem.bookings}
        found = [self.key] if self.key is not None else []
        if own:
            found += [
                (each.series, each.number)
                for each in own_sessions(problem, self.plan, self.patient, self.week)
                if (each.series, each.number) not in booked
            ]
        return found

    def _days(self, problem: SchedulingProblem, grid: Grid) -> Bools:
        if self.key is None:
            found: Bools = grid.week_of == self.week
            return found
        series = next(each for each in problem.series if each.id == self.key[0])
        _, last = window_of(problem, series)
        after = np.array([(day - last).days > WEEK for day in grid.days], dtype=np.bool_)
        first = due_week(problem, series, 1)
        return (grid.week_of >= first) & ~after


def own_sessions(problem: SchedulingProblem, plan: Plan, patient: str, week: int) -> list[Session]:
    """Sessions of a patient in a week of a plan, by start.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> [(each.series, each.start.isoformat()) for each in own_sessions(problem, plan, "p002", 0)]
    [('p002-1', '2027-01-05T15:00:00')]
    """
    series = {each.id for each in problem.series if each.patient == patient}
    found = [
        each
        for each in plan.sessions
        if each.series in series and week_of(problem, each.start.date()) == week
    ]
    return sorted(found, key=lambda each: (each.start, each.series))


def answer_of(wish: Wish, problem: SchedulingProblem) -> tuple[PlaceQuestion, Obstacles]:
    """Pose a wish and answer it, with everybody else where they are.

    Returns
    -------
    question, answer
        Time: some milliseconds for a patient's week; see `fewest`.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> _, answer = answer_of(wish, problem)
    >>> answer.possible, len(answer.sets), answer.complete
    (False, 3, True)
    """
    question = wish.question(problem)
    return question, fewest(question)


def spots_text(question: PlaceQuestion, spots: tuple[Spot, ...]) -> str:
    """Say where sessions would be.

    The sessions are listed in their order in time.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question, answer = answer_of(wish, problem)
    >>> spots_text(question, answer.sets[0][1])
    'p002-2 on Wednesday, January 6 at 13:00 with pt-1'
    """
    floor: Floor = question.floor
    parts = []
    for spot in sorted(spots, key=lambda spot: (spot.day, spot.slot)):
        start = floor.grid.time_of(spot.day, spot.slot)
        lead = floor.problem.practitioners[spot.choice.lead].id
        series, _ = spot.key
        how = " by telehealth" if spot.choice.mode == "telehealth" else ""
        parts.append(f"{series} on {start:%A}, {start:%B} {start.day} at {start:%H:%M} with {lead}{how}")
    return "; ".join(parts)


def alone_of(wish: Wish, problem: SchedulingProblem) -> tuple[PlaceQuestion, Obstacles] | None:
    """Pose a wish as if nobody else had a session; None unless it is impossible even then.

    Returns
    -------
    question, answer, or None
        Own sessions of other weeks, and for an unserved session those of its week, do not count: what is
        impossible without them is so with them.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> alone_of(wish, problem) is None
    True
    """
    kept = [
        each
        for each in wish.plan.sessions
        if wish.key is None and week_of(problem, each.start.date()) == wish.week
    ]
    empty = wish.plan.model_copy(update={"sessions": tuple(kept)})
    question = replace(wish, plan=empty).question(problem, alone=True)
    answer = fewest(question)
    return None if answer.possible or not answer.complete else (question, answer)


def always_of(alone: tuple[PlaceQuestion, Obstacles] | None) -> frozenset[str]:
    """Name the tags that are in the way of a wish even in an empty clinic.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> always_of(alone_of(wish, problem))
    frozenset()
    """
    if alone is None:
        return frozenset()
    question, answer = alone
    return frozenset(name for bits, _ in answer.sets for name in question.tags.named(bits))
