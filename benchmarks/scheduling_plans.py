"""Scheduling: plans of the three levels beside proven bounds, first fit, good greedy and one model for all.

Synthetic instances with 300 patients, 20 practitioners and about 450 sessions a week (the family `a4`, whose
parameters are those of our first measurements). ``given`` is the bound with the plan's template, ``free`` the
one no plan of the problem goes below; beside each stands whether its optimum is proven. First fit and good
greedy get the same template; ``alone`` they make one of their own. The harder families and the small clinic
have no limit but to be solved. A checker that shares no code with the solver accepts every plan, or the
benchmark stops.

``--large`` runs twenty seeds, the families with more seeds, 13 weeks, and a monolithic model that is given
120 seconds, which take a quarter of an hour. The three levels work with their usual effort, which counts
work and not time, so that the plans are the same on every machine. Seconds are those of the clock with two
workers; beside them stand what both processors used and the load, since others may use the machine too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from _scheduling_runs import HEADER, WORKERS, Run, accepted, line, measured
from figures import Figure, report

PATIENTS, CLINIC = 300, 40
SEEDS, QUICK_SEEDS = range(1, 21), range(1, 4)
HARDER = ("scarce-rooms", "rural")
WEEK_SECONDS, QUARTER_SECONDS, WEEKS = 15.0, 240.0, 13
EXACT_SHARE, WORST_RATIO, FIRST_FIT = 16 / 20, 1.02, 1.3
MONOLITH_SECONDS, MONOLITH_SEEDS = 120.0, (1, 2)


def runs(family: str, seeds: Iterable[int], *, patients: int, weeks: int = 1) -> list[Run]:
    """Measure some seeds of a family, a line each."""
    found = []
    for seed in seeds:
        run = measured(family, patients=patients, seed=seed, weeks=weeks)
        print(line(run), flush=True)
        found.append(run)
    return found


def spread(ratios: list[float]) -> str:
    """Least, greatest and mean."""
    return f"{min(ratios):.3f} to {max(ratios):.3f}, {sum(ratios) / len(ratios):.3f} in the mean"


def of_a4(found: list[Run]) -> list[Figure]:
    """Hold the seeds of `a4` against their limits."""
    count = len(found)
    fits = [run.fit.score.total / run.given.value for run in found]
    greedy = [run.greedy.score.total / run.given.value for run in found]
    free = [run.total / run.free.value for run in found]
    print(f"plan / bound free of the template: {spread(free)}; ", end="")
    print(f"proven in {sum(run.free.proven for run in found)} of {count} seeds")
    print(f"good greedy / bound given the template: {spread(greedy)}")
    print(f"first fit / bound given the template: {spread(fits)}; ", end="")
    print(f"{FIRST_FIT} or worse in {sum(fit >= FIRST_FIT for fit in fits)} of {count} seeds")
    return [
        Figure(
            f"{count} seeds proven 1.000 given the template",
            sum(run.exact for run in found),
            EXACT_SHARE * count,
            "seeds",
            at_least=True,
        ),
        Figure(
            "worst plan / bound given the template", max(run.ratio for run in found), WORST_RATIO, "times"
        ),
        Figure("slowest week", max(run.seconds for run in found), WEEK_SECONDS, "s"),
        Figure("first fit / bound, mean", sum(fits) / count, FIRST_FIT, "times", at_least=True),
        Figure(
            "worst plan / good greedy",
            max(run.total / run.greedy.score.total for run in found),
            1.0,
            "times",
        ),
    ]


def of_clinic(found: list[Run]) -> list[Figure]:
    """The small clinic is solved to proven optimality in seconds."""
    return [
        Figure(
            f"small clinic, {len(found)} seeds proven 1.000 given the template",
            sum(run.exact for run in found),
            len(found),
            "seeds",
            at_least=True,
        ),
        Figure("small clinic, slowest", max(run.seconds for run in found), WEEK_SECONDS, "s"),
    ]


def of_monolith(found: list[Run]) -> list[Figure]:
    """Give one model for the whole week the same template, two workers and 120 seconds."""
    # Imported late: only the large benchmark needs it.
    from _scheduling_monolith import monolith

    figures = []
    for run in found:
        for hinted in (False, True):
            peer = monolith(
                run.problem, run.plan.template, seconds=MONOLITH_SECONDS, workers=WORKERS, hinted=hinted
            )
            accepted(run.problem, peer.plan)
            total = peer.plan.score.total
            start = "from good greedy" if hinted else "from nothing"
            print(
                f"{run.problem.id}: one model of {peer.booleans:,} booleans {start}: {total} in"
                f" {peer.seconds:.0f} s ({peer.status.lower()}), its own bound {peer.plan.bounds[0].value};"
                f" good greedy {run.greedy.score.total}, three levels {run.total} in {run.seconds:.1f} s",
                flush=True,
            )
            name = f"{run.problem.id}, three levels / one model {start}"
            figures.append(Figure(name, run.total / total, 1.0, "times"))
    return figures


def main() -> int:
    """Run the benchmark; `--large` runs all of it."""
    large = "--large" in sys.argv[1:]
    print(HEADER)
    a4 = runs("a4", SEEDS if large else QUICK_SEEDS, patients=PATIENTS)
    figures = of_a4(a4)
    print(HEADER)
    for family in HARDER:
        runs(family, range(1, 6 if large else 2), patients=PATIENTS)
    figures += of_clinic(runs("small-clinic", range(1, 11 if large else 4), patients=CLINIC))
    if large:
        quarter = runs("a4", [1], patients=PATIENTS, weeks=WEEKS)
        figures.append(Figure(f"{WEEKS} weeks", quarter[0].seconds, QUARTER_SECONDS, "s"))
        runs("small-clinic", [1], patients=CLINIC, weeks=WEEKS)
        figures += of_monolith(
            [run for run in a4 if run.problem.id.split("-")[2] in map(str, MONOLITH_SEEDS)]
        )
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
