"""`allay evaluation new`: a protocol to start from, for a folder of claims."""

from __future__ import annotations

from pathlib import Path

import click

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import example, output_option
from allay.cli.results import STANDARD, deliver_text


@click.command(
    "new",
    epilog=example(
        "allay evaluation new --claims claims -o study.yaml",
        "allay evaluation new --claims claims --roster starters.csv -o study.yaml",
    ),
)
@click.option("--claims", required=True, metavar="DIR", help="Folder of claims in the contract's shape.")
@click.option(
    "--roster", metavar="FILE", help="Who started when (person_id,index_date); by default roster.csv in DIR."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@output_option()
def evaluation_new(*, claims: str, roster: str | None, force: bool, output: str | None) -> None:
    """Write a protocol with comments, with the months that the claims have.

    No outcome is read. Fill in the words, think about each number, then freeze it with
    `allay evaluation study --freeze`.
    """
    beside = Path()
    if output not in (None, STANDARD):
        target = Path(str(output))
        beside = target.parent
        if target.exists() and not force:
            expected = "a file that is not there yet, or --force"
            raise InvalidInput(Problem(str(output), "-", "output", expected, "one that is there"))
    from allay.evaluation.study.draft import draft_protocol

    deliver_text(output, draft_protocol(claims, roster=roster, beside=beside))
