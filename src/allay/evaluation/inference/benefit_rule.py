"""A simple rule for who benefits: a linear score of covariates, shrunk towards one effect for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats

__all__ = ["BenefitRule", "learn_rule"]

# Penalties tried, in members that say nothing: from hardly any shrinkage to hardly any difference.
_PENALTIES = 10.0 ** np.arange(-1.0, 6.1, 0.25)


@dataclass(frozen=True, slots=True, eq=False)
class BenefitRule:
    """Predicted effect = effect + sum of slope * (covariate - center) / scale.

    Attributes
    ----------
    names : tuple of str
    effect : float
        At the center.
    slope, center, scale : float array [covariate]
        A slope is the change of the effect for one standard deviation of its covariate.
    """

    names: tuple[str, ...]
    effect: float
    slope: Floats
    center: Floats
    scale: Floats

    def predict(self, covariates: Floats) -> Floats:
        """Predicted effects of members.

        Examples
        --------
        >>> rule = BenefitRule(("age",), -2.0, np.array([1.0]), np.array([50.0]), np.array([10.0]))
        >>> rule.predict(np.array([[50.0], [70.0]])).tolist()
        [-2.0, 0.0]
        """
        return np.asarray(self.effect + (covariates - self.center) / self.scale @ self.slope)


def learn_rule(
    change: Floats, treated: Flags, covariates: Floats, *, names: tuple[str, ...], weights: Floats
) -> BenefitRule:
    """Learn the rule: change on covariates, treatment, and treatment times covariates.

    Only the last are shrunk (ridge), so that with nothing to learn everybody gets the same effect. The
    penalty is that of least generalized cross-validation (Golub GH, Heath M, Wahba G, Technometrics
    1979;21:215-223).

    Parameters
    ----------
    change : array [member]
        After less before.
    treated : bool array [member]
    covariates : array [member, covariate]
        Known before the start.
    names : tuple of str
    weights : array [member]

    Examples
    --------
    >>> draw = np.random.default_rng(1)
    >>> x, treated = draw.normal(size=(4000, 2)), draw.random(4000) < 0.5
    >>> change = treated * (-1 + 0.5 * x[:, 0]) + draw.normal(size=4000)
    >>> rule = learn_rule(change, treated, x, names=("a", "b"), weights=np.ones(4000))
    >>> bool(abs(rule.slope[0] - 0.5) < 0.1), bool(abs(rule.slope[1]) < 0.1)
    (True, True)
    """
    center = weights @ covariates / weights.sum()
    scale = np.sqrt(weights @ (covariates - center) ** 2 / weights.sum())
    if not (scale > 0).any():
        raise InvalidValue(expected="a covariate that varies", found=", ".join(names) or "none")
    scale = np.where(scale > 0, scale, 1.0)
    standard = (covariates - center) / scale
    root = np.sqrt(weights / weights.mean())[:, None]
    fixed = np.column_stack([np.ones(len(change)), standard, treated]) * root
    crossed = standard * treated[:, None] * root
    outcome = change * root[:, 0]
    basis = np.linalg.svd(fixed, full_matrices=False)[0]
    # What is left of the products and of the change beside all that is not shrunk.
    left = crossed - basis @ (basis.T @ crossed)
    slope = _ridge(left, outcome - basis @ (basis.T @ outcome), spent=fixed.shape[1])
    plain = np.linalg.lstsq(fixed, outcome - crossed @ slope, rcond=None)[0]
    return BenefitRule(names, float(plain[-1]), slope, center, scale)


def _ridge(design: Floats, outcome: Floats, *, spent: int) -> Floats:
    """Ridge with the penalty of least generalized cross-validation."""
    left, size, right = np.linalg.svd(design, full_matrices=False)
    along = left.T @ outcome
    rest = float(outcome @ outcome - along @ along)
    count = len(outcome)
    best: tuple[float, Floats] = np.inf, np.zeros(len(size))
    for penalty in _PENALTIES:
        kept = size**2 / (size**2 + penalty)
        misfit = rest + float((((1 - kept) * along) ** 2).sum())
        score = misfit / max(1.0, count - spent - float(kept.sum())) ** 2
        if score < best[0]:
            best = score, size / (size**2 + penalty)
    return np.asarray(right.T @ (best[1] * along))
