"""Coarsened exact matching: people are compared within cells of coarsened covariates."""

from __future__ import annotations

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.matching.arrays import Flags, Floats, Places


def coarsened_cells(covariates: Floats, *, bins: int | None = None) -> Places:
    """Return the cell of every row.

    Parameters
    ----------
    covariates : array [n, k]
    bins : int, optional
        Intervals of equal width for every covariate; by default Sturges' number, 1 + log2(n) rounded up, as
        MatchIt has it. A covariate with two values is in two bins with any number of them above one.

    Examples
    --------
    >>> coarsened_cells(np.array([[20.0, 0.0], [21.0, 0.0], [60.0, 0.0], [60.0, 1.0]])).tolist()
    [0, 0, 1, 2]
    """
    n = len(covariates)
    count = bins if bins is not None else int(np.ceil(np.log2(n) + 1))
    if count < 1:
        raise InvalidValue(expected="at least one bin", found=str(count))
    cell: Places = np.zeros(n, dtype=np.int64)
    for column in covariates.T:
        edges = np.linspace(column.min(), column.max(), count + 1)
        place = np.searchsorted(edges[1:-1], column, side="right")
        # Numbered anew after every covariate, so that the numbers stay below n.
        cell = np.unique(cell * count + place, return_inverse=True)[1].reshape(n).astype(np.int64)
    return cell


def cell_weights(treated: Flags, cell: Places) -> Floats:
    """Weigh within cells: the untreated of a cell together as much as its treated; 0 in cells without both.

    Examples
    --------
    >>> cell_weights(np.array([True, True, False, True]), np.array([0, 0, 0, 1])).tolist()
    [1.0, 1.0, 2.0, 0.0]
    """
    cells = int(cell.max()) + 1
    ours = np.bincount(cell[treated], minlength=cells).astype(np.float64)
    theirs = np.bincount(cell[~treated], minlength=cells).astype(np.float64)
    share = np.divide(ours, theirs, out=np.zeros(cells), where=theirs > 0)
    found: Floats = np.where(treated, (theirs > 0)[cell].astype(np.float64), share[cell])
    return found
