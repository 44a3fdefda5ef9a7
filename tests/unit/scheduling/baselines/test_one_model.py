"""Bounds, worked out twice: no bound is above the optimum of one model that knows clock times and rooms."""

from __future__ import annotations

import pytest

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.instances.family import FAMILIES
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.freebound.freebound import bound_free

PATIENTS = {"small-clinic": 24}
USUAL = 16


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_bound_is_above_the_optimum_of_one_model(family: str, seed: int) -> None:
    pytest.importorskip("ortools")
    from benchmarks._scheduling_monolith import monolith

    problem = generate(family, patients=PATIENTS.get(family, USUAL), seed=seed)
    greedy = good_greedy(problem)
    best = monolith(problem, greedy.template, seconds=None, workers=1)
    report = check_plan(problem, best.plan)
    assert (report.violations, best.status) == ((), "OPTIMAL")
    assert report.score == best.plan.score
    total = best.plan.score.total
    assert best.plan.bounds[0].value == total
    assert bound_given(problem, greedy.template).value <= total
    assert bound_free(problem).value <= total
    assert total <= greedy.score.total
    assert total <= first_fit(problem, greedy.template).score.total
