"""Numbers that are unsure together: shares that add up to one, coefficients, correlated parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.distributions import Distribution
from allay.economics.uncertainty.draws import normals, uniforms

Array = NDArray[np.float64]

# Gammas of counts far below 1 fall below the smallest float64. What is this small is worked out by
# logarithms; there the first term of the series of the gamma distribution is all of it.
_TINY = 1e-250
# Eigenvalues of a matrix that is singular on paper come out a little below 0.
SINGULAR = 1e-9


@dataclass(frozen=True, slots=True)
class Dirichlet:
    """Shares of several outcomes that were counted; they add up to one in every draw.

    Parameters
    ----------
    counts : tuple of float
        How often each outcome was seen. What was never seen stays at 0.

    Examples
    --------
    >>> row = Dirichlet((1251, 350, 116, 17))
    >>> [round(share, 4) for share in row.mean]
    [0.7215, 0.2018, 0.0669, 0.0098]
    >>> row.sample(("a", "b", "c", "d"), seed=1, draws=3).sum(axis=0).round(12).tolist()
    [1.0, 1.0, 1.0]
    """

    counts: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.counts) < 2 or min(self.counts) < 0 or not any(self.counts):
            expected = "counts of two outcomes or more, none negative and not all 0"
            raise InvalidValue(expected=expected, found=", ".join(f"{count:g}" for count in self.counts))

    @property
    def mean(self) -> tuple[float, ...]:
        """The expected shares."""
        total = sum(self.counts)
        return tuple(count / total for count in self.counts)

    def sample(self, names: Sequence[str], *, seed: int, draws: int) -> Array:
        """Draw the shares as gammas over their sum: array [outcome, draw]; `names` key the outcomes."""
        weights = np.zeros((len(self.counts), draws))
        for place, (name, count) in enumerate(zip(names, self.counts, strict=True)):
            if count:
                weights[place] = special.gammaincinv(count, uniforms(name, seed=seed, draws=draws))
        total = weights.sum(axis=0)
        if (lost := total < _TINY).any():
            weights[:, lost] = self._relative(names, seed=seed, draws=draws)[:, lost]
            total = weights.sum(axis=0)
        shares: Array = weights / total
        return shares

    def _relative(self, names: Sequence[str], *, seed: int, draws: int) -> Array:
        """Gammas over the largest of a draw. Near zero, that of u is (u Gamma(n + 1)) ** (1 / n)."""
        logs = np.full((len(self.counts), draws), -np.inf)
        for place, (name, count) in enumerate(zip(names, self.counts, strict=True)):
            if count:
                log_share = np.log(uniforms(name, seed=seed, draws=draws))
                logs[place] = (log_share + special.gammaln(count + 1)) / count
        found: Array = np.exp(logs - logs.max(axis=0))
        return found


@dataclass(frozen=True, slots=True)
class MultiNormal:
    """Numbers that are normal together, such as the coefficients of a regression.

    Parameters
    ----------
    means : tuple of float
    covariance : tuple of tuple of float
        Square, symmetric, without a negative eigenvalue.

    Examples
    --------
    >>> pair = MultiNormal((1.0, 2.0), ((1.0, 0.9), (0.9, 1.0)))
    >>> found = pair.sample(("a", "b"), seed=1, draws=10_000)
    >>> float(round(np.corrcoef(found)[0, 1], 1))
    0.9
    """

    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _root(self.covariance, size=len(self.means), name="a covariance matrix")

    def sample(self, names: Sequence[str], *, seed: int, draws: int) -> Array:
        """Draw all numbers: array [number, draw]; `names` key them."""
        root = _root(self.covariance, size=len(self.means), name="a covariance matrix")
        independent = np.stack([normals(name, seed=seed, draws=draws) for name in names])
        found: Array = np.array(self.means)[:, None] + root @ independent
        return found


def correlated(
    distributions: Mapping[str, Distribution],
    correlation: Sequence[Sequence[float]],
    *,
    seed: int,
    draws: int,
) -> dict[str, Array]:
    """Draw from distributions that hang together by a Gaussian copula.

    Parameters
    ----------
    distributions : mapping of str to Distribution
        By the name that keys the draws.
    correlation : square of float
        Correlations of the normal numbers beneath, in the order of `distributions`; 1 on the diagonal. The
        ranks have nearly the same correlation, the numbers themselves a smaller one where they are skewed.

    Returns
    -------
    dict of str to array [draw]

    Raises
    ------
    InvalidValue
        When no such numbers can exist: the matrix is not symmetric or has a negative eigenvalue.

    Examples
    --------
    >>> from allay.economics.uncertainty.distributions import Gamma, Uniform
    >>> two = {"cost": Gamma.from_mean_se(100, 30), "days": Uniform(1, 9)}
    >>> found = correlated(two, [[1, 0.8], [0.8, 1]], seed=1, draws=10_000)
    >>> bool(0.7 < np.corrcoef(found["cost"], found["days"])[0, 1] < 0.85)
    True
    """
    matrix = tuple(tuple(float(cell) for cell in row) for row in correlation)
    root = _root(matrix, size=len(distributions), name="a correlation matrix")
    if any(matrix[place][place] != 1 for place in range(len(matrix))):
        raise InvalidValue(expected="correlations of 1 on the diagonal", found="another number")
    independent = np.stack([normals(name, seed=seed, draws=draws) for name in distributions])
    shares = special.ndtr(root @ independent)
    return {
        name: one.quantile(share) for (name, one), share in zip(distributions.items(), shares, strict=True)
    }


def _root(matrix: Sequence[Sequence[float]], *, size: int, name: str) -> Array:
    """Return a lower triangular root, so that what comes later changes nothing that stands before it."""
    if len(matrix) != size or any(len(row) != size for row in matrix):
        rows = " and ".join(sorted({str(len(row)) for row in matrix})) or "0"
        raise InvalidValue(expected=f"{name} of {size} x {size}", found=f"{len(matrix)} rows of {rows}")
    found = np.array(matrix, dtype=np.float64)
    if not np.isfinite(found).all() or not np.array_equal(found, found.T):
        raise InvalidValue(expected=f"{name} that is symmetric", found="one that is not")
    values, vectors = np.linalg.eigh(found)
    if values[0] < -SINGULAR * max(1.0, abs(values[-1])):
        expected = f"{name} that numbers can have (no negative eigenvalue)"
        raise InvalidValue(expected=expected, found=f"the eigenvalue {values[0]:.3g}")
    spread = vectors * np.sqrt(np.maximum(values, 0))
    upper: Array = np.asarray(np.linalg.qr(spread.T, mode="r"))
    lower = upper.T
    signs: Array = np.where(np.diag(lower) < 0, -1.0, 1.0)
    found = lower * signs
    return found
