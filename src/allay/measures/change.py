"""Change of one scale between two time points: how much, whether it matters, whether it is beyond noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.base.facts import FactValue
from allay.measures.bands import band_index
from allay.measures.conventions import facts, response_fractions
from allay.measures.rules import CombinedRule, rule_met
from allay.measures.scale import Scale, Threshold

Floats = NDArray[np.float64]

_TINY = 1e-9  # scores have at most six decimals; a difference this small is an artefact of binary fractions


def reliable_z() -> FactValue:
    """How many standard errors of the difference make a change reliable, with source and status.

    Examples
    --------
    >>> reliable_z().status.value
    'memory'
    """
    return facts().get("measures.reliable_change.z").latest


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Change of one scale for many patients; every array has one entry per patient.

    Answers to yes/no questions are 1.0, 0.0 or NaN where the question has no answer.

    Attributes
    ----------
    change : float64 array
        Follow-up minus baseline, in score units.
    improvement : float64 array
        The same with the sign that makes better positive.
    reliable : float64 array
        Whether ``|change| > 1.96 sqrt(se1^2 + se2^2)``; NaN without both standard errors.
    responder_30, responder_50 : float64 array
        Whether the improvement is at least 30% or 50% of the baseline; NaN for T-scores and utilities, whose
        zero does not mean none, and for a baseline of 0.
    band_move : float64 array
        1.0 for a move to a better severity band, 0.0 for the same band, -1.0 for a worse one; NaN where
        the scale has no bands.
    """

    scale: Scale
    baseline: Floats
    followup: Floats
    change: Floats
    improvement: Floats
    reliable: Floats
    responder_30: Floats
    responder_50: Floats
    band_move: Floats

    def met(self, threshold: Threshold) -> Floats:
        """Whether the improvement is at least the threshold; NaN where it does not hold for the baseline."""
        found = self.by_points(threshold.value)
        if threshold.baseline_above is None:
            return found
        return np.where(self.baseline > threshold.baseline_above, found, np.nan)

    def by_points(self, points: float) -> Floats:
        """Whether the improvement is at least so many points."""
        return _yes_no(self.improvement >= points - _TINY, known=~np.isnan(self.improvement))

    def met_rule(self, rule: CombinedRule) -> Floats:
        """Whether a combined rule holds."""
        return rule_met(
            rule,
            points_met=self.by_points(rule.threshold),
            band_move=self.band_move,
            reliable=self.reliable,
        )


def change_between(
    scale: Scale,
    baseline: Floats,
    followup: Floats,
    *,
    baseline_se: Floats | None = None,
    followup_se: Floats | None = None,
) -> Change:
    """Compare two time points of the same patients.

    Parameters
    ----------
    scale : Scale
        Its direction says what is better, its unit whether percentages mean anything.
    baseline, followup : float64 arrays of one shape
        Scores; NaN where missing.
    baseline_se, followup_se : float64 arrays, optional
        Standard errors in score units; NaN where missing.

    Raises
    ------
    InvalidInput
        When the arrays have different shapes.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> pain = get("promis29").scale("pain_intensity")
    >>> found = change_between(pain, np.array([6.0, 0.0]), np.array([4.0, 1.0]))
    >>> found.improvement.tolist(), found.responder_30.tolist()
    ([2.0, -1.0], [1.0, nan])
    """
    shapes = {array.shape for array in (baseline, followup, baseline_se, followup_se) if array is not None}
    if len(shapes) > 1:
        found = " and ".join(sorted(map(str, shapes)))
        raise InvalidInput(Problem("scores", "-", "shape", "arrays of one shape", found))
    moderate, substantial = (float(fact.number) for fact in response_fractions())
    difference = np.round(followup - baseline, 6) + 0.0  # + 0.0 turns -0.0 into 0.0
    improvement = difference if scale.direction == "higher_better" else 0.0 - difference
    reliable = np.full(difference.shape, np.nan)
    if baseline_se is not None and followup_se is not None:
        noise = float(reliable_z().number) * np.sqrt(baseline_se**2 + followup_se**2)
        reliable = _yes_no(np.abs(difference) > noise + _TINY, known=~np.isnan(difference + noise))
    return Change(
        scale=scale,
        baseline=baseline,
        followup=followup,
        change=difference,
        improvement=improvement,
        reliable=reliable,
        responder_30=_responder(scale, baseline, improvement, fraction=moderate),
        responder_50=_responder(scale, baseline, improvement, fraction=substantial),
        band_move=_band_move(scale, baseline, followup),
    )


def _band_move(scale: Scale, baseline: Floats, followup: Floats) -> Floats:
    before, after = band_index(baseline, scale.bands), band_index(followup, scale.bands)
    up = np.sign(after.astype(np.float64) - before)
    better = up if scale.direction == "higher_better" else 0.0 - up
    return np.where((before < 0) | (after < 0), np.nan, better)


def _responder(scale: Scale, baseline: Floats, improvement: Floats, *, fraction: float) -> Floats:
    known = ~np.isnan(improvement) & (baseline > 0)
    if scale.unit != "points":
        known = np.zeros_like(known)
    return _yes_no(improvement >= fraction * baseline - _TINY, known=known)


def _yes_no(answer: NDArray[np.bool_], *, known: NDArray[np.bool_]) -> Floats:
    return np.where(known, answer.astype(np.float64), np.nan)
