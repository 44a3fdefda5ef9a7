"""Options of commands that search, the seed and limits, and how many they say of what they found."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import click

MOST_SEED = 2**31 - 1
"""The largest that OR-Tools takes."""
SEED = click.IntRange(0, MOST_SEED)


class Limit(click.FloatRange):
    """A number in a range; what is not a number is in none.

    Examples
    --------
    >>> Limit(0, 1000, min_open=True).convert("0.5", None, None)
    0.5
    >>> Limit(0, 1000, min_open=True).convert("nan", None, None)
    Traceback (most recent call last):
    click.exceptions.BadParameter: nan is not in the range 0<x<=1000.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number, or say what was expected."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"nan is not in the range {self._describe_range()}.", param, ctx)
        return found


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--seed` and `--effort`."""
    effort = click.option(
        "--effort",
        type=Limit(0, 1000, min_open=True),
        default=1.0,
        show_default=True,
        help="Factor on the limits of the search, which count work and not seconds.",
    )
    seed = click.option("--seed", type=SEED, default=0, show_default=True, help="Of the search.")
    return seed(effort(command))


def counted(number: int, noun: str) -> str:
    """Say how many.

    Examples
    --------
    >>> counted(1, "meeting"), counted(0, "session")
    ('1 meeting', '0 sessions')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
