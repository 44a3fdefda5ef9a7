"""Synthetic answers from a latent severity: a graded-response draw with invented, plain parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Spread of the items of one questionnaire around the person's severity; invented for the demonstration.
ITEM_NOISE = 0.55
PEG_MEAN, PEG_SD = 6.6, 1.7
FOUR_STEP_CUTS = (-0.9, 0.1, 1.0)  # answers 0-3 of PHQ-9 and GAD-7
FIVE_STEP_CUTS = (-1.6, -0.6, 0.35, 1.3)  # answers 1-5 of PROMIS
ITEM_9_SHIFT = 2.4  # thoughts of self-harm are much rarer than the other symptoms


def numeric(rng: np.random.Generator, items: Sequence[str], severity: float) -> dict[str, int]:
    """0-10 answers."""
    draws = PEG_MEAN + PEG_SD * severity + rng.normal(0, 0.9, len(items))
    return dict(zip(items, np.clip(np.rint(draws), 0, 10).astype(int).tolist(), strict=True))


def four_step(rng: np.random.Generator, items: Sequence[str], severity: float) -> dict[str, int]:
    """0-3 answers; the last item of nine is the rare one."""
    latent = 0.8 * severity + rng.normal(0, ITEM_NOISE, len(items))
    if len(items) == 9:
        latent[8] -= ITEM_9_SHIFT
    return dict(zip(items, np.searchsorted(FOUR_STEP_CUTS, latent).tolist(), strict=True))


def five_step(
    rng: np.random.Generator, items: Sequence[str], severity: float, *, better_is_higher: bool
) -> dict[str, int]:
    """1-5 answers, oriented as the scale is."""
    latent = severity + rng.normal(0, ITEM_NOISE, len(items))
    steps = 1 + np.searchsorted(FIVE_STEP_CUTS, -latent if better_is_higher else latent)
    return dict(zip(items, steps.tolist(), strict=True))
