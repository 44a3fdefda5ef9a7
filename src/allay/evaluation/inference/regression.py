"""Weighted least squares with errors that do not assume equal variances, by member or by cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, sums_by

__all__ = ["Fit", "least_squares"]

# Columns that leave less than this share of themselves beside the others say nothing of their own.
_RANK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients with their robust covariance.

    Attributes
    ----------
    coefficient : float array [column]
    covariance : float array [column, column]
    """

    coefficient: Floats
    covariance: Floats

    def combination(self, weights: ArrayLike) -> tuple[float, float]:
        """Return a linear combination of coefficients, and its standard error.

        Examples
        --------
        >>> Fit(np.array([1.0, 2.0]), np.diag([0.09, 0.16])).combination([1, 1])
        (3.0, 0.5)
        """
        row = np.asarray(weights, dtype=np.float64)
        return float(row @ self.coefficient), float(row @ self.covariance @ row) ** 0.5


def least_squares(
    design: Floats, outcome: Floats, *, weights: Floats | None = None, cluster: ArrayLike | None = None
) -> Fit:
    """Fit by weighted least squares, with the sandwich covariance (HC1; or by cluster, with its n / (n - 1)).

    Sources: White H, Econometrica 1980;48:817-838; Liang KY, Zeger SL, Biometrika 1986;73:13-22.

    Raises
    ------
    InvalidValue
        When columns of the design are combinations of others.

    Examples
    --------
    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> found = least_squares(design, np.array([1.0, 3.0, 4.0, 8.0]))
    >>> found.coefficient.round(9).tolist(), found.covariance[1, 1].round(9)
    ([2.0, 4.0], np.float64(5.0))
    """
    count, columns = design.shape
    weight = np.ones(count) if weights is None else weights
    scale = np.sqrt((design**2).sum(axis=0))
    if count <= columns or not (scale > 0).all():
        raise InvalidValue(expected="more members than columns, none of them empty", found=f"{count} members")
    scaled = design / scale
    gram = scaled.T @ (scaled * weight[:, None])
    values = np.linalg.eigvalsh(gram)
    if values[0] < _RANK * values[-1]:
        raise InvalidValue(
            expected="covariates that are no combinations of others", found="some that are (drop one)"
        )
    inverse = np.linalg.inv(gram)
    coefficient = inverse @ (scaled.T @ (weight * outcome))
    scores = scaled * (weight * (outcome - scaled @ coefficient))[:, None]
    if cluster is None:
        factor = count / (count - columns)
    else:
        scores = sums_by(scores, cluster)
        factor = len(scores) / max(1, len(scores) - 1)
    spread = inverse @ (scores.T @ scores) @ inverse * factor
    return Fit(coefficient / scale, spread / np.outer(scale, scale))
