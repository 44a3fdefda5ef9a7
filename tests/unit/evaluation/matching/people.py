"""People made up for tests of matching."""

from __future__ import annotations

import numpy as np


def made_up(n: int, *, seed: int, k: int = 2, lean: float = 0.7):
    """Return flags of treatment and covariates [n, k], the first of which makes treatment likelier."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, k))
    treated = draw.random(n) < 1 / (1 + np.exp(1 - lean * x[:, 0]))
    treated[:2] = True, False
    return treated, x
