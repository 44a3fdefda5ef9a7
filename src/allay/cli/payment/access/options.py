"""Options that several ACCESS commands share."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import click

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.cli.frame import DAY
from allay.cli.results import opened
from allay.payment.access.terms import Terms, shipped_terms
from allay.payment.access.termsfile import read_terms

terms_option = click.option(
    "--terms",
    "terms_file",
    metavar="FILE",
    help="Terms file with numbers and choices of your own; without it, those Allay ships.",
)
known_on_option = click.option(
    "--known-on", type=DAY, help="Use only what was recorded by this day; without it, all of it."
)


class Chance(click.FloatRange):
    """A number from 0 to 1; what is not a number is none of them."""

    name = "0 to 1"

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number, or say what was expected."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail("expected a number from 0 to 1, found nan", param, ctx)
        return found


CHANCE = Chance()
as_of_option = click.option("--as-of", required=True, type=DAY, help="The day to look from.")


def terms_of(file: str | None, known_on: dt.date | None) -> Terms:
    """Read the terms of a command."""
    if file is None:
        return shipped_terms(known_on=known_on)
    source, name = opened(file)
    return read_terms(source, known_on=known_on, name=name)


def refusal(option: str, wrong: InvalidValue) -> InvalidInput:
    """Turn a value that cannot be into a problem of an option."""
    return InvalidInput(Problem("(options)", "-", option, wrong.expected, wrong.found))
