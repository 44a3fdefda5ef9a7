"""`allay scheduling`: problems, plans, bounds, and why something is not served."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.frame import example, schema_command
from allay.cli.scheduling import (
    bound,
    check,
    explain,
    export,
    generate,
    import_busy,
    picture,
    price,
    replan,
    rules,
    seats,
    solve,
    validate,
)
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem


@click.group(
    epilog=example(
        "allay scheduling generate --patients 300 --seed 1 -o problem.json",
        "allay scheduling solve problem.json -o plan.json",
        "allay scheduling check problem.json plan.json",
        "allay scheduling explain problem.json plan.json",
    )
)
def group() -> None:
    """Scheduling: cohorts, linked visits and sessions in as few trips as possible."""


group.add_command(generate.generate)
group.add_command(solve.solve)
group.add_command(replan.replan)
group.add_command(bound.bound)
group.add_command(check.check)
group.add_command(rules.rules)
group.add_command(explain.explain)
group.add_command(price.price)
group.add_command(export.export)
group.add_command(picture.picture)
group.add_command(validate.validate)
group.add_command(import_busy.import_busy)
group.add_command(seats.seats)
SCHEMAS: dict[str, type[BaseModel]] = {
    "problem": SchedulingProblem,
    "plan": Plan,
    **bound.SCHEMAS,
    **validate.SCHEMAS,
    **seats.SCHEMAS,
    **check.SCHEMAS,
    **rules.SCHEMAS,
    **explain.SCHEMAS,
    **price.SCHEMAS,
}
group.add_command(schema_command("scheduling", SCHEMAS))
