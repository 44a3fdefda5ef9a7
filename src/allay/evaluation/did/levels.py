"""How a cohort stands above those it is compared with, in every period at once, given covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import Method
from allay.evaluation.did.limits import did_limits
from allay.evaluation.glm import check_rank, fit_glm

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels of one comparison; the difference of two periods is an effect.

    Each unit adds ``alone * (y - x'slope) + constant @ means + score * x'lean`` to a level.

    Attributes
    ----------
    members : int64 array [member]
        Units compared, in increasing order.
    att : float64 array [period]
    alone, score : float64 array [member]
    constant : float64 array [member, 2]
    slope, lean : float64 array [column, period]
    means : float64 array [2, period]
    notes : tuple of str
    """

    members: Integers
    att: Floats
    alone: Floats
    constant: Floats
    score: Floats
    slope: Floats
    lean: Floats
    means: Floats
    notes: tuple[str, ...]

    def contributions(
        self, start: int, stop: int, outcome: Floats, design: Floats
    ) -> tuple[Integers, Floats]:
        """Members among the units from `start` to `stop`, and what each adds: array [member, period]."""
        first, last = np.searchsorted(self.members, [start, stop])
        own, rows = self.members[first:last], slice(first, last)
        x = design[own]
        found = outcome[own] - x @ self.slope
        found *= self.alone[rows, None]
        found += self.constant[rows] @ self.means
        found += (x * self.score[rows, None]) @ self.lean
        return own, found


def levels_of(
    outcome: Floats,
    design: Floats,
    members: Integers,
    treated: Mask,
    *,
    weights: Floats | None,
    method: Method,
    names: tuple[str, ...],
    called: str,
) -> Levels:
    """Compare a cohort with others: the estimators for panels of Sant'Anna and Zhao, with their influence.

    Parameters
    ----------
    outcome, design : float64 array [unit, ...]
        The design has a column of ones.
    members : int64 array [member]
        The units compared, in increasing order.
    treated : bool array [member]
        Which of them are of the cohort.
    weights : float64 array [unit], optional
    method : {"dr", "reg", "ipw"}
    names : tuple of str
        Of the columns.
    called : str
        What messages call the cohort.

    References
    ----------
    Sant'Anna PHC, Zhao J. J Econometrics 2020;219:101-122, sections 2.2 and 3.1; Heckman, Ichimura, Todd
    (1997) for regression, Abadie (2005) for weighting.

    Examples
    --------
    >>> rows, ones = np.array([[1.0, 4.0], [2.0, 3.0]]), np.ones((2, 1))
    >>> found = levels_of(
    ...     rows, ones, np.arange(2), np.array([True, False]),
    ...     weights=None, method="dr", names=("(intercept)",), called="cohort 2",
    ... )
    >>> found.att.tolist()
    [-1.0, 1.0]
    """
    x, y = design[members], outcome[members]
    w = np.ones(len(members)) if weights is None else weights[members]
    untreated, columns, periods = ~treated, design.shape[1], outcome.shape[1]
    limit = did_limits()["likely"]
    try:
        odds, score, bread, notes = _propensity(
            x, treated, w, method=method, names=names, called=called, limit=limit
        )
        slope, inverse = _regression(x[untreated], y[untreated], w[untreated], method=method, names=names)
    except InvalidValue as wrong:
        raise InvalidValue(expected=f"{wrong.expected} ({called})", found=wrong.found) from None
    mass = w[treated].sum()
    rest = y - x @ slope if method != "ipw" else y
    above = (w[treated] @ rest[treated]) / mass
    shift = (w[treated] @ x[treated]) / mass
    means, lean = np.zeros((2, periods)), np.zeros((columns, periods))
    constant, alone = np.zeros((len(members), 2)), np.zeros(len(members))
    means[0], alone[treated], constant[treated, 0] = above, w[treated] / mass, -w[treated] / mass
    att = above
    if method != "reg":
        total = odds.sum()
        if not total > 0:
            raise InvalidValue(
                expected=f"a comparison like {called}", found=f"only propensity scores of {limit:g} or more"
            )
        means[1] = odds @ rest / total
        att = above - means[1]
        shift = shift - odds @ x / total
        alone -= odds / total
        constant[:, 1] = odds / total
        lean = -bread @ (x.T @ (odds[:, None] * (rest - means[1]))) / total
    if method != "ipw":
        alone[untreated] -= w[untreated] * (x[untreated] @ (inverse @ shift))
    return Levels(members, att, alone, constant, score, slope, lean, means, notes)


def _propensity(
    x: Floats, treated: Mask, w: Floats, *, method: str, names: tuple[str, ...], called: str, limit: float
) -> tuple[Floats, Floats, Floats, tuple[str, ...]]:
    """Weights of the comparison, scores of the logit, the inverse of its information, and notes."""
    if method == "reg":
        return np.zeros(len(x)), np.zeros(len(x)), np.zeros((x.shape[1],) * 2), ()
    fit = fit_glm(x, treated.astype(np.float64), family="binomial", weights=w, names=names)
    # One more step of Newton's: influence functions hold at the maximum itself, with the information there.
    step = _inverse_information(x, w, fit.fitted) @ (x.T @ (w * (treated - fit.fitted)))
    chance: Floats = expit(fit.linear + x @ step)
    likely = chance >= limit
    odds = np.where(treated | likely, 0.0, w * chance / np.maximum(1 - chance, 1 - limit))
    notes = []
    if (many := int((likely & ~treated).sum())) > 0:
        notes.append(
            f"{called}: {many} comparison units have a propensity score of {limit:g} or more and are left out"
        )
    if (alone := int((likely & treated).sum())) > 0:
        notes.append(
            f"{called}: {alone} treated units have a propensity score of {limit:g} or more: hardly "
            "anybody is like them"
        )
    return odds, w * (treated - chance), _inverse_information(x, w, chance), tuple(notes)


def _inverse_information(x: Floats, w: Floats, chance: Floats) -> Floats:
    information: Floats = (x * (w * chance * (1 - chance))[:, None]).T @ x
    found: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return found


def _regression(
    x: Floats, y: Floats, w: Floats, *, method: str, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Slopes of the outcomes of all periods among the untreated, and the inverse of the Gram matrix."""
    if method == "ipw":
        return np.zeros((x.shape[1], y.shape[1])), np.zeros((x.shape[1],) * 2)
    check_rank(x[w > 0], names=names)
    root = np.sqrt(w)[:, None]
    basis, triangle = np.linalg.qr(root * x)
    back = np.linalg.inv(triangle)
    return back @ (basis.T @ (root * y)), back @ back.T
