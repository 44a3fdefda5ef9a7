"""Estimates of experts, and those among them that are plainly on another scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import Problem
from allay.consensus.estimates.limits import limits
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.ratings.table import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class EstimateTable:
    """Estimates, one row each, with the line each came from.

    Attributes
    ----------
    name : str
        The file, as messages call it.
    scale : EstimateScale
    items : tuple of str
        In the order in which they first appear.
    rounds : tuple of str
        In their order: numbers within them count as numbers.
    item, round, expert : int64 arrays of shape (rows,)
        Which of them a row is of; experts are numbers here, their codes stay in the file.
    best, lower, upper : float64 arrays of shape (rows,)
        `lower` and `upper` are NaN in rows without them.
    lines : int64 array of shape (rows,)
    other_scale : bool array of shape (rows,)
        Rows that are plainly on a scale from 0 to 1.
    """

    name: str
    scale: EstimateScale
    items: tuple[str, ...]
    rounds: tuple[str, ...]
    item: Ints
    round: Ints
    expert: Ints
    best: Floats
    lower: Floats
    upper: Floats
    lines: Ints
    other_scale: NDArray[np.bool_]

    def only(self, rows: NDArray[np.bool_]) -> EstimateTable:
        """Return the table with these rows and no others."""
        names = ("item", "round", "expert", "best", "lower", "upper", "lines", "other_scale")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    @property
    def all_on_other_scale(self) -> bool:
        """Whether no row is on the scale of the file: then rather the scale was stated wrongly."""
        others = np.fmax(self.best, self.upper)[~self.other_scale]
        return bool(self.other_scale.any() and not others.any())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The rows on another scale, as problems with their lines; a single one when all rows are."""
        at_most = limits().other_scale.at_most
        if self.all_on_other_scale:
            expected = (
                f"estimates above {at_most:g} on a scale from {self.scale} (shares are on the scale 0:1)"
            )
            return (Problem(self.name, str(self.lines[0]), "best", expected, "none in the whole file"),)
        expected = f"numbers on the scale from {self.scale}, as in the other rows"
        return tuple(
            Problem(self.name, str(self.lines[row]), "best", expected, self._all_of(row))
            for row in np.flatnonzero(self.other_scale).tolist()
        )

    def _all_of(self, row: int) -> str:
        at_most = f"{limits().other_scale.at_most:g}"
        if np.isnan(self.lower[row]):
            return f"{self.best[row]:g}, as if of 0 to {at_most}"
        numbers = "/".join(f"{value[row]:g}" for value in (self.lower, self.best, self.upper))
        return f"{numbers}, all at most {at_most}"


def on_shares(scale: EstimateScale, *, best: Floats, upper: Floats) -> NDArray[np.bool_]:
    """Mark rows that are plainly shares from 0 to 1 on a scale that is none.

    The rule, of `limits.yaml`: the scale goes from 0 to at least 100, and the numbers of the row are all at
    most 1 and not all 0 (0 means the same on both scales). Looking at the other rows is left to the caller.

    Parameters
    ----------
    scale : EstimateScale
    best, upper : float64 arrays of shape (rows,)
        NaN where there is none; the largest number of a row is the upper one, or else the best.

    Returns
    -------
    bool array of shape (rows,)

    Examples
    --------
    >>> best, upper = np.array([0.3, 0.0, 1.0, 50.0]), np.array([0.5, 0.0, np.nan, 60.0])
    >>> on_shares(EstimateScale(0, 100), best=best, upper=upper).tolist()
    [True, False, True, False]
    >>> on_shares(EstimateScale(0, 10), best=best, upper=upper).any()
    np.False_
    """
    rule = limits().other_scale
    if scale.low != 0 or scale.high < rule.from_scale:
        return np.zeros(len(best), dtype=bool)
    largest = np.where(np.isnan(upper), best, upper)
    return (largest <= rule.at_most) & (largest > 0)
