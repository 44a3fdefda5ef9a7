"""The bound given a template is not above plans in which a meeting is not as usual, to the minute."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.scheduling.problems import hours, tiny

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.plan.plan import CohortPlace, Plan
from allay.scheduling.solving.assignment import assignment
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.replanning.replan import replan
from allay.scheduling.solving.solve import solve
from allay.scheduling.solving.week import bound

pytest.importorskip("ortools")
MORNING = hours("08:00", "11:00", "monday")
LATE = [{"start": "2027-01-04T08:00:00", "end": "2027-01-04T08:10:00"}]
ALL_DAY = [{"start": "2027-01-04T08:00:00", "end": "2027-01-04T17:00:00"}]
TWO = [{"id": f"{name}-talk", "patient": name, "service": "talk"} for name in ("ben", "cy")]


def both(leads: list[dict[str, Any]], *, ana: dict[str, Any], **changes: Any) -> tuple[int, Plan]:
    """The bound and the plan of a morning: Ana's group for three hours, and other sessions beside it."""
    problem = tiny(**_morning(leads, ana), **changes)
    place = CohortPlace.model_validate_json(
        '{"cohort": "pain-1", "weekday": "monday", "start": "08:00", "lead": "usual", "room": "hall",'
        ' "members": ["ana"]}'
    )
    plan = solve(problem, template=(place,), effort=0.25, workers=1)
    assert check_plan(problem, plan).violations == ()
    return bound_given(problem, (place,)).value, plan


def _morning(leads: list[dict[str, Any]], ana: dict[str, Any]) -> dict[str, Any]:
    return {
        "weekdays": ["monday"],
        "slot_minutes": 60,
        "practitioners": leads,
        "services": [
            {"id": "group", "discipline": "psy", "minutes": 180, "room_type": "group"},
            {"id": "talk", "discipline": "pt", "minutes": 60, "room_type": "treatment"},
        ],
        "patients": [{"id": "ana", "group": "pain", **ana}, {"id": "ben"}, {"id": "cy"}],
    }


def usual(**changes: Any) -> dict[str, Any]:
    return {"id": "usual", "disciplines": ["psy"], "hours": MORNING, **changes}


def other(**changes: Any) -> dict[str, Any]:
    return {"id": "other", "disciplines": ["psy"], "hours": MORNING, **changes}


def test_a_lead_away_for_a_part_of_a_slot_has_the_rest_for_sessions() -> None:
    staff = [usual(disciplines=["psy", "pt"], away=LATE), other()]
    bound, plan = both(staff, ana={}, series=TWO)
    assert [one.lead for one in plan.meetings] == ["other"]
    assert bound <= plan.score.total == 3


def test_a_member_away_for_a_part_of_a_slot_is_absent_and_has_the_rest_for_sessions() -> None:
    talks = [{"id": "t", "patient": "ana", "service": "talk", "sessions": 2, "per_week": 2}]
    bound, plan = both(
        [usual(), other(disciplines=["pt"])], ana={"hours": MORNING, "away": LATE}, series=talks
    )
    assert [one.absent for one in plan.meetings] == [("ana",)]
    assert bound == plan.score.total == 50 + 1


def test_who_stands_in_need_not_speak_the_language_where_an_interpreter_will_do() -> None:
    staff = [usual(away=ALL_DAY), other(languages=["es"])]
    bound, plan = both([*staff, other(id="pt-1", disciplines=["pt"])], ana={}, series=[])
    assert [one.lead for one in plan.meetings] == ["other"]
    assert bound == plan.score.total == 1
    bound, plan = both([*staff, other(id="pt-1", disciplines=["pt"])], ana={"interpreter": False}, series=[])
    assert plan.meetings == ()
    assert bound <= plan.score.total == 50


def test_a_plan_need_not_take_whoever_could_stand_in() -> None:
    # Without the meeting, Ana has two sessions in its time: 50 and a trip. The bound may not ask for more.
    talks = [{"id": "t", "patient": "ana", "service": "talk", "sessions": 2, "per_week": 2}]
    staff = [usual(away=ALL_DAY), other(disciplines=["psy", "pt"])]
    bound, _ = both(staff, ana={"hours": MORNING}, series=talks)
    assert bound <= 50 + 1


def test_without_anybody_to_stand_in_every_member_is_unserved() -> None:
    bound, plan = both([usual(away=ALL_DAY), other(disciplines=["pt"])], ana={}, series=[])
    assert bound == plan.score.total == 50


def test_a_plan_may_leave_out_a_meeting_of_few_for_the_sessions_of_more() -> None:
    # Held, the group takes the whole morning of the only practitioner, and three sessions are not served.
    staff = [usual(disciplines=["psy", "pt"])]
    series = [*TWO, {"id": "more", "patient": "cy", "service": "talk"}]
    bound, _ = both(staff, ana={}, series=series)
    assert bound == 50 + 1 + 1
    bound, plan = both(staff, ana={}, series=TWO[:1])
    assert bound == plan.score.total == 1 + 50


def test_weeks_alike_are_bounded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []
    monkeypatch.setattr(bound, "solve_assignment", lambda *given: searched.append(1) or solved(*given))
    solved = assignment.solve_assignment
    series = [{"id": "t", "patient": "cy", "service": "manual", "sessions": 3}]
    problem = tiny(weeks=3, cohorts=[], series=series)
    steps: list[tuple[int, int]] = []
    found = bound_given(problem, (), progress=lambda done, of: steps.append((done, of)))
    assert (found.value, found.proven, steps) == (3, True, [(1, 3), (2, 3), (3, 3)])
    # The last week is another one: what it does not serve cannot follow.
    assert len(searched) == 2


def test_a_replan_has_this_bound() -> None:
    staff = [usual(disciplines=["psy", "pt"])]
    series = [*TWO, {"id": "more", "patient": "cy", "service": "talk"}]
    bound, before = both(staff, ana={}, series=series)
    problem = tiny(**_morning(staff, {}), series=series)
    assert [one.value for one in replan(problem, before, effort=0.1).plan.bounds] == [bound]
