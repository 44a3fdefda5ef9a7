"""Expected-a-posteriori scores from patterns of answers, for many respondents at once.

Several items are packed into one code, whose row in a table holds the product of their probabilities over the
grid. So a respondent costs a handful of table rows, not one per item. Blocks of respondents stay in the
processor's cache, and since NumPy lets other threads run meanwhile, blocks can be shared among threads.
`allay.measures.irt.reference` computes the same in plain loops.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.answers import Int8
from allay.measures.irt.answers import checked_answers
from allay.measures.irt.bank import ItemBank
from allay.measures.irt.graded import Floats
from allay.measures.irt.quadrature import Quadrature, moments, t_errors, t_scores

# Four items with five answers each, or none: such a table and a block of respondents fit the second-level
# cache together. Measured in benchmarks/eap.py; sizes of half and double are slower.
_PACKED_ROWS = 6**4
_BLOCK = 512
# A product of probabilities this small has lost its far ends to underflow; the sum of logs has not.
_LEAST_MASS = 1e-200


@dataclass(frozen=True, slots=True, eq=False)
class ThetaEstimates:
    """Scores of many respondents.

    Attributes
    ----------
    answered : int64 array of shape (n,)
        How many items were answered.
    theta, se : float64 arrays of shape (n,)
        Posterior mean and standard deviation; NaN where nothing was answered.
    """

    answered: NDArray[np.int64]
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


def eap_scores(
    bank: ItemBank, answers: ArrayLike, *, quadrature: Quadrature, threads: int = 1
) -> ThetaEstimates:
    """Score patterns of answers by the mean and standard deviation of the posterior.

    Missing items are skipped. Who answered nothing gets no score: the prior's mean is not a result.

    Parameters
    ----------
    bank : ItemBank
    answers : array of shape (respondents, items)
        1 to the item's categories; missing is -1, or NaN among floats.
    quadrature : Quadrature
    threads : int
        How many share the work. The result is the same.

    Raises
    ------
    InvalidInput
        Answers that an item does not have.

    Notes
    -----
    Source: Bock RD, Mislevy RJ, Applied Psychological Measurement 1982;6:431-444.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem
    >>> from allay.measures.irt.settings import quadrature
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> found = eap_scores(bank, [[2, 3], [2, -1], [-1, -1]], quadrature=quadrature("promis-pattern"))
    >>> found.answered.tolist(), found.t.round(2).tolist()
    ([2, 1, 0], [61.67, 55.3, nan])
    """
    if threads < 1:
        raise InvalidValue(expected="at least one thread", found=str(threads))
    given = checked_answers(bank, answers)
    logs = _with_missing(bank.log_probabilities(quadrature.points))
    found = ThetaEstimates(np.empty(len(given), dtype=np.int64), np.empty(len(given)), np.empty(len(given)))
    work = _Work(bank, quadrature, logs, rows=len(given))
    shares = np.linspace(0, len(given), threads + 1).astype(int).tolist()
    spans = [span for span in itertools.pairwise(shares) if span[0] < span[1]]
    if len(spans) > 1:
        with ThreadPoolExecutor(len(spans)) as pool:
            list(pool.map(lambda span: work.score(given, found, *span), spans))
    elif spans:
        work.score(given, found, *spans[0])
    nobody = found.answered == 0
    found.theta[nobody] = found.se[nobody] = np.nan
    return found


def _with_missing(logs: Floats) -> Floats:
    """Put a category 0 before the others that says nothing: probability 1 everywhere."""
    silent = np.zeros((logs.shape[0], 1, logs.shape[2]))
    return np.concatenate([silent, logs], axis=1)


class _Work:
    """Tables of packed items, and the way from a span of answers to scores."""

    def __init__(self, bank: ItemBank, quadrature: Quadrature, logs: Floats, *, rows: int) -> None:
        sizes = (bank.categories + 1).tolist()
        packs = _packs(sizes, most=min(_PACKED_ROWS, max(rows, 1)))
        self.logs, self.quadrature = logs, quadrature
        self.tables = [_table(logs, sizes, pack) for pack in packs]
        self.ones = np.ones(len(sizes), dtype=np.float32)
        self.places = np.zeros((len(sizes), len(packs)), dtype=np.float32)
        for column, pack in enumerate(packs):
            place = 1
            for item in reversed(pack):
                self.places[item, column] = place
                place *= sizes[item]
        prior = np.exp(quadrature.log_weights)
        self.powers = np.stack([prior, prior * quadrature.points, prior * quadrature.points**2], axis=1)

    # Some BLAS kernels work on whole registers and raise the flag for lanes beyond the end of a short row,
    # whose results they throw away. No result here is invalid: `careful` catches a mass that is not above 0.
    @np.errstate(invalid="ignore")
    def score(self, answers: Int8, found: ThetaEstimates, start: int, end: int) -> None:
        """Write the scores of the answers from `start` to `end`."""
        points = len(self.powers)
        product, factor = np.empty((_BLOCK, points)), np.empty((_BLOCK, points))
        for low in range(start, end, _BLOCK):
            high = min(low + _BLOCK, end)
            block = np.maximum(answers[low:high], 0)
            # Whole numbers below 2**24 are exact in single precision.
            codes = (block.astype(np.float32) @ self.places).astype(np.intp)
            x, y = product[: high - low], factor[: high - low]
            np.take(self.tables[0], codes[:, 0], axis=0, out=x, mode="wrap")
            for column, table in enumerate(self.tables[1:], start=1):
                np.take(table, codes[:, column], axis=0, out=y, mode="wrap")
                np.multiply(x, y, out=x)
            mass, first, second = (x @ self.powers).T
            careful = ~(mass > _LEAST_MASS)
            mass[careful] = 1.0
            theta = first / mass
            found.answered[low:high] = np.minimum(block, 1).astype(np.float32) @ self.ones
            found.theta[low:high] = theta
            found.se[low:high] = np.sqrt(np.maximum(second / mass - theta**2, 0.0))
            if careful.any():
                rows = low + np.flatnonzero(careful)
                found.theta[rows], found.se[rows] = self._in_logs(block[careful])

    def _in_logs(self, block: Int8) -> tuple[Floats, Floats]:
        total = np.tile(self.quadrature.log_weights, (len(block), 1))
        for item in range(block.shape[1]):
            total += self.logs[item][block[:, item]]
        return moments(total, self.quadrature.points)


def _packs(sizes: Sequence[int], *, most: int) -> list[list[int]]:
    """Put neighboring items together as long as their codes stay within `most`."""
    packs: list[list[int]] = []
    codes = most + 1
    for item, size in enumerate(sizes):
        if codes * size > most:
            packs.append([])
            codes = 1
        packs[-1].append(item)
        codes *= size
    return packs


def _table(logs: Floats, sizes: Sequence[int], pack: Sequence[int]) -> Floats:
    """Products of probabilities for every code of a pack, of shape (codes, points).

    Each row is divided by its largest value. That changes no posterior, and keeps the product of all packs
    far from underflow as long as the answers agree at all.
    """
    total = np.zeros((1, logs.shape[2]))
    for item in pack:
        total = (total[:, None, :] + logs[item, : sizes[item]]).reshape(-1, logs.shape[2])
    total -= total.max(axis=1, keepdims=True)
    # `take` copies a table that does not lie together in memory, once for each block.
    return np.ascontiguousarray(np.exp(total, out=total))
