"""What a study could show, said before any outcome after a start is read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.tables import Strict
from allay.evaluation.inference.detectable import (
    DetectableEffect,
    detectable_effect,
    members_needed,
    power_to_show,
)
from allay.evaluation.inference.serial_covariance import member_covariance, serial_covariance
from allay.evaluation.study.cohort import NEVER, StudyCohort
from allay.evaluation.study.contrast import Span
from allay.evaluation.study.defaults import numbers
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.words import amount, percent

Floats = NDArray[np.float64]


class Needed(Strict):
    """Starters that a study of this design would need.

    Attributes
    ----------
    change : float
        Share of the mean, such as 0.1.
    starters, comparison : int
        What the comparison members would have to be worth after weighing.
    """

    change: float
    starters: int
    comparison: int


class OutcomeDetectable(Strict):
    """The smallest detectable effect of an outcome.

    Attributes
    ----------
    outcome, unit : str
    mean : float
        Of the starters in the baseline.
    smallest, relative : float, optional
        None where it cannot be said: the reason is in `words`.
    se : float, optional
        That the estimate will have.
    power, alpha : float
    starters : int
    comparison_worth : float
        Effective comparison members after weighing.
    needed : tuple of Needed
    plausible_change : float, optional
    plausible_source : str
    chance : float, optional
        Chance to show the plausible change, if it is the truth.
    can_show : bool, optional
        Whether that chance is the power of the protocol or more.
    words : str
    """

    outcome: str
    unit: str
    mean: float
    smallest: float | None
    relative: float | None
    se: float | None
    power: float
    alpha: float
    starters: int
    comparison_worth: float
    needed: tuple[Needed, ...]
    plausible_change: float | None
    plausible_source: str
    chance: float | None
    can_show: bool | None
    words: str


def span_of(study: Study) -> Span:
    """Months of a study that are compared.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> span_of(_SMALL)
    Span(baseline=12, anticipation=1, follow_up=12)
    """
    design = study.design
    return Span(design.baseline_months, design.anticipation_months, design.follow_up_months)


def detectable(
    cohort: StudyCohort, study: Study, outcome: StudyOutcome, *, weights: Floats
) -> OutcomeDetectable:
    """Find the smallest effect on an outcome that a study could show.

    Read are only the months of starters before their anticipation window, and the months of comparison
    members before anybody's. How a member's months hang together then is drawn on to the follow-up.
    Comparison members are compared over the months of every start, whose noise partly evens out.

    Parameters
    ----------
    cohort : StudyCohort
    study : Study
    outcome : StudyOutcome
    weights : float64 array [member]
    """
    span = span_of(study)
    before = cohort.outcome_before(outcome, anticipation=span.anticipation)
    own = _aligned(before, cohort.start, span)
    treated = cohort.treated & (weights > 0)
    pool = ~cohort.treated & (weights > 0)
    first = int(cohort.start[treated].min()) - span.anticipation
    mean = float(own[treated[cohort.treated]].mean())
    mine, _ = member_covariance(own[treated[cohort.treated]])
    theirs, worth = member_covariance(before[pool][:, :first], weights=weights[pool])
    contrast = np.stack(
        [
            -_shape(cohort.start[treated], span, months=cohort.months),
            _shape(np.array([first]) + span.anticipation, span, months=cohort.months),
        ]
    )
    covariance = np.stack([serial_covariance(each).matrix(cohort.months) for each in (theirs, mine)])
    sizes = np.array([worth, float(treated.sum())])
    found = None
    if mean > 0 and float(np.einsum("gi,gij,gj->", contrast, covariance, contrast)) > 0:
        found = detectable_effect(
            covariance,
            sizes,
            contrast,
            mean=mean,
            significance=study.inference.alpha,
            power=study.inference.power,
        )
    return _result(study, outcome, found, mean=mean, sizes=sizes, covariance=covariance, contrast=contrast)


def _shape(start: NDArray[np.int64], span: Span, *, months: int) -> Floats:
    """Weights on the months of the window of one who is compared over the months of all these starts."""
    found = np.zeros(months)
    for month in start.tolist():
        found[slice(*span.before(month))] -= 1 / span.baseline
        found[slice(*span.after(month))] += 1 / span.follow_up
    return np.asarray(found / len(start))


def _aligned(before: Floats, start: NDArray[np.int64], span: Span) -> Floats:
    """Baselines of starters: array [starter, month of the baseline]."""
    rows = np.flatnonzero(start != NEVER)
    first = start[rows] - span.anticipation - span.baseline
    return np.asarray(before[rows[:, None], first[:, None] + np.arange(span.baseline)])


def _result(
    study: Study,
    outcome: StudyOutcome,
    found: DetectableEffect | None,
    *,
    mean: float,
    sizes: Floats,
    covariance: Floats,
    contrast: Floats,
) -> OutcomeDetectable:
    alpha, power = study.inference.alpha, study.inference.power
    plausible = outcome.plausible_change
    chance = None
    if found is not None and plausible is not None:
        chance = power_to_show(plausible * mean, found.se, df=found.df, significance=alpha)
    needed = (
        []
        if found is None
        else [
            Needed(change=share, starters=counts[1], comparison=counts[0])
            for share in numbers("relative_improvements")
            for counts in [
                members_needed(share * mean, covariance, sizes, contrast, significance=alpha, power=power)
            ]
        ]
    )
    can_show = None if chance is None else chance >= power
    return OutcomeDetectable(
        outcome=outcome.id,
        unit=outcome.unit,
        mean=mean,
        smallest=None if found is None else found.effect,
        relative=None if found is None else found.share_of_mean,
        se=None if found is None else found.se,
        power=power,
        alpha=alpha,
        starters=int(sizes[1]),
        comparison_worth=float(sizes[0]),
        needed=tuple(needed),
        plausible_change=plausible,
        plausible_source=outcome.plausible_source,
        chance=chance,
        can_show=can_show,
        words=_words(outcome, found, power=power, chance=chance, can_show=can_show),
    )


def _words(
    outcome: StudyOutcome,
    found: DetectableEffect | None,
    *,
    power: float,
    chance: float | None,
    can_show: bool | None,
) -> str:
    if found is None or found.share_of_mean is None:
        return f"{outcome.id}: nobody used it before the start, so nothing can be said of what could be shown"
    said = (
        f"{outcome.id}: with a chance of {percent(power)} this study shows a change of "
        f"{amount(outcome, found.effect)} or more, {percent(found.share_of_mean)} of the mean"
    )
    if outcome.plausible_change is None or chance is None:
        return f"{said}; the protocol names no plausible change"
    verb = "can" if can_show else "cannot"
    return (
        f"{said}; this study {verb} show a change of {percent(abs(outcome.plausible_change))}, which the "
        f"protocol holds plausible ({outcome.plausible_source}): the chance to show it is {percent(chance)}"
    )
