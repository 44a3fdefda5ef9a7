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
from allay.economics.case.case import Case
from allay.economics.case.revenue import BundleEntry
from allay.economics.program.drawn import draw_case
from allay.economics.program.run import run_program

Array = NDArray[np.float64]

MOST_PRICE = 100_000.0
"""US dollars; the highest price of a bundle that is searched."""


def bundle_break_even_price(
    case: Case,
    *,
    contracts: Sequence[str],
    draws: int | None,
    seed: int,
    yearly_rate: float,
    without: frozenset[str] = FUNDING,
    high: float = MOST_PRICE,
) -> Array:
    """Find the price of a bundle at which the program's net present value is zero: array [draw], US dollars.

    Parameters
    ----------
    case : Case
    contracts : sequence of str
        Ids of bundles that all get the same price; the other bundles keep theirs.
    draws : int, optional
        Without it, the best estimates, as one draw.
    seed : int
        Every price is tried on the same draws.
    yearly_rate : float
    without : set of str
        Kinds of flow that do not count; as given, grants and support do not.
    high : float

    Raises
    ------
    NotFound
        When the case has no such bundle.
    """
    bundles = [term.id for term in case.contracts if isinstance(term, BundleEntry)]
    for contract in contracts:
        if contract not in bundles:
            raise NotFound.among("bundle", contract, known=bundles)
    names = [f"contracts/{contract}/price" for contract in contracts]

    def value(price: Array) -> Array:
        run = run_program(case, draws=draws, seed=seed, given=dict.fromkeys(names, price))
        return net_present_value(program_cash(run.flows, without=without), yearly_rate=yearly_rate)

    return break_even_price(value, draws=draws or 1, low=0.0, high=high)


def worth_of_adding(
    case: Case,
    *,
    quantity: str,
    added: float,
    draws: int,
    seed: int,
    yearly_rate: float,
    without: frozenset[str] = FUNDING,
) -> Array:
    """Return what one more of a quantity is worth to the program: array [draw], US dollars of month 0.

    Parameters
    ----------
    case : Case
    quantity : str
        Name of what is added to (`Case.quantities`), such as ``services/yoga/group/seats``.
    added : float
        How much is added; the answer is for each unit of it.
    draws, seed : int
        Both runs share them, so that only the change tells them apart.
    yearly_rate : float
    without : set of str
    """
    if quantity not in (known := case.quantities()):
        raise NotFound.among("quantity", quantity, known=known)
    before = draw_case(case, draws=draws, seed=seed).of(quantity)
    runs = [
        run_program(case, draws=draws, seed=seed, given={quantity: amount})
        for amount in (before, before + added)
    ]
    first, second = (program_cash(run.flows, without=without) for run in runs)
    return worth_of_one_more(first, second, added=added, yearly_rate=yearly_rate)
