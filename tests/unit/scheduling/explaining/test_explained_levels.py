"""Levels: what the best relaxed weeks come to, and the bound beside them."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.problems import hours, tiny

from allay.scheduling.explaining.levels import level_of
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.solving.bounds.bounds import bound_given

pytest.importorskip("ortools")


def test_a_level_is_not_above_a_plan_that_leaves_out_a_meeting() -> None:
    # Held, the group takes the whole morning of the only practitioner, and three sessions are not served.
    problem = tiny(
        weekdays=["monday"],
        slot_minutes=60,
        practitioners=[{"id": "k", "disciplines": ["psy", "pt"], "hours": hours("08:00", "11:00", "monday")}],
        services=[
            {"id": "group", "discipline": "psy", "minutes": 180, "room_type": "group"},
            {"id": "talk", "discipline": "pt", "minutes": 60, "room_type": "treatment"},
        ],
        patients=[{"id": "ana", "group": "pain"}, {"id": "ben"}, {"id": "cy"}],
        series=[{"id": "b", "patient": "ben", "service": "talk"}]
        + [{"id": f"c{at}", "patient": "cy", "service": "talk"} for at in range(2)],
    )
    place = CohortPlace(
        cohort="pain-1", weekday="monday", start=dt.time(8), lead="k", room="hall", members=("ana",)
    )
    level = level_of(problem, (place,))
    assert level.bound == bound_given(problem, (place,)).value == 50 + 1 + 1
    assert (level.points, level.unserved, level.proven) == (1 + 3 * 50, 3, False)
