"""What else a patient has: other sessions and meetings, which days are on site, what same-day rules see."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.scheduling.explaining.floor import Floor, place_on
from allay.scheduling.explaining.tags import RULE, Tags, about
from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import SameDayRule, Series
from allay.scheduling.solving.due import due_week, week_of, window_of
from allay.scheduling.solving.score import applies

MINUTES_A_DAY = 24 * 60
HOUR = 60
ANYTHING = 2**62
"""More points than any priced rule loses: with it only forbidden pairs are in the way."""


@dataclass(frozen=True, slots=True)
class OwnVisits:
    """What a patient has besides the sessions that are looked for.

    Attributes
    ----------
    floor : Floor
        Without those sessions.
    sessions : tuple of Session
        The patient's that stand.
    services : dict of int to Counter
        Services received, by day.
    on_site : frozenset of int
        Days with a trip.
    rules : tuple of SameDayRule
        That hold for the patient; priced ones when their loss counts as a reason.
    most_trips : int or None
    soft : bool
        Whether continuity that is only preferred, and preferences, count as reasons.
    """

    floor: Floor
    sessions: tuple[Session, ...]
    services: dict[int, Counter[str]]
    on_site: frozenset[int]
    rules: tuple[SameDayRule, ...]
    most_trips: int | None
    soft: bool

    def leads(self, series: str) -> set[str]:
        """Who gives the sessions of a series that stand."""
        return {each.lead for each in self.sessions if each.series == series}

    def masks(self, series: Series, number: int, length: int, tags: Tags) -> NDArray[np.int64]:
        """Tags of each day and slot as a start: window, order and gap in the series, same-day rules."""
        grid = self.floor.grid
        shape = (len(grid.days), grid.slots)
        first, last = window_of(self.floor.problem, series)
        outside = np.array([not first <= day <= last for day in grid.days])
        mask = np.where(
            outside[:, None] & np.ones(shape, dtype=np.bool_), tags.bit(about("window", series.id)), 0
        )
        for day in range(len(grid.days)):
            for rule in self.rules:
                if pairs(rule, self.services.get(day, Counter()), series.service):
                    mask[day] |= tags.bit(RULE + rule.id)
        begins = self._begins()
        for minute, _ in self._of_series(series.id):
            near = np.abs(begins - minute) < series.min_gap_hours * HOUR
            mask |= np.where(near, tags.bit(about("gap", series.id)), 0)
        mask |= np.where(self._disorder(series, number, begins), tags.bit(about("order", series.id)), 0)
        return mask

    def trips(self, tags: Tags) -> NDArray[np.int64]:
        """Tag of each day that would be one trip too many in its week."""
        grid = self.floor.grid
        mask = np.zeros((len(grid.days), 1), dtype=np.int64)
        if self.most_trips is not None:
            for day in range(len(grid.days)):
                week = {other for other in self.on_site if grid.week_of[other] == grid.week_of[day]}
                if day not in week and len(week) >= self.most_trips:
                    mask[day] = tags.bit("most_trips")
        return mask

    def _begins(self) -> NDArray[np.int64]:
        """Minutes of each day and slot from the first open day."""
        grid = self.floor.grid
        days = np.array([(day - grid.days[0]).days for day in grid.days], dtype=np.int64)
        slots = np.arange(grid.slots) * self.floor.problem.opening.slot_minutes
        found: NDArray[np.int64] = days[:, None] * MINUTES_A_DAY + slots[None, :]
        return found

    def _of_series(self, series: str) -> list[tuple[int, Session]]:
        """Sessions of a series that stand, with the minute at which each begins, in their order."""
        begins = self._begins()
        stand = [each for each in self.sessions if each.series == series]
        placed = [(int(begins[place_on(self.floor.grid, each.start)]), each) for each in stand]
        return sorted(placed, key=lambda pair: pair[0])

    def _disorder(self, series: Series, number: int, begins: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Starts that no numbering of the series allows: numbers follow time, and no one is early."""
        problem = self.floor.problem
        stand = self._of_series(series.id)
        numbers = sorted([number, *(each.number for _, each in stand)])
        due = [due_week(problem, series, each) for each in numbers]
        wrong = np.zeros(begins.shape, dtype=np.bool_)
        edges = [-1, *(minute for minute, _ in stand), int(begins.max(initial=0)) + 1]
        for rank in range(len(numbers)):
            here = (begins > edges[rank]) & (begins < edges[rank + 1])
            others = [*range(rank), *range(rank + 1, len(numbers))]
            kept = all(
                self._may_have(each, numbers[at], due[at])
                for at, (_, each) in zip(others, stand, strict=True)
            )
            early = self.floor.grid.week_of < due[rank]
            wrong |= here & (early[:, None] | (not kept))
        return wrong

    def _may_have(self, session: Session, number: int, due: int) -> bool:
        booked = (session.series, session.number) in self.floor.booked()
        early = week_of(self.floor.problem, session.start.date()) < due
        return not early and (number == session.number or not booked)


def pairs(rule: SameDayRule, received: Counter[str], service: str) -> bool:
    """Say whether one more service on a day makes a same-day pair that was not there before.

    Examples
    --------
    >>> rule = SameDayRule(id="r", services=("pt", "talk"))
    >>> pairs(rule, Counter(["talk"]), "pt"), pairs(rule, Counter(["pt"]), "pt")
    (True, False)
    """
    return not _pair(rule, received) and _pair(rule, received + Counter([service]))


def _pair(rule: SameDayRule, received: Counter[str]) -> bool:
    one, other = rule.services
    return received[one] > 1 if one == other else received[one] > 0 and received[other] > 0


def own_of(floor: Floor, patient: str, *, worth: int, soft: bool) -> OwnVisits:
    """Gather what a patient has on a floor.

    Parameters
    ----------
    floor : Floor
    patient : str
    worth : int
        Points that would be gained: a priced rule that loses fewer is no reason.
    soft : bool
        Whether what is only preferred counts as a reason.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> own = own_of(floor_of(problem, plan), "p002", worth=50, soft=False)
    >>> len(own.sessions), sorted(own.on_site)
    (1, [1, 2])
    """
    grid, problem = floor.grid, floor.problem
    services: dict[int, Counter[str]] = defaultdict(Counter)
    on_site: set[int] = set()
    for meeting in floor.attended(patient):
        day, _ = place_on(grid, meeting.start)
        services[day][floor.cohorts[meeting.cohort].service] += 1
        on_site.add(day)
    sessions = floor.of_patient(patient)
    for session in sessions:
        day, _ = place_on(grid, session.start)
        services[day][floor.series[session.series].service] += 1
        if session.mode == "onsite":
            on_site.add(day)
    one = floor.patient(patient)
    rules = tuple(
        rule
        for rule in problem.same_day
        if applies(rule, one) and (rule.effect == "forbidden" or problem.points(rule) >= worth)
    )
    return OwnVisits(floor, tuple(sessions), dict(services), frozenset(on_site), rules, one.most_trips, soft)
