"""What outcomes to expect given one parameter: penalized splines, in closed form.

The value of knowing a parameter needs the expectation of net benefit given that parameter, for every draw.
It is a smooth curve through the draws: a regression of net benefit on the parameter. Knowing a parameter is
worth as much as knowing its rank among the draws, so the curve runs over ranks (as normal scores), and one
basis of cubic B-splines serves every parameter. In the basis that diagonalizes the penalty on roughness, a
fit is two products of matrices, and the amount of smoothing that minimizes generalized cross-validation is
found for all outcomes at once.

Sources: Strong M, Oakley JE, Brennan A, Estimating multiparameter partial expected value of perfect
information from a probabilistic sensitivity analysis sample: a nonparametric regression approach, Medical
Decision Making 2014;34:311-326. Demmler A, Reinsch C, Oscillation matrices with spline smoothing, Numerische
Mathematik 1975;24:375-382. Craven P, Wahba G, Smoothing noisy data with spline functions, Numerische
Mathematik 1979;31:377-403.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import eigh
from scipy.special import ndtri

from allay.base.errors import InvalidValue
from allay.economics.decision.arrays import Floats, Places

FEWEST_DRAWS = 20
"""With fewer, a curve of any shape goes through the draws."""

DEGREE = 3
_MOST_KNOTS, _DRAWS_A_KNOT = 8, 10
_FEW_VALUES = 12
STRENGTHS = np.concatenate([[0.0], np.logspace(-4, 8, 49)])
"""From no smoothing at all to a straight line, where 1 halves the smoothest function that is not one."""
# Gauss-Legendre with two points integrates products of piecewise linear functions exactly.
_GAUSS = np.array([-1.0, 1.0]) / np.sqrt(3)


@dataclass(frozen=True, slots=True, eq=False)
class RankSmoother:
    """A smoother for outcomes in the order of a parameter.

    Attributes
    ----------
    basis : float64 array of shape (draws, functions)
        Orthonormal columns, from the smoothest to the roughest.
    roughness : float64 array of shape (functions,)
        Penalty of each; zero for the first two, which are the straight lines.
    """

    basis: Floats
    roughness: Floats

    @classmethod
    def of(cls, draws: int) -> RankSmoother:
        """Return the smoother for this many draws.

        Raises
        ------
        InvalidValue
            Fewer than 20 draws.

        Examples
        --------
        >>> smoother = RankSmoother.of(100)
        >>> smoother.basis.shape, smoother.roughness[:2].tolist()
        ((100, 12), [0.0, 0.0])
        """
        if draws < FEWEST_DRAWS:
            raise InvalidValue(expected=f"at least {FEWEST_DRAWS} draws", found=str(draws))
        scores = ndtri((np.arange(draws) + 0.5) / draws)
        breaks = np.concatenate([scores[:1], inner_breaks(draws), scores[-1:]])
        knots = np.concatenate([scores[:1].repeat(DEGREE), breaks, scores[-1:].repeat(DEGREE)])
        design = BSpline.design_matrix(scores, knots, DEGREE).toarray()
        roughness, turn = eigh(_penalty(knots, breaks), design.T @ design)
        roughness = np.maximum(roughness, 0.0)
        roughness[:2] = 0.0
        return cls(np.ascontiguousarray(design @ turn), roughness / roughness[2])

    def fit(self, outcomes: Floats) -> Floats:
        """Smooth each outcome.

        Parameters
        ----------
        outcomes : float64 array of shape (outcomes, draws)
            In the order of the parameter.

        Examples
        --------
        >>> straight = np.linspace(0, 1, 50)
        >>> wiggles = 0.1 * (-1.0) ** np.arange(50)
        >>> fitted = RankSmoother.of(50).fit(np.array([straight + wiggles]))
        >>> bool(np.abs(fitted - straight).max() < 0.05)
        True
        """
        means = outcomes.mean(axis=1, keepdims=True)
        centered = outcomes - means
        weights = centered @ self.basis
        fitted = (weights * self._kept(centered, weights)) @ self.basis.T
        fitted += means
        return np.asarray(fitted)

    def _kept(self, centered: Floats, weights: Floats) -> Floats:
        """The share of each function that smoothing keeps, of shape (outcomes, functions)."""
        kept = 1 / (1 + STRENGTHS[:, None] * self.roughness)
        total = np.einsum("ij,ij->i", centered, centered)
        rest = total[:, None] - weights**2 @ (2 * kept - kept**2).T
        freedom = len(self.basis) - kept.sum(axis=1)
        return np.asarray(kept[np.argmin(rest / freedom**2, axis=1)])


def inner_breaks(draws: int) -> Floats:
    """Where the pieces of the curves meet: normal scores with equal shares of the draws between them.

    Examples
    --------
    >>> inner_breaks(1000).round(2).tolist()
    [-1.22, -0.76, -0.43, -0.14, 0.14, 0.43, 0.76, 1.22]
    """
    count = min(_MOST_KNOTS, draws // _DRAWS_A_KNOT)
    return np.asarray(ndtri(np.arange(1, count + 1) / (count + 1)))


def _penalty(knots: Floats, breaks: Floats) -> Floats:
    """Integrals of products of second derivatives of the B-splines."""
    functions = len(knots) - DEGREE - 1
    widths = np.diff(breaks)
    points = (breaks[:-1, None] + widths[:, None] * (1 + _GAUSS) / 2).ravel()
    curves = BSpline(knots, np.eye(functions), DEGREE).derivative(2)(points)
    return np.asarray(curves.T @ (curves * np.repeat(widths / 2, len(_GAUSS))[:, None]))


def expected_given(parameter: Floats, outcomes: Floats, *, smoother: RankSmoother) -> tuple[Floats, Places]:
    """Expected outcomes given a parameter, with the draws to which the columns belong.

    Equal values of the parameter get equal expectations; of a parameter with few values those are the means
    of the draws with each.

    Parameters
    ----------
    parameter : float64 array of shape (draws,)
    outcomes : float64 array of shape (outcomes, draws)
    smoother : RankSmoother
        Of as many draws.

    Returns
    -------
    expected : float64 array of shape (outcomes, draws)
        In the order of the parameter.
    order : int array of shape (draws,)
        The draw of each column.

    Examples
    --------
    >>> parameter = np.tile([0.0, 1.0], 10)
    >>> expected, order = expected_given(parameter, np.arange(20.0)[None], smoother=RankSmoother.of(20))
    >>> expected[0, [0, -1]].tolist(), order[:3].tolist()
    ([9.0, 10.0], [0, 2, 4])
    """
    order = np.argsort(parameter)
    ranked = parameter[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    if starts.size == len(parameter):
        return smoother.fit(outcomes[:, order]), order
    order = np.argsort(parameter, kind="stable")  # the same order of equal draws on every machine
    ordered = outcomes[:, order]
    return _level(ordered if starts.size <= _FEW_VALUES else smoother.fit(ordered), starts), order


def _level(ordered: Floats, starts: Places) -> Floats:
    """Means of runs of columns, repeated for each column."""
    sizes = np.diff(starts, append=ordered.shape[1])
    return np.asarray(np.repeat(np.add.reduceat(ordered, starts, axis=1) / sizes, sizes, axis=1))
