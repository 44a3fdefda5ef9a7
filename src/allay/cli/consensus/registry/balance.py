"""`allay consensus registry balance`: who is there by type, setting and region, and what is not reported."""

from __future__ import annotations

import click

import allay
from allay.cli.consensus.registry.opening import deliver_rows, folder_argument, frame, opened_registry
from allay.cli.frame import example, format_option, output_option
from allay.cli.results import aligned
from allay.consensus.registry.standing.balance import (
    Balance,
    BalanceCell,
    DimensionTotal,
    PublishedTotal,
    balance,
)


@click.command(
    "balance",
    epilog=example("allay consensus registry balance our-registry"),
)
@folder_argument
@format_option("table", "json", "csv")
@output_option()
def balance_(*, folder: str, format: str, output: str | None) -> None:
    """Count the organizations of a registry by type, setting and region, `not reported` counted as well.

    Beside them stand counts that others published, with their sums by each dimension: where a sum is below
    the number stated, so many are not reported; where it is above, some are counted more than once.
    """
    found = balance(opened_registry(folder), allay_version=allay.__version__)
    table = frame(BalanceCell, found.cells)
    head = f"{found.organizations} organizations by type, setting and region"
    deliver_rows(output, found, table, form=format, head=head, tail=_text(found))


def _text(found: Balance) -> str:
    parts = ["totals of each dimension", aligned(frame(DimensionTotal, found.dimensions, but=("counts",)))]
    if found.absent_types:
        parts += [f"no organization of type {', '.join(found.absent_types)}"]
    if found.published:
        parts += ["published counts", aligned(frame(PublishedTotal, found.published))]
        parts += [
            "all of them add up to the numbers stated"
            if found.adds_up
            else "published totals do not all add up: below 0 so many are not reported, above 0 counted twice"
        ]
    return "\n\n".join(parts)
