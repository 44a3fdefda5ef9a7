"""`allay coverage decide`: may it be delivered, may it be billed, at what price, and why."""

from __future__ import annotations

import click

from allay.cli.frame import example, input_argument, output_option
from allay.cli.results import deliver_text, json_text, opened
from allay.coverage.cases.case import read_cases
from allay.coverage.cases.outcomes import load_tests, shipped_tests
from allay.coverage.decisions.engine import Engine
from allay.coverage.decisions.output import card
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule
from allay.coverage.rules.rulebook import Rulebook


@click.command(
    epilog=example(
        "allay coverage decide cases.json -o decisions.json",
        "allay coverage decide cases.json --rules our-plans --fees cms-2026",
    )
)
@input_argument("cases")
@output_option()
@click.option(
    "--rules",
    multiple=True,
    metavar="DIR",
    help="Rules of your own plans and contracts, added to those that ship; parameters in DIR/facts.",
)
@click.option("--fees", metavar="DIR", help="A folder of CMS's own fee files, taken before what ships.")
@click.option("--improvement", metavar="FILE", help="What counts as documented improvement, instead of ours.")
def decide(
    *, cases: str, output: str | None, rules: tuple[str, ...], fees: str | None, improvement: str | None
) -> None:
    """Decide the visits in CASES, a JSON list (`allay coverage schema cases`).

    Each answer is yes, no, conditional or unknown, with every rule that was looked at, what is missing and
    what can be offered instead. Nothing is guessed: a missing fact makes an answer conditional and is listed.
    """
    source, name = opened(cases)
    asked = read_cases(source, name=name)
    engine = Engine(
        rulebook=Rulebook.load(*rules) if rules else Rulebook.shipped(),
        fees=FeeSchedule.load(fees) if fees else shipped_schedule(),
        tests=load_tests(improvement) if improvement else shipped_tests(),
    )
    deliver_text(output, json_text([card(one).model_dump() for one in engine.decide_all(asked)]))
