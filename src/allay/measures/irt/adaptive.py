"""An adaptive test as it is given: what was answered so far in, the next item or the end out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.measures.irt.answers import expected_answer
from allay.measures.irt.bank import ItemBank
from allay.measures.irt.graded import Floats
from allay.measures.irt.quadrature import t_errors, t_scores, weighted_moments
from allay.measures.irt.rules import STOPS, TIE, AdaptiveRules

GOING_ON = -1
"""Stands in place of a position in `STOPS` while a test has not ended."""


@dataclass(frozen=True, slots=True)
class AdaptiveState:
    """Where an adaptive test stands.

    Attributes
    ----------
    item : str or None
        What to ask next; None when the test has ended.
    stopped : str
        Why it ended, one of `STOPS`; empty while it goes on.
    theta, se, t, t_se : float or None
        The estimate from the answers so far; None before the first.
    """

    item: str | None
    stopped: str
    theta: float | None
    se: float | None
    t: float | None
    t_se: float | None


@dataclass(frozen=True)
class AdaptiveTest:
    """A bank and rules, prepared for giving tests. It keeps no answers: each call gets those so far.

    Parameters
    ----------
    bank : ItemBank
    rules : AdaptiveRules

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> from allay.measures.irt.settings import adaptive_rules
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> test = AdaptiveTest(bank, adaptive_rules("promis-adult"))
    >>> test.state({}).item
    'b'
    >>> after = test.state({"b": 3})
    >>> after.item, round(after.t, 2), test.state({"b": 3}, unanswered=["a"]).stopped
    ('a', 60.0, 'bank_exhausted')
    """

    bank: ItemBank
    rules: AdaptiveRules

    @cached_property
    def log_probabilities(self) -> Floats:
        """Of every answer of every item on the grid, of shape (items, most categories, g)."""
        return self.bank.log_probabilities(self.rules.quadrature.points)

    @cached_property
    def information(self) -> Floats:
        """Of every item on the grid, of shape (g, items)."""
        return np.ascontiguousarray(self.bank.information(self.rules.quadrature.points).T)

    def state(self, answers: Mapping[str, int], *, unanswered: Collection[str] = ()) -> AdaptiveState:
        """Say what to ask next, or that the test has ended, and give the estimate so far.

        Parameters
        ----------
        answers : mapping of item id to answer
            In the order in which they were given; answers are 1 to the item's categories.
        unanswered : collection of item ids
            Items that were shown and not answered. They are not asked again; the next best is.

        Raises
        ------
        NotFound
            An item that is not in the bank.
        InvalidInput
            An answer that its item does not have.
        """
        given = [self._answer(name, answer) for name, answer in answers.items()]
        shown = [position for position, _ in given] + [self._position(name) for name in unanswered]
        open_items = np.ones((1, len(self.bank.items)), dtype=np.bool_)
        open_items[0, shown] = False
        posterior, theta, se = self._estimate(given)
        stop = GOING_ON
        if given:
            last, answer = given[-1]
            healthy = np.array([answer == self.healthiest[last]])
            stop = int(self.stop(len(given), se, self._estimate(given[:-1])[2], healthy)[0])
        if stop == GOING_ON and not open_items.any():
            stop = STOPS.index("bank_exhausted" if given else "nothing_answered")
        item = None if stop != GOING_ON else self.bank.ids[int(self.choose(posterior, theta, open_items)[0])]
        known = [float(each[0]) for each in (theta, se, t_scores(theta), t_errors(se))]
        return AdaptiveState(item, "" if stop == GOING_ON else STOPS[stop], *(known if given else [None] * 4))

    def _answer(self, name: str, answer: int) -> tuple[int, int]:
        position = self._position(name)
        if not 1 <= answer <= self.bank.categories[position]:
            raise InvalidInput(
                Problem("answers", "-", name, expected_answer(self.bank, position), str(answer))
            )
        return position, answer

    def _position(self, name: str) -> int:
        if name not in self.bank.ids:
            raise NotFound.among("item", name, known=self.bank.ids)
        return self.bank.ids.index(name)

    def _estimate(self, given: Sequence[tuple[int, int]]) -> tuple[Floats, Floats, Floats]:
        logs = self.rules.quadrature.log_weights[None, :].copy()
        for position, answer in given:
            logs += self.log_probabilities[position, answer - 1]
        posterior = normalized(logs)
        return posterior, *weighted_moments(posterior, self.rules.quadrature.points)

    @cached_property
    def healthiest(self) -> NDArray[np.int64]:
        """The healthiest answer of each item."""
        ones = np.ones_like(self.bank.categories)
        return ones if self.rules.healthiest == "lowest" else self.bank.categories

    def choose(self, posterior: Floats, theta: Floats, open_items: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Choose the next item for each of n respondents.

        Parameters
        ----------
        posterior : float64 array of shape (n, g)
            Rows add up to 1.
        theta : float64 array of shape (n,)
        open_items : bool array of shape (n, items)
            What may be asked; at least one in every row.
        """
        if self.rules.selection == "mfi":
            worth = self.bank.information(theta).T
        else:
            worth = posterior @ self.information
        worth = np.where(open_items, worth, -1.0)
        best = worth.max(axis=1, keepdims=True)
        return np.asarray(np.argmax(worth >= best * (1 - TIE), axis=1), dtype=np.intp)

    def stop(self, asked: int, se: Floats, before: Floats, healthy: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Say for each of n respondents why the test ends, as a position in `STOPS`, or `GOING_ON`.

        Parameters
        ----------
        asked : int
            How many items were answered by each.
        se, before : float64 arrays of shape (n,)
            Standard errors after and before the last answer.
        healthy : bool array of shape (n,)
            Whether the last answer was the healthiest one.
        """
        rules = self.rules
        found = np.full(len(se), GOING_ON, dtype=np.int8)
        # From the last reason to the first, so that the first that holds is the one that stays.
        if asked >= rules.max_items:
            found[:] = STOPS.index("max_items")
        if asked >= rules.min_items:
            if rules.se_change is not None:
                found[np.abs(se - before) < rules.se_change] = STOPS.index("se_change")
            if rules.se_stop is not None:
                found[se < rules.se_stop] = STOPS.index("se")
        if rules.screen and asked == 1:
            found[healthy] = STOPS.index("screen")
        return found


def normalized(logs: Floats) -> Floats:
    """Posteriors whose rows add up to 1, from their logs up to a constant.

    Examples
    --------
    >>> normalized(np.log([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(weights, dtype=np.float64)
