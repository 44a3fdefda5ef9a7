"""Contributions of units to estimates, block by block: their sums by cluster, and sums of products."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from allay.evaluation.did.panel import WidePanel

Floats = NDArray[np.float64]
Contributions = Callable[[slice], Floats]
_BLOCK = 2_000_000
"""Contributions made at once: 16 MB."""


def summed(
    panel: WidePanel, contributions: Contributions, estimates: int, *, keep: bool
) -> tuple[Floats, Floats | None]:
    """Sums of products of contributions, of clusters where the panel has any.

    Parameters
    ----------
    panel : WidePanel
    contributions : callable
        Of a slice of the units: array [unit, estimate].
    estimates : int
    keep : bool
        Whether to return the contributions of units (or clusters) too.

    Examples
    --------
    >>> panel = WidePanel(np.ones((2, 2)), np.array([1, 2]), np.array([2, 0]), cluster=np.array([5, 5]))
    >>> summed(panel, lambda rows: np.array([[1.0], [2.0]])[rows], 1, keep=False)[0].tolist()
    [[9.0]]
    """
    units = len(panel.cohort)
    step = max(1, _BLOCK // estimates)
    if panel.cluster is None:
        whole = np.empty((units, estimates)) if keep else None
        joint = np.zeros((estimates, estimates))
        for start in range(0, units, step):
            block = contributions(slice(start, start + step))
            joint += block.T @ block
            if whole is not None:
                whole[start : start + step] = block
        return joint, whole
    _, place = np.unique(panel.cluster, return_inverse=True)
    sums = np.zeros((int(place.max()) + 1, estimates))
    for start in range(0, units, step):
        block = contributions(slice(start, start + step))
        own = place[start : start + step]
        present, local = np.unique(own, return_inverse=True)
        adding = csr_array((np.ones(len(own)), (local, np.arange(len(own)))), shape=(len(present), len(own)))
        sums[present] += adding @ block
    return sums.T @ sums, sums if keep else None
