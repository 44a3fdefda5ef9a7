"""Expected-a-posteriori scores from raw sums: the table from sum to theta.

Source: Lord FM, Wingersky MS, Applied Psychological Measurement 1984;8:453-461 (the recursion); Thissen D and
others, Applied Psychological Measurement 1995;19:39-49 (its use with more than two categories).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.measures.irt.bank import ItemBank
from allay.measures.irt.graded import Floats
from allay.measures.irt.quadrature import Quadrature, moments, t_errors, t_scores


@dataclass(frozen=True, slots=True, eq=False)
class SumTable:
    """What every raw sum of a set of items says.

    Attributes
    ----------
    raw : int64 array of shape (sums,)
        From the number of items (every answer 1) to the sum of their categories.
    theta, se : float64 arrays of shape (sums,)
    """

    raw: NDArray[np.int64]
    theta: Floats
    se: Floats

    @property
    def t(self) -> Floats:
        """T-scores."""
        return t_scores(self.theta)

    @property
    def t_se(self) -> Floats:
        """Standard errors in T-score units."""
        return t_errors(self.se)


def sum_table(bank: ItemBank, *, quadrature: Quadrature) -> SumTable:
    """Score every raw sum of all items of a bank, all of them being answered.

    Parameters
    ----------
    bank : ItemBank
        `ItemBank.select` takes the items of a short form.
    quadrature : Quadrature

    Notes
    -----
    For two-category items theta rises with the sum. With more categories it nearly always does, but the model
    does not promise it: a narrow middle category can say less than its place in the sum.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> from allay.measures.irt.settings import quadrature
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> table = sum_table(bank, quadrature=quadrature("promis-short-form-table"))
    >>> table.raw.tolist(), table.t.round(1).tolist()
    ([2, 3, 4, 5], [38.3, 46.7, 53.3, 61.7])
    """
    logs = sum_log_probabilities(bank, quadrature.points)
    theta, se = moments(logs + quadrature.log_weights, quadrature.points)
    return SumTable(len(bank.items) + np.arange(len(logs)), theta, se)


def sum_log_probabilities(bank: ItemBank, theta: Floats) -> Floats:
    """Log probability of every raw sum at every theta, of shape (sums, g).

    Items are added one by one: a sum arises from each smaller sum with the answer that makes up the rest.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> bank = ItemBank((GradedItem("a", 1.0, (0.0,)), GradedItem("b", 1.0, (0.0,))))
    >>> np.exp(sum_log_probabilities(bank, np.array([0.0]))).ravel().tolist()
    [0.25, 0.5, 0.25]
    """
    logs = bank.log_probabilities(theta)
    total = np.zeros((1, len(theta)))
    for item, categories in enumerate(bank.categories.tolist()):
        grown = np.full((len(total) + categories - 1, len(theta)), -np.inf)
        for points in range(categories):
            part = grown[points : points + len(total)]
            np.logaddexp(part, total + logs[item, points], out=part)
        total = grown
    return total
