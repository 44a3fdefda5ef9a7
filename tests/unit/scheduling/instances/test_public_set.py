"""The public set of instances: what the table says is what the generator makes and the checker counts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.problem.reading import read_plan
from allay.scheduling.solving.baselines.greedy import good_greedy

FOLDER = Path(__file__).parents[4] / "benchmarks" / "scheduling_instances"
MOST_BYTES = 2_000_000
with (FOLDER / "instances.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
WITH_PLAN = [row for row in ROWS if row["plan"]]


def problem_of(row):
    return generate(
        row["family"], patients=int(row["patients"]), seed=int(row["seed"]), weeks=int(row["weeks"])
    )


def named(row) -> str:
    return "-".join(row[column] for column in ("family", "patients", "seed", "weeks"))


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_an_instance_is_the_one_its_digest_names(row) -> None:
    assert problem_of(row).digest() == row["digest"]


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_no_best_plan_is_below_its_bounds(row) -> None:
    best, free, given = (int(row[name]) for name in ("best", "free_bound", "template_bound"))
    assert free <= best
    assert given <= best
    assert row["free_proven"] in ("yes", "no")
    assert row["template_proven"] in ("yes", "no")


@pytest.mark.parametrize("row", WITH_PLAN, ids=named)
def test_the_checker_accepts_a_best_plan_and_counts_its_total(row) -> None:
    problem = problem_of(row)
    plan = read_plan(FOLDER / row["plan"], problem)
    report = check_plan(problem, plan)
    assert report.violations == ()
    assert report.score.total == int(row["best"])
    assert report.score.unserved == int(row["unserved"])
    given = next(bound for bound in plan.bounds if bound.kind == "given_template")
    assert (given.value, "yes" if given.proven else "no") == (
        int(row["template_bound"]),
        row["template_proven"],
    )


@pytest.mark.parametrize("row", WITH_PLAN, ids=named)
def test_a_best_plan_is_no_worse_than_good_greedy(row) -> None:
    problem = problem_of(row)
    plan = read_plan(FOLDER / row["plan"], problem)
    assert good_greedy(problem, plan.template).score.total >= int(row["best"])


def test_the_set_is_small_and_has_every_family() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < MOST_BYTES
    assert {row["family"] for row in ROWS} == {"a4", "scarce-rooms", "rural", "small-clinic"}
    assert len({row["digest"] for row in ROWS}) == len(ROWS)
    assert {path.name for path in (FOLDER / "plans").iterdir()} == {
        Path(row["plan"]).name for row in WITH_PLAN
    }
