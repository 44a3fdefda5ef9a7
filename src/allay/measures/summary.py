"""Summary of a group on one scale: how much changed, for how many, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.measures.bands import band_index
from allay.measures.change import Change, change_between
from allay.measures.change_bounds import (
    ChangeBounds,
    answer_bounds,
    improvement_range,
    mean_bounds,
    share_bounds,
)
from allay.measures.clinical_change import ClinicalChange
from allay.measures.conventions import response_fractions
from allay.measures.describe import Description, describe
from allay.measures.extremes import Extremes, extremes
from allay.measures.followup import Capture, capture
from allay.measures.paired import PairedChange, paired_change
from allay.measures.responders import ResponderFigure, ResponderFigures, responders
from allay.measures.rules import CombinedRule
from allay.measures.scale import Scale, Threshold
from allay.measures.scalesettings import ScaleSetting
from allay.measures.selection import SelectionView, selection_view

__all__ = ["ScaleSummary", "ThresholdShare", "scale_summary"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThresholdShare:
    """How many reached one threshold or combined rule: of those followed, and the bounds for everyone."""

    threshold: Threshold | CombinedRule
    followed: ResponderFigure
    bounds: ChangeBounds


@dataclass(frozen=True, slots=True, eq=False)
class ScaleSummary:
    """A group on one scale at two time points. Everyone with either score is in ``capture.enrolled``.

    Attributes
    ----------
    change : PairedChange
        Of those with both scores; its sign is follow-up minus baseline.
    improvement : ChangeBounds
        The mean improvement of everyone between the worst and the best case.
    responders : tuple of ResponderFigures
        30% and 50%; empty where percent of the baseline has no meaning.
    bands : mapping of (from, to) to count
        Of those with both scores; empty without bands.
    moves : mapping
        ``better, same, worse``; empty without bands.
    reliable : mapping or None
        ``improved, unchanged, deteriorated`` by the standard errors of the two scores; None without any.
    clinical : ClinicalChange or None
        By reliability and norms; None where the noise of the scale is not known.
    selection : SelectionView or None
        Regression to the mean to expect, where patients were selected by their score.
    """

    scale: Scale
    capture: Capture
    baseline: Description
    followup: Description
    change: PairedChange
    improvement: ChangeBounds
    responders: tuple[ResponderFigures, ...]
    thresholds: tuple[ThresholdShare, ...]
    bands: Mapping[tuple[str, str], int]
    moves: Mapping[str, int]
    reliable: Mapping[str, int] | None
    clinical: ClinicalChange | None
    extremes: tuple[Extremes, Extremes]
    selection: SelectionView | None


def scale_summary(
    scale: Scale,
    baseline: Floats,
    followup: Floats,
    *,
    baseline_se: Floats | None = None,
    followup_se: Floats | None = None,
    setting: ScaleSetting | None = None,
) -> ScaleSummary:
    """Summarize two time points of the same patients.

    Parameters
    ----------
    scale : Scale
        Its direction, range, thresholds, rules and bands are used.
    baseline, followup : float64 arrays of one shape
        Scores, NaN where missing; one entry for every patient who belongs to the group.
    baseline_se, followup_se : float64 arrays, optional
        Standard errors of the scores.
    setting : ScaleSetting, optional
        Reliability, norms and selection.

    Raises
    ------
    InvalidInput, InvalidValue
        When the arrays do not match, or a norm contradicts the direction of the scale.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> nan = float("nan")
    >>> before, after = np.array([7.0, 6.0, 5.0, 8.0]), np.array([4.0, 6.0, 2.0, nan])
    >>> found = scale_summary(get("peg").scale("total"), before, after)
    >>> found.change.mean_change, found.capture.share, found.thresholds[0].followed.n
    (-2.0, 0.75, 2)
    >>> found.improvement.low, found.improvement.high
    (1.0, 3.5)
    """
    change = change_between(scale, baseline, followup, baseline_se=baseline_se, followup_se=followup_se)
    both = np.where(np.isnan(baseline), np.nan, followup)
    worst, best = improvement_range(
        baseline, followup, minimum=scale.minimum, maximum=scale.maximum, direction=scale.direction
    )
    fractions = response_fractions() if scale.unit == "points" and scale.minimum >= 0 else ()
    return ScaleSummary(
        scale=scale,
        capture=capture(both),
        baseline=describe(baseline),
        followup=describe(followup),
        change=paired_change(baseline, followup, direction=scale.direction, rank_test=False),
        improvement=mean_bounds(worst, best),
        responders=tuple(
            responders(baseline, followup, fraction=float(f.number), direction=scale.direction)
            for f in fractions
        ),
        thresholds=_thresholds(scale, change, worst, best),
        bands=_bands(change),
        moves=_moves(change),
        reliable=_reliable(change),
        clinical=setting.clinical_change(change) if setting else None,
        extremes=(
            extremes(baseline, minimum=scale.minimum, maximum=scale.maximum),
            extremes(followup, minimum=scale.minimum, maximum=scale.maximum),
        ),
        selection=_selection(change, setting),
    )


def _thresholds(scale: Scale, change: Change, worst: Floats, best: Floats) -> tuple[ThresholdShare, ...]:
    found: list[ThresholdShare] = []
    for threshold in scale.thresholds:
        if threshold.level == "individual":
            # A threshold for high baselines speaks of patients known to have one; of no others.
            above = -np.inf if threshold.baseline_above is None else threshold.baseline_above
            spoken_of = slice(None) if np.isinf(above) else change.baseline > above
            bounds = share_bounds(worst[spoken_of], best[spoken_of], points=threshold.value)
            found.append(ThresholdShare(threshold, _share(change.met(threshold)), bounds))
    for rule in scale.rules:
        answers = change.met_rule(rule)
        known = np.where(np.isnan(change.improvement), np.nan, answers)
        found.append(ThresholdShare(rule, _share(known), answer_bounds(answers)))
    return tuple(found)


def _share(answers: Floats) -> ResponderFigure:
    return ResponderFigure.of(int((answers == 1).sum()), int((~np.isnan(answers)).sum()))


def _bands(change: Change) -> Mapping[tuple[str, str], int]:
    bands = change.scale.bands
    before, after = band_index(change.baseline, bands), band_index(change.followup, bands)
    return {
        (start.id, end.id): n
        for i, start in enumerate(bands)
        for j, end in enumerate(bands)
        if (n := int(((before == i) & (after == j)).sum()))
    }


def _moves(change: Change) -> Mapping[str, int]:
    if not change.scale.bands:
        return {}
    words = {"better": 1.0, "same": 0.0, "worse": -1.0}
    return {word: int((change.band_move == sign).sum()) for word, sign in words.items()}


def _reliable(change: Change) -> Mapping[str, int] | None:
    if np.isnan(change.reliable).all():
        return None
    beyond = change.reliable == 1
    return {
        "improved": int((beyond & (change.improvement > 0)).sum()),
        "unchanged": int((change.reliable == 0).sum()),
        "deteriorated": int((beyond & (change.improvement < 0)).sum()),
    }


def _selection(change: Change, setting: ScaleSetting | None) -> SelectionView | None:
    if setting is None or setting.selected_at is None:
        return None
    return selection_view(
        change.baseline,
        change.followup,
        cutoff=setting.selected_at,
        side=setting.side,
        reliability=setting.reliability,
        sem=setting.sem,
        population=setting.population,
    )
