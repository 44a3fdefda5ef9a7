"""Invented panels for tests of difference-in-differences."""

from __future__ import annotations

import numpy as np

from allay.evaluation.did.panel import WidePanel


def invented_panel(
    *, seed=1, units=80, periods=6, cohorts=(0, 3, 4, 6), covariates=0, weights=False, clusters=0, effect=1.0
):
    """Serially correlated outcomes whose trend depends on the first covariate; effects grow."""
    random = np.random.default_rng(seed)
    first = np.tile(cohorts, units // len(cohorts) + 1)[:units].astype(np.int64)
    x = random.standard_normal((units, covariates))
    if covariates:
        x[:, 0] += 0.6 * (first > 0)
    month = np.arange(1, periods + 1, dtype=np.int64)
    outcome = 5 + random.standard_normal((units, 1)) + 0.3 * month
    outcome = outcome + np.cumsum(random.standard_normal((units, periods)), axis=1) / 2
    if covariates:
        outcome += 0.4 * x[:, :1] * month
    since = month - first[:, None] + 1
    outcome += effect * np.where((first[:, None] > 0) & (since > 0), since, 0)
    return WidePanel(
        outcome,
        month,
        first,
        weights=random.uniform(0.2, 3, units) if weights else None,
        covariates=x if covariates else None,
        covariate_names=tuple(f"x{place}" for place in range(covariates)),
        cluster=random.integers(0, clusters, units) if clusters else None,
    )
