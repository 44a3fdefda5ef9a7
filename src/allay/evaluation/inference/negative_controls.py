"""Negative controls: outcomes the program cannot change. An effect on them is the error of the study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import covariance_matrix, holm, numbers

__all__ = ["ControlOutcome", "ControlTest", "check_controls"]

# Eigenvalues of a covariance below this share of the largest are directions that it does not know.
_RANK = 1e-10


@dataclass(frozen=True, slots=True)
class ControlOutcome:
    """Effect on one outcome that the program cannot change.

    Attributes
    ----------
    name : str
    estimate, se, p, p_holm : float
        p is two-sided from the normal; p_holm is adjusted for the number of controls.
    """

    name: str
    estimate: float
    se: float
    p: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class ControlTest:
    """Whether the effects on negative controls are zero, one by one and together.

    Attributes
    ----------
    controls : tuple of ControlOutcome
    statistic, p : float
        Of the joint test (Wald, chi-squared).
    df : int
    """

    controls: tuple[ControlOutcome, ...]
    statistic: float
    df: int
    p: float


def check_controls(names: Sequence[str], estimate: ArrayLike, covariance: ArrayLike) -> ControlTest:
    """Test effects on negative controls.

    Parameters
    ----------
    names : sequence of str
    estimate : array [control]
    covariance : array [control, control]
        From the influence of the members on all of them, as they share members.

    Examples
    --------
    >>> found = check_controls(["fracture", "cataract"], [0.3, 0.1], np.diag([0.01, 0.01]))
    >>> round(found.statistic, 6), found.df, [round(each.p_holm, 4) for each in found.controls]
    (10.0, 2, [0.0054, 0.3173])
    """
    values = numbers(estimate, what="effects on controls", size=len(names))
    matrix = covariance_matrix(covariance, size=len(values))
    errors = np.sqrt(np.diag(matrix))
    if not len(values) or not (errors > 0).all():
        raise InvalidValue(expected="controls whose effects have an error above 0", found=f"{len(values)}")
    p = 2 * ndtr(-np.abs(values / errors))
    known, directions = np.linalg.eigh(matrix)
    kept = known > _RANK * known[-1]
    statistic = float((((directions[:, kept].T @ values) ** 2) / known[kept]).sum())
    df = int(kept.sum())
    controls = tuple(
        ControlOutcome(name, *map(float, row))
        for name, *row in zip(names, values, errors, p, holm(p), strict=True)
    )
    return ControlTest(controls, statistic, df, float(chdtrc(df, statistic)))
