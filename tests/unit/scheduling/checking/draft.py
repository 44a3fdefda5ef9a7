"""A problem and a plan as trees, with a way to each of their entries: for planting violations."""

from __future__ import annotations

from collections.abc import Callable

from tests.unit.scheduling.checking.handmade import Tree, plan_of, plan_tree, problem_of, problem_tree

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.checking.report import CheckReport

Planted = tuple[str, str, "Callable[[Draft], object]"]
"""The ids of the rules broken, a text of the place or the message, and the change that breaks them."""


class Draft:
    """The handmade problem and its plan, to be changed."""

    def __init__(self) -> None:
        self.problem, self.plan = problem_tree(), plan_tree()

    def of(self, kind: str, name: str) -> Tree:
        """An entry of the problem by its id."""
        return next(one for one in self.problem[kind] if one["id"] == name)

    def patient(self, name: str) -> Tree:
        return self.of("patients", name)

    def practitioner(self, name: str) -> Tree:
        return self.of("practitioners", name)

    def service(self, name: str) -> Tree:
        return self.of("services", name)

    def series(self, name: str) -> Tree:
        return self.of("series", name)

    def cohort(self, name: str) -> Tree:
        return self.of("cohorts", name)

    def session(self, name: str, number: int = 1) -> Tree:
        """A session of the plan."""
        sessions = self.plan["sessions"]
        return next(one for one in sessions if (one["series"], one["number"]) == (name, number))

    def drop(self, name: str, number: int = 1) -> Tree:
        """Take a session out of the plan."""
        found = self.session(name, number)
        self.plan["sessions"].remove(found)
        return found

    def meeting(self, day: str) -> Tree:
        """The meeting of a day of January."""
        return next(one for one in self.plan["meetings"] if one["start"].startswith(f"2027-01-{day}"))

    def place(self, name: str) -> Tree:
        """A cohort's place in the template."""
        return next(one for one in self.plan["template"] if one["cohort"] == name)

    def lost_members(self, *entries: tuple[str, str | None, int]) -> None:
        """Set the unserved members."""
        keys = ("patient", "cohort", "week")
        self.plan["unserved_members"] = [dict(zip(keys, entry, strict=True)) for entry in entries]


def checked(change: Callable[[Draft], object], *, rescored: bool = True) -> CheckReport:
    """Check the plan after a change, with the score the changed plan has unless the score is at issue."""
    draft = Draft()
    change(draft)
    problem = problem_of(draft.problem)
    plan = plan_of(draft.plan, problem)
    report = check_plan(problem, plan)
    if rescored:
        report = check_plan(problem, plan.model_copy(update={"score": report.score}))
    return report
