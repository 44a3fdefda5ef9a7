"""Plans of three levels for problems changed by chance: the checker accepts every one."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.checking.perturbed import perturbed
from tests.unit.scheduling.explaining.weeks import member_cannot, week

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.solve import solve
from allay.scheduling.solving.template.template import make_template

pytest.importorskip("ortools")


@pytest.mark.parametrize("seed", range(524, 536))
def test_the_checker_accepts_the_plan(seed: int) -> None:
    problem = perturbed(seed)
    report = check_plan(problem, solve(problem, workers=1, effort=0.2))
    assert report.ok, [str(one) for one in report.violations]


@pytest.mark.parametrize("seed", range(500, 524))
def test_every_template_keeps_listed_members(seed: int) -> None:
    problem = perturbed(seed)
    report = check_plan(problem, good_greedy(problem, make_template(problem, grid_of(problem), effort=0.2)))
    assert report.ok, [str(one) for one in report.violations]


def test_a_listed_member_who_cannot_come_is_absent() -> None:
    problem = week(member_cannot)
    plan = solve(problem, workers=1)
    assert check_plan(problem, plan).ok
    assert [place.members for place in plan.template] == [("ana", "ben")]
    assert [meeting.absent for meeting in plan.meetings] == [("ana",)]
