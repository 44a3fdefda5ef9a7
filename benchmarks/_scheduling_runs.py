"""What the benchmark of scheduling measures on one instance: our plan beside bounds and baselines."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.plan.plan import Bound, Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.solve import solve

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """One instance: the plan of the three levels, its bounds, the baselines with the same template.

    `alone` are the totals of first fit and good greedy with a template of their own; `seconds` are those of
    the clock, `used` those of both processors.
    """

    problem: SchedulingProblem
    plan: Plan
    given: Bound
    free: Bound
    fit: Plan
    greedy: Plan
    alone: tuple[int, int]
    seconds: float
    used: float

    @property
    def total(self) -> int:
        """Points of our plan."""
        return self.plan.score.total

    @property
    def ratio(self) -> float:
        """Our plan to the bound given its template."""
        return self.total / self.given.value

    @property
    def exact(self) -> bool:
        """Whether the plan is proven to be the best with its template."""
        return self.given.proven and self.total == self.given.value


def measured(family: str, *, patients: int, seed: int, weeks: int = 1) -> Run:
    """Plan an instance with the usual effort, which counts work and not seconds; check every plan."""
    problem = generate(family, patients=patients, seed=seed, weeks=weeks)
    began, before = time.perf_counter(), time.process_time()
    plan = solve(problem, seed=seed, workers=WORKERS)
    took, used = time.perf_counter() - began, time.process_time() - before
    bounds = {bound.kind: bound for bound in plan.bounds}
    fit, greedy = first_fit(problem, plan.template), good_greedy(problem, plan.template)
    alone = first_fit(problem), good_greedy(problem)
    for each in (plan, fit, greedy, *alone):
        accepted(problem, each)
    return Run(
        problem=problem,
        plan=plan,
        given=bounds["given_template"],
        free=bounds["free"],
        fit=fit,
        greedy=greedy,
        alone=(alone[0].score.total, alone[1].score.total),
        seconds=took,
        used=used,
    )


def accepted(problem: SchedulingProblem, plan: Plan) -> None:
    """Stop the benchmark when the checker, which shares nothing with the solver, refuses a plan."""
    report = check_plan(problem, plan)
    if report.violations or report.score != plan.score:
        raise SystemExit(f"{problem.id}: the {plan.method} plan is refused: {report.violations[:3]}")


HEADER = (
    f"{'instance':<22} {'plan':>6}  {'given':>6} {'ratio':>6} {'':<8} {'free':>6} {'ratio':>6} {'':<8}"
    f" {'unserved':>8}  {'greedy':>12}  {'first fit':>14}  {'alone: greedy, fit':>20}"
    f"  {'s':>6} {'used':>6}  load"
)


def line(run: Run) -> str:
    """Write a run as a line under `HEADER`; the load is that of the machine, which others may use too."""
    total, given, free = run.total, run.given, run.free
    return (
        f"{run.problem.id:<22} {total:>6}  {given.value:>6} {run.ratio:>6.3f} {_proof(given):<8}"
        f" {free.value:>6} {total / free.value:>6.3f} {_proof(free):<8} {run.plan.score.unserved:>8}"
        f"  {_beside(run.greedy.score.total, given):>12}  {_beside(run.fit.score.total, given):>14}"
        f"  {run.alone[1]:>9}, {run.alone[0]:>9}"
        f"  {run.seconds:>6.1f} {run.used:>6.1f}  {os.getloadavg()[0]:.1f}"
    )


def _proof(bound: Bound) -> str:
    return "proven" if bound.proven else "unproven"


def _beside(total: int, bound: Bound) -> str:
    return f"{total} {total / bound.value:.3f}"
