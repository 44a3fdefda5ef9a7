"""A second practitioner's booked linked visits count among those that run at one moment."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.problems import hours, tiny

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.replanning.replan import replan
from allay.scheduling.solving.solve import solve

pytest.importorskip("ortools")


def beside_a_booking(*, booked: int = 2, other: int = 2) -> SchedulingProblem:
    """Ben's visit is booked from 8 to 9; the only lead of Cy's is there from 8:30 to 9:30."""
    linked = {"discipline": "md", "billable": "second", "presence": "general"}
    visit = {"discipline": "pt", "minutes": 60, "room_type": "treatment"}
    return tiny(
        weekdays=["monday"],
        opens="08:00",
        closes="10:00",
        slot_minutes=30,
        rooms=[{"id": "r1", "type": "treatment"}, {"id": "r2", "type": "treatment"}],
        services=[
            {"id": "v", **visit, "linked": {**linked, "max_ratio": booked}},
            {"id": "w", **visit, "linked": {**linked, "max_ratio": other}},
        ],
        practitioners=[
            {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "09:00", "monday")},
            {"id": "pt-2", "disciplines": ["pt"], "hours": hours("08:30", "09:30", "monday")},
            {"id": "md-1", "disciplines": ["md"], "hours": hours("08:00", "10:00", "monday")},
        ],
        patients=[{"id": "ben"}, {"id": "cy"}],
        cohorts=[],
        series=[
            {"id": "ben", "patient": "ben", "service": "v"},
            {"id": "cy", "patient": "cy", "service": "w"},
        ],
        bookings=[
            {
                "series": "ben",
                "number": 1,
                "start": "2027-01-04T08:00:00",
                "lead": "pt-1",
                "second": "md-1",
                "room": "r2",
            }
        ],
    )


@pytest.mark.parametrize(
    "plan_of",
    [
        first_fit,
        good_greedy,
        lambda problem: solve(problem, effort=0.1, workers=1),
        lambda problem: replan(problem, first_fit(beside_a_booking(booked=2, other=2)), effort=0.1).plan,
    ],
    ids=["first-fit", "greedy", "solve", "replan"],
)
@pytest.mark.parametrize(("booked", "other", "served"), [(1, 2, False), (2, 1, False), (2, 2, True)])
def test_a_booked_visit_counts_by_both_ratios(plan_of, booked: int, other: int, served: bool) -> None:
    problem = beside_a_booking(booked=booked, other=other)
    plan = plan_of(problem)
    assert check_plan(problem, plan).violations == ()
    assert ("cy" in {one.series for one in plan.sessions}) == served
