"""The public set of instances: ``python benchmarks/_scheduling_set.py`` makes it anew.

It solves every instance of the set and writes its digest, bounds and our best total to ``instances.csv``, and
some of the plans beside it. What was there already stays where it is better.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from _scheduling_runs import HEADER, line, measured
from allay.scheduling.plan.plan import Plan

FOLDER = Path(__file__).resolve().parent / "scheduling_instances"
TABLE = FOLDER / "instances.csv"
COLUMNS = (
    *("family", "patients", "seed", "weeks", "digest", "free_bound", "free_proven"),
    *("template_bound", "template_proven", "best", "unserved", "plan"),
)
Key = tuple[str, int, int, int]
SET: tuple[Key, ...] = (
    *(("a4", 300, seed, 1) for seed in range(1, 21)),
    *(("scarce-rooms", 300, seed, 1) for seed in range(1, 6)),
    *(("rural", 300, seed, 1) for seed in range(1, 6)),
    *(("small-clinic", 40, seed, 1) for seed in range(1, 11)),
    ("small-clinic", 40, 1, 13),
    ("a4", 300, 1, 13),
)
WITH_PLAN: frozenset[Key] = frozenset(
    {
        *(("a4", 300, seed, 1) for seed in (1, 2, 3)),
        *((family, 300, 1, 1) for family in ("scarce-rooms", "rural")),
        *(("small-clinic", 40, seed, 1) for seed in range(1, 11)),
        ("small-clinic", 40, 1, 13),
    }
)
Row = dict[str, str]


def known() -> dict[str, Row]:
    """Rows of the table as it is, by digest."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["digest"]: row for row in csv.DictReader(file)}


def solved(key: Key, before: dict[str, Row]) -> Row:
    """Solve an instance, and keep what was known where it is better."""
    family, patients, seed, weeks = key
    run = measured(family, patients=patients, seed=seed, weeks=weeks)
    print(line(run), flush=True)
    problem, plan, given, free = run.problem, run.plan, run.given, run.free
    old = before.get(problem.digest())
    row = {
        **dict(zip(COLUMNS, (family, *map(str, (patients, seed, weeks)), problem.digest()), strict=False)),
        "free_bound": str(free.value),
        "free_proven": said(free.proven),
        "template_bound": str(given.value),
        "template_proven": said(given.proven),
        "best": str(plan.score.total),
        "unserved": str(plan.score.unserved),
        "plan": f"plans/{problem.id}.json" if key in WITH_PLAN else "",
    }
    if old is not None:
        if int(old["free_bound"]) > free.value or (old["free_proven"] == "yes" and not free.proven):
            row |= {name: old[name] for name in ("free_bound", "free_proven")}
        if int(old["best"]) <= plan.score.total and (FOLDER / old["plan"]).exists():
            names = ("template_bound", "template_proven", "best", "unserved", "plan")
            return row | {name: old[name] for name in names}
    if key in WITH_PLAN:
        (FOLDER / row["plan"]).write_text(compact(plan), encoding="utf-8")
    return row


def said(proven: bool) -> str:
    """Write whether a bound is the proven optimum of its relaxation."""
    return "yes" if proven else "no"


def compact(plan: Plan) -> str:
    """Write a plan on few lines, without what is as it is by default."""
    tree = {"format": plan.format, **plan.model_dump(mode="json", exclude_defaults=True)}
    parts = []
    for key, value in tree.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(json.dumps(one, separators=(",", ":")) for one in value)
            parts.append(f"{json.dumps(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    """Make the set anew, or the instances whose names begin like one of those given."""
    wanted = [
        key
        for key in SET
        if not sys.argv[1:] or any("-".join(map(str, key)).startswith(one) for one in sys.argv[1:])
    ]
    print(HEADER)
    for key in wanted:
        write(solved(key, known()))
    return 0


def write(row: Row) -> None:
    """Put a row into the table, in the place of an older one of that name."""
    order = {tuple(map(str, key)): place for place, key in enumerate(SET)}
    rows = {name(one): one for one in known().values()} | {name(row): row}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows.values(), key=lambda one: order.get(name(one), len(order))))


def name(row: Row) -> tuple[str, ...]:
    """What names an instance."""
    return tuple(row[column] for column in COLUMNS[:4])


if __name__ == "__main__":
    sys.exit(main())
