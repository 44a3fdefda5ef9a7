"""Answers that take several runs of a case: a break-even price, and what one more of something is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import NotFound
from allay.economics.answers.answers import FUNDING, program_cash
from allay.economics.answers.bundle_price import break_even_price
from allay.economics.answers.cash import net_present_value
from allay.economics.answers.one_more import worth_of_one_more
from allay.economics.case.revenue import BundleEntry
from allay.economics.program.run import ProgramRun, repriced, run_program

Array = NDArray[np.float64]

MOST_PRICE = 100_000.0
"""US dollars; the highest price of a bundle that is searched."""


def bundle_break_even_price(
    run: ProgramRun,
    *,
    contracts: Sequence[str],
    yearly_rate: float,
    without: frozenset[str] = FUNDING,
    high: float = MOST_PRICE,
) -> Array:
    """Find the price of bundles at which the program's net present value is zero: array [draw], US dollars.

    Parameters
    ----------
    run : ProgramRun
        Every price is tried on its draws.
    contracts : sequence of str
        Ids of bundles that all get the same price; the other bundles keep theirs.
    yearly_rate : float
    without : set of str
        Kinds of flow that do not count; as given, grants and support do not.
    high : float

    Raises
    ------
    NotFound
        When the case has no such bundle.
    """
    bundles = [term.id for term in run.case.contracts if isinstance(term, BundleEntry)]
    for contract in contracts:
        if contract not in bundles:
            raise NotFound.among("bundle", contract, known=bundles)
    names = [f"contracts/{contract}/price" for contract in contracts]

    def value(price: Array) -> Array:
        cash = program_cash(repriced(run, dict.fromkeys(names, price)).flows, without=without)
        return net_present_value(cash, yearly_rate=yearly_rate)

    return break_even_price(value, draws=run.draws, low=0.0, high=high)


def worth_of_adding(
    run: ProgramRun,
    *,
    quantity: str,
    added: float,
    yearly_rate: float,
    without: frozenset[str] = FUNDING,
) -> Array:
    """Return what one more of a quantity is worth to the program: array [draw], US dollars of month 0.

    Parameters
    ----------
    run : ProgramRun
        The case as it is; it runs once more with the same draws, so that only the change tells them apart.
    quantity : str
        Name of what is added to (`Case.quantities`), such as ``services/yoga/group/seats``.
    added : float
        How much is added; the answer is for each unit of it.
    yearly_rate : float
    without : set of str
    """
    if quantity not in run.drawn.values:
        raise NotFound.among("quantity", quantity, known=run.drawn.values)
    more = run_program(
        run.case,
        draws=run.draws if run.drawn.sampled else None,
        seed=run.drawn.seed,
        given={quantity: run.drawn.of(quantity) + added},
    )
    first, second = (program_cash(one.flows, without=without) for one in (run, more))
    return worth_of_one_more(first, second, added=added, yearly_rate=yearly_rate)
