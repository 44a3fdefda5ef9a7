"""The handmade problem with much of it changed by chance: weeks, calendars, rules, doses, members."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
from tests.unit.scheduling.checking.handmade import DAYS, Tree, hours, problem_of, problem_tree

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import check_problem


class Luck:
    """Plain random values of a seed and an attempt."""

    def __init__(self, seed: int, attempt: int) -> None:
        self._rng = np.random.default_rng([seed, attempt])

    def share(self) -> float:
        return float(self._rng.random())

    def whole(self, least: int, most: int) -> int:
        return int(self._rng.integers(least, most + 1))

    def one_of(self, values: list[Any]) -> Any:
        return values[self.whole(0, len(values) - 1)]

    def some_of(self, values: tuple[str, ...], number: int) -> list[str]:
        return [str(each) for each in self._rng.choice(values, number, replace=False)]


def perturbed(seed: int) -> SchedulingProblem:
    """A problem that holds together; the same for the same seed."""
    for attempt in count():
        luck = Luck(seed, attempt)
        tree = problem_tree()
        _opening(tree, luck)
        _people(tree, luck)
        _care(tree, luck)
        problem = problem_of(tree)
        if not list(check_problem(problem)):
            return problem
    raise AssertionError("never")


def _some_day(luck: Luck) -> Tree:
    """Away for some hours of a day of the first three weeks."""
    day = f"2027-01-{luck.whole(4, 24):02d}"
    return {"start": f"{day}T{luck.whole(8, 11):02d}:00:00", "end": f"{day}T{luck.whole(12, 17)}:30:00"}


def _opening(tree: Tree, luck: Luck) -> None:
    tree["opening"]["weeks"] = luck.one_of([1, 2, 3, 4])
    if luck.share() < 0.3:
        tree["opening"]["slot_minutes"] = luck.one_of([15, 20, 30, 60])
    if luck.share() < 0.3:
        tree["opening"]["start"] = luck.one_of(["2027-01-04", "2027-01-05", "2027-01-07"])
    if luck.share() < 0.6:
        tree["bookings"] = []


def _people(tree: Tree, luck: Luck) -> None:
    for one in tree["patients"]:
        if luck.share() < 0.3:
            one["group"] = luck.one_of(["pain", "sleep", "tai"])
        if luck.share() < 0.3:
            one["most_trips"] = luck.one_of([1, 2])
        if luck.share() < 0.2:
            one["hours"] = hours(tuple(luck.some_of(DAYS, 3)), end=luck.one_of(["12:00", "17:00"]))
        if luck.share() < 0.3:
            one["payer"] = luck.one_of(["medicaid", "commercial"])
        one["telehealth"] = luck.share() < 0.5
        if luck.share() < 0.1 and one["id"] not in ("eli", "fay"):
            one.update(interpreter=False, language="es")
    for one in (*tree["practitioners"], *tree["rooms"], *tree["patients"]):
        if luck.share() < 0.3:
            one["away"] = [*one.get("away", []), _some_day(luck), _some_day(luck)]
    for one in tree["practitioners"]:
        if luck.share() < 0.3:
            one["languages"] = ["en", "es"]


def _care(tree: Tree, luck: Luck) -> None:
    for one in tree["cohorts"]:
        if luck.share() < 0.4:
            one.pop("meets", None)
        if luck.share() < 0.3:
            one["first"] = f"2027-01-{luck.whole(4, 15):02d}"
        if luck.share() < 0.3:
            one["last"] = f"2027-01-{luck.whole(15, 30):02d}"
        if luck.share() < 0.3:
            one.update(min_size=1, expected_no_show=0.3)
    for one in tree["series"]:
        if luck.share() < 0.5:
            one.update(sessions=luck.whole(1, 3), per_week=luck.whole(1, 3))
        if luck.share() < 0.3:
            one["min_gap_hours"] = luck.one_of([0, 20, 24, 48])
        if luck.share() < 0.3:
            one["continuity"] = luck.one_of(["none", "prefer", "require"])
        if one["service"] == "talk":
            one["mode"] = luck.one_of(["onsite", "either", "telehealth"])
    for one in tree["services"]:
        if luck.share() < 0.3:
            one["minutes"] = luck.one_of([30, 45, 60, 90])
        if "linked" in one and luck.share() < 0.5:
            presence = luck.one_of(["full", "start", "general"])
            one["linked"].update(presence=presence, max_ratio=1 if presence == "full" else luck.whole(1, 3))
    for one in tree["same_day"]:
        if luck.share() < 0.4:
            one.update(effect=luck.one_of(["forbidden", "priced"]), lost_cents=luck.one_of([0, 2500, 5001]))
