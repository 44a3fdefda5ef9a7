"""Effect draws: what the evaluation found, as the business case reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from allay.base.errors import InvalidValue
from allay.base.outputs import write_whole
from allay.evaluation.inference.arrays import Floats
from allay.evaluation.inference.log_ratios import LogRatios

__all__ = ["EffectDraws", "draw_effects", "write_effect_draws"]

# Eigenvalues of a covariance below zero by more than this share of the largest are no rounding.
_ROUNDING = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class EffectDraws:
    """Draws of relative risks; in one draw all events and months belong together.

    Attributes
    ----------
    events : tuple of str
    months : float array [month]
    ratios : float array [draw, event, month]
        Above 0.
    """

    events: tuple[str, ...]
    months: Floats
    ratios: Floats

    def table(self) -> pl.DataFrame:
        """Rows ``draw, event, rr, month``: what `allay economics case` reads.

        Examples
        --------
        >>> EffectDraws(("mri",), np.array([3.0]), np.array([[[0.8]], [[0.9]]])).table().rows()
        [(1, 'mri', 0.8, 3.0), (2, 'mri', 0.9, 3.0)]
        """
        draws, events, months = self.ratios.shape
        return pl.DataFrame(
            {
                "draw": np.repeat(np.arange(1, draws + 1), events * months),
                "event": np.tile(np.repeat(np.array(self.events), months), draws).tolist(),
                "rr": self.ratios.ravel(),
                "month": np.tile(self.months, draws * events),
            }
        )


def draw_effects(ratios: LogRatios, *, draws: int, seed: int) -> EffectDraws:
    """Draw relative risks from the joint normal distribution of their logs.

    Parameters
    ----------
    ratios : LogRatios
    draws : int
    seed : int

    Examples
    --------
    >>> ratios = LogRatios(("mri",), np.array([3.0]), np.array([[np.log(0.8)]]), np.array([[0.01]]))
    >>> found = draw_effects(ratios, draws=10_000, seed=1)
    >>> found.ratios.shape, round(float(np.log(found.ratios).std()), 2)
    ((10000, 1, 1), 0.1)
    """
    if draws < 1:
        raise InvalidValue(expected="at least one draw", found=str(draws))
    values, vectors = np.linalg.eigh((ratios.covariance + ratios.covariance.T) / 2)
    if values[0] < -_ROUNDING * max(values[-1], 0.0):
        raise InvalidValue(expected="a covariance without negative directions", found=f"{values[0]:.3g}")
    root = vectors * np.sqrt(np.clip(values, 0, None))
    noise = np.random.default_rng(seed).standard_normal((draws, len(values)))
    logs = ratios.mean.ravel() + noise @ root.T
    return EffectDraws(ratios.events, ratios.months, np.exp(logs).reshape(draws, *ratios.mean.shape))


def write_effect_draws(path: str | Path, found: EffectDraws) -> None:
    """Write the draws as CSV, whole or not at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "effects.csv"
    ...     write_effect_draws(target, EffectDraws(("mri",), np.array([3.0]), np.array([[[0.8]]])))
    ...     target.read_text().split()
    ['draw,event,rr,month', '1,mri,0.8,3.0']
    """
    write_whole(path, lambda file: found.table().write_csv(file))
