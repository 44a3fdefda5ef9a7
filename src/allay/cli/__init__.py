"""The `allay` command: one module per noun, loaded only when it is used."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

import allay
from allay.cli.frame import CONTEXT, LazyGroup, example, run

# Noun -> (module that holds its `group`, one line for `allay --help`). Loading on use keeps the start fast.
NOUNS = {
    "claims": ("allay.cli.claims", "Claims and what payers answer: read, check, write, match (X12)."),
    "consensus": (
        "allay.cli.consensus",
        "Rating rounds that stand up to review; a registry; themes.",
    ),
    "coverage": ("allay.cli.coverage", "May it be delivered, may it be billed, at what price, and why."),
    "economics": ("allay.cli.economics", "What strategies cost and bring, and what knowing more is worth."),
    "evaluation": ("allay.cli.evaluation", "From claims to what a program changed, compared with whom."),
    "evidence": ("allay.cli.evidence", "What reviews found: tables and pages for payers and patients."),
    "measures": ("allay.cli.measures", "Instruments: wording, scores, change, adaptive tests."),
    "opioids": ("allay.cli.opioids", "Opioid dose in morphine milligram equivalents."),
    "payment": ("allay.cli.payment", "What a contract pays whom and when, beside the payer's statement."),
    "programs": ("allay.cli.programs", "Program definitions, timelines, fidelity, and programs compared."),
    "report": ("allay.cli.report", "Documents from results."),
    "scheduling": ("allay.cli.scheduling", "Cohorts, linked visits and sessions in few trips, with a bound."),
    "services": ("allay.cli.services", "Services: what each is, and whether a session counts as one."),
}


@click.group(
    cls=LazyGroup,
    nouns=NOUNS,
    epilog=example("allay measures list", "allay measures score peg answers.csv -o scores.csv"),
    context_settings=dict(CONTEXT),
)
@click.version_option(allay.__version__, prog_name="allay", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where in the program an internal error arose.")
def cli(*, debug: bool) -> None:
    """Run an integrated pain management program and prove its value.

    Every command is `allay NOUN VERB INPUT... -o OUTPUT`. The input `-` is standard input; without `-o` the
    result goes to standard output. Exit status: 0 done; 1 done, the answer is no; 2 bad usage or bad input.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit status.

    Being told to end (SIGTERM) is as being stopped from the keyboard: what is half written is taken away.
    """
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        status = run(cli, arguments)
    finally:
        signal.signal(signal.SIGTERM, before)
    sys.exit(status)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
