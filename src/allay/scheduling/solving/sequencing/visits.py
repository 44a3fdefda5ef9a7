"""Single visits of a day with clock times: kept apart for each patient, in order within a series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.assignment.times import demand_of
from allay.scheduling.solving.sequencing.rows import DayRows, Demand, Var, add_day
from allay.scheduling.solving.week.masks import block, first_of, last_of
from allay.scheduling.solving.week.task import WeekTask

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(slots=True)
class DayVisits:
    """Options of a day that may be given, whether each is (1 or a boolean), and their clock times."""

    day: int
    options: tuple[Option, ...]
    given: tuple[Var, ...]
    rows: DayRows

    def begun(self, at: int) -> Var:
        """Slot at which an option begins, 0 if it is not given."""
        return sum(slot * var for slot, var in self.rows.starts[at].items())


def add_visits(
    model: cp_model.CpModel,
    task: WeekTask,
    day: int,
    options: Sequence[Option],
    given: Sequence[Var],
    beside: Sequence[Demand] = (),
) -> DayVisits:
    """Add single visits of a day to a model.

    Parameters
    ----------
    model : CpModel
    task : WeekTask
    day : int
    options : sequence of Option
        Of that day; of a visit there may be several.
    given : sequence
        For each option 1, or a boolean that says whether it is given.
    beside : sequence of Demand
        What else takes practitioners and rooms; its starts come after those of the options, for the caller to
        limit.

    Returns
    -------
    DayVisits
        Size grows with options times slots.
    """
    rows = add_day(model, task, day, [*(demand_of(task, option) for option in options), *beside])
    for starts, present in zip(rows.starts[: len(options)], given, strict=True):
        model.add(sum(starts.values()) == present)
    visits = DayVisits(day, tuple(options), tuple(given), rows)
    _keep_apart(model, task, visits)
    _keep_order(model, task, visits)
    return visits


def _keep_apart(model: cp_model.CpModel, task: WeekTask, visits: DayVisits) -> None:
    """A patient has one visit at a time."""
    patients: dict[int, list[int]] = defaultdict(list)
    for at, option in enumerate(visits.options):
        patients[task.visits[option.visit].patient].append(at)
    for places in patients.values():
        if len({visits.options[at].visit for at in places}) < 2:
            continue
        covers: dict[int, list[Var]] = defaultdict(list)
        for at in places:
            length = task.visits[visits.options[at].visit].length
            for slot, var in visits.rows.starts[at].items():
                for later in range(slot, slot + length):
                    covers[later].append(var)
        for variables in covers.values():
            if len(variables) > 1:
                model.add_at_most_one(variables)


def _keep_order(model: cp_model.CpModel, task: WeekTask, visits: DayVisits) -> None:
    """Visits of a series on one day begin in the order of their numbers, with their gap."""
    places: dict[int, list[int]] = defaultdict(list)
    for at, option in enumerate(visits.options):
        places[option.visit].append(at)
    for pair in task.pairs:
        for one in places.get(pair.earlier, ()):
            for other in places.get(pair.later, ()):
                least = max(1, -(-pair.gap // task.slot_minutes))
                free = task.slots + least
                absent = (1 - visits.given[one]) + (1 - visits.given[other])
                model.add(visits.begun(other) - visits.begun(one) + free * absent >= least)


def add_idle(model: cp_model.CpModel, task: WeekTask, visits: DayVisits) -> list[tuple[int, Var]]:
    """Count the slots that patients wait between what they have on site on a day.

    Returns
    -------
    list of (int, variable)
        To be minimized; exact up to a constant for options that are given for certain.
    """
    patients: dict[int, list[int]] = defaultdict(list)
    for at, option in enumerate(visits.options):
        if option.mode == "onsite":
            patients[task.visits[option.visit].patient].append(at)
    cost: list[tuple[int, Var]] = []
    for patient, places in patients.items():
        fixed = task.fixed.get((patient, visits.day), 0)
        if len(places) == 1 and fixed:
            length = task.visits[visits.options[places[0]].visit].length
            for slot, var in visits.rows.starts[places[0]].items():
                cost.append((_waiting(fixed, block(slot, length)), var))
        elif len(places) > 1:
            cost += _span(model, task, visits, places, fixed)
    return [(by, var) for by, var in cost if by]


def _waiting(fixed: int, taken: int) -> int:
    whole = fixed | taken
    return last_of(whole) + 1 - first_of(whole) - whole.bit_count()


def _span(
    model: cp_model.CpModel, task: WeekTask, visits: DayVisits, places: Sequence[int], fixed: int
) -> list[tuple[int, Var]]:
    low = model.new_int_var(0, first_of(fixed) if fixed else task.slots, "")
    high = model.new_int_var(last_of(fixed) + 1, task.slots, "")
    for at in places:
        length = task.visits[visits.options[at].visit].length
        present = visits.given[at]
        begun = visits.begun(at)
        model.add(low <= begun + task.slots * (1 - present))
        model.add(high >= begun + length * present)
    return [(1, high), (-1, low)]


def hint_visits(model: cp_model.CpModel, visits: DayVisits, slots: Mapping[int, int]) -> None:
    """Hint the clock times of visits: a slot for each visit that has one."""
    for at, option in enumerate(visits.options):
        wanted = slots.get(option.visit)
        if wanted is not None:
            for slot, var in visits.rows.starts[at].items():
                model.add_hint(var, int(slot == wanted))
