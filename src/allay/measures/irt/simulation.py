"""Adaptive tests given to many respondents whose answers to the whole bank are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.measures.answers import Int8
from allay.measures.irt.adaptive import GOING_ON, AdaptiveTest, normalized
from allay.measures.irt.answers import checked_answers
from allay.measures.irt.bank import ItemBank
from allay.measures.irt.eap import ThetaEstimates
from allay.measures.irt.graded import Floats
from allay.measures.irt.quadrature import weighted_moments
from allay.measures.irt.rules import STOPS, AdaptiveRules

# Respondents at once, so that what is made of each stays in the processor's cache: the posterior on the grid
# (mpwi), or every category of every item (mfi). Measured in benchmarks/adaptive.py.
_BLOCK = {"mpwi": 1024, "mfi": 128}


@dataclass(frozen=True, slots=True, eq=False)
class AdaptiveSimulation:
    """What was asked of each respondent, and the estimate after every answer.

    Attributes
    ----------
    bank : ItemBank
    rules : AdaptiveRules
    items : int32 array of shape (n, steps)
        Positions in the bank in the order asked; -1 after the end.
    answers : int8 array of shape (n, steps)
        -1 after the end.
    theta, se : float64 arrays of shape (n, steps)
        NaN after the end.
    used : int64 array of shape (n,)
        How many items were asked.
    stopped : int8 array of shape (n,)
        Why the test ended, as a position in `STOPS`.
    """

    bank: ItemBank
    rules: AdaptiveRules
    items: NDArray[np.int32]
    answers: Int8
    theta: Floats
    se: Floats
    used: NDArray[np.int64]
    stopped: Int8

    @property
    def final(self) -> ThetaEstimates:
        """The estimates at the end of the tests."""
        rows, last = np.arange(len(self.used)), np.maximum(self.used - 1, 0)
        return ThetaEstimates(self.used, self.theta[rows, last], self.se[rows, last])


def simulate(bank: ItemBank, answers: ArrayLike, *, rules: AdaptiveRules) -> AdaptiveSimulation:
    """Give every respondent the adaptive test they would have had.

    An item whose answer is missing counts as shown and not answered: it is not asked again, is no step, and
    the next best item takes its place.

    Parameters
    ----------
    bank : ItemBank
    answers : array of shape (respondents, items)
        1 to the item's categories; missing is -1, or NaN among floats.
    rules : AdaptiveRules

    Raises
    ------
    InvalidInput
        Answers that an item does not have.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> from allay.measures.irt.settings import adaptive_rules
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> found = simulate(bank, [[2, 3], [1, -1]], rules=adaptive_rules("promis-adult"))
    >>> found.items.tolist(), [STOPS[code] for code in found.stopped]
    ([[1, 0], [0, -1]], ['bank_exhausted', 'bank_exhausted'])
    """
    given = checked_answers(bank, answers)
    test = AdaptiveTest(bank, rules)
    shape = (len(given), min(rules.max_items, len(bank.items)))
    found = AdaptiveSimulation(
        bank,
        rules,
        items=np.full(shape, -1, dtype=np.int32),
        answers=np.full(shape, -1, dtype=np.int8),
        theta=np.full(shape, np.nan),
        se=np.full(shape, np.nan),
        used=np.zeros(len(given), dtype=np.int64),
        stopped=np.full(len(given), GOING_ON, dtype=np.int8),
    )
    block = _BLOCK[rules.selection]
    for start in range(0, len(given), block):
        _run_block(test, given, found, np.arange(start, min(start + block, len(given))))
    return found


def _run_block(test: AdaptiveTest, given: Int8, found: AdaptiveSimulation, rows: NDArray[np.int64]) -> None:
    grid = test.rules.quadrature
    open_items = given[rows] > 0
    logs = np.tile(grid.log_weights, (len(rows), 1))
    posterior = normalized(logs)
    theta, se = weighted_moments(posterior, grid.points)
    asked = 0
    while True:
        empty = ~open_items.any(axis=1)
        found.stopped[rows[empty]] = STOPS.index("bank_exhausted" if asked else "nothing_answered")
        if empty.any():
            stay = ~empty
            rows, open_items, logs = rows[stay], open_items[stay], logs[stay]
            posterior, theta, se = posterior[stay], theta[stay], se[stay]
        if not len(rows):
            return
        item = test.choose(posterior, theta, open_items)
        answer = given[rows, item]
        open_items[np.arange(len(rows)), item] = False
        logs += test.log_probabilities[item, answer - 1]
        posterior, before = normalized(logs), se
        theta, se = weighted_moments(posterior, grid.points)
        found.items[rows, asked], found.answers[rows, asked] = item, answer
        found.theta[rows, asked], found.se[rows, asked] = theta, se
        asked += 1
        found.used[rows] = asked
        stopped = test.stop(asked, se, before, answer == test.healthiest[item])
        found.stopped[rows] = stopped
        stay = stopped == GOING_ON
        rows, open_items, logs = rows[stay], open_items[stay], logs[stay]
        posterior, theta, se = posterior[stay], theta[stay], se[stay]
